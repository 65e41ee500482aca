"""The stack's files as lines that write them, and what takes them away again. Pure."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from posixpath import dirname

from onramp.model.run import HostRun
from onramp.model.stack import StackFile

# Names that a host reported are not typed by anybody unless they mean themselves to any shell.
_HARMLESS = re.compile(r"[A-Za-z0-9][\w./:@-]*", re.ASCII)


def directory(run: HostRun) -> str:
    """Where the stack's files are, below the home of whoever logs in."""
    return f"onramp/{run.stack}"


def pieces(run: HostRun, longest: int) -> tuple[str, ...]:
    """Everything that writes the files, in pieces of at most so many characters."""
    shown = [file for file in run.files if not file.omitted]
    folders = dict.fromkeys(dirname(file.path) for file in shown if dirname(file.path))
    where = f"~/{directory(run)}"
    found = [f"mkdir -p {where}" + (f" && cd {where}" if shown else "")]
    if folders:
        found[0] += f"\nmkdir -p {' '.join(map(shlex.quote, folders))}"
    for file in shown:
        lines = "\n".join(_written(file))
        if len(found[-1]) + len(lines) > longest:
            found.append(lines)
        else:
            found[-1] += f"\n{lines}"
    return tuple(found)


def _written(file: StackFile) -> Iterator[str]:
    path = shlex.quote(file.path if not file.path.startswith("-") else f"./{file.path}")
    if not file.text:
        yield f": > {path}"
    else:
        end = "EOF"
        while end in file.text.split("\n"):
            end += "_"
        yield f"cat > {path} <<'{end}'"
        yield file.text.removesuffix("\n")
        yield end
    if file.executable:
        yield f"chmod +x {path}"


def removal(leftovers: Iterable[str]) -> str:
    """The lines that remove the images and the copy of the stack that were left behind."""
    items = [item.partition(" ") for item in leftovers]
    names = [(kind, name) for kind, _, name in items if _HARMLESS.fullmatch(name)]
    images = [name for kind, name in names if kind == "image"]
    folders = [name for kind, name in names if kind == "directory"]
    lines = [f"docker image rm {' '.join(images)}"] if images else []
    lines += [f"rm -r ~/{folder}" for folder in folders]
    return "\n".join(["cd", *lines]) if lines else ""
