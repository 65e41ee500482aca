"""What a run adds up to, and sentences that only say what was measured."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

import example_runs as examples
from onramp.evidence import replay
from onramp.model.pain import Severity
from onramp.model.run import HostRun, RunReport
from onramp.reports.build import build, exit_code, headline, host_report
from onramp.reports.form.evidence_links import anchor, sourced
from onramp.reports.form.procedure import STEPS
from onramp.text.humanize import counted, duration, listed, size

CATALOGUE = examples.CATALOGUE


def of(*runs: HostRun, fail_on: Severity | None = None) -> RunReport:
    return build(
        runs,
        id="x",
        command="evaluate",
        started="",
        seconds=1.0,
        fail_on=fail_on,
        catalogue=CATALOGUE,
    )


def test_failures_come_last_and_the_unreachable_after_them() -> None:
    statuses = [entry.run.status for entry in of(*examples.all_kinds()).reports]
    assert statuses == [
        "planned",
        "passed",
        "passed",
        "interrupted",
        "failed",
        "failed",
        "unreachable",
    ]


@pytest.mark.parametrize(
    ("runs", "fail_on", "expected"),
    [
        ([], None, 0),
        (["passed", "planned"], None, 0),
        (["passed", "failed"], None, 2),
        (["interrupted"], None, 2),
        (["failed", "unreachable"], None, 4),
        (["passed"], "major", 2),
        (["passed"], "minor", 2),
        (["passed"], "blocker", 0),
        (["clean"], "minor", 0),
        (["unreachable"], "blocker", 4),
    ],
)
def test_the_exit_code(runs: list[str], fail_on: Severity | None, expected: int) -> None:
    made = [getattr(examples, name)() for name in runs]
    assert exit_code(made, fail_on=fail_on, catalogue=CATALOGUE) == expected
    assert of(*made, fail_on=fail_on).exit_code == expected


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (
            examples.passed(),
            "debian-12 passed in 41 s: two pain points, one remedied and one noted.",
        ),
        (examples.clean(), "clean passed in 41 s: no pain points."),
        (
            examples.failed(),
            "web3 failed at install-engine after 1 min 5 s: apt-dns-or-no-route, not remedied.",
        ),
        (
            examples.unexplained(),
            "web5 failed at up after 41 s: one failure nobody has explained yet.",
        ),
        (
            examples.unreachable(),
            "10.0.0.9-2222 was not reached, after 10 s: "
            "ssh-connection-refused-timeout, not remedied.",
        ),
        (examples.interrupted(), "web6 was interrupted during build, after 30 s."),
        (examples.planned(), "web7: 13 steps planned, nothing changed."),
    ],
)
def test_the_headline_says_what_happened(run: HostRun, expected: str) -> None:
    assert headline(run) == expected


def test_a_link_lost_on_the_way_is_not_a_host_never_reached() -> None:
    run = examples.replay.host_run(
        [
            examples.host("h"),
            *examples.set_up(),
            *examples.step("connect", "failed"),
            examples.end("unreachable"),
        ]
    )
    assert headline(run).startswith("The link to h was lost, after 41 s")
    lost = examples.replay.host_run(
        [
            examples.host("h"),
            *examples.set_up(),
            *examples.step("build", "failed"),
            examples.end("unreachable"),
        ]
    )
    assert headline(lost).startswith("The link to h was lost during build")


def test_what_was_foreseen_and_stands_in_the_way_is_the_cause() -> None:
    run = examples.failed()
    foreseen = msgspec.structs.replace(run.findings[0], how="foreseen")
    assert headline(msgspec.structs.replace(run, findings=(foreseen,))).endswith(
        "apt-dns-or-no-route, not remedied."
    )


def test_all_remedied_is_said_so() -> None:
    run = examples.passed()
    one = msgspec.structs.replace(run, findings=run.findings[:1])
    two = msgspec.structs.replace(run, findings=run.findings[:1] * 2)
    assert headline(one).endswith("one pain point, remedied.")
    assert headline(two).endswith("two pain points, both remedied.")


def test_nothing_good_is_said_of_a_host_that_was_not_reached() -> None:
    report = host_report(examples.unreachable(), CATALOGUE)
    assert report.strengths == ()
    assert "too little was seen" in report.recommendation


def test_sentences_name_what_was_measured() -> None:
    report = host_report(examples.passed(), CATALOGUE)
    said = " ".join(one.text for one in report.strengths)
    assert "`hello-world` came up in 2.5 s" in said
    assert "it read 1, 2" in said
    assert "http://10.99.0.2:8000/" in said
    assert "Nothing was left behind" in said
    assert any("cost 3.2 s and one extra command" in one.text for one in report.weaknesses)
    assert any("Stop waits ten seconds" in one.text for one in report.concerns)
    assert "set-up 7" in report.recommendation


def test_what_was_not_measured_is_not_said() -> None:
    silent = msgspec.structs.replace(examples.clean(), counter=(), answers=(), leftovers=None)
    report = host_report(silent, CATALOGUE)
    said = " ".join(one.text for one in report.strengths)
    assert "kept count" not in said
    assert "answered at" not in said
    assert "left behind" not in said
    assert any("was not looked at" in one.text for one in report.concerns)


def test_an_answer_only_through_ssh_is_a_concern_about_the_network() -> None:
    run = msgspec.structs.replace(
        examples.clean(), answers=("http://127.0.0.1:8000/ (through SSH)",)
    )
    concerns = host_report(run, CATALOGUE).concerns
    assert any("only through the SSH connection" in one.text for one in concerns)


def test_a_failed_step_names_its_command_and_leftovers_are_listed() -> None:
    run = msgspec.structs.replace(
        examples.failed(), leftovers=tuple(f"volume v{n}" for n in range(8))
    )
    weak = " ".join(one.text for one in host_report(run, CATALOGUE).weaknesses)
    assert "`apt-get update` ended with exit code 100" in weak
    assert "`volume v4` and 3 more" in weak


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (duration(0.44), "0.4 s"),
        (duration(41.2), "41 s"),
        (duration(125), "2 min 5 s"),
        (duration(3780), "1 h 3 min"),
        (counted(1, "host"), "one host"),
        (counted(0, "host"), "no hosts"),
        (counted(12, "host"), "12 hosts"),
        (listed([]), ""),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (size(512), "512 bytes"),
        (size(3_940_000_000), "3.9 GB"),
        (size(2e15), "2000.0 TB"),
    ],
)
def test_numbers_read_like_words(said: str, expected: str) -> None:
    assert said == expected


def test_sentences_are_single_lines_whatever_a_host_is_called() -> None:
    report = host_report(examples.hostile(), CATALOGUE)
    sentences = [
        headline(report.run),
        *(one.text for one in (*report.strengths, *report.weaknesses, *report.concerns)),
        report.recommendation,
        *(why for rating in report.ratings.values() for why in rating.because),
    ]
    for sentence in sentences:
        assert sentence.isprintable()
        assert len(sentence) < 1500


def test_a_conclusion_leads_to_what_it_stands_on() -> None:
    """By what it says it stands on, whatever its words are."""
    run = examples.passed()
    report = host_report(run, CATALOGUE)
    said = (*report.strengths, *report.weaknesses, *report.concerns)
    assert {one.pain for one in said if one.pain} <= {finding.pain for finding in run.findings}
    steps = {step.id: step for step in run.steps}
    for one in said:
        reworded = replace(one, text="other words")
        shown = sourced(reworded, run, CATALOGUE)
        if one.pain in CATALOGUE:
            assert shown.endswith(f"({anchor(CATALOGUE[one.pain].title)}))")
        elif one.step in steps:
            logs = [command.log for command in steps[one.step].commands if command.log]
            assert (logs[-1] if logs else anchor(STEPS)) in shown
        else:
            assert "events.jsonl" in shown


def test_a_failed_step_is_not_blamed_on_what_looked_at_it_afterwards() -> None:
    told = examples.step(
        "install-engine",
        "failed",
        examples.command("install-engine", "apt-get update", exit_code=100),
        examples.command("install-engine", "ps -e | grep [a]pt", role="probe", exit_code=1),
    )
    run = replay.host_run([examples.host("h"), *told, examples.end("failed")])
    weak = " ".join(one.text for one in host_report(run, CATALOGUE).weaknesses)
    assert "`apt-get update` ended with exit code 100" in weak
    assert "grep" not in weak


def test_that_pages_answered_is_shown_by_what_asked_them() -> None:
    asked = ("docker compose ps", "curl http://localhost:8000/", "docker compose ps")
    told = examples.step("verify", "satisfied", *(
        examples.command("verify", shown, log=f"logs/{n}.log") for n, shown in enumerate(asked)
    ))  # fmt: skip
    events = [*told, {"event": "answer", "url": "http://h:8000/", "way": "direct"}]
    run = replay.host_run([examples.host("h"), *events, examples.end("passed")])
    [said] = [one for one in host_report(run, CATALOGUE).strengths if "answered at" in one.text]
    assert sourced(said, run, CATALOGUE).endswith("([evidence](logs/1.log))")


def test_the_making_of_a_host_is_no_part_of_how_long_it_took() -> None:
    run = examples.clean()
    login = run.steps[0]
    assert login.id == "connect"
    made = msgspec.structs.replace(
        run, total_s=65.0, steps=(msgspec.structs.replace(login, began_s=50.0), *run.steps[1:])
    )
    said = " ".join(one.text for one in host_report(made, CATALOGUE).strengths)
    assert "it took 15 s" in said
