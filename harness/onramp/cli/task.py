"""One wrapper round every task, so that Invoke's own habits are met once and for all.

Flags are rows of a table; a task is a name, a help line, its flags and a function of the parsed
values. The wrapper turns our errors into one clear line and the exit code of the contract:
Invoke itself would turn Ctrl-C into 1 and an unexpected exception into a traceback.
"""

from __future__ import annotations

import errno
import inspect
import io
import keyword
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any

from invoke.context import Context
from invoke.exceptions import Exit
from invoke.tasks import Task
from msgspec import Struct

from onramp.cli.arguments import Kind
from onramp.errors import HarnessError

REFUSED: Mapping[str, str] = {  # core flags that set how Invoke's own run() behaves: unused here
    "echo": "-e/--echo",
    "pty": "-p/--pty",
    "warn": "-w/--warn-only",
    "hide": "--hide",
}


class Flag(Struct, frozen=True):
    """A task's flag. text: a string or None; many: repeatable strings; switch: a boolean.

    word: a string that has to be there and needs no name; words are read in the order of the table.
    maybe: a string, or True where the flag stands alone.
    """

    kind: Kind
    help: str


Function = Callable[[SimpleNamespace], int]


def make(
    name: str, function: Function, flags: Mapping[str, Flag], help_line: str
) -> Task[Callable[..., None]]:
    """An Invoke task. `flags` by their dashed names; `function` gets them with underscores."""

    def body(context: Context, **given: Any) -> None:
        values = SimpleNamespace(**given, dry=_dry(context), task=name)

        _stand_up_streams()

        def checked() -> int:
            _check_folder()
            _check_given(name, given, flags)
            if values.dry and "hosts" not in flags:
                raise _no_dry_run(name)
            return function(values)

        raise Exit(code=guarded(checked, context))

    body.__signature__ = _signature(flags)  # type: ignore[attr-defined]
    body.__doc__ = help_line
    body.__name__ = name.replace("-", "_")
    return Task(
        body,
        name=name,
        positional=[_identifier(flag) for flag, row in flags.items() if row.kind == "word"],
        optional=[_identifier(flag) for flag, row in flags.items() if row.kind == "maybe"],
        iterable=[_identifier(flag) for flag, row in flags.items() if row.kind == "many"],
        auto_shortflags=False,
        help={flag: row.help for flag, row in flags.items()},
    )


def guarded(function: Callable[[], int], context: Context | None = None) -> int:
    """The exit code; errors of ours are said in one line, a defect with its traceback."""
    try:
        if context is not None:
            _refuse_core_flags(context)
        return function()
    except HarnessError as error:
        print(f"onramp: {error}", file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        raise  # program.main ends quietly
    except KeyboardInterrupt:
        print("onramp: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            print(f"onramp: could not be written: {error}", file=sys.stderr)
            return 250
        if isinstance(error, PermissionError) and error.filename:
            from onramp.errors import UsageError

            advice = "run as somebody who may, or have its owner give you leave"
            print(
                f"onramp: {UsageError(f'{error.filename}: permission denied', '', advice)}",
                file=sys.stderr,
            )
            return 1
        import traceback

        from onramp.text.sanitize import plain

        print(plain(traceback.format_exc()), end="", file=sys.stderr)  # it may quote a host
        print("onramp: a fault of Onramp itself (the traceback is above)", file=sys.stderr)
        return 250


def _check_given(name: str, given: Mapping[str, Any], flags: Mapping[str, Flag]) -> None:
    """Given and empty is not "not given": `--hosts=$UNSET` must not mean every host."""
    from onramp.cli import arguments
    from onramp.errors import UsageError

    kinds = {f"--{flag}": row.kind for flag, row in flags.items()}
    arguments.flags(name, arguments.behind(sys.argv[1:], name), kinds)
    for flag in flags:
        value = given[_identifier(flag)]
        texts = [value] if isinstance(value, str) else value
        if isinstance(texts, list) and texts and not "".join(texts).strip():
            raise UsageError(f"--{flag} is empty", resolution="give it a value, or leave it out")


def _no_dry_run(name: str) -> HarnessError:
    from onramp.errors import UsageError

    return UsageError(f"-R/--dry has no meaning for {name}", resolution="leave it out")


def _stand_up_streams() -> None:
    """Started with a stream closed (`<&-`): it leads nowhere, and no file of ours gets its number.

    What a terminal's encoding lacks is shown as `?`: no run ends over a letter in a report.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            anew = open(number, "w" if number else "r", closefd=False)  # noqa: SIM115
            setattr(sys, name, anew)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _check_folder() -> None:
    from onramp.errors import UsageError

    try:
        os.getcwd()
    except OSError as error:
        advice = "cd to one that is there"
        raise UsageError("the current directory is gone", str(error.strerror), advice) from None


def _identifier(flag: str) -> str:
    """As a parameter's name; Invoke leaves out an underscore at its end."""
    return flag.replace("-", "_") + ("_" if keyword.iskeyword(flag) else "")


def _signature(flags: Mapping[str, Flag]) -> inspect.Signature:
    nothing = inspect.Parameter.empty
    defaults = {"text": None, "maybe": None, "many": None, "switch": False, "word": nothing}
    either = inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters: Sequence[inspect.Parameter] = [
        inspect.Parameter("context", either),
        *(
            inspect.Parameter(_identifier(flag), either, default=defaults[row.kind])
            for flag, row in flags.items()
        ),
    ]
    return inspect.Signature(parameters)


def _overrides(context: Context) -> Mapping[str, Any]:
    return getattr(context.config, "_overrides", {})


def _dry(context: Context) -> bool:
    return bool(_overrides(context).get("run", {}).get("dry"))


def _refuse_core_flags(context: Context) -> None:
    """A flag that would silently do nothing is refused, before anything is done."""
    from onramp.errors import UsageError

    overrides = _overrides(context)
    given = [flag for key, flag in REFUSED.items() if overrides.get("run", {}).get(key)]
    if overrides.get("timeouts", {}).get("command"):
        given.append("-T/--command-timeout")
    if overrides.get("sudo", {}).get("password"):
        given.append("--prompt-for-sudo-password")
    if given:
        hints = {
            "-T/--command-timeout": "use --set timeouts.command=SECONDS",
            "--prompt-for-sudo-password": "use --ask-become-pass",
        }
        hint = hints.get(given[0], "it does nothing here; leave it out")
        raise UsageError(f"{given[0]} has no meaning for Onramp's tasks", resolution=hint)
