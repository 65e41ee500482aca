"""What `diagnose` makes of pasted text, also of a great deal of it."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import speed
from places import ROOT

ORDINARY = sorted((ROOT / "tests/transcripts/ordinary").glob("*.txt"))
NOT_RUNNING = (
    "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. "
    "Is the docker daemon running?"
)
MEASURED = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
used = resource.getrusage(resource.RUSAGE_CHILDREN)  # its own seconds: others may be busy, too
print(f"{used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss // 1024}", file=sys.stderr)
sys.exit(code)
"""


def diagnosed(text: bytes, *flags: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [ROOT / "invoke", "diagnose", "--json", *flags], input=text, capture_output=True, check=True
    )
    rows: list[dict[str, Any]] = json.loads(done.stdout)
    return rows


def test_piped_output_is_explained_through_colours_and_carriage_returns() -> None:
    text = f"\x1b[1m\x1b[31m{NOT_RUNNING}\x1b[0m\r\n".encode()
    (row,) = diagnosed(text)
    assert row["id"] == "daemon-not-running"
    assert row["because"] == [f"pasted text printed: {NOT_RUNNING}"]
    assert row["remedy"]["commands"] == ["sudo systemctl start docker"]
    assert 0 < row["confidence"] <= 1


def test_what_is_well_is_not_explained() -> None:
    assert diagnosed(b"") == []
    assert diagnosed(ORDINARY[0].read_bytes()) == []


def test_ten_megabytes_take_a_second_and_150_megabytes(tmp_path: Path) -> None:
    chance = random.Random(20)
    lines = [line for file in ORDINARY for line in file.read_text().splitlines()]
    log = tmp_path / "long.log"
    with log.open("w") as file:
        while file.tell() < 10_000_000:
            file.write(f"{chance.random()} {chance.choice(lines)}\n")
        file.write(f"{NOT_RUNNING}\n")
    command = [sys.executable, "-c", MEASURED, ROOT / "invoke", "diagnose", f"--text={log}"]
    best_s = 99.0
    for _ in range(3):  # a busy machine is no slow program
        done = subprocess.run([*command, "--json"], capture_output=True, check=True)
        assert [row["id"] for row in json.loads(done.stdout)] == ["daemon-not-running"]
        seconds, megabytes = done.stderr.split()[-2:]
        best_s = min(best_s, float(seconds))
        assert int(megabytes) < 150
        if best_s < 1:
            break
    assert best_s < speed.slower()
