"""Odd and small hosts: each passes, or ends with the pain point that names what is wrong.

A few by default; ONRAMP_RECIPES=all runs every one (about ten minutes on two cores). What a pain
point's recipe causes already (an umask, a locale, a broken home, an IPv6-only network) is in
test_recipes.
"""

from __future__ import annotations

import os

import pytest

from conditions import brought_about
from onramp.model.pain import Recipe
from onramp.pipeline.reproduce.verdicts import Reproduction

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="the lab needs root")
APT = "apt-get update -q && apt-get install -y -q --no-install-recommends"
SHELL = ("login-shell-not-posix",)  # foreseen: Onramp copes, a page's lines may not
CASES: dict[str, tuple[Recipe, tuple[str, ...]]] = {  # with the pain points one of which may end it
    "read-only-usr-local": (
        Recipe(
            ("fedora-like",),
            "mount --bind /usr/local /usr/local && mount -o remount,ro,bind /usr/local",
        ),
        (),
    ),
    "noexec-tmp": (Recipe(("alpine-3.23",), "mount -t tmpfs -o noexec,nosuid tmpfs /tmp"), ()),
    "umask-077-everywhere": (
        Recipe(("alpine-3.23",), "printf 'umask 077\\n' > /etc/profile.d/umask.sh"),
        ("strict-umask",),
    ),
    "fish": (Recipe(("debian-13",), f"{APT} fish && chsh -s /usr/bin/fish newcomer"), SHELL),
    "csh": (Recipe(("debian-13",), f"{APT} csh && chsh -s /bin/csh newcomer"), SHELL),
    "no-home": (
        Recipe(
            ("debian-13",),
            "install -D -m 0644 ~newcomer/.ssh/authorized_keys /etc/ssh/keys/newcomer &&"
            " echo 'AuthorizedKeysFile /etc/ssh/keys/%u' > /etc/ssh/sshd_config.d/keys.conf &&"
            " usermod -d /home/nobody-made-it newcomer &&"  # the lab mounts something in it
            " { umount /home/newcomer/.local/share/docker; rm -rf /home/newcomer; } &&"
            " systemctl reload ssh && sleep 2",
        ),
        ("home-unset-or-not-writable", "ssh-banner-motd-pollution"),  # sshd's own line comes along
    ),
    "two-gigabytes-of-disk": (
        Recipe(
            ("debian-13",),
            "for d in docker containerd; do mkdir -p /var/lib/$d;"
            " mount -t tmpfs -o size=1G tmpfs /var/lib/$d; done",
        ),
        ("disk-full-install", "disk-full-build"),
    ),
    "two-percent-of-packets-lost": (
        Recipe(
            ("debian-13",),
            f"{APT} nftables && nft 'add table inet odd;"
            " add chain inet odd in { type filter hook input priority 0; };"
            " add rule inet odd in numgen random mod 100 < 2 drop;"
            " add chain inet odd out { type filter hook output priority 0; };"
            " add rule inet odd out numgen random mod 100 < 2 drop'",
        ),
        (),
    ),
    "german": (
        Recipe(
            ("debian-13",),
            f"{APT} locales && sed -i 's/^# *de_DE.UTF-8/de_DE.UTF-8/' /etc/locale.gen &&"
            " locale-gen && echo LANG=de_DE.UTF-8 > /etc/default/locale",
        ),
        (),
    ),
}
A_FEW = ("noexec-tmp", "no-home")


def cases() -> list[str]:
    return [*CASES] if os.environ.get("ONRAMP_RECIPES") == "all" else [*A_FEW]


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Reproduction]:
    recipes = {name: CASES[name][0] for name in cases()}
    return brought_about(recipes, tmp_path_factory.mktemp("runs"), prefix="odd", phase="preflight")


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", cases())
def test_it_passes_or_says_what_is_wrong(name: str, verdicts: dict[str, Reproduction]) -> None:
    verdict, named = verdicts[name], CASES[name][1]
    assert verdict.faults == ()
    assert verdict.unexplained == ()
    assert verdict.status == "passed" or set(verdict.besides) & set(named)
    assert set(verdict.besides) <= set(named)
