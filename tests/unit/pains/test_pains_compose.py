"""Which engine and which plugin docker takes, and the way back to those of this host."""

from __future__ import annotations

import pytest

from onramp.config.parse_settings import overlaid
from onramp.diagnosis import findings as diagnose
from onramp.diagnosis import matching
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import RemedyPlan, Situation
from onramp.model.settings import Settings
from onramp.model.stack import Stack
from onramp.model.step import Attempt
from onramp.model.unknown import UNKNOWN
from onramp.pains import catalogue, compose

PAINS = catalogue()
NO_FILE = "no configuration file provided: not found"
HELLO = Stack("hello-world", "/nowhere", {"docker-compose.yml": b"services: {}\n"})


def at(
    probe: str | None = None, *, words: str = "", stack: Stack | None = None, **facts: object
) -> Situation:
    failed = Attempt("build", 1, "apply", Outcome("docker", 1, stderr=words, seconds=2.0))
    seen = None if probe is None else Outcome("probe", 0, probe)
    return Situation(Facts(**facts), Settings(), stack=stack, attempt=failed, probe=seen)  # type: ignore[arg-type]


def cure(pain: str, situation: Situation) -> RemedyPlan | None:
    remedy = PAINS[pain].remedy
    assert remedy
    assert remedy.cure
    return remedy.cure(situation)


def shown(found: RemedyPlan | None) -> list[str]:
    assert found
    return [action.shown for action in found.actions]


@pytest.mark.parametrize(
    ("config", "engine", "seen"),
    [
        ({}, None, False),
        ({"currentContext": "default"}, "28.5.2", False),
        ({"DOCKER_HOST": "unix:///var/run/docker.sock"}, "28.5.2", False),
        ({"DOCKER_HOST": "unix:///run/user/1000/docker.sock"}, "28.5.2", False),
        ({"DOCKER_HOST": "unix:///run/user/1000/docker.sock"}, None, True),
        ({"DOCKER_HOST": "tcp://build.example:2376"}, "28.5.2", True),
        ({"currentContext": "staging"}, None, True),
    ],
)
def test_a_setting_that_leads_to_another_engine_is_foreseen(
    config: dict[str, str], engine: str | None, seen: bool
) -> None:
    assert bool(compose.elsewhere(at(client_config=config, engine=engine))) == seen
    assert compose.elsewhere(at(client_config=UNKNOWN)) is None


def test_docker_desktop_s_context_has_a_page_of_its_own() -> None:
    situation = at(client_config={"currentContext": "desktop-linux"}, engine=None)
    assert [f.pain for f in diagnose.foreseen(situation, PAINS)] == ["docker-desktop-leftover"]


def test_the_line_is_commented_out_where_it_stands_and_nowhere_else() -> None:
    probe = (
        "/home/me/.bashrc:1:export DOCKER_HOST=tcp://a:2375\n"
        "/etc/environment:3:DOCKER_HOST=tcp://a:2375\n"
        "/home/me/$(reboot).sh:1:export DOCKER_HOST=x\nhost=tcp://a:2375\nchosen=\n"
    )
    shell, environment, login = shown(cure("docker-host-leftover", at(probe)))
    assert shell.startswith("sed -i.before-onramp 's/^[^#]*DOCKER_")
    assert shell.endswith(": # &/' /home/me/.bashrc")
    assert environment.startswith("sudo sed")
    assert environment.endswith("=/# &/' /etc/environment")
    assert login == "log out and in again"


def test_a_variable_that_stands_in_no_file_we_know_is_left_to_a_person() -> None:
    assert cure("docker-host-leftover", at("host=ssh://me@there\nchosen=\n")) is None


def test_a_chosen_context_is_given_up() -> None:
    probe = "host=\nchosen=\napi=\ncontext=staging\n/usr/bin/docker\n"
    assert compose.leads_elsewhere(at(probe))
    assert shown(cure("docker-host-leftover", at(probe))) == ["docker context use default"]
    assert compose.leads_elsewhere(at("host=\nchosen=\ncontext=default\n")) is False


