"""Every command of every platform, held to what the vendors' pages have people type."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from onramp import journey
from onramp.config import load_stack, parse_settings
from onramp.journey import install, methods, platforms
from onramp.model.action import Command
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.step import Step
from places import ROOT

STACK = load_stack.load("hello-world", cwd=ROOT, project_root=ROOT)
DOCKERS = "docker-ce docker-ce-cli containerd.io docker-buildx-plugin docker-compose-plugin"
PAGES = "https://download.docker.com/linux"


def apt(system: str) -> tuple[str, ...]:
    """https://docs.docker.com/engine/install/debian/ and ubuntu/, which differ in the directory."""
    return (
        "sudo apt update",
        "sudo apt install ca-certificates curl",
        "sudo install -m 0755 -d /etc/apt/keyrings",
        f"sudo curl -fsSL {PAGES}/{system}/gpg -o /etc/apt/keyrings/docker.asc",
        "sudo chmod a+r /etc/apt/keyrings/docker.asc",
        "sudo tee /etc/apt/sources.list.d/docker.sources",
        "sudo apt update",
        f"sudo apt install {DOCKERS}",
    )


def dnf(add: str) -> tuple[str, ...]:
    """https://docs.docker.com/engine/install/fedora/, centos/ and rhel/."""
    return (
        "sudo dnf -y install dnf-plugins-core",
        f"sudo dnf config-manager {add}/docker-ce.repo",
        f"sudo dnf install {DOCKERS}",
    )


DEBIANS_START = ("sudo systemctl start docker", "sudo systemctl enable docker.service")
NOW = ("sudo systemctl enable --now docker",)
GROUP = ("sudo groupadd docker", "sudo usermod -aG docker $USER")
DNF4 = f"--add-repo {PAGES}"
# {a system's ID: (its installation, how its daemon is started, how its group is joined)}
WORDS = {
    "debian": (apt("debian"), DEBIANS_START, GROUP),
    "ubuntu": (apt("ubuntu"), DEBIANS_START, GROUP),
    "raspbian": (apt("raspbian"), DEBIANS_START, GROUP),
    "fedora": (dnf(f"addrepo --overwrite --from-repofile={PAGES}/fedora"), NOW, GROUP),
    "rhel": (dnf(f"{DNF4}/rhel"), NOW, GROUP),
    "centos": (dnf(f"{DNF4}/centos"), NOW, GROUP),
    "rocky": (dnf(f"{DNF4}/rocky"), NOW, GROUP),
    "almalinux": (dnf(f"{DNF4}/rhel"), NOW, GROUP),
    "ol": (dnf(f"{DNF4}/centos"), NOW, GROUP),
    "amzn": (("sudo dnf install -y docker",), NOW, GROUP),
    **dict.fromkeys(
        ("opensuse-leap", "opensuse-tumbleweed", "sles"),
        (
            ("sudo zypper --non-interactive install docker docker-compose docker-buildx",),
            NOW,
            GROUP,
        ),
    ),
    "alpine": (
        ("sudo apk add docker docker-cli-compose docker-cli-buildx",),
        ("sudo rc-update add docker default", "sudo service docker start"),
        ("sudo addgroup $USER docker",),
    ),
    "arch": (
        ("sudo pacman -Syu --needed docker docker-compose docker-buildx",),
        NOW,
        ("sudo usermod -aG docker $USER",),
    ),
}
NO_VENDOR = {"amzn", "opensuse-leap", "opensuse-tumbleweed", "sles", "alpine", "arch"}
NO_ENGINE = {"rhel", "centos", "rocky", "almalinux", "ol"}
ANSWERS = ("-y ", "--noconfirm ")  # what answers a question that a page leaves to its reader


def facts(os_id: str, **more: object) -> Facts:
    """A clean host of a system."""
    init = "openrc" if os_id == "alpine" else "systemd"
    bare = Facts(
        os_id=os_id, os_like=(), os_codename="bookworm", init=init, dpkg_arch="amd64",
        packages={}, installed_by_us=(), daemon_active=False, daemon_enabled=None, docker_cli=None,
        compose=None, engine=None, daemon_json=None,
    )  # fmt: skip
    return replace(bare, **more)  # type: ignore[arg-type]


