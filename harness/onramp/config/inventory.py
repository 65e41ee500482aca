"""Ansible's inventories as people have them: who there is, in which groups, with which variables.

Reading is strict about structure and names (each fault is one line: what, where, what to do) and
blind to variables that are not ours. A host's variables are turned into a `Host` only when it is
selected, so that an entry meant for Ansible alone (`ansible_connection: local`) stands in
nobody's way.

Precedence of login variables is Ansible's
(https://docs.ansible.com/ansible/latest/playbook_guide/playbooks_variables.html): groups in the
inventory, then group_vars/, then the host, then host_vars/; among groups `all`, parents before
children, `ansible_group_priority`, names. Settings under `onramp:` are merged deeply and nearness
decides: default < `all` < parent group < child group < host, wherever each is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from msgspec import Struct, field

from onramp.config import ansible_tools, inventory_sources, login_vars, parse_settings, suggest
from onramp.config.inventory_tree import Layer, Tree
from onramp.config.yaml_file import VAULT_TAGS, Opaque
from onramp.errors import UsageError
from onramp.model.host import Host
from onramp.model.settings import merge

_REFERENCE: Final = re.compile(r"\s*\{\{\s*([A-Za-z_]\w*)\s*\}\}\s*")
_MOST_STEPS: Final = 10  # from name to name; a circle ends here too


class Entry(Struct, frozen=True):
    """A host as the inventory has it: groups and layers of variables, lowest precedence first."""

    name: str
    groups: tuple[str, ...]
    layers: tuple[Layer, ...]
    origin: str = ""


class Inventory(Struct, frozen=True):
    """All hosts in the order written, and the groups with their members (`all`, `ungrouped`)."""

    origin: str
    entries: Mapping[str, Entry]
    groups: Mapping[str, tuple[str, ...]]
    notes: tuple[str, ...] = ()  # what was left unread, for the user to know
    base: Path = field(default_factory=Path)
    cwd: Path = field(default_factory=Path)
    everyone: tuple[Layer, ...] = ()  # the variables of `all`, for hosts named on the command line

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.entries)

    def host(self, name: str) -> Host:
        """A host by its name. Raises KeyError, or UsageError where its variables are at fault."""
        entry = self.entries[name]
        where = f"{entry.origin}: host {name}"
        variables = _variables(entry.layers, self.cwd)
        said = login_vars.fields(name, variables, base=self.base, cwd=self.cwd)
        host = Host(name=name, groups=entry.groups, origin=where, **said)
        return parse_settings.configured(host, _settings(entry.layers), where=where)

    def visitor(self, name: str, *, where: str, provider: str = "static", **stated: Any) -> Host:
        """A host that is in no file: what `all` says holds for it, what was stated wins.

        `where` opens messages. A lab or Vagrant host takes settings only: its provider knows how
        to log in.
        """
        said: dict[str, Any] = {"address": ""}
        if provider == "static":
            variables = _variables(self.everyone, self.cwd)
            own = {key: variables[key] for key in variables if not key.startswith("onramp_")}
            said = login_vars.fields(name, own, base=self.base, cwd=self.cwd)
        chosen = said | {"provider": provider} | stated
        host = Host(name=name, groups=("all",), origin=where, **chosen)
        return parse_settings.configured(host, _settings(self.everyone), where=where)


def load(paths: Sequence[Path], *, cwd: Path) -> Inventory:
    """The inventory in one file or directory, or in several laid on one another (later ones win).

    `cwd` is the caller's directory: messages name files relative to it. Raises UsageError.
    """
    tree = Tree()
    sources = [inventory_sources.look(cwd / path, shown=shown(path, cwd)) for path in paths]
    inventory_sources.read(sources, tree, cwd=cwd)
    groups = tree.ordered()
    return Inventory(
        origin=" + ".join(shown(path, cwd) for path in paths),
        entries={name: _entry(name, tree, groups) for name in tree.hosts},
        groups=_members(tree, groups),
        notes=tuple(tree.notes),
        base=_folder(cwd / paths[0]) if paths else cwd,
        cwd=cwd,
        everyone=tuple(tree.layers(["all"])),
    )


def shown(path: Path, cwd: Path) -> str:
    """A path as messages name it: relative where it lies below the caller's directory."""
    full = cwd / path
    return str(full.relative_to(cwd) if full.is_relative_to(cwd) else full)


def _folder(path: Path) -> Path:
    return path if path.is_dir() else path.parent


def _entry(name: str, tree: Tree, order: Mapping[str, int]) -> Entry:
    groups = sorted(tree.groups_of(name), key=order.__getitem__)
    layers = (*tree.layers(groups), *tree.hosts[name].layers)
    return Entry(name, tuple(groups), layers, tree.hosts[name].origin)


def _members(tree: Tree, order: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    members: dict[str, list[str]] = {group: [] for group in order}
    for name in tree.hosts:
        for group in tree.groups_of(name):
            members[group].append(name)
    return {group: tuple(names) for group, names in members.items()}


def _variables(layers: Iterable[Layer], cwd: Path) -> login_vars.Variables:
    """The variables we read, each with the place it came from; Ansible's order of precedence."""
    found: dict[str, tuple[Any, str]] = {}
    ordered = sorted(layers, key=lambda layer: (layer.of_host, layer.beside))
    for layer in ordered:
        for name in layer.values.keys() & login_vars.READ:
            found[name] = (layer.values[name], layer.at(name))
        _check_ours(layer)
    return {name: (_meant(*row, ordered, cwd), row[1]) for name, row in found.items()}


def _meant(value: Any, where: str, layers: Sequence[Layer], cwd: Path) -> Any:
    """A value that is only another's name (`"{{ vault_password }}"`) is that one's; a vault is
    opened. What is left is refused where it is read."""
    for _ in range(_MOST_STEPS):
        name = _REFERENCE.fullmatch(value) if isinstance(value, str) else None
        known = [layer.values[name[1]] for layer in layers if name and name[1] in layer.values]
        if not known:
            break
        value = known[-1]
    if isinstance(value, Opaque) and value.tag in VAULT_TAGS:
        return ansible_tools.opened(value.text, where=where, cwd=cwd)
    return value


def _check_ours(layer: Layer) -> None:
    """`onramp_*` is our own name space: a misspelt one is a mistake, not somebody else's."""
    ours = [name for name in login_vars.READ if name.startswith("onramp_")]
    for name in layer.values:
        if str(name).startswith("onramp_") and name not in ours:
            raise UsageError(
                f"{layer.at(str(name))}: is no variable of ours",
                resolution=suggest.hint(str(name), ours, noun="ours are"),
            )


def _settings(layers: Iterable[Layer]) -> dict[str, Any]:
    """`onramp:` of every layer merged deeply; the nearest to the host wins."""
    merged: dict[str, Any] = {}
    for layer in layers:
        value = layer.values.get("onramp")
        if value is None:
            continue
        where = layer.at("onramp")
        login_vars.check_plain(value, where)
        if not isinstance(value, Mapping):
            found = suggest.kind(value)
            raise UsageError(f"{where}: found {found}, expected a mapping of settings")
        parse_settings.parse(value, where=layer.where)
        merged = merge(merged, value)
    return merged
