"""The recording of a host: what a newcomer saw, to the second, and harmless to any terminal."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import example_runs as examples
from onramp.evidence import event_lines, replay
from onramp.evidence.logs import Printed
from onramp.model.run import HostRun
from onramp.reports.build import host_report
from onramp.reports.formats import asciicast, write_host
from onramp.reports.html import player
from onramp.text.sanitize_ansi import coloured

CATALOGUE = examples.CATALOGUE
KINDS = [*examples.all_kinds(), examples.hostile()]
NAMES = [run.status + "-" + run.name[:12].strip("</") for run in KINDS]
NASTY = (
    "\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\ "
    "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x1b[H\x1b[999D\x1b(0\x0e\x1bc\x1bP+q\x1b\\\x9b5A\x9d0;x\x9c"
    "\x1b[?1049h\x1b[3\x001m\x00\x07\x08\x7f\u202e\u2066\ud800\x1b\x1b[31m\x1b"
)
_SGR = re.compile(r"\x1b\[[0-9;:]*m")


def cast(run: HostRun, logs: Mapping[str, str] | None = None, everywhere: str = "") -> str:
    def printed(name: str) -> Printed:
        return Printed((logs or {}).get(name, everywhere))

    return asciicast.host(host_report(run, CATALOGUE), CATALOGUE, printed)


def rows(text: str) -> list[tuple[float, str, str]]:
    return [(at, code, data) for at, code, data in map(json.loads, text.split("\n")[1:-1])]


def screen(text: str) -> str:
    """All that was ever written, without its colours."""
    written = "".join(data for _, code, data in rows(text) if code == "o")
    return _SGR.sub("", written).replace("\r\n", "\n")


def one_command(shown: str = "sudo apt-get update", **more: Any) -> HostRun:
    """A host on which one command was typed, its events told to the second."""
    begun, *_, done = examples.step("install-engine", "changed")
    typed = examples.command("install-engine", shown, **{"as_root": True, **more})
    ended = f"2026-11-23T06:26:{typed['seconds']:06.3f}Z"
    return replay.host_run(
        [
            examples.host("web1"),
            examples.plan(),
            {**begun, "t": "2026-11-23T06:26:00.000Z"},
            {**typed, "log": "logs/1.log", "t": ended},
            {**done, "t": ended},
            examples.end("passed"),
        ]
    )


# --- the format -------------------------------------------------------------------------------


@pytest.mark.parametrize("run", KINDS, ids=NAMES)
def test_it_is_an_asciicast_of_version_2(run: HostRun) -> None:
    text = cast(run, everywhere=examples.HOSTILE)
    header = json.loads(text.split("\n")[0])
    assert (header["version"], header["width"], header["height"]) == (2, 100, 30)
    assert isinstance(header.get("timestamp", 0), int)
    assert header["idle_time_limit"] > 0
    assert isinstance(header["title"], str)
    times = [at for at, _, _ in rows(text)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert {code for _, code, _ in rows(text)} == {"o", "m"}
    assert [data for _, code, data in rows(text) if code == "m"][-1] == "The verdict"
    assert text.endswith("]\n")
    assert len(text.encode()) < 300_000


@pytest.mark.parametrize("run", KINDS, ids=NAMES)
def test_the_same_events_give_the_same_recording(run: HostRun) -> None:
    assert cast(run, everywhere="x\n" * 500) == cast(run, everywhere="x\n" * 500)


def test_it_began_when_the_host_began() -> None:
    header = json.loads(cast(examples.passed()).split("\n")[0])
    assert header["timestamp"] == 1795415111  # 2026-11-23T06:25:11Z


def test_one_can_jump_to_every_step() -> None:
    marks = [data for _, code, data in rows(cast(examples.passed())) if code == "m"]
    assert marks == [title for _, title, _ in examples.STEPS] + ["The verdict"]


# --- what is seen -----------------------------------------------------------------------------


def test_commands_stand_at_a_prompt_as_a_person_types_them() -> None:
    seen = screen(cast(examples.passed()))
    assert "newcomer@debian-12:~$ sudo apt-get update\n" in seen
    assert "newcomer@debian-12:~$ docker version\n# exit code 1\n" in seen
    build = seen.index("newcomer@debian-12:~/onramp/hello-world$ docker compose build\n")
    assert seen.index("newcomer@debian-12:~$ cd ~/onramp/hello-world\n") < build
    assert seen.count("$ cd ~/onramp/hello-world") == 1


def test_whoever_logs_in_again_is_back_at_home() -> None:
    here = "cd ~/onramp/hello-world && docker compose"
    run = replay.host_run(
        [
            examples.host("web1"),
            *examples.step(
                "up",
                "changed",
                examples.command("up", "docker compose up -d", script=f"{here} up -d"),
                examples.command("up", "log out and in again", "remedy", script="", pain="p"),
                examples.command("up", "docker compose up -d", script=f"{here} up -d"),
            ),
            examples.end("passed"),
        ]
    )
    assert screen(cast(run)).count("web1:~$ cd ~/onramp/hello-world\n") == 2


def test_a_text_typed_into_a_file_goes_on_after_the_prompt_of_its_lines() -> None:
    shown = "sudo tee /etc/x <<'EOF'\na: 1\nEOF"
    run = one_command(shown, script=shown.replace("sudo tee", "cat >"))
    assert "web1:~$ sudo tee /etc/x <<'EOF'\n> a: 1\n> EOF\n" in screen(cast(run))


def test_a_remedy_is_announced_before_it_is_typed() -> None:
    seen = screen(cast(examples.passed()))
    refused = seen.index("# exit code 1")
    said = seen.index("# docker-sock-permission-denied: Put the user into group `docker` and log")
    typed = seen.index("$ sudo usermod -aG docker newcomer")
    assert refused < said < typed < seen.index("# log out and in again")
    assert seen.count("# docker-sock-permission-denied: ") == 1


def test_what_nobody_cured_says_so_where_it_was_met() -> None:
    seen = screen(cast(examples.failed()))
    assert "# exit code 100\n" in seen
    assert "Temporary failure resolving 'mirror.example'" in seen  # its log is gone: the excerpt
    assert "apt cannot reach its servers; this needs a person\n" in seen
    assert "# install-engine: failed\n" in seen
    assert "# Not reached: start-daemon, use-without-sudo, copy-stack" in seen
    assert "No known pain point explains this failure." in screen(cast(examples.unexplained()))


def test_what_a_log_holds_is_not_shown_again_as_an_excerpt() -> None:
    run = examples.failed()
    log = run.findings[0].evidence.log
    held = {log: run.findings[0].evidence.excerpt}
    told = replay.host_run(
        [
            examples.host("web3"),
            *examples.step(
                "install-engine",
                "failed",
                examples.command("install-engine", "apt-get update", exit_code=100, log=log),
            ),
            {"event": "finding", **event_lines.fields(run.findings[0])},
            examples.end("failed"),
        ]
    )
    assert screen(cast(told, held)).count("E: Unable to fetch some archives") == 1


def test_looks_of_onramp_are_comments_with_what_they_saw() -> None:
    run = replay.host_run(
        [
            examples.host("web1"),
            *examples.step(
                "verify",
                "satisfied",
                examples.command("verify", "docker compose ps", "try", script="", log="logs/1.log"),
                examples.command("verify", "cat /secret", "probe"),
            ),
            examples.end("passed"),
        ]
    )
    seen = screen(cast(run, {"logs/1.log": "service web: running"}))
    assert "# docker compose ps\n#   service web: running\n" in seen
    assert "$ docker compose ps" not in seen
    assert "cat /secret" not in seen


@pytest.mark.parametrize(
    ("run", "words"),
    [
        (examples.unreachable(), "# 10.0.0.9-2222 was not reached, after 10 s"),
        (examples.planned(), "# would type: docker compose up -d\n"),
        (examples.interrupted(), "# build: interrupted here\n"),
        (examples.clean(), "# clean passed in 41 s: no pain points."),
    ],
    ids=["unreachable", "planned", "interrupted", "clean"],
)
def test_every_end_has_a_recording_with_its_verdict(run: HostRun, words: str) -> None:
    assert words in screen(cast(run))


def test_a_masked_secret_is_not_made_up() -> None:
    run = one_command("docker login", env={"TOKEN": "********"}, as_root=False)
    assert 'export TOKEN="${SECRET:?set SECRET to what is shown as ********}"' in (
        screen(cast(run))
    )


# --- time -------------------------------------------------------------------------------------


def test_output_comes_over_the_time_the_command_took() -> None:
    text = cast(one_command(seconds=10.0), {"logs/1.log": "\n".join("abcdefghij")})
    came = [at for at, _, data in rows(text) if re.fullmatch(r"[a-j]\r\n", data)]
    assert len(came) == 10
    assert [round(after - before, 3) for before, after in zip(came, came[1:], strict=False)] == [
        1.0
    ] * 9


def test_the_pause_between_two_commands_is_that_of_the_run() -> None:
    def typed(at: str, shown: str) -> dict[str, Any]:
        return {**examples.command("build", shown, seconds=1.0), "t": f"2026-11-23T06:25:{at}Z"}

    def moment(second: str) -> float:
        events = [typed("21.000", "docker pull a"), typed(second, "docker pull b")]
        run = replay.host_run([examples.host("web1"), *events, examples.end("passed")])
        return max(at for at, _, data in rows(cast(run)) if data.endswith("$ "))

    assert moment("42.000") - moment("32.000") == pytest.approx(10.0)


def test_a_run_that_tells_no_times_is_shown_without_pauses() -> None:
    shown = ("docker pull a", "docker pull b")
    events = [examples.command("build", command, seconds=1.0) for command in shown]
    text = cast(replay.host_run(events))
    assert 2 < rows(text)[-1][0] < 10  # what the commands took, and what typing takes


# --- bounds -----------------------------------------------------------------------------------


def test_of_a_long_output_both_ends_are_shown() -> None:
    seen = screen(cast(one_command(), {"logs/1.log": "\n".join(f"line {n}" for n in range(5000))}))
    assert "line 0\n" in seen
    assert "line 4999\n" in seen
    left = re.search(r"… (\d+) lines left out …", seen)
    assert left
    assert int(left[1]) + len(re.findall(r"^line \d+$", seen, re.M)) == 5000
    assert len(re.findall(r"^line \d+$", seen, re.M)) <= 200


def test_a_long_line_is_cut_where_no_colour_is() -> None:
    long = "\x1b[31m" + "\x1b[1mx" * 3000
    lines = [data for _, _, data in rows(cast(one_command(), {"logs/1.log": long}))]
    seen = [line for line in lines if "xx" in _SGR.sub("", line)]
    assert len(seen) == 1
    assert _SGR.sub("", seen[0]) == "x" * 499 + "…\r\n"


def test_a_host_that_talks_without_end_has_a_recording_of_bounded_size() -> None:
    steps = [
        event
        for number in range(100)
        for event in examples.step(
            f"step-{number}", "changed", examples.command(f"step-{number}", "docker pull a")
        )
    ]
    run = replay.host_run([examples.host("web1"), *steps, examples.end("passed")])
    text = cast(run, everywhere="0123456789" * 5 + "\n" + "abc def ghi\n" * 1000)
    assert 20_000 < len(text.encode()) <= 1.1 * asciicast.CAST_BYTES
    assert len([1 for _, code, _ in rows(text) if code == "m"]) == 101  # every step, the verdict
    many = replay.host_run([examples.host("web1"), *steps * 40, examples.end("passed")])
    full = cast(many, everywhere="0123456789\n" * 1000)
    assert len(full.encode()) <= 1.1 * asciicast.CAST_BYTES
    assert "this recording is full" in screen(full)
    assert "# web1 passed in 41 s" in screen(full)


# --- a hostile host ---------------------------------------------------------------------------


@pytest.mark.parametrize("printed", [examples.HOSTILE, NASTY, NASTY * 50, "a\rb" + NASTY])
@pytest.mark.parametrize("run", [examples.hostile(), one_command(), examples.passed(NASTY)])
def test_of_escapes_only_colours_are_left(run: HostRun, printed: str) -> None:
    written = "".join(data + "\n" for _, _, data in rows(cast(run, everywhere=printed)))
    rest = _SGR.sub("", written).replace("\r\n", "\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", rest)
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f\ud800-\udfff]", rest)
    assert "evil\x1b" not in written
    assert "ZXZpbA==" not in written


def test_the_colours_of_a_host_are_kept_and_end_with_its_output() -> None:
    text = cast(one_command(), {"logs/1.log": "\x1b[1;32mok\x1b[38;5;208m orange"})
    at = next(i for i, (_, _, data) in enumerate(rows(text)) if "orange" in data)
    assert rows(text)[at][2] == "\x1b[1;32mok\x1b[38;5;208m orange\r\n"
    assert rows(text)[at + 1][2] == "\x1b[0m"


@pytest.mark.parametrize(
    ("printed", "left"),
    [
        ("10%\r50%\r100%\r\ndone", "100%\ndone"),
        ("\x1b[32m10%\r\x1b[33m20%\x1b[0m", "\x1b[32m\x1b[33m20%\x1b[0m"),
        ("a\x1b[1mb\rc\x1b[2md\re", "\x1b[1m\x1b[2me"),
        ("no colour at all\ttab", "no colour at all\ttab"),
        (
            "\x1b[5;31ma\x1b[8mb\x1b[38;5;8mc\x1b[08;48;2;5;6;8md",
            "\x1b[31mab\x1b[38;5;8mc\x1b[48;2;5;6;8md",
        ),
        ("\x1b[38ma\x1b[mb\x1b[38;5mc", "\x1b[38;ma\x1b[mb\x1b[38;5mc"),
        ("\x1b[3\x1b[31mx", "\x1b[31mx"),
        ("\x1b]0;a\x1b[31mb\x07c", "\x1b[31mbc"),
    ],
)
def test_a_line_is_left_in_its_last_state(printed: str, left: str) -> None:
    assert coloured(printed) == left


def test_bytes_that_are_no_text_are_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "host"
    (folder / "logs").mkdir(parents=True)
    (folder / "logs" / "1.log").write_bytes(b"# head\n\n--- stdout ---\n\xff\xfe caf\xc3\xa9\x00\n")
    report = host_report(one_command(), CATALOGUE)
    assert write_host(report, folder, CATALOGUE) == ()
    seen = screen((folder / "terminal.cast").read_text("utf-8"))
    assert "\n\ufffd\ufffd café\n" in seen


# --- the player -------------------------------------------------------------------------------


def test_the_player_is_what_its_makers_published() -> None:
    said = (player.VENDOR / "README.md").read_text()
    files = [path for path in player.VENDOR.iterdir() if path.name != "README.md"]
    assert {path.name for path in files} == {
        "asciinema-player.min.js",
        "asciinema-player.css",
        "LICENSE",
    }
    for path in files:
        digest = base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()
        assert f"| `{path.name}` | sha512-{digest} |" in said


def test_nothing_in_the_recording_ends_its_place_in_the_page() -> None:
    text = cast(examples.hostile(), everywhere="</script><!--<script>alert(1)</script>")
    snippet = "".join(player.snippet(text))
    inert = re.findall(r'<script type="text/plain" id="(\S+)">(.*?)</script>', snippet, re.S)
    assert [name for name, _ in inert] == ["replay-cast", "replay-code"]
    held = dict(inert)
    assert "<" not in held["replay-cast"]
    assert list(map(json.loads, held["replay-cast"].strip().split("\n"))) == list(
        map(json.loads, text.strip().split("\n"))
    )
    assert not re.search(r"<!--|<script", held["replay-code"], re.I)
    assert snippet.count("<script") == snippet.count("</script>") == 2


def test_a_page_with_the_player_stays_small() -> None:
    full = cast(one_command(), everywhere="0123456789abcdef\n" * 9000)
    whole = player.style() + player.script() + "".join(player.snippet(full))
    assert len(whole.encode()) < 300_000
    assert len(whole.encode()) - len(full.encode()) + asciicast.CAST_BYTES < 400_000
