"""Vagrant, run for one machine: in the machine's directory, heard line by line, ended with us.

A killed controller takes its Vagrant along, with all that Vagrant started: nothing goes on booting
a machine that nobody waits for.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from onramp.errors import HarnessError
from onramp.providers import Progress
from onramp.providers.lab import subprocesses
from onramp.text.sanitize import plain

LOG = "vagrant.log"
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_NOISE = re.compile(r"^(Progress: |\(Rate: |-- )")
_UP_S = 1800.0


class VagrantRuns:
    """Runs of Vagrant with a home of its own: boxes, no settings of the user's."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._running: set[subprocess.Popen[str]] = set()
        self._guard = threading.Lock()
        self._closed = False

    def run(
        self, folder: Path, *words: str, progress: Progress | None = None, limit_s: float = _UP_S
    ) -> str:
        """What Vagrant printed on stdout. Its words go to `folder/vagrant.log` and to `progress`.

        Raises HarnessError with Vagrant's own words.
        """
        command = f"vagrant {' '.join(words)}"
        with (folder / LOG).open("a") as log, self._started(folder, words) as process:
            timer = threading.Timer(limit_s, process.kill)
            timer.start()
            try:
                log.write(f"$ {command}\n")
                stdout = "".join(_heard(process.stdout, log, progress)) if process.stdout else ""
                code = process.wait()
            finally:
                late = not timer.is_alive()
                timer.cancel()
                with self._guard:
                    self._running.discard(process)
        if code == 0:
            return stdout
        if self._closed:
            raise HarnessError(f"{command} was interrupted")
        raise _failure(command, code, stdout, f"did not end in {limit_s:.0f} s" if late else "")

    def end_all(self) -> None:
        """Kill what runs; nothing is started any more."""
        with self._guard:
            self._closed = True
            for process in self._running:
                process.kill()

    def _started(self, folder: Path, words: tuple[str, ...]) -> subprocess.Popen[str]:
        with self._guard:
            if self._closed:
                raise HarnessError("Vagrant is not run any more: the run was interrupted")
            process = subprocess.Popen(
                [*subprocesses.DIES_WITH_US, "vagrant", *words],
                cwd=folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                process_group=0,
            )
            self._running.add(process)
            return process

    def _environment(self) -> dict[str, str]:
        """The user's, but for what would lead Vagrant to another machine, home or provider."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("VAGRANT_", "BUNDLE_"))}
        return {
            **kept,
            "VAGRANT_HOME": str(self.home),
            "VAGRANT_DEFAULT_PROVIDER": "libvirt",
            "VAGRANT_CHECKPOINT_DISABLE": "1",
            "VAGRANT_NO_COLOR": "1",
            "LC_ALL": "C.UTF-8",
        }


def _heard(stdout: IO[str], log: IO[str], progress: Progress | None) -> Iterator[str]:
    """Each line as it comes, with what a terminal would overwrite left out."""
    for raw in stdout:
        line = _CONTROL.sub("", raw.rsplit("\r", 1)[-1]).rstrip("\n")
        line = re.sub(r"^(Progress: \d+%)+(\(.*?\))?", "", line)
        log.write(f"{line}\n")
        log.flush()
        words = said(line)
        if progress and words:
            progress(words)
        yield f"{line}\n"


def said(line: str) -> str:
    """Vagrant's words in a line of its output, without the machine's name before them."""
    words = re.sub(r"^(==> |\s{4})[\w.-]+: ", "", line).strip()
    return "" if _NOISE.match(words) else plain(words)


_ADVICE = (
    ("could not be found", "see that the box's address can be reached, or make a box: vm.box"),
    ("error occurred while downloading", "see that the box's address can be reached"),
    ("Timed out while waiting", "what its console printed last says how far it came"),
    ("Not enough memory", "free memory, or ask for less: ONRAMP_MEMORY_MB=1024"),
    ("Cannot allocate memory", "free memory, or ask for less: ONRAMP_MEMORY_MB=1024"),
    ("No space left on device", "free space where libvirt keeps disks: /var/lib/libvirt/images"),
    ("locked", "another Vagrant is at work on this machine: wait for it, or end it"),
)  # fmt: skip


def _failure(command: str, code: int, stdout: str, late: str) -> HarnessError:
    lines = [line.strip() for line in stdout.splitlines() if line.strip()]
    last = next((said(line) for line in reversed(lines) if said(line)), "no words of its own")
    advice = [what for words, what in _ADVICE if words in stdout]
    return HarnessError(
        f"{command} failed: {late or f'exit code {code}: {last}'}",
        details="\n".join(lines)[-subprocesses.TAIL_CHARS :],
        resolution=advice[0] if advice else "Vagrant's own words above say why",
    )
