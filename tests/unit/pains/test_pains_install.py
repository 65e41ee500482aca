"""Pain points of package sources: whose source a message is about, and which cause leads."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

import onramp.pains
from onramp.config.parse_settings import overlaid
from onramp.diagnosis import findings as diagnose
from onramp.diagnosis import matching
from onramp.journey import platforms
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import PainPoint, RemedyPlan, Situation
from onramp.model.settings import Settings
from onramp.model.step import Attempt
from onramp.pains.install import owner
from onramp.plugins import collect

PAINS = collect(onramp.pains, PainPoint)
TRIXIE = Facts(os_id="debian", os_like=(), os_version="13", os_codename="trixie", init="systemd")
UPDATE = "sudo apt-get update"


def situation(facts: Facts = TRIXIE, **docker: str) -> Situation:
    wanted = {f"docker.{name}": value for name, value in docker.items()}
    return Situation(facts, overlaid(Settings(), wanted), platforms.resolve(facts))


def attempt(*lines: str, before: str = "", command: str = UPDATE, number: int = 1) -> Attempt:
    seen = (Outcome("apt-get update", 0, before),) if before else ()
    failed = Outcome(command, 100, stderr="\n".join(lines))
    return Attempt("install-engine", number, "apply", failed, context=seen)


def leads(failed: Attempt, at: Situation) -> str | None:
    found = matching.matches(failed, PAINS)
    seen = diagnose.findings(failed, found, {}, at)
    return seen[0].pain if seen else None


def cure(pain: str, failed: Attempt, at: Situation, probe: str = "") -> RemedyPlan | None:
    remedy = PAINS[pain].remedy
    assert remedy
    assert remedy.cure
    return remedy.cure(replace(at, attempt=failed, probe=Outcome("probe", 0, probe)))


@pytest.mark.parametrize(
    ("url", "whose"),
    [
        ("https://download.docker.com/linux/debian", "docker"),
        ("http://mirror.example/linux/debian/dists/trixie/InRelease", "docker"),
        ("http://artifacts.example/docker-ce", "docker"),
        ("http://mirror.example/debian", "system"),
        ("http://archive.ubuntu.com/ubuntu/dists/noble/InRelease", "system"),
        ("https://packages.example/gpu/debian", "other"),
        ("cdrom://[Debian GNU/Linux 13 _Trixie_ - Official amd64 DVD]", "other"),
        ("file:/srv/debian", "other"),
    ],
)
def test_whose_source_it_is(url: str, whose: str) -> None:
    assert owner(url, situation()) == whose


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("E: The repository 'https://download.docker.com/linux/debian trixie Release' does not "
         "have a Release file.", "apt-no-release-file"),
        ("E: The repository 'http://mirror.example/debian trixie Release' no longer has a Release "
         "file.", "eol-distro-mirror-404"),
        ("E: The repository 'https://ppa.example/gpu trixie Release' does not have a Release "
         "file.", "gpu-or-other-apt-repo-broken"),
        ("E: The repository 'https://ppa.example/gpu trixie InRelease' is not signed.",
         "gpu-or-other-apt-repo-broken"),
        ("Error: The repository 'https://download.docker.com/linux/debian trixie InRelease' is "
         "not signed.", "apt-missing-gpg-key"),
        ("E: Malformed entry 1 in list file /etc/apt/sources.list.d/gpu.list (Suite)",
         "gpu-or-other-apt-repo-broken"),
        ("E: Failed to fetch http://mirror.example/debian/pool/main/l/less/less_1.deb  404  Not "
         "Found [IP: 192.0.2.1 80]", None),
    ],
)  # fmt: skip
def test_a_broken_source_is_told_apart_by_whose_it_is(line: str, expected: str | None) -> None:
    assert leads(attempt(line), situation()) == expected


@pytest.mark.parametrize(
    ("warning", "expected"),
    [
        ("W: Failed to fetch http://mirror.example/debian/dists/trixie/InRelease  Temporary "
         "failure resolving 'mirror.example'", "apt-dns-or-no-route"),
        ("Err:1 http://mirror.example/debian trixie InRelease\n  Could not connect to "
         "mirror.example:80 (192.0.2.1), connection timed out", "apt-dns-or-no-route"),
        ("W: Failed to fetch http://mirror.example/debian/dists/trixie/InRelease  Clearsigned "
         "file isn't valid, got 'NODATA' (does the network require authentication?)",
         "apt-hash-sum-mismatch"),
        ("All packages are up to date.", "apt-package-not-found"),
    ],
)  # fmt: skip
def test_a_warning_of_the_update_leads_over_the_package_it_cost(
    warning: str, expected: str
) -> None:
    failed = attempt("E: Unable to locate package docker.io", before=warning, command="install")
    assert leads(failed, situation()) == expected


def test_testing_and_unstable_are_no_derivative() -> None:
    line = "E: The repository 'https://download.docker.com/linux/debian {} Release' does not have a"
    testing = Facts(os_id="debian", os_like=(), os_codename=None, init="systemd")
    pain = "debian-os-release-sid-no-codename"
    assert leads(attempt(line.format("$CODENAME")), situation(testing)) == pain
    kali = Facts(os_id="kali", os_like=("debian",), os_codename="kali-rolling", init="systemd")
    assert leads(attempt(line.format("kali-rolling")), situation(kali)) == "apt-no-release-file"
    foresee = PAINS[pain].foresee
    assert foresee
    assert foresee(situation(testing))
    assert not foresee(situation(kali))
    assert not foresee(situation(testing, codename="trixie"))


def test_another_entry_for_the_same_repository_is_foreseen_unless_its_key_is_the_same() -> None:
    foresee = PAINS["apt-conflicting-signed-by"].foresee
    assert foresee
    entry = "deb {}https://download.docker.com/linux/debian trixie stable"
    for options, expected in (
        ("", True),
        ("[signed-by=/usr/share/keyrings/d.gpg] ", True),
        ("[arch=amd64 signed-by=/etc/apt/keyrings/docker.asc] ", False),
    ):
        at = situation(replace(TRIXIE, apt_sources=(entry.format(options),), packages={}))
        assert bool(foresee(at)) == expected


ENTRIES = """/etc/apt/sources.list:3:deb http://mirror.example/debian trixie main
/etc/apt/sources.list:4:deb https://download.docker.com/linux/debian trixie stable
/etc/apt/sources.list.d/docker.sources:2:URIs: https://download.docker.com/linux/debian
/etc/apt/sources.list.d/old docker.list:1:deb https://download.docker.com/linux/debian x stable
/etc/apt/sources.list.d/d.list;reboot:1:deb https://download.docker.com/linux/debian x stable
/etc/apt/sources.list.d/corp.sources:2:URIs: https://download.docker.com/linux/debian
/etc/apt/sources.list.d/many.sources:2:URIs: https://download.docker.com/linux/debian
/etc/apt/sources.list.d/many.sources:9:URIs: https://packages.example/gpu
"""


def test_only_entries_for_dockers_repository_are_put_out_of_the_way() -> None:
    found = cure("apt-conflicting-signed-by", attempt(""), situation(), ENTRIES)
    assert found
    assert [action.shown for action in found.actions] == [
        "sudo sed -i.bak '4s/^/# /' /etc/apt/sources.list",
        "sudo mv /etc/apt/sources.list.d/corp.sources /etc/apt/sources.list.d/corp.sources.bak",
    ]
    assert cure("apt-conflicting-signed-by", attempt(""), situation(), "") is None


def test_the_journey_goes_on_past_a_source_that_is_none_of_its_business() -> None:
    broken = "E: The repository 'https://ppa.example/gpu trixie Release' does not have a Release"
    pain = "gpu-or-other-apt-repo-broken"
    found = cure(pain, attempt(broken), situation())
    assert found
    assert (found.actions, found.then) == ((), "continue")
    unread = attempt(broken, "E: The list of sources could not be read.")
    assert cure(pain, unread, situation()) is None
    assert cure(pain, attempt(broken, command="sudo apt-get install x"), situation()) is None
    both = attempt(broken, broken.replace("https://ppa.example/gpu", "http://x.example/debian"))
    assert cure(pain, both, situation()) is None


def test_a_stale_mirror_is_waited_for_and_then_left() -> None:
    lines = [f"E: Failed to fetch http://{name}/x  Hash Sum mismatch" for name in (
        "x.example/linux/debian", "x.example/debian")]  # fmt: skip
    waited = cure("apt-hash-sum-mismatch", attempt(lines[0]), situation())
    assert waited
    assert waited.wait_s
    given_up = cure("apt-hash-sum-mismatch", attempt(lines[0], number=3), situation())
    assert given_up
    assert given_up.settings == {"docker.method": "distribution"}
    assert cure("apt-hash-sum-mismatch", attempt(lines[1], number=3), situation()) is None


def test_only_packages_of_the_distribution_that_are_known_are_removed() -> None:
    line = " trying to overwrite '{}', which is also in package {} (2.24)"
    plugin = "/usr/libexec/docker/cli-plugins/docker-compose"
    pain = "dpkg-trying-to-overwrite"
    found = cure(pain, attempt(line.format(plugin, "docker-compose-v2")), situation())
    assert found
    assert "dpkg --remove --force-depends docker-compose-v2 " in found.actions[0].shown
    assert cure(pain, attempt(line.format(plugin, "kube-tools;reboot")), situation()) is None
    assert cure(pain, attempt(line.format("/bin/sh", "docker-cli")), situation()) is None


def test_only_dockers_own_packages_are_released_and_another_release_is_not_accepted() -> None:
    held = cure("apt-unmet-dependencies-held", attempt(""), situation(), "kubelet\ncontainerd.io\n")
    assert held
    assert [action.shown for action in held.actions] == ["sudo apt-mark unhold containerd.io"]
    assert cure("apt-unmet-dependencies-held", attempt(""), situation(), "kubelet\n") is None
    changed = "E: Repository 'http://x InRelease' changed its '{}' value from 'a' to 'b'"
    pain = "apt-release-info-changed"
    assert cure(pain, attempt(changed.format("Label")), situation())
    assert cure(pain, attempt(changed.format("Codename")), situation()) is None
