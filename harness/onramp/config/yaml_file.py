"""Reads the YAML a user gives us: strict where a mistake hides, tolerant of what is not ours.

Three differences from `yaml.safe_load`. A key given twice is an error with its line, since the
loser would vanish in silence. Unknown tags (`!vault`, `!reset`) become `Opaque` instead of an
error, since a file may hold variables that others read. And a scalar is a number only where it
would be written the same again: `010`, `10:22` and `2024-01-01` stay text.
"""

from __future__ import annotations

import re
from collections.abc import Hashable
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import yaml

from onramp.config.suggest import quoted
from onramp.errors import UsageError
from onramp.model.discreet import Discreet

LARGEST_BYTES = 5_000_000
DEEPEST = 100
MOST_COPIED = 100_000  # values that aliases may stand for, beyond those written
VAULT_TAGS = ("!vault", "!vault-encrypted")
_CHECKED_FROM = 8_000  # characters; below it nesting cannot exhaust the C composer's stack
_PREFIX = "tag:yaml.org,2002:"
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Opaque(Discreet, frozen=True):
    """A value under a tag that is not ours: kept as "something is here", never read."""

    UNSHOWN: ClassVar[tuple[str, ...]] = ("text",)

    tag: str
    text: str = ""  # what a vault's value is written as


class Loader(_Parser):  # type: ignore[misc]
    """PyYAML's safe loader, on libyaml where there is one, with the differences named above."""

    def get_single_data(self) -> Any:
        node = self.get_single_node()
        if node is None:
            return None
        sizes: dict[int, int] = {}
        if _size(node, sizes) - len(sizes) > MOST_COPIED:
            _refuse(f"its aliases stand for more than {MOST_COPIED} values", node)
        return self.construct_document(node)

    def opaque(self, _suffix: str, node: yaml.Node) -> Any:
        if node.tag == "!unsafe" and isinstance(node, yaml.ScalarNode):
            return node.value
        return Opaque(node.tag, node.value if isinstance(node, yaml.ScalarNode) else "")

    def tagged(self, node: yaml.Node) -> Any:
        """`!!bool x`: PyYAML looks it up, or takes it apart, and trips in ways of its own."""
        try:
            return _Parser.yaml_constructors[node.tag](self, node)
        except (ValueError, LookupError, AttributeError):
            kind = node.tag.removeprefix(_PREFIX)
            _refuse(f"found {quoted(node.value)}, which is no {kind}", node)

    def mapping(self, node: yaml.MappingNode) -> dict[Any, Any]:
        """As PyYAML's own, but complete at once (so an alias to itself is refused) and strict."""
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if not isinstance(key, Hashable):
                _refuse(f"found {quoted(key)} as a key, expected a name", key_node)
            if key in seen and key_node.tag != _PREFIX + "merge":
                _refuse(f"key {quoted(key)} is given twice", key_node)
            seen.add(key)
        return dict(self.construct_mapping(node, deep=True))

    def sequence(self, node: yaml.SequenceNode) -> list[Any]:
        return list(self.construct_sequence(node, deep=True))


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """How many nodes stand below with each alias written out; one inside itself counts once."""
    if id(node) in known:
        return known[id(node)]
    known[id(node)] = 1
    if isinstance(node, yaml.MappingNode):
        known[id(node)] += sum(_size(one, known) for pair in node.value for one in pair)
    elif isinstance(node, yaml.SequenceNode):
        known[id(node)] += sum(_size(one, known) for one in node.value)
    known[id(node)] = min(known[id(node)], 10**9)  # sums of sums grow without end
    return known[id(node)]


def _refuse(problem: str, node: yaml.Node) -> NoReturn:
    raise yaml.constructor.ConstructorError(None, None, problem, node.start_mark)


def _resolvers() -> dict[Any, list[Any]]:
    """YAML 1.1's guesses from plain text, less those that lose what was written."""
    dropped = {_PREFIX + name for name in ("int", "float", "timestamp", "value")}
    return {
        first: [row for row in rows if row[0] not in dropped]
        for first, rows in _Parser.yaml_implicit_resolvers.items()
    }


