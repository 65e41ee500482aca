"""What was seen stays: through a crash, a full disk, two runs in one second and hostile names."""

from __future__ import annotations

import errno
import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from onramp.errors import UsageError
from onramp.evidence import events, files, logs
from onramp.evidence import host_evidence as evidence_module
from onramp.evidence.files import write_atomically
from onramp.evidence.find_runs import all_runs, find_run, host_runs, last_failed, summary
from onramp.evidence.host_evidence import HostEvidence
from onramp.evidence.logs import Printed
from onramp.evidence.run_dir import RunDirectory
from onramp.evidence.stored_events import read_events
from onramp.model.action import Outcome
from onramp.model.facts import Facts, Listener
from onramp.model.pain import Evidence, Finding
from onramp.model.stack import StackFile
from onramp.text.file_names import file_name
from onramp.text.masking import Masker


def new_run(root: Path, *secrets: str) -> RunDirectory:
    return RunDirectory.create(root, command="evaluate --hosts=all", masker=Masker(secrets))


def test_a_run_is_there_from_its_first_moment(tmp_path: Path) -> None:
    run = new_run(tmp_path / "runs")
    written = summary(run.path)
    assert written["schema"] == 1
    assert written["id"] == run.path.name
    assert (written["finished"], written["exit_code"], written["hosts"]) == (None, None, [])
    assert (tmp_path / "runs" / "latest").resolve() == run.path.resolve()


def test_runs_of_the_same_second_are_apart_and_latest_is_the_newest(tmp_path: Path) -> None:
    ids = [new_run(tmp_path).id for _ in range(12)]
    assert len(set(ids)) == 12
    assert [run.name for run in all_runs(tmp_path)] == ids
    assert find_run(tmp_path).name == ids[-1]


def test_finish_records_how_each_host_ended(tmp_path: Path) -> None:
    run = new_run(tmp_path, "hunter2")
    run.host("web1").append(events.End(status="passed", total_s=1.0, on_host_s=1.0))
    run.host("10.0.0.5:2222", spec="newcomer@10.0.0.5:2222").append(
        events.End(status="unreachable")
    )
    run.host("web3").append(events.StepEvent(id="up", state="started"))
    run.finish(4, notes=["key hunter2 was refused"])
    written = summary(run.path)
    assert written["exit_code"] == 4
    assert written["notes"] == ["key ******** was refused"]
    assert [(host["name"], host["status"], host["path"]) for host in written["hosts"]] == [
        ("web1", "passed", "hosts/web1"),
        ("10.0.0.5:2222", "unreachable", "hosts/10.0.0.5-2222"),
        ("web3", None, "hosts/web3"),
    ]
    assert last_failed(tmp_path) == ["newcomer@10.0.0.5:2222", "web3"]


