"""Names and addresses of hosts: what is accepted, and how `user@host:port` is taken apart.

A host's name becomes a directory below `runs/` and its address a word on command lines, so both
are held to letters, digits, `.`, `_` and `-`. Functions raise ValueError with a reason that fits
after "…: "; callers say where it was found.
"""

from __future__ import annotations

import ipaddress
import re

from msgspec import Struct

from onramp.config.suggest import quoted

LONGESTNAME = 200
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")
_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._+@-]{0,127}\$?")
_DOTTED = re.compile(r"[0-9.]+")
_ZONE = re.compile(r"[A-Za-z0-9._-]{1,15}")
_PORT = re.compile(r"[0-9]{1,9}")


class Target(Struct, frozen=True):
    """`user@host:port` taken apart; `port` and `user` are None where not stated."""

    address: str
    port: int | None = None
    user: str | None = None

    @property
    def name(self) -> str:
        """What the host is called in reports: `10.0.0.5-2222`, an IPv6 address without colons."""
        plain = re.sub(r"[:%]", "-", self.address)
        plain = f"0{plain}" if plain.startswith("-") else plain
        return f"{plain}-{self.port}" if self.port not in (None, 22) else plain


def name(text: str) -> str:
    """A host name fit to be a directory; ValueError otherwise."""
    if not text:
        raise ValueError("a host name is empty")
    if len(text) > LONGESTNAME:
        raise ValueError(f"host name {quoted(text)} is longer than {LONGESTNAME} characters")
    if not NAME.fullmatch(text):
        raise ValueError(
            f"{quoted(text)} is no host name (letters, digits, '.', '_' and '-' are allowed)"
        )
    return text


def address(text: str) -> str:
    """A host name or an IP address (IPv6 with or without brackets), normalised."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if ":" in bare:
        return _version_6(bare)
    if _DOTTED.fullmatch(bare):
        try:
            return str(ipaddress.IPv4Address(bare))
        except ValueError:
            raise ValueError(f"{quoted(text)} is no IPv4 address") from None
    if any(len(label) > 63 for label in bare.split(".")):
        raise ValueError(f"{quoted(text)} is no host name (a part is longer than 63 characters)")
    return name(bare)


def _version_6(text: str) -> str:
    plain, percent, zone = text.partition("%")
    if percent and not _ZONE.fullmatch(zone):
        raise ValueError(f"{quoted(text)} is no IPv6 address")
    try:
        return str(ipaddress.IPv6Address(plain)) + percent + zone
    except ValueError:
        raise ValueError(f"{quoted(text)} is no IPv6 address") from None


def port(text: str | int) -> int:
    """A TCP port, 1 to 65535."""
    number = int(text) if isinstance(text, int) or _PORT.fullmatch(text) else 0
    if isinstance(text, bool) or not 1 <= number <= 65535:
        raise ValueError(f"found {quoted(text)} as a port, expected 1 to 65535")
    return number


def user(text: str) -> str:
    """A login name; ValueError where a shell or sshd could read it as something else."""
    if not _USER.fullmatch(text):
        raise ValueError(f"{quoted(text)} is no user name")
    return text


def target(text: str) -> Target:
    """`[user@]host[:port]`, `[user@]v6`, `[user@][v6]:port` taken apart and checked."""
    login, at, rest = text.rpartition("@")
    who = user(login) if at else None
    if rest.startswith("["):
        inner, bracket, tail = rest[1:].partition("]")
        if not bracket or (tail and not tail.startswith(":")):
            raise ValueError(f"{quoted(text)} is no address (expected [IPv6]:port)")
        return Target(_version_6(inner), port(tail[1:]) if tail else None, who)
    if rest.count(":") > 1:
        return Target(_version_6(rest), None, who)
    host, colon, number = rest.partition(":")
    return Target(address(host), port(number) if colon else None, who)


def looks_like_ip(text: str) -> bool:
    """Whether a bare word was meant as an address: four numbers, or colons."""
    return text.count(":") > 1 or bool(re.fullmatch(r"\d+\.\d+\.\d+\.\d+", text))
