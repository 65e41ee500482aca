"""What the probe prints on real hosts, read; and what it must not be taken in by."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from onramp.journey import platforms, survey
from onramp.journey.survey import system
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.unknown import UNKNOWN
from places import RECORDED

RECORDED = RECORDED / "facts"


def read(name: str) -> Facts:
    text = (RECORDED / f"{name}.txt").read_text()
    return survey.parse(Outcome("survey", 0, stdout=text), "TOKEN")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("debian-12-clean", {"os_version": "12", "os_codename": "bookworm", "init": "systemd"}),
        ("debian-13-clean", {"os_version": "13", "os_codename": "trixie", "init": "systemd"}),
        ("debian-12-sysv-clean", {"os_version": "12", "init": "sysvinit", "cgroup": 2}),
        (
            "debian-12-clean",
            {
                "docker_cli": None,
                "engine": None,
                "compose": None,
                "packages": {},
                "docker_group": False,
                "daemon_enabled": None,
                "daemon_json": None,
                "socket": None,
                "sudo": "passwordless",
                "user": "newcomer",
                "uid": 1000,
                "home": "/home/newcomer",
            },
        ),
        (
            "debian-12-set-up",
            {
                "docker_cli": "28.5.2+dfsg4",
                "engine": "28.5.2+dfsg4",
                "compose": "2.40.3-3",
                "compose_v1": None,
                "docker_group": True,
                "docker_group_members": ("newcomer",),
                "daemon_active": True,
                "daemon_enabled": "enabled",
                "socket": "660 root:docker",
            },
        ),
        ("debian-12-sysv-set-up", {"daemon_active": True, "daemon_enabled": "enabled"}),
    ],
)
def test_recorded_hosts(name: str, expected: dict[str, object]) -> None:
    seen = read(name)
    assert {key: getattr(seen, key) for key in expected} == expected


def test_packages_of_a_host_that_is_set_up() -> None:
    packages = read("debian-13-set-up").packages
    assert packages is not UNKNOWN
    assert packages["docker-ce"].startswith("5:28.5.2")
    assert "docker.io" not in packages


def test_ports_and_disk() -> None:
    seen = read("debian-12-clean")
    assert seen.listeners is not UNKNOWN
    assert {listener.port for listener in seen.listeners} == {22}
    assert seen.disk_free_bytes is not UNKNOWN
    assert seen.disk_free_bytes["/var/lib/docker"] > 0


def test_nothing_printed_is_unknown_and_not_a_default() -> None:
    seen = survey.parse(Outcome("survey", None), "TOKEN")
    assert seen == Facts()
    assert seen.os_id is UNKNOWN
    assert seen.docker_group is UNKNOWN


def test_cut_short_in_the_middle_of_a_section_leaves_it_unknown() -> None:
    whole = (RECORDED / "debian-12-set-up.txt").read_text()
    cut = whole[: whole.index("TOKEN packages") + len("TOKEN packages\nii  docker-ce 5:28")]
    seen = survey.parse(Outcome("survey", None, stdout=cut, cut="timeout"), "TOKEN")
    assert seen.packages is UNKNOWN
    assert seen.os_id == "debian"


@pytest.mark.parametrize(
    ("said", "user", "groups"),
    [
        ("uid=0(root) gid=0(root) groups=0(root)", "root", ("root",)),
        ("uid=7(web) gid=7(web) groups=7(web),999(docker),4711", "web", ("web", "docker", "4711")),
        (
            "uid=9(a@corp) gid=8(domain users@corp) groups=8(domain users@corp),5(b,c)"
            " context=unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023",
            "a@corp",
            ("domain users@corp", "b,c"),
        ),
        ("uid=4711 gid=0(root) groups=0(root)", "4711", ("root",)),
        ("uid=0(root) gid=0(root)", "root", ()),
        ("id: cannot find name for user", UNKNOWN, UNKNOWN),
        ("", UNKNOWN, UNKNOWN),
    ],
)
def test_who_the_login_is(said: str, user: object, groups: object) -> None:
    text = f"\nTOKEN user\n{said}\n/home/web\n\n.\n\nTOKEN end\n"  # without a SHELL
    seen = survey.parse(Outcome("survey", 0, stdout=text), "TOKEN")
    assert (seen.user, seen.groups) == (user, groups)
    assert seen.home == ("/home/web" if user is not UNKNOWN else UNKNOWN)


def test_noise_before_the_probe_is_kept_apart() -> None:
    whole = (
        "Welcome! ID=hacked\nos\nTOKENX os\nID=evil\n"
        + (RECORDED / "debian-12-clean.txt").read_text()
    )
    seen = survey.parse(Outcome("survey", 0, stdout=whole), "TOKEN")
    assert seen.os_id == "debian"
    assert "Welcome!" in seen.noise


@pytest.mark.parametrize(("said", "expected"), [("1", True), ("0", False), ("", UNKNOWN)])
def test_whether_packets_are_forwarded(said: str, expected: object) -> None:
    seen = survey.parse(
        Outcome("survey", 0, stdout=f"TOKEN forwarding\n{said}\nTOKEN end\n"), "TOKEN"
    )
    assert seen.ip_forward == expected


@pytest.mark.parametrize(("said", "expected"), [("4\n6", ("4", "6")), ("6", ("6",)), ("", ())])
def test_which_ways_out_there_are(said: str, expected: object) -> None:
    seen = survey.parse(Outcome("survey", 0, stdout=f"TOKEN routes\n{said}\nTOKEN end\n"), "TOKEN")
    assert seen.routes == expected


def test_what_the_login_printed_and_what_sudo_said() -> None:
    text = "TOKEN sudo\npassword\nsudo: you must have a tty\nTOKEN end\n"
    seen = survey.parse(Outcome("survey", 0, stdout=text, noise="Welcome!\n"), "TOKEN")
    assert (seen.noise, seen.sudo) == ("Welcome!", "password")
    assert seen.sudo_says == "sudo: you must have a tty"


def test_what_the_login_may_write_and_what_is_mounted_how() -> None:
    said = "umask 0077\nunwritable /home/a b\nrw /\nrw /usr\nro /usr\ncluster /run/k3s\n"
    seen = survey.parse(Outcome("survey", 0, stdout=f"\nT limits\n{said}\nT end\n"), "T")
    assert (seen.umask, seen.unwritable) == ("0077", ("/home/a b",))
    assert (seen.mounts, seen.clusters) == ({"/": "rw", "/usr": "ro"}, ("/run/k3s",))


def test_hostile_values_stay_values() -> None:
    text = (
        'TOKEN os\nID="$(reboot)"\nID_LIKE="debian `id`"\nVERSION_ID=\x1b[31m\n'
        "TOKEN uname\nx86_64\n\nTOKEN memory\nnonsense kB\nTOKEN disk\n/ a b c d e f\n"
        "TOKEN user\nroot\nnot-a-number\n/\n/bin/sh\nroot\nTOKEN end\n"
    )
    seen = survey.parse(Outcome("survey", 0, stdout=text), "TOKEN")
    assert seen.os_id == "$(reboot)"
    assert seen.memory_bytes is UNKNOWN
    assert seen.uid is UNKNOWN
    assert seen.disk_free_bytes == {}


def test_the_probe_is_posix_shell_and_runs_here() -> None:
    script = survey.probe_command("T0").script
    done = subprocess.run(
        ["sh", "-c", 'eval "$(cat)"'], input=script, capture_output=True, text=True, check=True
    )
    seen = survey.parse(Outcome("survey", 0, stdout=done.stdout), "T0")
    assert seen.kernel is not UNKNOWN
    assert seen.cpus is not UNKNOWN
    assert done.stderr == ""


@pytest.mark.parametrize(
    ("plugin", "expected"),
    [
        ('printf \'{\\n "SchemaVersion": "0.1.0",\\n "Version": "v2.40.3"\\n}\\n\'', "2.40.3"),
        ("echo 'No such command: docker-cli-plugin-metadata' >&2; exit 1", "2.0.0-asked"),
        (None, "2.0.0-asked"),
    ],
)
def test_compose_is_what_the_plugin_says_or_else_what_docker_says(
    tmp_path: Path, plugin: str | None, expected: str
) -> None:
    programs = {"bin/docker": "[ $1 = compose ] && echo 2.0.0-asked"}
    if plugin:
        programs[".docker/cli-plugins/docker-compose"] = plugin
    for name, body in programs.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True)
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", survey.probe_command("T0").script],
        env={"HOME": str(tmp_path), "PATH": f"{tmp_path}/bin:/usr/bin:/bin"},
        capture_output=True,
        text=True,
    )
    assert survey.parse(Outcome("survey", 0, stdout=done.stdout), "T0").compose == expected


def test_what_moves_the_docker_command_elsewhere(tmp_path: Path) -> None:
    (tmp_path / ".docker").mkdir()
    settings = '{"auths": {},\n\t"credsStore": "desktop", "currentContext": "desktop-linux"}'
    (tmp_path / ".docker/config.json").write_text(settings)
    done = subprocess.run(
        ["sh", "-c", survey.probe_command("T0").script],
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "DOCKER_HOST": "tcp://elsewhere:2375"},
        capture_output=True,
        text=True,
    )
    seen = survey.parse(Outcome("survey", 0, stdout=done.stdout), "T0")
    assert seen.client_config == {
        "DOCKER_HOST": "tcp://elsewhere:2375",
        "currentContext": "desktop-linux",
        "credsStore": "desktop",
        "helper": "none",
    }


@pytest.mark.parametrize(
    ("os_id", "like", "codename", "expected"),
    [
        ("debian", (), "bookworm", ("debian", "debian", "bookworm", "")),
        ("ubuntu", ("debian",), "noble", ("ubuntu", "ubuntu", "noble", "")),
        ("devuan", ("debian",), "daedalus", ("debian", "debian", "daedalus", "devuan")),
        ("linuxmint", ("ubuntu", "debian"), "wilma", ("ubuntu", "ubuntu", "noble", "linuxmint")),
    ],
)
def test_platforms_by_id_then_by_likeness(
    os_id: str, like: tuple[str, ...], codename: str, expected: tuple[str, str, str, str]
) -> None:
    ubuntu = "noble" if os_id == "linuxmint" else None
    seen = Facts(os_id=os_id, os_like=like, os_codename=codename, ubuntu_codename=ubuntu)
    platform = platforms.resolve(seen)
    assert platform is not None
    driver, directory, release, note = expected
    assert (platform.id, platform.repository_os, platform.repository_codename) == (
        driver,
        directory,
        release,
    )
    assert note in platform.note
    assert bool(platform.note) == bool(note)


@pytest.mark.parametrize("os_id", ["nobodys-os", "", "$(reboot)"])
def test_systems_nobody_knows(os_id: str) -> None:
    assert platforms.resolve(Facts(os_id=os_id, os_like=())) is None
    assert platforms.resolve(Facts()) is None


def test_compose_plugin_of_the_distribution_only_where_there_is_one() -> None:
    old = platforms.resolve(Facts(os_id="debian", os_codename="bookworm"))
    new = platforms.resolve(Facts(os_id="debian", os_codename="trixie"))
    assert old is not None
    assert new is not None
    assert old.distribution_compose == ()
    assert new.distribution_compose == ("docker-compose",)
    assert "docker-cli" in new.distribution_packages


def test_where_the_login_comes_from() -> None:
    def read_login(said: str) -> tuple[object, object]:
        found = survey.parse(Outcome("survey", 0, f"T login\n{said}\nT end\n"), "T")
        return found.client_address, found.server_address

    assert read_login("198.18.0.1 40222 198.18.0.9 22") == ("198.18.0.1", "198.18.0.9")
    assert read_login("none") == (None, None)


def test_how_long_something_waited_for_a_cpu() -> None:
    read = system.cpu("up 15445.64\nsome 7892631686\nfull 0\n")
    assert read == {"uptime_s": 15445.64, "cpu_waited_s": 7892.631686}
    assert system.cpu("up 12.5\n") == {"uptime_s": 12.5, "cpu_waited_s": None}  # not counted there
    for broken in ("", "some 1\n", "up x\n", "up 1e99\n", "up -1\n"):
        assert system.cpu(broken) == {}


def test_this_machines_own_kernel_is_understood() -> None:
    said = subprocess.run(["sh", "-c", system.CPU], capture_output=True, text=True, check=True)
    assert system.cpu(said.stdout)["uptime_s"] > 0


def test_a_section_uses_only_what_it_says_it_comes_after() -> None:
    """A shell variable that another section sets is there only where that one ran before."""
    by_name = {section.name: section for section in survey.SECTIONS}
    order = [section.name for section in survey.SECTIONS]
    sets = {
        name: set(re.findall(r"(?<![\w-])([a-z_]\w*)=", one.script))
        for name, one in by_name.items()
    }
    shared = {"states": "firewall", "packages": "packages"}
    for name, one in by_name.items():
        for variable, owner in shared.items():
            if re.search(rf"\$\{{?{variable}\b", one.script) and name != owner:
                assert one.after == owner, name
        if one.after:
            assert order.index(one.after) < order.index(name)
            assert by_name[one.after].beside == one.beside  # else they run beside each other
            assert sets[one.after] & {"states", "packages"}