def platform(os_id: str) -> Platform:
    """What is known of a system."""
    found = platforms.resolve(facts(os_id))
    assert found
    return found


def steps(os_id: str, **wanted: object) -> tuple[Step, ...]:
    """All that is planned for it."""
    given = parse_settings.parse(parse_settings.nested(wanted), where="test")
    return journey.steps(journey.Plan(facts(os_id), platform(os_id), STACK, given))


def typed(step: Step) -> list[str]:
    """What is run as root, in the words of a page: questions unanswered, `apt` for apt-get."""
    shown = [action.shown for action in step.apply if isinstance(action, Command)]
    for answer in ANSWERS:
        shown = [line.replace(answer, "") for line in shown]
    return [line.replace("apt-get ", "apt ").split("\n")[0] for line in shown]


def test_every_platform_has_its_words_here() -> None:
    known = {os_id for driver in platforms.drivers().values() for os_id in driver.ids}
    assert known - set(WORDS) == {"fedora-asahi-remix", "opensuse", "suse", "archarm"}  # remixes


@pytest.mark.parametrize("os_id", WORDS)
def test_what_is_documented_is_the_vendors(os_id: str) -> None:
    install, start, group = WORDS[os_id]
    by_id = {step.id: step for step in steps(os_id)}
    assert by_id["install-engine"].documented == install
    assert by_id["start-daemon"].documented == start
    assert by_id["use-without-sudo"].documented[: len(group)] == group


@pytest.mark.parametrize("os_id", WORDS)
def test_what_is_run_is_what_is_documented(os_id: str) -> None:
    own = ("note what was installed",)  # Onramp's record
    engine, _, daemon = steps(os_id)[:3]
    told = [line.replace("-y ", "") for line in engine.documented]
    run = [line for line in typed(engine) if not line.startswith(own)]
    assert [line.partition(" <<")[0] for line in run] == told
    if not platform(os_id).starts_itself:
        ran = [line for line in typed(daemon) if line.startswith("sudo")]
        assert ran == list(daemon.documented)


@pytest.mark.parametrize("os_id", WORDS)
def test_the_documented_command_starts_a_daemon_before_anybody_asks_for_it(os_id: str) -> None:
    """What a page has people type is no stumble; where a package starts its daemon, it is asked."""
    daemon = steps(os_id)[2]
    assert bool(daemon.apply) != platform(os_id).starts_itself
    assert bool(daemon.tries) == platform(os_id).starts_itself


@pytest.mark.parametrize("os_id", WORDS)
def test_ways_that_do_not_exist_are_refused(os_id: str) -> None:
    here = platform(os_id)
    offered = {name for name, method in methods.methods().items() if not method.refused(here)}
    assert ("repository" in offered) == (os_id not in NO_VENDOR)
    assert ("distribution" in offered) == (os_id not in NO_ENGINE)
    settings = parse_settings.parse({}, where="test")
    assert not methods.named(settings, here).refused(here)


def test_a_version_is_asked_for_as_each_manager_has_it() -> None:
    for os_id, word in (("debian", "docker-ce=5:28.5.2-*"), ("fedora", "docker-ce-28.5.2")):
        asked = steps(os_id, **{"docker.version": "28.5.2"})[0].apply
        assert any(word in action.shown for action in asked if isinstance(action, Command))


DERIVED = [  # os-release of systems without a file of their own -> the row they take
    ({"os_id": "nobara", "os_like": ("rhel", "centos", "fedora"), "platform_id": "platform:f42"},
     "fedora"),
    ({"os_id": "eurolinux", "os_like": ("rhel", "fedora"), "platform_id": "platform:el9"}, "rhel"),
    ({"os_id": "virtuozzo", "os_like": (), "platform_id": "platform:el8"}, "rhel"),
    ({"os_id": "circle", "os_like": ("rhel", "centos", "fedora")}, "rhel"),
    ({"os_id": "manjaro", "os_like": ("arch",)}, "arch"),
    ({"os_id": "endeavouros", "os_like": ("arch",)}, "arch"),
    ({"os_id": "linuxmint", "os_like": ("ubuntu", "debian"), "ubuntu_codename": "noble"}, "ubuntu"),
    ({"os_id": "pop", "os_like": ("ubuntu", "debian"), "ubuntu_codename": "jammy"}, "ubuntu"),
    ({"os_id": "zorin", "os_like": ("ubuntu", "debian"), "ubuntu_codename": "noble"}, "ubuntu"),
    ({"os_id": "kali", "os_like": ("debian",), "os_codename": "kali-rolling"}, "debian"),
    ({"os_id": "postmarketos", "os_like": ("alpine",)}, "alpine"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "row"), DERIVED, ids=lambda one: str(one)[:40])