@pytest.mark.parametrize(
    ("paths", "packaged", "used", "seen"),
    [
        (("/home/me/.docker/cli-plugins/docker-compose",), "2.40.3-1~debian", "2.3.3", True),
        (("/home/me/.docker/cli-plugins/docker-compose",), "2.40.3-1~debian", None, True),
        (("/home/me/.docker/cli-plugins/docker-compose",), "2.40.3-1~debian", "5.0.0", False),
        (("/usr/libexec/docker/cli-plugins/docker-compose",), "2.40.3-1~debian", "2.40.3", False),
        (("/home/me/.docker/cli-plugins/docker-compose",), "1.29.2-3", "2.3.3", False),
    ],
)
def test_an_older_plugin_before_the_package_s(
    paths: tuple[str, ...], packaged: str, used: str | None, seen: bool
) -> None:
    situation = at(plugins=paths, packages={"docker-compose-plugin": packaged}, compose=used)
    assert bool(compose.outdated(situation)) == seen


def test_the_plugin_in_front_is_moved_to_where_docker_does_not_look() -> None:
    probe = (
        "/home/me/.docker/cli-plugins/docker-compose\n"
        "/usr/libexec/docker/cli-plugins/docker-compose\ndocker answers\n"
    )
    moved = shown(cure("compose-plugin-shadowed-old", at(probe)))
    assert moved == [
        "mv /home/me/.docker/cli-plugins/docker-compose /home/me/.docker/docker-compose.old"
    ]
    packaged = "/usr/libexec/docker/cli-plugins/docker-compose\ndocker answers\n"
    assert cure("compose-plugin-shadowed-old", at(packaged)) is None


def test_a_helper_that_is_missing_is_passed_by_with_a_configuration_of_our_own() -> None:
    found = cure("credential-helper-missing", at(home="/home/me"))
    assert found
    env = overlaid(Settings(), {"stack.env": {"A": "1"}})
    assert overlaid(env, found.settings).stack.env == {
        "A": "1",
        "DOCKER_CONFIG": "/home/me/onramp/.docker",
    }


def test_the_stack_is_copied_again_only_where_it_is_known() -> None:
    assert cure("compose-no-config-file", at()) is None
    assert shown(cure("compose-no-config-file", at(stack=HELLO)))


@pytest.mark.parametrize(("ages", "blamed"), [("  1\n", True), ("", True), ("86400\n", False)])
def test_a_daemon_older_than_the_command_was_not_killed_under_it(ages: str, blamed: bool) -> None:
    confirm = PAINS["daemon-killed-mid-operation"].confirm
    assert confirm
    assert confirm(at(ages, words="unexpected EOF")) is blamed


def test_only_those_on_the_network_that_stays_are_disconnected() -> None:
    words = "error while removing network: network hello_default id 0a1b has active endpoints"
    probe = "hello_default proxy monitor\nother_default else\n"
    assert shown(cure("down-network-in-use", at(probe, words=words))) == [
        "docker network disconnect hello_default proxy",
        "docker network disconnect hello_default monitor",
    ]


def test_only_those_that_hold_the_volume_are_removed() -> None:
    words = " Volume hello_counter  Resource is still in use"
    probe = "web a1b2\nbackup hello_counter,other\nelse other\n"
    assert shown(cure("volumes-left-after-down", at(probe, words=words))) == ["docker rm -f backup"]
    assert cure("volumes-left-after-down", at("web a1b2\n", words=words)) is None


def test_docker_desktop_s_stand_in_is_told_by_what_it_prints() -> None:
    said = "The command 'docker' could not be found in this WSL 2 distro."
    foresee = PAINS["wsl-docker-desktop-integration"].foresee
    assert foresee
    assert foresee(at(engine_error=said, wsl=True))
    assert foresee(at(engine_error="Cannot connect to the Docker daemon")) is None


def test_a_pain_point_that_was_not_confirmed_explains_nothing() -> None:
    """`snap-docker` prints the same words, and explains them where there is a snap."""
    failed = Attempt("build", 1, "apply", Outcome("docker compose build", 1, stderr=NO_FILE))
    found = matching.matches(failed, PAINS)
    assert {"compose-no-config-file", "snap-docker"} <= {match.pain.id for match in found}
    unasked = diagnose.findings(failed, found, {}, at())
    assert unasked[0].pain == "compose-no-config-file"
    snap = {"snap-docker": Outcome("probe", 0, "/snap/bin/docker\n")}
    assert diagnose.findings(failed, found, snap, at())[0].pain == "snap-docker"
