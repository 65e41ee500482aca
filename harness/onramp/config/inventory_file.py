"""Reads a static YAML inventory, and the group_vars/ and host_vars/ beside it, into a tree.

The shape is Ansible's YAML inventory plugin's
(https://docs.ansible.com/ansible/latest/collections/ansible/builtin/yaml_inventory.html): a
mapping of groups, each with `hosts`, `children` and `vars`; a group may come up in several places
and before it is defined; host names may hold ranges and a port.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from onramp.config import addresses, ansible_tools, host_range, suggest, yaml_file
from onramp.config.inventory_tree import Group, Layer, Member, Tree
from onramp.errors import UsageError

KEYS = ("hosts", "children", "vars")
_ENDINGS = ("", ".yml", ".yaml", ".json")


def read(path: Path, tree: Tree, *, shown: str, cwd: Path) -> None:
    """Adds a file, and the variables beside it, to the tree. Raises UsageError."""
    add(_document(path, shown), tree, shown=shown)
    _Beside(path.parent, str(Path(shown).parent), tree, cwd).read()


def add(document: Mapping[Any, Any], tree: Tree, *, shown: str) -> None:
    """Adds a mapping of groups to the tree; `shown` opens messages. Raises UsageError."""
    for name, body in document.items():
        _group(name, body, tree, place=(shown, str(name)))


def _document(path: Path, shown: str) -> Mapping[Any, Any]:
    document = yaml_file.read(path, shown=shown)
    if document is None:
        advice = "start with all: {hosts: {web1: {ansible_host: 10.0.0.5}}}"
        raise UsageError(f"{shown}: is empty, expected groups and hosts", resolution=advice)
    if not isinstance(document, Mapping):
        found = suggest.kind(document)
        raise UsageError(f"{shown}: found {found}, expected a mapping of groups such as all:")
    return document


# --- groups and hosts ------------------------------------------------------------------------

_Place = tuple[str, str]  # the file, and the path in it such as all.children.web


def _at(place: _Place, *parts: object) -> str:
    return f"{place[0]}: " + ".".join([place[1], *map(str, parts)])


def _group(name: Any, body: Any, tree: Tree, *, place: _Place, parent: str = "") -> None:
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise UsageError(f"{_at(place)}: found {suggest.quoted(name)}, expected a group name")
    group = tree.groups.setdefault(name, Group())
    if parent:
        group.parents.add(parent)
    body = _mapping(body, place, "a mapping of hosts, children and vars")
    for key in body:
        if key not in KEYS:
            known = suggest.hint(str(key), KEYS, noun="expected one of")
            raise UsageError(f"{_at(place)}: unknown key {suggest.quoted(key)}", resolution=known)
    _variables(group, body, place)
    for key in body:  # in the order written, which is the order hosts are evaluated in
        if key == "children":
            _children(body, name, tree, place)
        elif key == "hosts":
            rows = _named(body[key], place, key, "host names")
            for pattern, values in rows.items():
                _hosts(pattern, values, name, tree, place)


def _children(body: Mapping[Any, Any], parent: str, tree: Tree, place: _Place) -> None:
    for name, inner in _named(body["children"], place, "children", "groups").items():
        below = (place[0], f"{place[1]}.children.{name}")
        _group(name, inner, tree, place=below, parent=parent)


def _variables(group: Group, body: Mapping[Any, Any], place: _Place) -> None:
    values = _mapping(body.get("vars"), (place[0], f"{place[1]}.vars"), "a mapping of variables")
    if not values:
        return
    group.inline.append(Layer(_at(place, "vars"), values))
    priority = values.get("ansible_group_priority", group.priority)
    if not re.fullmatch(r"[0-9]{1,9}", str(priority)):
        found = suggest.quoted(priority)
        where = _at(place, "vars.ansible_group_priority")
        raise UsageError(f"{where}: found {found}, expected a whole number")
    group.priority = int(priority)


def _hosts(pattern: Any, values: Any, group: str, tree: Tree, place: _Place) -> None:
    where = (place[0], f"{place[1]}.hosts")
    if not isinstance(pattern, str):
        found = suggest.quoted(pattern)
        raise UsageError(f"{_at(where)}: found {found}, expected a host name (in quotes)")
    try:
        names, port = host_range.hosts(pattern)
    except ValueError as error:
        raise UsageError(f"{_at(where)}: {error}") from None
    own = _mapping(values, (where[0], f"{where[1]}.{pattern}"), "a mapping of variables")
    if port is not None and "ansible_port" not in own:
        own = {"ansible_port": port, **own}
    for target in names:
        member = tree.hosts.setdefault(target.name, Member(place[0]))
        member.groups.add(group)
        if target.name != target.address and not member.layers:
            implied = {"ansible_host": target.address}
            member.layers.append(Layer(_at(where, pattern), implied, of_host=True))
        if own:
            member.layers.append(Layer(_at(where, pattern), own, of_host=True))


def _mapping(value: Any, place: _Place, expected: str) -> Mapping[Any, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise UsageError(f"{_at(place)}: found {suggest.kind(value)}, expected {expected}")
    return value


def _named(value: Any, place: _Place, key: str, of: str) -> Mapping[Any, Any]:
    """A mapping of names; a single name as text stands for itself, as in Ansible."""
    if isinstance(value, str):
        return {value: None}
    if isinstance(value, list):
        raise UsageError(
            f"{_at(place, key)}: found a list, expected a mapping of {of}",
            resolution=f"write each as a key, without a dash: {_example(value)}:",
        )
    return _mapping(value, (place[0], f"{place[1]}.{key}"), f"a mapping of {of}")


def _example(names: Sequence[Any]) -> str:
    first = names[0] if names else ""
    return first if isinstance(first, str) and addresses.NAME.fullmatch(first) else "web1"


# --- group_vars/ and host_vars/ --------------------------------------------------------------


class _Beside:
    """The variables in files beside an inventory; of several for one name the first counts."""

    def __init__(self, folder: Path, shown: str, tree: Tree, cwd: Path) -> None:
        self.folder, self.shown, self.tree, self.cwd = folder, shown, tree, cwd

    def read(self) -> None:
        for kind, names in (("group_vars", self.tree.groups), ("host_vars", self.tree.hosts)):
            present = self._present(kind)
            if not present:
                continue
            for name in names:
                first = next((name + end for end in _ENDINGS if name + end in present), "")
                if first:
                    self._add(kind, name, f"{kind}/{first}")

    def _present(self, kind: str) -> set[str]:
        try:
            return {entry.name for entry in (self.folder / kind).iterdir()}
        except (FileNotFoundError, NotADirectoryError):
            return set()
        except OSError as error:
            where = self._shown(kind)
            raise UsageError(f"{where}: cannot be read: {error.strerror}") from None

    def _add(self, kind: str, name: str, below: str) -> None:
        of_host = kind == "host_vars"
        for file in self._files(below):
            values = self._values(file)
            layer = Layer(self._shown(file), values, of_host=of_host, beside=True)
            group = self.tree.groups[name] if not of_host else None
            (group.beside if group else self.tree.hosts[name].layers).append(layer)

    def _files(self, below: str) -> list[str]:
        """A file itself, or all in a directory: in name order, without hidden and backup files."""
        if not (self.folder / below).is_dir():
            return [below]
        found: list[str] = []
        for path in sorted((self.folder / below).iterdir()):
            skipped = path.name.startswith(".") or path.name.endswith("~")
            if not skipped and (path.is_dir() or path.suffix in _ENDINGS):
                found += self._files(f"{below}/{path.name}")
        return found

    def _values(self, file: str) -> Mapping[str, Any]:
        shown = self._shown(file)
        content = yaml_file.text(self.folder / file, shown=shown)
        if content.startswith("$ANSIBLE_VAULT"):
            try:
                content = ansible_tools.opened(content, where=shown, cwd=self.cwd)
            except UsageError as error:  # it may hold nothing that a login needs
                said = f"is encrypted by Ansible's vault and was not read: {error.details}"
                self.tree.notes.append(f"{shown} {said} ({error.resolution})")
                return {}
        values = yaml_file.parse(content, shown=shown)
        return _mapping(values, (shown, "(all)"), "a mapping of variables")

    def _shown(self, below: str) -> str:
        return below if self.shown == "." else f"{self.shown}/{below}"
