"""Groups, hosts and their variables while inventory files are read; Ansible's order of groups."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct, field

from onramp.config import yaml_file
from onramp.errors import UsageError


class Layer(Struct, frozen=True):
    """Variables written in one place. `beside`: in a file of group_vars/ or host_vars/."""

    where: str
    values: Mapping[str, Any]
    of_host: bool = False
    beside: bool = False

    def at(self, name: str) -> str:
        """The place of one variable, for messages."""
        return f"{self.where}{': ' if self.beside else '.'}{name}"


class Group(Struct):
    """A group while it is being read; `depth` is its longest way down from `all`."""

    parents: set[str] = field(default_factory=set)
    inline: list[Layer] = field(default_factory=list)
    beside: list[Layer] = field(default_factory=list)
    priority: int = 1
    depth: int = -1


class Member(Struct):
    """A host while it is being read: the groups that list it, and what is said of it."""

    origin: str
    groups: set[str] = field(default_factory=set)
    layers: list[Layer] = field(default_factory=list)


class Tree:
    """What has been read so far: groups by name, hosts by name in the order first written."""

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {"all": Group(), "ungrouped": Group({"all"})}
        self.hosts: dict[str, Member] = {}
        self.notes: list[str] = []
        self._closures: dict[frozenset[str], frozenset[str]] = {}

    def groups_of(self, host: str) -> frozenset[str]:
        """The host's groups and all above them; `ungrouped` where no other lists it."""
        direct = frozenset(self.hosts[host].groups - {"all", "ungrouped"})
        direct = direct or frozenset(["ungrouped"])
        if direct not in self._closures:
            self._closures[direct] = frozenset(self._upwards(direct)) | {"all"}
        return self._closures[direct]

    def _upwards(self, names: Iterable[str]) -> set[str]:
        found: set[str] = set()
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting += self.groups[name].parents
        return found

    def ordered(self) -> dict[str, int]:
        """Every group's rank in Ansible's precedence: depth, priority, name. Refuses a circle."""
        for name in self.groups:
            self._depth(name, ())
        ranked = sorted(
            self.groups, key=lambda n: (self.groups[n].depth, self.groups[n].priority, n)
        )
        self._closures.clear()
        return {name: rank for rank, name in enumerate(ranked)}

    def _depth(self, name: str, below: tuple[str, ...]) -> int:
        group = self.groups[name]
        if name in below:
            circle = " > ".join(reversed((*below[below.index(name) :], name)))
            raise UsageError(f"groups {circle}: a group cannot be its own child")
        if group.depth < 0:
            if len(below) > yaml_file.DEEPEST:
                raise UsageError(f"group {below[0]}: nested deeper than {yaml_file.DEEPEST} levels")
            parents = group.parents or ({"all"} if name != "all" else set())
            group.depth = max((self._depth(p, (*below, name)) + 1 for p in parents), default=0)
        return group.depth

    def layers(self, groups: Iterable[str]) -> Iterable[Layer]:
        """The variables of groups in that order, each group's own files over its inventory."""
        for name in groups:
            yield from self.groups[name].inline
            yield from self.groups[name].beside
