"""Is this the machine we met before? Reads and appends known_hosts files as OpenSSH does.

Paramiko's own reader loses line numbers, knows no patterns or revoked keys, and its writer rewrites
the whole file. Format: the section "SSH_KNOWN_HOSTS FILE FORMAT" of sshd(8). Not understood, and
passed over: `@cert-authority` lines (Paramiko checks no host certificates).
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import functools
import hashlib
import hmac
import os
import re
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Literal

from msgspec import Struct

Verdict = Literal["known", "unknown", "changed", "revoked"]


class Key(Struct, frozen=True):
    """A host's public key: its type, such as "ssh-ed25519", and the blob sent on the wire."""

    type: str
    blob: bytes

    @property
    def fingerprint(self) -> str:
        """As `ssh-keygen -l` prints it."""
        digest = base64.b64encode(hashlib.sha256(self.blob).digest()).decode()
        return "SHA256:" + digest.rstrip("=")


class Entry(Struct, frozen=True):
    """One line of a known_hosts file."""

    patterns: tuple[str, ...]
    key: Key
    file: str
    line: int
    revoked: bool = False

    def matches(self, name: str) -> bool:
        """Whether the line is about `name`; a negated pattern that matches rules it out."""
        hits = {p for p in self.patterns if _match(p.removeprefix("!"), name)}
        return bool(hits) and not any(p.startswith("!") for p in hits)


class Judgement(Struct, frozen=True):
    """What the known_hosts files say of a key that a host showed; `entry` is what decided it."""

    verdict: Verdict
    entry: Entry | None = None


def name_of(address: str, port: int) -> str:
    """The name a host goes by in known_hosts: bare on port 22, `[address]:port` elsewhere."""
    return address.lower() if port == 22 else f"[{address.lower()}]:{port}"


def parse(text: str, file: str = "", *, after: int = 0) -> tuple[Entry, ...]:
    """Every line that names a plain or revoked key; anything else is passed over, as ssh does.

    `after`: how many lines of the file stand before these.
    """
    lines = enumerate(text.split("\n"), after + 1)
    found = (_entry(line, file, number) for number, line in lines)
    return tuple(entry for entry in found if entry)


def load(files: Iterable[str]) -> tuple[Entry, ...]:
    """The entries of those files that exist and may be read."""
    return tuple(entry for file in files for entry in _file(file).entries())


def about(files: Iterable[str], names: tuple[str, ...]) -> tuple[Entry, ...]:
    """Those of `load` that are about any of `names`: of a thousand lines for a thousand hosts, none
    is read or compared a thousand times."""
    return tuple(entry for file in files for entry in _file(file).about(names))


def judge(entries: Iterable[Entry], names: tuple[str, ...], key: Key) -> Judgement:
    """Compare a shown key with what is known of a host under any of `names`, the first one its own.

    The later names are only good enough to recognise a key, never to call it changed: OpenSSH, too,
    accepts a key known for the plain name on another port. A host known by other types of key
    only counts as changed: it would have been asked for one of those.
    """
    entries = tuple(entries)
    about = [e for e in entries if any(e.matches(name) for name in names)]
    for entry in about:
        if entry.revoked and entry.key == key:
            return Judgement("revoked", entry)
    for entry in about:
        if entry.key == key and not entry.revoked:
            return Judgement("known", entry)
    own = [e for e in about if e.matches(names[0]) and not e.revoked]
    own.sort(key=lambda e: e.key.type != key.type)
    return Judgement("changed", own[0]) if own else Judgement("unknown")


def types(entries: Iterable[Entry], names: tuple[str, ...]) -> tuple[str, ...]:
    """The key types a host is known by: ask for these first, or a known host looks changed."""
    about = (e for e in entries if not e.revoked and any(e.matches(name) for name in names))
    return tuple(dict.fromkeys(entry.key.type for entry in about))


def append(file: str, name: str, key: Key) -> None:
    """Add one line, under a lock, unless it is there by now; the rest of the file is untouched.

    Raises OSError where the file cannot be written.
    """
    path = Path(file)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        if judge(_file(file).about((name,)), (name,), key).verdict == "known":
            return
        start = "" if _ends_a_line(handle) else "\n"
        blob = base64.b64encode(key.blob).decode()
        handle.write(f"{start}{name} {key.type} {blob}\n".encode())


class _File:
    """A known_hosts file as it was last read: entries with plain names by name, and the others.

    Lines are only ever added to most; then only those are read that are new.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._forget()

    def _forget(self) -> None:
        self._seen = b""
        self._entries: list[Entry] = []
        self._plain: dict[str, list[Entry]] = {}
        self._others: list[Entry] = []

    def entries(self) -> tuple[Entry, ...]:
        with self._lock:
            self._renew()
            return tuple(self._entries)

    def about(self, names: tuple[str, ...]) -> list[Entry]:
        with self._lock:
            self._renew()
            plain = (entry for name in names for entry in self._plain.get(name.lower(), ()))
            others = (e for e in self._others if any(e.matches(name) for name in names))
            return sorted({e.line: e for e in (*plain, *others)}.values(), key=lambda e: e.line)

    def _renew(self) -> None:
        try:
            now = Path(self._file).read_bytes()
        except OSError:
            now = b""
        if not (now.startswith(self._seen) and self._seen.endswith(b"\n")):
            self._forget()
        new, before = now[len(self._seen) :], self._seen.count(b"\n")
        self._seen = now
        for entry in parse(new.decode("utf-8", errors="replace"), self._file, after=before):
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        self._entries.append(entry)
        if any(set(pattern) & set("*?!|") for pattern in entry.patterns):
            self._others.append(entry)
            return
        for pattern in entry.patterns:
            self._plain.setdefault(pattern.lower(), []).append(entry)


@functools.lru_cache(maxsize=256)
def _file(file: str) -> _File:
    return _File(file)


def _ends_a_line(handle: IO[bytes]) -> bool:
    """Whether what is added to a file begins a line of its own."""
    if not handle.seek(0, os.SEEK_END):
        return True
    handle.seek(-1, os.SEEK_END)
    return handle.read(1) == b"\n"


def _entry(line: str, file: str, number: int) -> Entry | None:
    fields = line.split()
    marker = fields.pop(0) if fields and fields[0].startswith("@") else ""
    if len(fields) < 3 or fields[0].startswith("#") or marker not in ("", "@revoked"):
        return None
    try:
        blob = base64.b64decode(fields[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    patterns = tuple(fields[0].split(","))
    return Entry(patterns, Key(fields[1], blob), file, number, revoked=bool(marker))


def _match(pattern: str, name: str) -> bool:
    if pattern.startswith("|1|"):
        return _match_hashed(pattern, name)
    wild = re.escape(pattern.lower()).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, name.lower()) is not None


def _match_hashed(pattern: str, name: str) -> bool:
    try:
        _, _, salt, digest = pattern.split("|")
        expected = base64.b64decode(digest)
        mac = hmac.new(base64.b64decode(salt), name.lower().encode(), hashlib.sha1)
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(mac.digest(), expected)
