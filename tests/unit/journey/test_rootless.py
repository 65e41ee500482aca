"""Rootless mode, held to https://docs.docker.com/engine/security/rootless/."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace

from onramp import journey
from onramp.config import load_stack, parse_settings
from onramp.journey import install, methods, platforms, root_commands
from onramp.model.action import Command
from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.step import Step
from places import ROOT

STACK = load_stack.load("hello-world", cwd=ROOT, project_root=ROOT)
EXTRAS = "docker-ce-rootless-extras"
UP: Final[dict[str, Any]] = {
    "engine": "28.5.2",
    "rootless_daemon": "enabled",
    "rootless_json": None,
    "client_config": {"currentContext": "rootless"},
}


def facts(os_id: str, **more: Any) -> Facts:
    """A clean host that somebody called ada logs in to."""
    bare = Facts(
        os_id=os_id, os_like=(), os_codename="bookworm", init="systemd", dpkg_arch="amd64",
        packages={}, installed_by_us=(), daemon_active=False, daemon_enabled=None, docker_cli=None,
        compose=None, engine=None, daemon_json=None, rootless_daemon=None, rootless_json=None,
        user="ada", uid=1000, home="/home/ada",
    )  # fmt: skip
    return replace(bare, **more)


def platform(os_id: str, **more: Any) -> Platform:
    """What is known of a system."""
    found = platforms.resolve(facts(os_id, **more))
    assert found
    return found


def plan(
    os_id: str = "debian", daemon: dict[str, object] | None = None, **more: Any
) -> journey.Plan:
    """Rootless Docker is wanted; `daemon` is what its daemon.json is to hold."""
    asked = {"docker": {"method": "rootless", "daemon": daemon or {}}}
    given = parse_settings.parse(asked, where="test")
    return journey.Plan(facts(os_id, **more), platform(os_id), STACK, given)


def held(step: Step, seen: Facts) -> bool:
    """Whether nothing is left to do."""
    return step.holds is not None and step.holds(seen)


def shown(step: Step) -> list[str]:
    """What is done, as a person would type it."""
    return [action.shown for action in step.apply]


def test_what_is_documented_is_dockers_and_what_is_run_is_what_is_documented() -> None:
    engine, _, daemon, without_sudo = journey.steps(plan())[:4]
    packages = f"uidmap dbus-user-session slirp4netns {EXTRAS}"
    assert engine.documented[-1] == f"sudo apt install {packages}"
    assert f"sudo apt-get install -y {packages}" in shown(engine)
    assert daemon.documented == (
        "sudo systemctl disable --now docker.service docker.socket",
        "sudo rm /var/run/docker.sock",
        "log out and back in",
        "dockerd-rootless-setuptool.sh install",
        "systemctl --user enable docker",
        "sudo loginctl enable-linger $(whoami)",
    )
    told = [
        line.replace("back in", "in again").replace("rm ", "rm -f ") for line in daemon.documented
    ]
    assert [line for line in shown(daemon) if line in told] == told
    assert without_sudo.documented[0] == "docker context use rootless"


@pytest.mark.parametrize("os_id", ["fedora", "rhel"])
def test_what_it_needs_has_other_names_on_red_hats_systems(os_id: str) -> None:
    told = journey.step("install-engine", plan(os_id)).documented
    assert told[-1] == f"sudo dnf install shadow-utils iptables {EXTRAS}"


def test_it_is_refused_without_systemd_and_without_dockers_packages() -> None:
    refused = methods.methods()["rootless"].refused
    assert "sysvinit runs here" in refused(platform("debian", init="sysvinit"))
    assert "openrc runs here" in refused(platform("alpine", init="openrc"))
    assert "no packages for" in refused(platform("opensuse-leap"))
    assert not refused(platform("debian"))


@pytest.mark.parametrize(
    ("more", "up"),
    [
        ({}, True),
        ({"rootless_daemon": "disabled"}, False),
        ({"engine": None}, False),
        ({"client_config": {}}, False),  # the system's daemon answers
        ({"client_config": {"DOCKER_HOST": "unix:///run/user/1000/docker.sock"}}, True),
    ],
)
def test_the_daemon_is_up_where_it_answers_and_starts_at_boot(
    more: dict[str, Any], up: bool
) -> None:
    seen = plan(**{**UP, **more})
    assert held(journey.step("start-daemon", seen), seen.facts) is up


def test_the_extras_are_part_of_the_engine() -> None:
    there: dict[str, Any] = {"docker_cli": "28.5.2", "packages": {"docker-ce": "5:28.5.2"}}
    step = journey.step("install-engine", plan())
    assert not held(step, facts("debian", **there))
    there["packages"] = {**there["packages"], EXTRAS: "5:28.5.2"}
    assert held(step, facts("debian", **there))


def test_its_settings_are_in_the_users_file_and_not_in_the_systems() -> None:
    before = plan(daemon={"debug": True}, **UP)
    steps = [journey.step(name, before) for name in ("install-engine", "start-daemon")]
    scripts = [a.script for step in steps for a in step.apply if isinstance(a, Command)]
    assert not any("/etc/docker" in script for script in scripts)
    assert not held(steps[1], before.facts)
    assert "tee ~/.config/docker/daemon.json" in shown(steps[1])
    assert "systemctl --user restart docker" in shown(steps[1])
    after = replace(before, facts=replace(before.facts, rootless_json='{"debug": true}'))
    assert held(journey.step("start-daemon", after), after.facts)


def test_it_is_undone_before_its_packages_go_and_lingering_only_where_it_was_ours() -> None:
    there: dict[str, Any] = {"packages": {EXTRAS: "5:28.5.2"}, **UP}
    ours = (EXTRAS, "/var/lib/systemd/linger/ada")
    done = shown(install.purge(plan(installed_by_us=ours, **there)))
    assert done[:2] == [
        "dockerd-rootless-setuptool.sh uninstall",
        "sudo loginctl disable-linger ada",
    ]
    assert f"sudo apt-get remove -y {EXTRAS}" in done
    done = shown(install.purge(plan(installed_by_us=ours[:1], **there)))
    assert not any("linger" in line for line in done)
    assert not any("rootless" in line for line in shown(install.purge(plan(**there))))


def test_no_name_of_a_user_reaches_a_shell() -> None:
    step = journey.step("start-daemon", plan(user="$(reboot)"))
    scripts = [action.script for action in step.apply if isinstance(action, Command)]
    assert not any("$(reboot)" in script.replace("'$(reboot)'", "") for script in scripts)


@pytest.mark.parametrize(("printed", "code"), [("", 0), ("web", 1)])
def test_an_engine_goes_only_when_nothing_runs_at_any_of_its_sockets(
    tmp_path: Path, printed: str, code: int
) -> None:
    docker = tmp_path / "docker"
    docker.write_text(f"#!/bin/sh\ncase $2 in *second.sock) echo {printed};; esac\n")
    docker.chmod(0o755)
    there = [str(tmp_path / name) for name in ("first.sock", "second.sock")]
    for path in there:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path)
    guard = root_commands.nothing_runs(plan(), *there, "/run/there/is/none.sock")
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    done = subprocess.run(["sh", "-c", guard.script], env=env, capture_output=True, text=True)
    assert done.returncode == code
    assert done.stderr.strip().endswith("left alone: web" if code else "")
