"""Reads a stack: a directory with a compose file and, if its author wrote one, a check list.

`stack.yml` says how to tell that the stack works, `evaluation.yml` what its author thinks of it
and of the tool; both are read here and stay here. A `stack.yml`
whose `services` is a mapping belongs to `docker stack deploy` and is copied like any other file.
Without a check list a stack must build, come up, stay up and go down clean.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from onramp.config import compose_file as compose
from onramp.config import (
    evaluation_file,
    parse_settings,
    requirements_file,
    stack_files,
    suggest,
    yaml_file,
)
from onramp.config.evaluation_file import Answers, Scores
from onramp.config.explain import explained
from onramp.errors import UsageError
from onramp.model.stack import HttpCheck, Requirement, Stack

CHECK_LIST: Final = "stack.yml"
_NESTED: Final = re.compile(r"\((?:\\.|[^()\\])*[+*}](?:\\.|[^()\\])*\)[+*{]")
Seconds = Annotated[float, Meta(gt=0, le=86_400)]


class Http(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A page to ask for; `counter` is a regular expression with one group, a number."""

    port: Annotated[int, Meta(ge=1, le=65535)]
    path: Annotated[str, Meta(pattern=r"^/[!-~]*\Z")] = "/"
    status: Annotated[int, Meta(ge=100, le=599)] = 200
    contains: str = ""
    counter: str = ""
    within_s: Seconds = 60.0


class CheckList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of stack.yml."""

    title: str = ""
    http: list[Http] = []
    services: list[str] = []
    persistent: bool | None = None
    up_timeout_s: Seconds = 120.0
    stop_timeout_s: Seconds = 60.0
    env: dict[str, str] = {}
    reviewer: Answers = Answers()


_PLACES: Final = {"": CheckList, "http": Http, "reviewer": Answers, "reviewer.ratings": Scores}


def load(name_or_path: str, *, cwd: Path, project_root: Path) -> Stack:
    """The stack called so in `stacks/`, or the one in a directory (or compose file) of the user's.

    A name without a slash is looked for in `stacks/` first. Relative paths are the caller's.
    Raises UsageError before anything is touched.
    """
    directory, stated = _located(name_or_path, cwd, project_root)
    shown = name_or_path
    compose_file = stated or _compose_file(directory, shown)
    where = f"stack {shown}: {compose_file}"
    services = compose.services(_yaml(directory, compose_file, shown), shown=where)
    checks = _checks(directory, shown)
    needs = _requirements(directory, shown)
    answers = _answers(directory, shown, checks)
    ours = {
        CHECK_LIST: checks,
        evaluation_file.FILE: answers,
        requirements_file.FILE_NAME: needs,
    }
    skip = frozenset(name for name, read in ours.items() if read is not None)
    files, modes = stack_files.read(directory, shown=shown, skip=skip)
    checks = checks or CheckList()
    return Stack(
        name=project_name(directory.name),
        title=checks.title,
        directory=str(directory),
        files=files,
        modes=modes,
        compose_file=compose_file,
        services=_services(checks, services, f"stack {shown}: {CHECK_LIST}"),
        http=tuple(HttpCheck(**msgspec.structs.asdict(check)) for check in checks.http),
        persistent=checks.persistent,
        env=checks.env,
        up_timeout_s=checks.up_timeout_s,
        stop_timeout_s=checks.stop_timeout_s,
        reviewer=msgspec.to_builtins(answers or checks.reviewer),
        ports=compose.published(services, _dot_env(files) | checks.env),
        built=tuple(name for name, body in services.items() if "build" in body),
        requirements=needs or (),
    )


def names(project_root: Path) -> tuple[str, ...]:
    """The stacks that come with the project."""
    folder = project_root / "stacks"
    if not folder.is_dir():
        return ()
    return tuple(sorted(path.name for path in folder.iterdir() if path.is_dir()))


def project_name(directory: str) -> str:
    """A directory's name as Compose allows it in a project: lower case, digits, - and _."""
    return re.sub(r"[^a-z0-9_-]+", "-", directory.lower()).strip("-_")[:60] or "stack"


# --- finding ---------------------------------------------------------------------------------


def _located(text: str, cwd: Path, project_root: Path) -> tuple[Path, str]:
    """The stack's directory, and its compose file where one was named."""
    if not text.strip() or "\0" in text:
        raise UsageError("--stack is empty, expected a name or a directory")
    if text in names(project_root):
        return project_root / "stacks" / text, ""
    try:
        path = Path(text).expanduser() if text.startswith("~") else Path(text)
        full = (cwd / path).resolve()
        if full.is_dir():
            return full, ""
        if full.is_file():
            return full.parent, full.name
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"--stack: cannot read {suggest.quoted(text)}: {reason}") from None
    if "/" in text:
        raise UsageError(f"--stack: no directory {suggest.quoted(text)} (from {cwd})")
    raise UsageError(
        f"--stack: no stack {suggest.quoted(text)}",
        resolution=suggest.hint(text, names(project_root), noun="there are") + " (or a path)",
    )


