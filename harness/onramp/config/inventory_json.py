"""Ansible's inventory as JSON (`ansible-inventory --list`, or what a dynamic inventory prints) in
the shape of its static YAML: the groups by name, each with `hosts`, `children` and `vars`.

https://docs.ansible.com/ansible/latest/dev_guide/developing_inventory.html: a group lists the
names of its hosts and children; `_meta.hostvars` has the variables of each host.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from onramp.config import suggest
from onramp.errors import UsageError

_META = "_meta"


def is_list(document: Any) -> bool:
    """Whether this is such JSON, and not the static shape in JSON's clothes."""
    if not isinstance(document, dict):
        return False
    bodies = [body for body in document.values() if isinstance(body, (dict, list))]
    named = any(isinstance(b, list) or isinstance(b.get("hosts"), list) for b in bodies)
    return _META in document or named


def static(document: Mapping[str, Any], *, shown: str) -> dict[str, Any]:
    """The same groups as static YAML has them, from `all` downwards. Raises UsageError."""
    if _META not in document:
        raise UsageError(
            f"{shown}: has no _meta.hostvars, where the variables of hosts are",
            resolution="make it anew: ansible-inventory -i FILE --list > hosts.json",
        )
    hostvars = _mapping(_mapping(document[_META], shown, _META).get("hostvars"), shown, "hostvars")
    groups = {name: body for name, body in document.items() if name != _META}
    said: set[str] = set()
    return {name: _group(name, groups[name], hostvars, said, shown) for name in _order(groups)}


def _order(groups: Mapping[str, Any]) -> Iterator[str]:
    """`all`, what is below it as listed there, then what nothing lists; each once."""
    seen: set[str] = set()
    for top in ("all", *groups):
        waiting = [top]
        while waiting:
            name = waiting.pop()
            if name in seen or name not in groups:
                continue
            seen.add(name)
            yield name
            children = groups[name].get("children") if isinstance(groups[name], dict) else None
            if isinstance(children, list):
                waiting += [child for child in reversed(children) if isinstance(child, str)]


def _group(
    name: str, body: Any, hostvars: Mapping[str, Any], said: set[str], shown: str
) -> dict[str, Any]:
    """A list alone is a group's hosts. A host's variables stand where it comes up first."""
    body = {"hosts": body} if isinstance(body, list) else _mapping(body, shown, name)
    hosts: dict[str, Any] = {}
    for host in _names(body.get("hosts"), shown, f"{name}.hosts"):
        hosts[host] = hostvars.get(host) if host not in said else None
        said.add(host)
    children = _names(body.get("children"), shown, f"{name}.children")
    return {"hosts": hosts, "children": dict.fromkeys(children), "vars": body.get("vars")}


def _names(value: Any, shown: str, place: str) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, (list, dict)) or not all(isinstance(name, str) for name in value):
        found = suggest.kind(value)
        raise UsageError(f"{shown}: {place}: found {found}, expected a list of names")
    return list(value)


def _mapping(value: Any, shown: str, place: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise UsageError(f"{shown}: {place}: found {suggest.kind(value)}, expected a mapping")
    return value