def test_who_failed_is_known_even_of_a_run_that_died(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    for name, status in (("a", "passed"), ("b", "failed"), ("c", "planned")):
        host = run.host(name)
        host.write({"event": "host", "name": name, "address": name})
        host.append(events.End(status=status))
    run.host("d").write({"event": "host", "name": "d", "address": "d"})
    assert last_failed(tmp_path) == ["b", "d"]
    assert {host.name: host.status for host in host_runs(run.path)}["d"] == "interrupted"
    new_run(tmp_path)  # one without hosts says nothing
    assert last_failed(tmp_path) == ["b", "d"]


def test_without_a_run_there_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no earlier run"):
        last_failed(tmp_path)
    with pytest.raises(UsageError, match="no such run"):
        find_run(tmp_path, "20260101")


def test_a_run_is_found_by_the_beginning_of_its_stamp_or_its_path(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    assert find_run(tmp_path, run.id) == run.path
    assert find_run(tmp_path, run.id[:8]) == run.path
    assert find_run(tmp_path / "elsewhere", str(run.path)) == run.path
    again = new_run(tmp_path)
    assert find_run(tmp_path, run.id) == run.path
    with pytest.raises(UsageError, match="several runs") as error:
        find_run(tmp_path, run.id[:8])
    assert again.id in str(error.value)


def test_a_place_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be written"):
        new_run(tmp_path / "file" / "runs")


def test_events_are_on_disk_at_once_masked_and_heard(tmp_path: Path) -> None:
    heard: list[tuple[str, Any]] = []
    host = new_run(tmp_path, "hunter2").host(
        "h", listener=lambda name, event: heard.append((name, event))
    )
    host.append(events.Note(text="the password is hunter2"))
    (event,) = read_events(host.path / "events.jsonl")
    assert event["text"] == "the password is ********"
    assert event["t"].endswith("Z")
    assert heard == [("h", event)]
    assert b"hunter2" not in (host.path / "events.jsonl").read_bytes()


def test_facts_are_also_a_file_of_their_own(tmp_path: Path) -> None:
    host = new_run(tmp_path).host("h")
    host.append(Facts(os_id="debian"))
    written = json.loads((host.path / "facts.json").read_text())
    assert written["os_id"] == "debian"
    assert written["arch"] == {"unknown": True}


def test_a_log_holds_the_output_verbatim_but_for_secrets(tmp_path: Path) -> None:
    host = new_run(tmp_path, "hunter2").host("h")
    outcome = Outcome("x", 7, stdout="out \x1b[31m hunter2\n", stderr="err ```\n", seconds=1.5)
    first = host.log("up", "apply", outcome, "docker compose up\n--wait")
    second = host.log("../../etc", "try", outcome, "x")
    assert first == "logs/0001-up-apply.log"
    assert second == "logs/0002-etc-try.log"
    text = (host.path / first).read_text()
    assert "exit code: 7" in text
    assert "out \x1b[31m ********\n--- stderr ---\nerr ```\n" in text


def test_a_torn_line_and_broken_bytes_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    path.write_bytes(b'{"event":"note","text":"a\xff"}\n[1]\n\x00\n{"event":"end","sta')
    assert read_events(path) == [{"event": "note", "text": "a\ufffd"}]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_told_and_what_it_held_back_is_written_later(tmp_path: Path) -> None:
    host = new_run(tmp_path).host("h")
    lines = host.path / "events.jsonl"
    lines.parent.mkdir()
    lines.symlink_to("/dev/full")
    host.append(events.Note(text="first"))
    host.append(events.Note(text="second"))
    assert any("No space left" in fault for fault in host.faults)
    assert any("bytes are not on disk" in fault for fault in host.faults)
    lines.unlink()
    host.append(events.Note(text="third"))
    assert [event["text"] for event in read_events(lines)] == ["first", "second", "third"]
    assert not any("not on disk" in fault for fault in host.faults)


def test_events_a_full_disk_holds_back_are_still_reported(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    host = run.host("h")
    (run.path / "hosts").rmdir()
    (run.path / "hosts").write_text("in the way")
    host.append(events.Note(text="only in memory"))
    assert [event["text"] for event in host.events()] == ["only in memory"]
    assert host.log("up", "apply", Outcome("x", 0), "x") == ""
    assert any(fault.startswith("h: events.jsonl") for fault in run.faults)


def test_memory_stays_bounded_while_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence_module, "PENDING_BYTES", 2000)
    host = HostEvidence("h", tmp_path / "file" / "h", masker=Masker())
    (tmp_path / "file").write_text("")
    for number in range(100):
        host.append(events.Note(text=f"{number} " + "x" * 100))
    kept = host.events()
    assert kept[-1]["text"].startswith("99 ")
    assert 0 < len(kept) < 25
    assert any("oldest events" in fault for fault in host.faults)


def test_many_threads_write_whole_lines(tmp_path: Path) -> None:
    host = new_run(tmp_path).host("h")

    def write(thread: int) -> None:
        for number in range(50):
            host.append(events.Note(text=f"{thread}.{number} " + "y" * 5000))
            host.log("up", "apply", Outcome("x", 0), "x")

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(read_events(host.path / "events.jsonl")) == 300
    assert len(list((host.path / "logs").iterdir())) == 300


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("10.0.0.5:2222", "10.0.0.5-2222"),
        ("[fe80::1]:22", "fe80-1-22"),
        ("../../etc", "etc"),
        ("$(reboot)", "reboot"),
        ("..", "host"),
        ("web01.example", "web01.example"),
        ("x" * 300, "x" * 100),
    ],
)
def test_any_name_is_one_harmless_path_component(name: str, expected: str) -> None:
    assert file_name(name) == expected


