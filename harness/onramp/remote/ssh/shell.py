"""How a script reaches a shell on the host: pure text, the same for every login shell.

The words on the command line are fixed, so bash, dash, fish, csh and zsh all read them alike and
no value ever meets a quoting rule or a process list; the script itself comes over stdin. Before
it, a mark is printed on both streams: whatever stands before the mark was printed by banners and
rc files.
"""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Mapping
from typing import Literal

from onramp.errors import UsageError
from onramp.model.action import Command, Upload

Sudo = Literal["no", "passwordless", "password"]
_ALL_OF_STDIN = "onramp=$(cat)"  # leaves stdin at its end for the script itself
_FIRST_LINE = "IFS= read -r onramp"  # leaves the rest of stdin to the script
# dash puts "eval: " before what goes wrong in an eval, bash "environment: " in a function: each
# gets the other, and says what it says to a newcomer.
_RUN = (
    'if test -n "$BASH_VERSION"; then eval "$onramp";'
    ' else eval "onramp() { $onramp%s }" && onramp; fi'
)


def command_line(mark: str, *, sudo: Sudo = "no", one_line: bool = False) -> str:
    """The words given to the login shell; `mark` holds letters, digits and dashes only.

    `one_line`: the script is stdin's first line, and reads what follows. With a password, sudo asks
    with a prompt of ours, so that the password is sent only when asked for and only to sudo.
    """
    prefix = {
        "no": "",
        "passwordless": "sudo -n ",
        "password": f"sudo -k -S -p {prompt(mark)} ",
    }[sudo]
    read = _FIRST_LINE if one_line else _ALL_OF_STDIN
    run = _RUN % (";" if one_line else "")
    return f"{prefix}sh -c 'echo {mark} $$; echo {mark} $$ >&2; {read}; {run}'"


def prompt(mark: str) -> str:
    """What sudo is told to ask with."""
    return f"{mark}-password:"


def script_text(command: Command) -> str:
    """The script with its environment exported on top, and messages in English.

    LC_ALL=C, because outputs are read by programs and compared with known wordings, and because it
    is the one locale that every host has (C.UTF-8 is missing on older ones). The exports share the
    script's first line, so that a shell counts its lines as its author does; the blank at the end
    keeps the last line's end, which `$(cat)` would drop.
    """
    env = {"LC_ALL": "C", **command.env}
    return f"{'; '.join(exports(env))}; {command.script}\n "


def exports(env: Mapping[str, str]) -> tuple[str, ...]:
    """`export NAME='value'` lines. Raises UsageError for a name that no shell takes."""
    for name in env:
        if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", name):
            raise UsageError(f"{name!r} is not a name for an environment variable")
    return tuple(f"export {name}={shlex.quote(value)}" for name, value in env.items())


def upload_script(upload: Upload) -> str:
    """One line that unpacks a tar stream from the right place.

    tar rather than SFTP, which may be switched off, or scp, which is going away: dpkg and rpm hosts
    have it, it keeps modes and takes any file name. Each file is put in place anew, so a program
    that runs from the old one is not disturbed. `-o`: owned by whoever logs in.
    """
    where = "cd /" if upload.directory.startswith("/") else "cd"
    unpack = "exec tar -x -p -m -o -f -"
    if not upload.files:
        unpack = f"mkdir -p -- {shlex.quote(_below(upload.directory))}"
    return f"export LC_ALL=C; {where} && {unpack}"


def upload_stream(upload: Upload) -> bytes:
    """The files as a tar archive, their names below the directory, parents left to tar.

    No entry for a directory: tar would change the mode of one that exists. Raises UsageError for a
    name that leads out of the directory.
    """
    import tarfile  # many a run sends no file

    base = _below(upload.directory)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.GNU_FORMAT) as archive:
        for name, content in upload.files.items():
            if name.startswith("/") or ".." in name.split("/") or not name.strip("/."):
                raise UsageError(f"{name!r} is not a file name below {upload.directory}")
            entry = tarfile.TarInfo(f"{base}/{name}")
            entry.size = len(content)
            entry.mode = upload.modes.get(name, 0o644)
            archive.addfile(entry, io.BytesIO(content))
    return stream.getvalue()


def _below(directory: str) -> str:
    """The directory as seen from the home directory or, for an absolute one, from the root."""
    return "./" + directory.removeprefix("~").strip("/")


def kill_script(pid: int) -> str:
    """End the process group of a script that ran too long: politely, then not.

    No `--` before the group: dash takes it for a number.
    """
    return (
        f"stat=$(cat /proc/{pid}/stat 2>/dev/null) || exit 0\n"
        "set -- ${stat##*) }\n"
        "kill -TERM -$3\nsleep 1\nkill -KILL -$3 2>/dev/null\nexit 0\n"
    )
