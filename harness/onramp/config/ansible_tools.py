"""Ansible's own programs, asked for what only Ansible reads: inventories that are not static YAML,
and values in a vault.

What they answer goes through pipes and stays in memory: it may hold what a vault keeps. They run
with the caller's environment and `ansible.cfg`, which say where vault passwords are, but without
a terminal, so nothing waits for an answer; and with an end to their time, which also ends the
scripts they started.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from onramp.config import json_file
from onramp.errors import UsageError

LONGEST_S: Final = 120.0
INSTALL: Final = "install ansible-core"
_SETTINGS: Final = {
    "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1",  # else a broken file is an empty inventory
    "ANSIBLE_HASH_BEHAVIOUR": "merge",  # `onramp:` of groups and hosts is merged deeply
    "ANSIBLE_LOG_PATH": os.devnull,  # else what a vault holds is logged with the answer
    "ANSIBLE_NOCOLOR": "1",
    "ANSIBLE_FORCE_COLOR": "0",
    "ANSIBLE_DEPRECATION_WARNINGS": "0",
}
_BLOCK: Final = re.compile(r"^(?=\[[A-Z ]+\]: |ERROR[!:] )", re.MULTILINE)
_PLUGIN: Final = re.compile(
    r"\[WARNING\]: +(?:\* )?Failed to parse .+? with '?(\w+)'? plugin: +(.+?)(?:\n\n|\Z)", re.DOTALL
)
_SAID: Final = re.compile(r"^Standard error from inventory script:\n(.+?)(?:\n\n|\Z)", re.M | re.S)
_WHICH: Final = re.compile(r"^(?:ERROR!|\[ERROR\]:) .*failed to parse inventory source (.+)$", re.M)


class _Failed(Exception):
    """A program of Ansible's did not do it; the reason is one line in its own words."""


def inventory(
    paths: Sequence[Path], cwd: Path, *, shown: str, plugin: str = "", why: str = ""
) -> Mapping[str, Any]:
    """What `ansible-inventory --list` says of these sources, taken together. Raises UsageError.

    `plugin`: the inventory plugin whose complaint counts; `script` is then the only one to try,
    since Ansible otherwise reads the source of a script that failed as a list of host names.
    """
    if not _program("ansible-inventory"):
        raise UsageError(
            f"{shown}: {why}, which Ansible reads, and ansible-inventory is not installed",
            resolution=f"{INSTALL}; or where it is, {_typed(paths, cwd)} > hosts.json, "
            "and --inventory=hosts.json",
        )
    words = [word for path in paths for word in ("-i", str(path))]
    try:
        answer = _run("ansible-inventory", [*words, "--list"], cwd, plugin=plugin)
    except _Failed as failed:
        advice = f"see all it says: {_typed(paths, cwd)}"
        reason = str(failed).removeprefix(f"{paths[0]}: ")
        raise _refused(f"{shown}: Ansible cannot read it", reason, advice) from None
    return json_file.parse(answer, shown=f"{shown}: ansible-inventory's answer")


def opened(ciphertext: str, *, where: str, cwd: Path) -> str:
    """What a vault holds, as text. Raises UsageError, also where Ansible is not installed."""
    brief = f"{where}: found a vault value, which was not opened"
    if not _program("ansible-vault"):
        said, advice = "ansible-vault is not installed", f"{INSTALL}, or write the value itself"
        raise UsageError(brief, said, advice)
    try:
        return _decrypted("\n".join(ciphertext.split()), cwd)
    except _Failed as failed:
        raise _refused(brief, str(failed), "see: ansible-vault view --help") from None


@functools.cache  # one password often stands for many hosts
def _decrypted(sealed: str, cwd: Path) -> str:
    return _run("ansible-vault", ["decrypt", "--output=-", "-"], cwd, said=sealed)


def _refused(brief: str, reason: str, advice: str) -> UsageError:
    if re.search(r"decrypt|vault (secret|password)", reason, re.IGNORECASE):
        advice = "say where its password is: ANSIBLE_VAULT_PASSWORD_FILE=FILE"
    return UsageError(brief, reason, advice)


def _program(name: str) -> str | None:
    """The caller's own Ansible, or else one that was installed beside us."""
    beside = str(Path(sys.executable).parent)
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), beside]))


def _typed(paths: Sequence[Path], cwd: Path) -> str:
    """The command as a person types it."""
    names = [path.relative_to(cwd) if path.is_relative_to(cwd) else path for path in paths]
    return " ".join(["ansible-inventory", *(f"-i {shlex.quote(str(n))}" for n in names), "--list"])


def _environment(plugin: str) -> dict[str, str]:
    """The caller's; Ansible refuses to start where the locale is not UTF-8."""
    only = {"ANSIBLE_INVENTORY_ENABLED": plugin} if plugin == "script" else {}
    own = os.environ
    locale = own.get("LC_ALL") or own.get("LC_CTYPE") or own.get("LANG") or ""
    utf_8 = {} if re.search(r"utf-?8", locale, re.IGNORECASE) else {"LC_ALL": "C.UTF-8"}
    return {**own, **utf_8, **_SETTINGS, **only}


def _run(name: str, words: Sequence[str], cwd: Path, *, said: str = "", plugin: str = "") -> str:
    """Standard output of a program that ended well; raises _Failed."""
    try:
        process = subprocess.Popen(
            [_program(name) or name, *words],
            cwd=cwd,
            env=_environment(plugin),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise _Failed(f"{name} does not start: {error.strerror}") from None
    try:
        out, err = process.communicate(said.encode(), timeout=LONGEST_S)
    except subprocess.TimeoutExpired:
        raise _Failed(f"{name} gave no answer within {LONGEST_S:g} s and was ended") from None
    finally:
        _end(process)
    if process.returncode:
        raise _Failed(_reason(err.decode(errors="replace"), plugin) or f"{name} failed")
    return out.decode(errors="replace")


def _end(process: subprocess.Popen[bytes]) -> None:
    """What is still at it, after Ctrl-C too, ends with all it started."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream:
            stream.close()


def _reason(stderr: str, plugin: str) -> str:
    """The complaint that counts, of the many that Ansible makes when each plugin has tried."""
    if "Vault password" in stderr:  # asked for, of nobody
        return "no vault password was given"
    blocks = _BLOCK.split(stderr)
    complaints = {match[1]: match[2] for block in blocks if (match := _PLUGIN.match(block))}
    if complaints:
        said = _SAID.search(stderr) if "script" in complaints else None
        which = _WHICH.search(stderr) if not plugin else None  # of a directory, say
        chosen = complaints.get(plugin) or next(iter(complaints.values()))
        chosen = f"{which[1]}: {chosen}" if which else chosen
        return f"{chosen} ({said[1]})" if said else chosen
    errors = [block for block in blocks if block.startswith(("ERROR", "[ERROR"))]
    first = (errors or [stderr])[0].partition("\n\n")[0]
    return re.sub(r"^(ERROR[!:]|\[ERROR\]:) ", "", first).strip()