def test_hosts_whose_names_clash_have_folders_of_their_own(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    assert [run.host(name).path.name for name in ("a:1", "a-1", "a/1")] == ["a-1", "a-1-2", "a-1-3"]


def test_a_failed_write_leaves_the_old_text(tmp_path: Path) -> None:
    target = tmp_path / "report.md"
    write_atomically(target, "old")
    target.chmod(0o400)
    write_atomically(target, "new")
    assert target.read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["report.md"]


def test_a_log_is_read_back_as_it_was_printed(tmp_path: Path) -> None:
    notebook = new_run(tmp_path).host("web1")
    outcome = Outcome("x", 1, stdout="one\ntwo\n", stderr="bad\n", noise="banner")
    log = notebook.log("up", "apply", outcome, "x")
    assert logs.shown(notebook.path, log) == Printed("one\ntwo", "bad", "banner")
    quiet = notebook.log("up", "apply", Outcome("x", 0, stderr="only\n"), "x")
    assert logs.shown(notebook.path, quiet) == Printed("", "only")


def test_of_a_long_log_both_ends_are_read(tmp_path: Path) -> None:
    notebook = new_run(tmp_path).host("web1")
    log = notebook.log("up", "apply", Outcome("x", 0, stdout="a" * 10**6 + "end"), "x")
    shown = logs.shown(notebook.path, log).stdout
    assert shown.startswith("aaa")
    assert shown.endswith("aend")
    assert "bytes left out" in shown
    assert len(shown) < logs.SHOWN_BYTES + 100


def test_a_log_outside_the_hosts_folder_is_not_read(tmp_path: Path) -> None:
    notebook = new_run(tmp_path).host("web1")
    (tmp_path / "secret").write_text("\n--- stdout ---\nsecret")
    for name in ("../../../secret", str(tmp_path / "secret"), "", "logs", "none", "a\0b"):
        assert logs.shown(notebook.path, name) == Printed()


def test_only_the_file_of_a_host_that_is_worked_on_stays_open(tmp_path: Path) -> None:
    run = new_run(tmp_path)
    hosts = [run.host(f"h{number}") for number in range(5)]

    def opened() -> int:
        targets = (one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink())
        return sum(1 for one in targets if one.name == "events.jsonl" and run.path in one.parents)

    for host in hosts:
        host.append(events.Note(text="waited for"))
    assert opened() == 0
    hosts[0].hold_open()
    hosts[0].append(events.Note(text="worked on"))
    assert opened() == 1
    with hosts[0].let_go():
        assert opened() == 0
        with hosts[0].let_go():
            hosts[0].append(events.Note(text="still booting"))
        assert opened() == 0
    hosts[0].append(events.Note(text="worked on again"))
    assert opened() == 1
    hosts[0].append(events.End(status="passed"))
    assert opened() == 0
    assert len(read_events(hosts[0].path / "events.jsonl")) == 5


def test_a_host_that_ends_while_it_is_waited_for_leaves_no_file_open(tmp_path: Path) -> None:
    host = new_run(tmp_path).host("h")
    host.hold_open()
    with host.let_go():
        host.append(events.End(status="interrupted"))
    host.append(events.Note(text="afterwards"))
    assert not [one for one in Path("/proc/self/fd").iterdir() if _leads_to(one, host.path)]
    assert len(read_events(host.path / "events.jsonl")) == 2


def _leads_to(link: Path, folder: Path) -> bool:
    return link.is_symlink() and folder in link.readlink().parents


def test_what_happens_together_is_on_disk_when_it_has_happened(tmp_path: Path) -> None:
    heard: list[str] = []
    host = new_run(tmp_path).host("h", listener=lambda _, event: heard.append(event["event"]))
    host.append(events.Note(text="before"))

    def on_disk() -> list[str]:
        return [event["text"] for event in read_events(host.path / "events.jsonl")]

    with suppress(ZeroDivisionError), host.together():
        with host.together():
            host.append(events.Note(text="one"))
        host.append(events.Note(text="two"))
        assert on_disk() == ["before"]
        assert [event["text"] for event in host.events()] == ["before", "one", "two"]
        raise ZeroDivisionError
    assert on_disk() == ["before", "one", "two"]
    assert heard == ["note"] * 3


def test_an_end_is_on_disk_at_once_whoever_still_gathers(tmp_path: Path) -> None:
    host = new_run(tmp_path).host("h")
    with host.together():
        host.append(events.Note(text="one"))
        host.append(events.End(status="interrupted"))
        assert [event["event"] for event in read_events(host.path / "events.jsonl")] == [
            "note", "end",
        ]  # fmt: skip


def test_no_room_told_only_when_a_file_is_closed_is_a_fault_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = new_run(tmp_path).host("h")
    host.append(events.Note(text="first"))
    host.hold_open()
    host.append(events.Note(text="second"))

    def close(_: object) -> None:
        raise OSError(errno.EDQUOT, "Disk quota exceeded")

    monkeypatch.setattr(files.GrowingFile, "close", close)
    host.append(events.End(status="passed"))
    assert host.status == "passed"
    assert host.faults == ("events.jsonl: Disk quota exceeded",)


@pytest.mark.parametrize(
    "password",
    ["root", "pass", "step", "event", "finished", "h1", "debian", "status", "log", "install",
     "evidence", "unknown", "listeners", "docker", "0001", "command"],
)  # fmt: skip
def test_a_password_that_is_a_word_of_ours_leaves_the_record_readable(
    tmp_path: Path, password: str
) -> None:
    masker = Masker([password])
    run = RunDirectory.create(tmp_path, command="x", masker=masker, arguments=("evaluate",))
    host = run.host("h1", spec=f"{password}@h1")
    plain = RunDirectory.create(tmp_path, command="x", masker=Masker()).host("h1")
    told = [
        events.HostEvent(
            name="h1", address="debian", port=22, user="root", image="debian-12", provider="lab",
            stack="s", reviewer={}, asked=("install-engine",), settings={"docker.method": "script"},
        ),
        Facts(os_id="x", listeners=(Listener(80, "::"),)),
        events.StepEvent(id="install-engine", title="T", state="started"),
        events.CommandEvent(
            step="install-engine", role="apply", attempt=1, shown="x", exit_code=1, as_root=True,
            log="logs/0001-install-engine-apply.log",
        ),
        Finding(
            pain="apt-not-root", step="install-engine", how="encountered", outcome="needs-human",
            evidence=Evidence("x", 1, "y", "logs/0001-install-engine-apply.log"),
        ),
        events.StepEvent(id="install-engine", state="finished", status="failed", seconds=1.0),
        events.End(status="passed"),
    ]  # fmt: skip
    for event in told:
        host.append(event)
        plain.append(event)
    run.finish(0)

    def read(of: HostEvidence) -> list[dict[str, Any]]:
        return [event | {"t": ""} for event in read_events(of.path / "events.jsonl")]

    assert read(host) == read(plain)
    assert HostEvidence("h1", host.path, masker=masker).go_on() == "passed"
    assert json.loads((run.path / "run.json").read_text())["hosts"] == [
        {"name": "h1", "spec": f"{password}@h1", "status": "passed", "path": "hosts/h1"}
    ]


def test_what_is_not_ours_is_masked_wherever_it_stands(tmp_path: Path) -> None:
    host = RunDirectory.create(tmp_path, command="x", masker=Masker(["s3cret"])).host("h")
    host.append(
        events.HostEvent(
            name="h", address="a", port=22, user="u", image=None, provider="static", stack="s",
            reviewer={"s3cret": ["s3cret"]}, settings={"docker.method": "s3cret"},
        )
    )  # fmt: skip
    host.append(Facts(os_id="s3cret", listeners=(Listener(80, "::", "s3cret"),)))
    host.append(events.Resurvey(changed={"listeners": [{"port": 1, "address": "s3cret"}]}))
    host.append(events.CommandEvent(
        step="a", role="try", attempt=1, shown="s3cret", exit_code=1, log="l", script="s3cret",
        env={"s3cret": "s3cret"}, excerpt="s3cret",
    ))  # fmt: skip
    host.append(Finding("p", "a", "foreseen", Evidence("s3cret", 1, "s3cret"), ("s3cret",)))
    host.append(events.Files(files=(StackFile("s3cret", "s3cret", "s3cret"),)))
    host.append(events.Plan(steps=(events.PlannedStep("a", "s3cret", ("s3cret",)),), method="m"))
    host.write({"event": "of a newer worker", "id": "s3cret", "evidence": {"log": "l"}})
    assert "s3cret" not in (host.path / "events.jsonl").read_text()
    assert "s3cret" not in (host.path / "facts.json").read_text()


def test_what_is_ours_of_an_event_is_a_field_of_it() -> None:
    """A field that is called otherwise one day is not masked, or is, without anybody noticing."""
    for name, ours in events.OURS.items():
        assert ours <= set(events.KINDS[name].__struct_fields__)
    known = {field for kind in events.KINDS.values() for field in kind.__struct_fields__}
    assert events.WITHIN.keys() <= known
