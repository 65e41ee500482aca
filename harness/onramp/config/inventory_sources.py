"""What each `--inventory` is, and who reads it: static YAML and Ansible's JSON are read here, all
else by Ansible itself (INI, programs that print an inventory, plugins, directories, vaults).

Where Ansible reads one of several it reads them all, since a group's variables hold for hosts of
the others too.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from onramp.config import ansible_tools, inventory_file, inventory_json, json_file, yaml_file
from onramp.config.inventory_tree import Tree
from onramp.errors import UsageError

_YAML: Final = (".yml", ".yaml", ".json")
_INI: Final = (".ini", ".cfg")
_SECTION: Final = re.compile(r"^\[[^\[\],\n]+\][ \t]*([#;].*)?$", re.MULTILINE)
_PLUGIN: Final = re.compile(r"^[\"']?plugin[\"']?[ \t]*:", re.MULTILINE)
_REMARKS: Final = re.compile(r"\A(\s*([#;].*)?\n)*\s*")
_HOST_LINE: Final = re.compile(r"[^\s:{\-%'\"]\S*(?<!:)([ \t]+[^\s:#=]+=.*|[ \t]+[#;].*)?$", re.M)


class Source(Struct, frozen=True):
    """One inventory. `why` says what makes it Ansible's; `plugin` reads it there."""

    path: Path
    shown: str
    why: str = ""
    plugin: str = ""
    answer: Mapping[str, Any] | None = None  # Ansible's JSON, where the file holds it


def read(sources: Sequence[Source], tree: Tree, *, cwd: Path) -> None:
    """Adds them to the tree, in their order. Raises UsageError."""
    theirs = [source for source in sources if source.answer is None]
    if not any(source.why for source in theirs):
        theirs = []
    for source in sources:
        if source.answer is not None:
            _add(source.answer, tree, source.shown)
        elif not theirs:
            inventory_file.read(source.path, tree, shown=source.shown, cwd=cwd)
        elif source is theirs[0]:
            _ask(theirs, tree, cwd)


def _ask(theirs: Sequence[Source], tree: Tree, cwd: Path) -> None:
    shown = " + ".join(source.shown for source in theirs)
    first = next(source for source in theirs if source.why)
    alike = all(source.plugin == first.plugin for source in theirs)
    answer = ansible_tools.inventory(
        [source.path for source in theirs],
        cwd,
        shown=shown,
        plugin=first.plugin if alike else "",
        why=first.why,
    )
    _add(answer, tree, shown)


def _add(answer: Mapping[str, Any], tree: Tree, shown: str) -> None:
    inventory_file.add(inventory_json.static(answer, shown=shown), tree, shown=shown)


# --- telling them apart ----------------------------------------------------------------------


def look(path: Path, *, shown: str) -> Source:
    """What stands there, told by its first bytes and its name. Raises UsageError."""
    if os.path.isdir(path):  # unlike Path's, False for a name too long
        return Source(path, shown, why="is a directory")
    if _is_program(path):
        return Source(path, shown, why="is a program that prints an inventory", plugin="script")
    most = json_file.LARGEST_BYTES if path.suffix == ".json" else yaml_file.LARGEST_BYTES
    content = yaml_file.text(path, shown=shown, most=most)
    if content.lstrip().startswith("{"):
        return Source(path, shown, answer=_answer(content, shown))
    if content.startswith("$ANSIBLE_VAULT"):
        return Source(path, shown, why="is encrypted by Ansible's vault")
    if path.suffix == ".toml":
        return Source(path, shown, why="is a TOML inventory", plugin="toml")
    if _is_ini(content, path.suffix):
        return Source(path, shown, why="is in Ansible's INI format", plugin="ini")
    if _PLUGIN.search(content):
        return Source(path, shown, why="configures an inventory plugin", plugin="auto")
    return Source(path, shown)


def _is_program(path: Path) -> bool:
    """`#!` at its beginning, or what may be run and is no text; YAML on a share may be run too."""
    try:
        if not os.path.isfile(path):
            return False
        with path.open("rb") as file:
            beginning = file.read(512)
    except (OSError, ValueError):
        return False  # said by whoever reads it
    return beginning[:2] == b"#!" or (b"\0" in beginning and os.access(path, os.X_OK))


def _answer(content: str, shown: str) -> Mapping[str, Any] | None:
    """Ansible's JSON; None for all else that begins like it, which YAML's reader explains."""
    try:
        document = json_file.parse(content, shown=shown)
    except UsageError:
        if '"_meta"' in content or len(content) > yaml_file.LARGEST_BYTES:
            raise
        return None
    return document if inventory_json.is_list(document) else None


def _is_ini(content: str, ending: str) -> bool:
    """A line that is a section; or, where the name does not say YAML, one that is a host."""
    beginning = _REMARKS.sub("", content, count=1)
    if ending in _INI or (beginning.startswith("[") and "\n" in beginning.strip()):
        return True
    if beginning.startswith(("---", "%YAML")):
        return False
    hosts = ending not in _YAML and _HOST_LINE.match(beginning)
    return bool(hosts or _SECTION.search(content))
