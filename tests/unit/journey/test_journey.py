"""The plan: what is typed, in which order, and when a step already holds. Nothing is run."""

from __future__ import annotations

import json

import pytest
from msgspec.structs import replace

from onramp import journey
from onramp.config import load_stack, parse_settings
from onramp.journey import install as journey_install
from onramp.journey import platforms, survey
from onramp.journey.daemon import merged_daemon_json
from onramp.model.action import Check, Command, Outcome, Restart, Upload
from onramp.model.facts import Facts
from onramp.model.step import PROVISION, REBOOT, Step
from onramp.model.unknown import UNKNOWN
from places import RECORDED, ROOT

RECORDED = RECORDED / "facts"
STACK = load_stack.load("hello-world", cwd=ROOT, project_root=ROOT)


def plan(name: str = "debian-12-clean", scope: journey.Scope = "evaluate", **wanted: object):  # type: ignore[no-untyped-def]
    text = (RECORDED / f"{name}.txt").read_text()
    seen = survey.parse(Outcome("survey", 0, stdout=text), "TOKEN")
    platform = platforms.resolve(seen)
    assert platform is not None
    given = parse_settings.parse(parse_settings.nested(wanted), where="test")
    return journey.Plan(seen, platform, STACK, given, scope)


def typed(step: Step) -> list[str]:
    return [action.shown for action in (*step.tries, *step.apply, *step.verify)]


def test_the_whole_way_in_order() -> None:
    assert [stage.id for stage in (journey.CONNECT, journey.SURVEY, *journey.steps(plan()))] == [
        *("connect", "survey", "install-engine", "install-compose", "start-daemon"),
        *("use-without-sudo", "copy-stack", "build", "up", "verify", "stop", "down"),
        *("down-volumes", "leftovers"),
    ]


def test_scopes() -> None:
    assert journey.ids("provision")[-1] == "use-without-sudo"
    assert journey.ids("deploy") == (
        "connect", "survey", "copy-stack", "build", "up", "verify",
    )  # fmt: skip
    assert journey.ids("evaluate", keep=True)[-1] == "verify"


def test_a_restart_comes_before_anything_is_taken_down() -> None:
    assert journey.planned("evaluate", reboot=True)[7:11] == (
        "verify", "reboot", "after-reboot", "stop",
    )  # fmt: skip
    assert journey.planned("provision", reboot=True)[-2:] == REBOOT
    assert journey.ids("evaluate", keep=True, reboot=True)[-2:] == REBOOT
    assert [s.id for s in journey.steps(replace(plan(), reboot=True))][8:10] == list(REBOOT)


@pytest.mark.parametrize(
    ("name", "command", "first"),
    [
        ("debian-12-clean", "systemctl reboot", "systemctl is-system-running --wait"),
        ("debian-12-sysv-clean", "reboot", "wait until docker answers"),
    ],
)
def test_the_next_morning_is_looked_at_before_anything_is_started(
    name: str, command: str, first: str
) -> None:
    here = plan(name)
    [told] = journey.step("reboot", here).apply
    assert isinstance(told, Restart)
    assert (told.script, told.shown, told.within_s) == (command, f"sudo {command}", 300.0)
    seen = journey.step("after-reboot", here)
    assert not seen.apply  # a stack that has to be started by hand is a stumble
    booted, status, asked, *stack = seen.tries
    assert booted.shown == first
    assert " docker" in status.shown  # before the socket is touched, which may start the daemon
    assert asked == Command("docker version")  # as the plain user
    assert [action.what for action in stack if isinstance(action, Check)] == [
        "came-back", "http", "counter",
    ]  # fmt: skip


def test_without_a_stack_only_the_daemon_is_looked_at() -> None:
    seen = journey.step("after-reboot", plan(scope="provision"))
    assert not [action for action in seen.tries if isinstance(action, Check)]


def test_documented_procedure_of_dockers_repository() -> None:
    commands = typed(journey.step("install-engine", plan()))
    assert "sudo apt-get update" in commands
    url = "https://download.docker.com/linux/debian"
    assert f"sudo curl -fsSL {url}/gpg -o /etc/apt/keyrings/docker.asc" in commands
    sources = next(text for text in commands if text.startswith("sudo tee"))
    assert f"URIs: {url}\nSuites: bookworm\nComponents: stable\nArchitectures: amd64\n" in sources
    assert commands[-3] == (
        "sudo apt-get install -y docker-ce docker-ce-cli containerd.io docker-buildx-plugin "
        "docker-compose-plugin"
    )


def test_documented_is_dockers_page_also_where_a_mirror_stands_in() -> None:
    step = journey.step("install-engine", plan(**{"docker.repository": "http://mirror.example/x"}))
    assert any("download.docker.com" in line for line in step.documented)
    assert any("http://mirror.example/x/debian/gpg" in line for line in typed(step))


def test_version_and_channel() -> None:
    step = journey.step(
        "install-engine", plan(**{"docker.version": "28.5.2", "docker.channel": "test"})
    )
    commands = typed(step)
    assert any("'docker-ce=5:28.5.2-*' 'docker-ce-cli=5:28.5.2-*'" in text for text in commands)
    assert any("Components: test" in text for text in commands)


def test_distribution_packages() -> None:
    step = journey.step(
        "install-engine", plan("debian-13-clean", **{"docker.method": "distribution"})
    )
    assert "sudo apt-get install -y docker.io docker-cli docker-buildx" in typed(step)
    compose = journey.step(
        "install-compose", plan("debian-13-clean", **{"docker.method": "distribution"})
    )
    assert "sudo apt-get install -y docker-compose" in typed(compose)


