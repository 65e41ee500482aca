"""Looks at a private key before any host is touched: readable, and a private key at all.

The key itself is parsed by the SSH library later; a passphrase is the agent's business.
"""

from __future__ import annotations

import base64
import binascii
import re
from pathlib import Path

from onramp.errors import UsageError

_LARGEST_BYTES = 100_000
_BEGIN = re.compile(r"-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----\s")
_PUBLIC = re.compile(r"(ssh-|ecdsa-|sk-)\S+ AAAA|---- BEGIN SSH2 PUBLIC|-----BEGIN .*PUBLIC KEY")


def check(path: Path, *, where: str) -> str:
    """The path as text when it holds a private key; UsageError says what stands in the way.

    `where` opens the message, such as "--private-key" or a place in the inventory.
    """
    try:
        content = _content(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise UsageError(f"{where}: cannot read key {path}: {reason}") from None
    except ValueError as error:
        raise UsageError(f"{where}: cannot read key {path}: {error}") from None
    problem, advice = _problem(content)
    if problem:
        raise UsageError(f"{where}: {path} {problem}", resolution=advice)
    return str(path)


def _content(path: Path) -> str:
    if path.exists() and not path.is_file():
        raise ValueError("not a regular file")
    with path.open("rb") as file:
        return file.read(_LARGEST_BYTES).decode("latin-1")


def _problem(content: str) -> tuple[str, str]:
    if not content.strip():
        return "is empty", ""
    if _PUBLIC.match(content.lstrip()):
        return "is a public key", "name the private one (the same path without .pub)"
    if content.startswith("PuTTY-User-Key-File"):
        return "is a PuTTY key", "convert it: puttygen KEY -O private-openssh -o NEWKEY"
    begin = _BEGIN.search(content)
    if not begin:
        return "is no private key (no BEGIN … PRIVATE KEY line)", ""
    end = content.find(f"-----END {begin[1]}-----", begin.end())
    if end < 0:
        return f"is cut short (no END {begin[1]} line)", "copy the whole file again"
    if begin[1] == "OPENSSH PRIVATE KEY" and not _is_openssh(content[begin.end() : end]):
        return "is damaged (its body is no OpenSSH key)", "copy the whole file again"
    return "", ""


def _is_openssh(body: str) -> bool:
    try:
        return base64.b64decode("".join(body.split()), validate=True).startswith(b"openssh-key-v1")
    except (binascii.Error, ValueError):
        return False