_FLOAT = r"[-+]?(0|[1-9]\d*)\.\d+([eE][-+]?\d+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)"
Loader.yaml_implicit_resolvers = _resolvers()
Loader.add_implicit_resolver(_PREFIX + "int", re.compile(r"-?(0|[1-9]\d{0,17})\Z"), "-0123456789")
Loader.add_implicit_resolver(_PREFIX + "float", re.compile(rf"({_FLOAT})\Z"), "-+.0123456789")
Loader.add_constructor(_PREFIX + "map", Loader.mapping)
Loader.add_constructor(_PREFIX + "seq", Loader.sequence)
for _kind in ("bool", "int", "float", "timestamp"):
    Loader.add_constructor(_PREFIX + _kind, Loader.tagged)
Loader.add_multi_constructor("", Loader.opaque)


def read(path: Path, *, shown: str) -> Any:
    """The one document in a file. `shown` is the name messages use; an empty file is None.

    Raises UsageError, one line: unreadable, a directory, too large, not UTF-8, not YAML.
    """
    return parse(text(path, shown=shown), shown=shown)


def text(path: Path, *, shown: str, most: int = LARGEST_BYTES) -> str:
    """A small text file's content; UsageError says what stands in the way."""
    try:
        if path.is_dir():
            raise UsageError(f"{shown}: found a directory, expected a file")
        if not path.is_file():
            missing = not path.exists()
            raise UsageError(f"{shown}: {'no such file' if missing else 'not a regular file'}")
        if path.stat().st_size > most:
            raise UsageError(f"{shown}: larger than {most // 1_000_000} MB")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        found = error.object[error.start]
        raise UsageError(
            f"{shown}:{line}: not UTF-8 text (byte 0x{found:02x})",
            resolution="save the file as UTF-8",
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UsageError(f"{shown}: cannot be read: {reason}") from None


def parse(content: str, *, shown: str) -> Any:
    """The one document in `content`. Raises UsageError with file and line."""
    try:
        if len(content) > _CHECKED_FROM:
            _check_depth(content, shown)
        return yaml.load(content, Loader=Loader)  # a SafeLoader subclass
    except yaml.MarkedYAMLError as error:
        raise _explained(error, content, shown) from None
    except yaml.reader.ReaderError as error:
        line = content.encode()[: error.position].count(b"\n") + 1
        code = error.character if isinstance(error.character, int) else ord(error.character)
        raise UsageError(f"{shown}:{line}: not YAML: character #x{code:02x}") from None
    except RecursionError:
        raise UsageError(f"{shown}: nested deeper than {DEEPEST} levels") from None
    except (yaml.YAMLError, ValueError) as error:
        raise UsageError(f"{shown}: not YAML: {error}") from None


def scalar(content: str) -> Any:
    """One plain value as YAML would type it: `8` is a number, `true` a truth, `a: b` text."""
    loader = Loader("")
    try:
        tag = loader.resolve(yaml.ScalarNode, content, (True, False))
        return loader.construct_object(yaml.ScalarNode(tag, content))
    finally:
        loader.dispose()


def _check_depth(content: str, shown: str) -> None:
    """libyaml's composer recurses in C: nesting without end would crash the process."""
    depth = 0
    for event in yaml.parse(content, Loader=_Parser):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            line = event.start_mark.line + 1 if event.start_mark else 1
            raise UsageError(f"{shown}:{line}: nested deeper than {DEEPEST} levels")


def _explained(error: yaml.MarkedYAMLError, content: str, shown: str) -> UsageError:
    lines = content.splitlines()
    mark = error.problem_mark
    if not mark or mark.line >= len(lines):  # at the end: say where what is open was opened
        mark = error.context_mark or mark
    line = mark.line + 1 if mark else 1
    here = lines[line - 1] if line <= len(lines) else ""
    indent = here[: len(here) - len(here.lstrip())]
    column = mark.column if mark else 0
    if "\t" in indent or here[column : column + 1] == "\t":
        return UsageError(f"{shown}:{line}: found a tab", resolution="indent YAML with spaces")
    problem = " ".join(str(error.problem or error).split())
    if isinstance(error, yaml.constructor.ConstructorError):
        return UsageError(f"{shown}:{line}: {problem}")
    context = f" ({' '.join(error.context.split())})" if error.context else ""
    return UsageError(f"{shown}:{line}: not YAML: {problem}{context}")