def test_nothing_to_do_where_all_of_it_holds() -> None:
    for name in ("debian-12-set-up", "debian-13-set-up", "debian-12-sysv-set-up"):
        done = plan(name)
        for step_id in PROVISION:
            step = journey.step(step_id, done)
            assert step.holds is not None
            assert step.holds(done.facts), (name, step_id)


def test_nothing_holds_on_a_clean_host() -> None:
    clean = plan()
    for step_id in PROVISION:
        step = journey.step(step_id, clean)
        assert step.holds is None or not step.holds(clean.facts), step_id


def test_unknown_facts_never_satisfy_a_step() -> None:
    blank = replace(plan(), facts=Facts())
    for step_id in PROVISION:
        step = journey.step(step_id, blank)
        assert step.holds is None or not step.holds(Facts()), step_id


def test_a_refusal_is_tried_before_anybody_joins_a_group() -> None:
    step = journey.step("use-without-sudo", plan())
    assert typed(step) == ["docker version"]
    assert not any(isinstance(a, Command) and a.as_root for a in step.tries)


@pytest.mark.parametrize(
    ("present", "wanted", "expected"),
    [
        (None, {}, None),
        (None, {"debug": True}, {"debug": True}),
        ('{"debug": true}', {"debug": True}, None),
        ('{"log-level": "warn"}', {"debug": True}, {"log-level": "warn", "debug": True}),
        ("{broken", {"debug": True}, None),
        ("[]", {"debug": True}, None),
    ],
)
def test_daemon_json_is_merged_and_never_overwritten(
    present: str | None, wanted: dict[str, object], expected: dict[str, object] | None
) -> None:
    given = parse_settings.parse({"docker": {"daemon": wanted}}, where="test")
    merged = merged_daemon_json(Facts(daemon_json=present), given)
    assert (json.loads(merged) if merged else None) == expected


def test_a_daemon_json_nobody_could_read_is_not_replaced() -> None:
    here = plan(**{"docker.daemon": {"debug": True}})
    read = typed(journey.step("install-engine", here))
    unread = replace(here, facts=replace(here.facts, daemon_json=UNKNOWN))
    commands = typed(journey.step("install-engine", unread))
    [guard] = set(commands) - set(read)
    assert guard == "test ! -e /etc/docker/daemon.json"
    writes = next(n for n, text in enumerate(commands) if "tee /etc/docker/daemon.json" in text)
    assert commands.index(guard) < writes


def test_a_password_in_the_repositorys_address_is_no_argument() -> None:
    here = plan(**{"docker.repository": "https://u:s3cr3t@mirror.example/x"})
    [fetch] = [text for text in scripts(here, "install-engine") if text.startswith("curl")]
    assert "s3cr3t" not in fetch.splitlines()[0]
    assert fetch.splitlines()[1] == 'url = "https://u:s3cr3t@mirror.example/x/debian/gpg"'


def test_what_was_there_before_is_never_ours_to_remove() -> None:
    there = plan("debian-12-set-up", **{"docker.version": "99"})
    assert not any("/var/lib/onramp" in text for text in scripts(there, "install-engine"))
    assert any("/var/lib/onramp" in text for text in scripts(plan(), "install-engine"))
    removes = journey_install.purge(there)
    assert removes.holds is not None
    assert removes.holds(replace(there.facts, installed_by_us=()))
    assert removes.holds(replace(there.facts, installed_by_us=("docker.io",)))
    assert not removes.holds(replace(there.facts, installed_by_us=("docker-ce",)))


def scripts(here: journey.Plan, step: str) -> list[str]:
    return [a.script for a in journey.step(step, here).apply if isinstance(a, Command)]


def test_what_is_set_anew_restarts_the_daemon_and_a_set_file_does_not() -> None:
    done = plan("debian-12-set-up", **{"docker.daemon": {"debug": True}})
    step = journey.step("start-daemon", done)
    assert step.holds is not None
    assert not step.holds(done.facts)
    assert "sudo systemctl restart docker" in typed(step)


def test_stack_values_travel_in_the_environment_only() -> None:
    secret = "s3cr3t-of-the-index"
    here = plan(**{"stack.env": {"PIP_INDEX_URL": f"https://u:{secret}@pypi.example/simple"}})
    for step in journey.steps(here):
        for action in (*step.tries, *step.apply, *step.verify, *step.context):
            assert secret not in action.shown
            if isinstance(action, Command):
                assert secret not in action.script
    build = journey.step("build", here).apply[-1]
    assert isinstance(build, Command)
    assert secret in build.env["PIP_INDEX_URL"]


def test_compose_runs_as_a_project_of_its_own() -> None:
    for step in journey.steps(plan()):
        for action in (*step.apply, *step.verify):
            if isinstance(action, Command) and "cd ~" in action.script:
                assert action.env["COMPOSE_PROJECT_NAME"] == "onramp-hello-world", step.id


def test_the_stack_is_copied_with_our_mark() -> None:
    upload = journey.step("copy-stack", plan()).apply[0]
    assert isinstance(upload, Upload)
    assert set(upload.files) == {
        *("app.py", "requirements.txt", "docker-compose.yml", "Dockerfile", ".onramp"),
    }


def test_a_deployed_stack_is_not_taken_down_and_up_again() -> None:
    down = journey.step("down", plan(scope="teardown"))
    assert [action.shown for action in (*down.apply, *down.verify)] == ["docker compose down"]


def test_every_look_is_one_somebody_answers() -> None:
    from onramp.pipeline.checks import CHECKS

    asked = {
        action.what
        for step in journey.steps(plan())
        for action in (*step.tries, *step.apply, *step.verify)
        if isinstance(action, Check)
    }
    assert asked <= set(CHECKS)
    assert {"snapshot", "running", "http", "counter", "exit-codes", "leftovers"} <= asked