def _compose_file(directory: Path, shown: str) -> str:
    for name in compose.FILE_NAMES:
        if (directory / name).exists():
            return name
    raise UsageError(
        f"stack {shown}: no compose file in {directory}",
        resolution=f"expected one of {', '.join(compose.FILE_NAMES)}",
    )


def _yaml(directory: Path, name: str, shown: str) -> Any:
    return yaml_file.read(directory / name, shown=f"stack {shown}: {name}")


# --- the check list --------------------------------------------------------------------------


def _checks(directory: Path, shown: str) -> CheckList | None:
    if not (directory / CHECK_LIST).exists():
        return None
    where = f"stack {shown}: {CHECK_LIST}"
    raw = _yaml(directory, CHECK_LIST, shown)
    if raw is None:
        return CheckList()
    if not isinstance(raw, Mapping):
        raise UsageError(f"{where}: found {suggest.kind(raw)}, expected a mapping")
    if isinstance(raw.get("services"), Mapping):
        return None
    if isinstance(raw.get("env"), Mapping):
        raw = {**raw, "env": parse_settings.env_as_text(raw["env"])}
    try:
        checks = msgspec.convert(raw, CheckList)
    except msgspec.ValidationError as error:
        raise explained(str(error), where, _PLACES) from None
    if not checks.title.isprintable():
        raise UsageError(f"{where}: title: found a control character, expected one line of text")
    parse_settings.check_env(checks.env, f"{where}: env")
    for number, check in enumerate(checks.http):
        _check_counter(check.counter, f"{where}: http[{number}].counter")
    return checks


def _requirements(directory: Path, shown: str) -> tuple[Requirement, ...] | None:
    """Those of a file that is ours; None where there is none."""
    name = requirements_file.FILE_NAME
    if not (directory / name).exists():
        return None
    raw, where = _yaml(directory, name, shown), f"stack {shown}: {name}"
    if not requirements_file.is_ours(raw):
        return None
    try:
        return requirements_file.read(raw, where=where)
    except msgspec.ValidationError as error:
        raise explained(str(error), where, requirements_file.KINDS) from None


def _answers(directory: Path, shown: str, checks: CheckList | None) -> Answers | None:
    """What evaluation.yml says; None where there is none, or one that is the application's own.

    A file of that name is taken to be ours beside a stack.yml, or where it has a key of ours.
    The `reviewer` of a stack.yml is read as ever, but not beside this file: one would be lost.
    """
    if not (directory / evaluation_file.FILE).exists():
        return None
    where = f"stack {shown}: {evaluation_file.FILE}"
    try:
        raw = _yaml(directory, evaluation_file.FILE, shown)
    except UsageError:
        if checks is None:
            return None
        raise
    if checks is None and not evaluation_file.is_ours(raw):
        return None
    answers = evaluation_file.read(raw, where)
    if checks and checks.reviewer != Answers():
        raise UsageError(
            f"{where}: stack.yml has answers too, under reviewer",
            resolution=f"move them into {evaluation_file.FILE}: its keys are the same",
        )
    return answers


def _check_counter(pattern: str, where: str) -> None:
    if not pattern:
        return
    try:
        groups = re.compile(pattern).groups
    except (re.error, OverflowError, RecursionError) as error:
        raise UsageError(f"{where}: no regular expression: {error}") from None
    if _NESTED.search(pattern):
        advice = "such a search may never end: write it without, as in 'visits: (\\d+)'"
        raise UsageError(f"{where}: found a repetition within a repetition", resolution=advice)
    if groups != 1:
        raise UsageError(f"{where}: found {groups} groups, expected one around the number")


def _services(checks: CheckList, found: Mapping[str, Any], where: str) -> tuple[str, ...]:
    for name in checks.services:
        if found and name not in found:
            raise UsageError(
                f"{where}: services: no service {suggest.quoted(name)} in the compose file",
                resolution=suggest.hint(name, found, noun="there are"),
            )
    return tuple(checks.services) or compose.started(found)


def _dot_env(files: Mapping[str, bytes]) -> dict[str, str]:
    """The plain `NAME=value` lines of `.env`, as far as they decide about ports."""
    text = files.get(".env", b"").decode("utf-8", "replace")
    rows = re.findall(r"^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*?)\s*$", text, re.MULTILINE)
    return {name: value.strip("'\"") for name, value in rows}
