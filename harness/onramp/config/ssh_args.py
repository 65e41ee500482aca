"""The ssh(1) options people keep in `ansible_ssh_common_args`, as fields of a login.

Onramp speaks SSH itself, so each option is honoured, or changes neither where nor as whom we log
in and is passed over (`_INERT`), or is refused by name. Meanings: https://man.openbsd.org/ssh_config
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator

from onramp.config import addresses
from onramp.config.suggest import quoted
from onramp.model.host import HostKeyPolicy

_FLAGS = {"-J": "proxyjump", "-i": "identityfile", "-l": "user", "-p": "port"}
_INERT_FLAGS = re.compile(r"-[CqTvAakx46]+")
_INERT = frozenset(
    (
        "batchmode",
        "compression",
        "connectionattempts",
        "connecttimeout",
        "controlmaster",
        "controlpath",
        "controlpersist",
        "forwardagent",
        "gssapiauthentication",
        "identitiesonly",
        "loglevel",
        "preferredauthentications",
        "serveralivecountmax",
        "serveraliveinterval",
        "tcpkeepalive",
    )
)
HOST_KEYS: dict[str, HostKeyPolicy] = {  # StrictHostKeyChecking, in ssh's words
    "yes": "strict",
    "ask": "strict",
    "true": "strict",
    "accept-new": "accept-new",
    "no": "off",
    "off": "off",
    "false": "off",
}


def parse(text: str) -> dict[str, str | int | None]:
    """Fields of `Host` (`proxy_jump`, `host_keys`, `known_hosts`, `port`, `user`, `private_key`).

    As in ssh, the first of two for one option wins. Raises ValueError naming the option refused.
    """
    found: dict[str, str | int | None] = {}
    for name, value in _options(_words(text)):
        if name in _INERT:
            continue
        if name not in _READ:
            raise ValueError(f"ssh option {quoted(name)} is not supported")
        field, read = _READ[name]
        found.setdefault(field, read(value))
    return found


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError as error:
        raise ValueError(f"cannot be split into words: {str(error).lower()}") from None


def _options(words: list[str]) -> Iterator[tuple[str, str]]:
    rest = iter(words)
    for word in rest:
        if _INERT_FLAGS.fullmatch(word):
            continue
        flag, value = word[:2], word[2:]
        if flag not in _FLAGS and flag != "-o":
            raise ValueError(f"ssh option {quoted(word)} is not supported")
        value = value or next(rest, "")
        if not value:
            raise ValueError(f"ssh option {flag} lacks its value")
        yield (_FLAGS[flag], value) if flag in _FLAGS else _setting(value)


def _setting(text: str) -> tuple[str, str]:
    match = re.fullmatch(r"\s*(\w+)\s*(?:=|\s)\s*(.*?)\s*", text, re.DOTALL)
    if not match or not match[2]:
        raise ValueError(f"found {quoted(text)} after -o, expected Name=value")
    return match[1].lower(), match[2].strip('"')


def proxy_jump(value: str) -> str | None:
    """`bastion`, `me@bastion:2222`, several comma-separated; `none` switches it off."""
    if value.lower() == "none":
        return None
    for hop in value.split(","):
        addresses.target(hop.removeprefix("ssh://"))
    return value


def _proxy_command(value: str) -> str | None:
    """`ssh -W %h:%p [-q] [-p PORT] bastion` is a ProxyJump by another name; others are refused."""
    if value.lower() == "none":
        return None
    refused = "ProxyCommand is not supported except `ssh -W %h:%p HOST`: use ProxyJump=HOST"
    words = [word for word in _words(value) if word != "-q"]
    if words[:1] != ["ssh"] or "-W" not in words[:-1]:
        raise ValueError(refused)
    at = words.index("-W")
    target = words.pop(at + 1)
    del words[at], words[0]
    port = words.pop(words.index("-p") + 1) if "-p" in words[:-1] else ""
    words = [word for word in words if word != "-p"]
    if target.strip("[]").replace("]", "") != "%h:%p" or len(words) != 1:
        raise ValueError(refused)
    return proxy_jump(f"{words[0]}:{port}" if port else words[0])


def _host_keys(value: str) -> str:
    if value.lower() not in HOST_KEYS:
        wanted = "yes, accept-new or no"
        raise ValueError(f"found StrictHostKeyChecking={quoted(value)}, expected {wanted}")
    return HOST_KEYS[value.lower()]


def _one_file(value: str) -> str:
    if re.search(r"[\s\x00]", value):
        raise ValueError(f"found {quoted(value)}, expected one file without spaces")
    return value


_READ: dict[str, tuple[str, Callable[[str], str | int | None]]] = {
    "proxyjump": ("proxy_jump", proxy_jump),
    "proxycommand": ("proxy_jump", _proxy_command),
    "stricthostkeychecking": ("host_keys", _host_keys),
    "userknownhostsfile": ("known_hosts", _one_file),
    "identityfile": ("private_key", str),
    "user": ("user", addresses.user),
    "port": ("port", addresses.port),
}
