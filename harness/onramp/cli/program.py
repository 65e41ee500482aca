"""What `./invoke` and `onramp` start: Invoke's own command line over our tasks."""

from __future__ import annotations

import errno
import gc
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from invoke.exceptions import AmbiguousEnvVar, Exit, UncastableEnvVar
from invoke.program import Program

from onramp import CLONE, PROGRAM, __version__
from onramp.cli.tasks import GROUPS, collection

LIST_FORMATS = ("flat", "nested", "json")


class CommandLine(Program):
    """Invoke's program, where a mistake is one line and exit 1 instead of a traceback."""

    def create_config(self) -> None:
        _configured(super().create_config)

    def update_config(self, merge: bool = True) -> None:
        _configured(lambda: super(CommandLine, self).update_config(merge))

    def parse_core(self, argv: list[str] | None) -> None:
        keeps_none = sys.dont_write_bytecode  # which Invoke sets, unless it is given --write-pyc
        try:
            super().parse_core(argv)
            sys.dont_write_bytecode = keeps_none
        except ValueError as error:
            raise _refusal(f"-T or -D expects a whole number: {error}") from None

    def parse_tasks(self) -> None:
        self._check_words()
        super().parse_tasks()

    def parse_cleanup(self) -> None:
        listed_as = self.args["list-format"].value
        if listed_as not in LIST_FORMATS:
            raise _refusal(f"-F: found {listed_as!r}, expected {', '.join(LIST_FORMATS)}")
        if self.args.config.value:
            raise _refusal("-f/--config has no meaning for Onramp's tasks · leave it out")
        if self.args["prompt-for-sudo-password"].value:
            raise _refusal(
                "--prompt-for-sudo-password has no meaning for Onramp's tasks"
                " · use --ask-become-pass"
            )
        super().parse_cleanup()

    def no_tasks_given(self) -> None:
        self.list_tasks()
        raise Exit

    def print_task_help(self, name: str) -> None:
        """How it is called here, what it does, its flags."""
        flags = self.parser.contexts[name].help_tuples()
        print(f"Usage: {self.binary} {name}{' [--flags]' if flags else ''}\n")
        print(f"{self.collection[name].__doc__}\n")
        self.print_columns(flags)

    def list_flat(self) -> None:
        """By what a person wants to do; a part asked for by name as Invoke has it."""
        if self.list_root or self.list_depth:
            super().list_flat()
            return
        pairs = dict(self._make_pairs(self.scoped_collection))
        print(f"Usage: {self.binary} COMMAND [--flags]; {self.binary} COMMAND --help\n")
        for title, names in GROUPS.items():
            rows = [(name, pairs[name]) for name in names if name in pairs]
            if rows:
                print(f"{title}:")
                self.print_columns(rows)

    def _check_words(self) -> None:
        if self.args.complete.value or not self.core.unparsed:
            return
        from onramp.cli import arguments
        from onramp.errors import UsageError

        name, *words = self.core.unparsed
        if name in self.collection.task_names and arguments.asks_for_help(words):
            self.args.help.value, self.core.unparsed = name, []  # as `--help NAME` does
            return
        contexts = self.collection.to_contexts()  # which takes the tasks' help from them
        tasks = {str(context.name): _kinds(context.flags) for context in contexts}
        behind = ["--"] if self.core.remainder else []
        try:
            arguments.command([*self.core.unparsed, *behind], tasks)
        except UsageError as error:
            raise _refusal(str(error)) from None


def main() -> None:
    """What the console command `onramp` runs, and ./invoke in a clone."""
    gc.set_threshold(20_000)  # what starting makes stays: looking for garbage costs a tenth
    program = CommandLine(
        name="Onramp",
        binary=PROGRAM,
        version=__version__,
        namespace=collection(clone=CLONE is not None),
    )
    sys.argv[0] = Path(PROGRAM).name
    try:
        try:
            program.run(sys.argv)
        finally:  # also behind Invoke's own way out, SystemExit: what waits may find a full disk
            sys.stdout.flush()
            gc.freeze()  # the last look for garbage, at the end, would take as long as starting
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        print(f"onramp: could not be written: {error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what still waits
        sys.exit(250)
    except (AmbiguousEnvVar, UncastableEnvVar) as error:
        print(f"onramp: a variable INVOKE_* in the environment: {error}", file=sys.stderr)
        sys.exit(1)


def _configured(load: Callable[[], None]) -> None:
    """Invoke reads files of its own (~/.invoke.yaml and others); a broken one is named."""
    try:
        load()
    except Exception as error:
        said = " ".join(str(error).split())
        raise _refusal(f"a configuration file of Invoke's own is at fault · {said}") from None


def _refusal(message: str) -> Exit:
    return Exit(f"onramp: {message}", code=1)


def _kinds(flags: Mapping[str, Any]) -> dict[str, Any]:
    """As in onramp.cli.arguments: what Invoke knows of a command's flags."""
    named = {bool: "switch", list: "many"}

    def kind(argument: Any) -> str:
        if argument.positional or argument.optional:
            return "word" if argument.positional else "maybe"
        return named.get(argument.kind, "text")

    return {flag: kind(argument) for flag, argument in flags.items()}