def test_derivatives_find_their_family_and_say_so(said: dict[str, object], row: str) -> None:
    found = platforms.resolve(facts(**said))  # type: ignore[arg-type]
    assert found
    assert found.id == row
    assert str(said["os_id"]) in found.note


def test_raspberry_pi_os_13_takes_debians_directory() -> None:
    new = platforms.resolve(facts("raspbian", os_codename="trixie"))
    assert new
    assert new.repository_os == "debian"


def test_the_script_is_kept_with_its_checksum_before_it_runs() -> None:
    told = typed(steps("debian", **{"docker.method": "script"})[0])
    read = next(n for n, line in enumerate(told) if "sha256sum" in line and "cat" in line)
    run = next(n for n, line in enumerate(told) if line.startswith("sudo sh /"))
    assert read < run


def test_a_mirror_and_a_version_reach_the_script_as_it_documents_them() -> None:
    asked = {"docker.repository": "http://m.example/x/linux", "docker.version": "28.5.2"}
    told = typed(steps("debian", **{"docker.method": "script", **asked})[0])
    (run,) = [line for line in told if "get-docker.sh --version" in line]
    assert "DOWNLOAD_URL=http://m.example/x sh " in run
    assert run.endswith("--version 28.5.2")


@pytest.mark.parametrize("os_id", ["debian", "alpine"])
def test_an_archive_brings_a_group_a_service_and_plugins_by_hand(os_id: str) -> None:
    engine, compose, daemon = steps(os_id, **{"docker.method": "static"})[:3]
    told = "\n".join([*typed(engine), *typed(compose)])
    service = "/etc/init.d/docker" if os_id == "alpine" else "/etc/systemd/system/docker.service"
    for word in ("static/stable/x86_64/", "getent group docker", service, "docker-compose-linux"):
        assert word in told
    assert daemon.apply  # nothing starts by itself
    assert any("docker-VERSION.tgz" in line for line in engine.documented)


def test_no_address_of_an_archive_gets_into_a_process_list() -> None:
    secret = {"docker.static": "https://u:hunter2@m.example/s", "docker.method": "static"}
    fetches = [
        action for action in steps("debian", **secret)[0].apply
        if isinstance(action, Command) and "hunter2" in action.script
    ]  # fmt: skip
    assert fetches
    assert all("curl -K -" in action.script for action in fetches)


def test_what_the_host_says_of_its_processor_reaches_no_shell() -> None:
    hostile = replace(facts("debian"), arch="x86_64$(reboot)")
    given = parse_settings.parse({"docker": {"method": "static"}}, where="test")
    plan = journey.Plan(hostile, platform("debian"), STACK, given)
    scripts = [a.script for step in journey.steps(plan)[:2] for a in step.apply
               if isinstance(a, Command)]  # fmt: skip
    assert not any("reboot" in script for script in scripts)


def test_what_was_put_there_by_hand_goes_again_and_nothing_else() -> None:
    ours = (
        "/usr/bin/dockerd",
        "/etc/systemd/system/docker.service",
        "/home/ada/thesis",
        "docker-ce",
    )
    given = parse_settings.parse({}, where="test")
    there = replace(facts("debian"), installed_by_us=ours)
    step = install.purge(journey.Plan(there, platform("debian"), STACK, given))
    shown = [action.shown for action in step.apply]
    assert "sudo systemctl disable --now docker.service docker.socket" in shown
    assert "/usr/bin/dockerd" in shown[-1]
    assert not any("thesis" in line or "docker-ce " in line for line in shown)
    assert step.holds
    assert not step.holds(there)
