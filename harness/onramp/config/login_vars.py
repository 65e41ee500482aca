"""Ansible's login variables as the fields of a `Host`.

Read are the variables of `READ`; where two spellings of one thing are set, the last in its row
wins, as in Ansible's own ssh plugin
(https://docs.ansible.com/ansible/latest/collections/ansible/builtin/ssh_connection.html).
Empty text and null mean "not set". A file name is looked for beside the inventory first and, where
nothing is there, below the caller's directory as Ansible does.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from onramp.config import addresses, key_file, ssh_args, suggest
from onramp.config.yaml_file import VAULT_TAGS, Opaque
from onramp.errors import UsageError

Variables = Mapping[str, tuple[Any, str]]  # name -> (value, where it was found)

_SPELLINGS: Final[dict[str, tuple[str, ...]]] = {
    "address": ("ansible_host", "ansible_ssh_host"),
    "port": ("ansible_port", "ansible_ssh_port"),
    "user": ("ansible_user", "ansible_ssh_user"),
    "password": ("ansible_password", "ansible_ssh_pass", "ansible_ssh_password"),
    "private_key": ("ansible_private_key_file", "ansible_ssh_private_key_file"),
    "become": ("ansible_become",),
    "become_password": ("ansible_become_pass", "ansible_become_password"),
    "become_user": ("ansible_become_user",),
    "become_method": ("ansible_become_method",),
    "connection": ("ansible_connection",),
    "ssh_args": ("ansible_ssh_common_args",),
    "provider": ("onramp_provider",),
    "image": ("onramp_image",),
}
READ: Final = frozenset(name for row in _SPELLINGS.values() for name in row)
PROVIDERS: Final = ("static", "lab", "vagrant", "vm")
_TRUE: Final = ("yes", "true", "on", "1", "y", "t")
_FALSE: Final = ("no", "false", "off", "0", "n", "f")
_SSH: Final = ("ssh", "smart", "paramiko", "paramiko_ssh", "ansible.builtin.ssh")
_TEMPLATE: Final = re.compile(r"\{\{(?!-?\s*\.)|\{%")  # Jinja; not Go's `{{.Name}}`


def fields(name: str, variables: Variables, *, base: Path, cwd: Path) -> dict[str, Any]:
    """What the variables say of host `name`, as keyword arguments of `Host`.

    Raises UsageError naming the place, the variable, what was found and what was expected.
    """
    found = {field: _read(field, variables) for field in _SPELLINGS}
    said = {field: value for field, (value, _) in found.items() if value is not None}
    provider = said.pop("provider", "static")
    said = said.pop("ssh_args", {}) | said
    said = {field: value for field, value in said.items() if value is not None}
    for extra in ("become_user", "become_method", "connection"):
        said.pop(extra, None)
    for path in ("private_key", "known_hosts"):
        if path in said:
            said[path] = str(located(said[path], base=base, cwd=cwd))
    if said.get("private_key"):
        where = found["private_key"][1] or found["ssh_args"][1]
        key_file.check(Path(said["private_key"]), where=where)
    return said | _place(name, provider, said, found)


def located(text: str, *, base: Path, cwd: Path) -> Path:
    """A file named in an inventory: `~` is the caller's home, then `base`, then `cwd`."""
    path = Path(text)
    if text.startswith("~"):
        try:
            path = path.expanduser()
        except RuntimeError:
            return path
    beside = base / path
    there = os.path.exists  # unlike Path's, False for a name too long
    return beside if there(beside) or not there(cwd / path) else cwd / path


def check_plain(value: Any, where: str) -> None:
    """Refuses what only Ansible could resolve, anywhere inside `value`."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            check_plain(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for inner in value:
            check_plain(inner, where)
    elif isinstance(value, Opaque) or (isinstance(value, str) and "$ANSIBLE_VAULT" in value):
        tag = value.tag if isinstance(value, Opaque) else "!vault"
        what = "a vault value" if tag in VAULT_TAGS else f"the tag {tag}"
        raise UsageError(f"{where}: found {what}, expected plain text", resolution=_ONLY_ANSIBLE)
    elif isinstance(value, str) and _TEMPLATE.search(value):
        raise UsageError(f"{where}: found a Jinja template", resolution=_ONLY_ANSIBLE)


_ONLY_ANSIBLE: Final = (
    "only Ansible can resolve it: write the value itself, or use --ask-pass / --ask-become-pass"
)


def _place(name: str, provider: str, said: dict[str, Any], found: Variables) -> dict[str, Any]:
    """Where the host is: an address of its own, or one its provider will fill in."""
    image = said.get("image")
    if provider == "static":
        if image:
            where = found["image"][1]
            raise UsageError(
                f"{where}: says nothing without onramp_provider",
                resolution="add onramp_provider: lab (or vagrant)",
            )
        return {"provider": provider, "address": said.get("address", name)}
    return {"provider": provider, "address": "", "image": image or name}


def _read(field: str, variables: Variables) -> tuple[Any, str]:
    """A field's value (None: not set) and where it was found."""
    stated = [n for n in _SPELLINGS[field] if variables.get(n, ("", ""))[0] not in ("", None)]
    if not stated:
        return None, ""
    value, where = variables[stated[-1]]
    check_plain(value, where)
    try:
        return _READERS[field](value), where
    except ValueError as error:
        raise UsageError(f"{where}: {error}") from None


def _text(value: Any) -> str:
    found = suggest.kind(value)
    if isinstance(value, str) and value.isprintable():
        return value
    found = "a control character" if isinstance(value, str) else found
    raise ValueError(f"found {found}, expected text (in quotes)")


def _secret(value: Any) -> str:
    """A password; a whole number means its digits. What was found is never repeated."""
    return str(value) if type(value) is int else _text(value)


def _port(value: Any) -> int:
    if isinstance(value, (str, int)) and not isinstance(value, bool):
        return addresses.port(value)
    raise ValueError(f"found {suggest.kind(value)} as a port, expected 1 to 65535")


def _truth(value: Any) -> bool:
    word = str(value).lower()
    if isinstance(value, (bool, int, str)) and word in _TRUE + _FALSE:
        return word in _TRUE
    raise ValueError(f"found {suggest.quoted(value)}, expected true or false")


def _one_of(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        word = _text(value)
        if word not in allowed:
            expected = " or ".join(allowed[:3])
            raise ValueError(f"found {suggest.quoted(word)}, expected {expected}")
        return word

    return read


_READERS: Final[dict[str, Callable[[Any], Any]]] = {
    "address": lambda value: addresses.address(_text(value)),
    "port": _port,
    "user": lambda value: addresses.user(_text(value)),
    "password": _secret,
    "private_key": _text,
    "become": _truth,
    "become_password": _secret,
    "become_user": _one_of("root"),
    "become_method": _one_of("sudo", "ansible.builtin.sudo"),
    "connection": _one_of(*_SSH),
    "ssh_args": lambda value: ssh_args.parse(_text(value)),
    "provider": _one_of(*PROVIDERS),
    "image": lambda value: addresses.name(_text(value)),
}
