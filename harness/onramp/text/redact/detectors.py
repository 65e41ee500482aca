"""What gives itself away by its form or its place: secrets, names and addresses in any text.

`shapes(text)` yields spans; what they are replaced by is redactor.py's business. Pure.
"""

# ruff: noqa: E501  (a pattern is read more easily on one line)

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from typing import Final, Literal

from msgspec import Struct

from onramp.text.redact import allowlist
from onramp.text.secret_patterns import CERTAIN, LIKELY, NAMES_BY_THEIR_END

Kind = Literal["secret", "user", "host", "domain", "v4", "v6", "mac", "person", "key", "org"]


class Shape(Struct, frozen=True):
    """`text[start:end]` is somebody's. `only_here`: too weak a hint to look for it elsewhere."""

    start: int
    end: int
    kind: Kind
    only_here: bool = False


SECRET_NAME: Final = re.compile(rf"(?i)(?:{NAMES_BY_THEIR_END}|\b(?:pass|auth|identitytoken))\Z")
_ASSIGNED: Final = re.compile(
    rf"(?P<name>(?i:{NAMES_BY_THEIR_END}))"
    r"(?P<sign>\\?[\"']?\s{0,8}(?:=>|[:=])\s{0,8}(?:[|>][+-]?\n\s{1,40})?|\s{1,4})"
    r"(?:\\?\"(?P<double>(?:\\.|[^\"\\\n]){1,4000})|'(?P<single>[^'\n]{1,4000})'"
    r"|(?P<bare>[^\s\"',;&|(){}\[\]<>][^\s\"',;&|]{0,4000}))"
)
_KEYS: Final = re.compile(r"\b(?:SHA256:([A-Za-z0-9+/]{43})|(AAAA[A-Za-z0-9+/]{40,}={0,2}))")
_USERS: Final = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        (r"(?:/home|/Users|/export/home|/var/home)/([A-Za-z_][\w.-]{0,60}?)(?=[.,;:]*(?:[^\w.-]|\Z))", 0),
        (r"\b[A-Z]:(?:\\{1,2}|/)Users(?:\\{1,2}|/)([A-Za-z_][\w.-]{0,60})", 0),
        (r"://([^\s/?#@:\"'<>]{1,60})(?::[^\s/\"'<>@]{0,400})?@", 0),
        (r"\b(?:uid|gid)=\d{1,10}\(([A-Za-z_][\w.-]{0,60})\)", 0),
        (r"\b(?:USER|LOGNAME|SUDO_USER|USERNAME|user_name|username|login_user)=[\"']?([A-Za-z_][\w.-]{0,60})", 0),
        (r"\b(?:password for|for user|invalid user|opened for user|session for user) ([A-Za-z_][\w.-]{0,60})", 0),
        (r"\bmachine\s+\S{1,200}\s+login\s+(\S{1,100})", 0),
        (r"^([a-z_][\w.-]{0,31}):[x*!]{0,2}:\d{1,10}:", re.M),
        (r"(?:^|[\s\[(])([A-Za-z_][\w.-]{0,60})@[A-Za-z][\w.-]{0,80}(?::[~/][^\s$#]*[$#](?:\s|$)| [~/][^\s\]]*\][$#])", re.M),
        (r"(?:\b(?:ssh|scp|rsync|sftp)\b[^\n@|;&]{0,200}\s|--hosts=|docker -H ssh://)([A-Za-z_][\w.-]{0,60})@", 0),
        (r"\b(?:publickey|password|interactive(?:/pam)?|none) for (?:invalid user )?([A-Za-z_][\w.-]{0,60}) from ", 0),
        (r"\b(?:usermod|gpasswd|adduser|useradd|deluser|su|chown|runuser|machinectl|loginctl)\b(?: (?:-\S*|docker|sudo|wheel|enable-linger|shell)(?= ))* ([a-z_][\w-]{1,31})(?=$|[\s:;&\"'])", re.M),
        (r"\bsudo(?:\[\d+\])?:\s+([A-Za-z_][\w.-]{0,60}) : ", 0),
        (r"\b([a-z_][\w.-]{0,60}) is not in the (?:sudoers|docker)", 0),
        (r"--user[= ]([A-Za-z_][\w.-]{0,60})(?![\w:.-])", 0),
    )
)  # fmt: skip
_GECOS: Final = re.compile(r"^[a-z_][\w.-]{0,31}:[x*!]:[1-9]\d{3,9}:\d{1,10}:([^:\n,]{3,60})", re.M)
_ORGANISATION: Final = re.compile(
    r"(?<![\w.])(?:O|OU|CN) ?= ?\"?([^,/\n\"';+=.]{3,80})(?=[,/\n\"';+]|\Z)"
)
_HOSTS: Final = tuple(
    re.compile(pattern, re.M)
    for pattern in (
        r"^Linux ([A-Za-z0-9][\w.-]{0,80}) \d+\.\d+",
        r"^(?:[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d|\d{4}-\d\d-\d\dT[\d:.]{8,20}(?:Z|[+-][\d:]{4,5})) "
        r"([A-Za-z][\w.-]{0,80}) [\w./@-]{1,60}(?:\[\d{1,9}\])?: ",
        r"(?:^|[\s\[(])[A-Za-z_][\w.-]{0,60}@([A-Za-z][\w.-]{0,80})(?::[~/][^\s$#]*[$#](?:\s|$)| [~/][^\s\]]*\][$#])",
        r"(?:\b(?:ssh|scp|rsync|sftp)\b[^\n@|;&]{0,200}\s|--hosts=)[A-Za-z_][\w.-]{0,60}@([A-Za-z][\w-]{0,80})",
        r"^\s*(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f:]{4,39})\s+[\w-]+\.[\w.-]+\s+([A-Za-z][\w-]{1,60})\s*$",
        r"\bunable to resolve host ([A-Za-z0-9][\w.-]{0,80})",
        r"(?:\b[Hh]ostname|\bHOSTNAME|^ Name)[\"']?\s{0,4}[=:]\s{0,4}[\"']?([A-Za-z][\w.-]{0,80})",
        r"\b(?:ssh|scp|sftp|ping|telnet|nc)(?: -\S+)* (?:\w[\w.-]{0,60}@)?([A-Za-z][\w-]{0,60}\d[\w-]{0,20})\b",
    )
)  # fmt: skip
_AT: Final = re.compile(
    r"(?P<user>[A-Za-z0-9][\w.+-]{0,63})(?P<at>@|%40)(?P<host>[A-Za-z0-9](?:[A-Za-z0-9-]*\.)*[A-Za-z0-9-]+)"
)
_URL_HOST: Final = re.compile(r"://(?:[^\s/@\"'<>]{0,400}@)?([A-Za-z0-9][A-Za-z0-9.-]{0,250})")
_IN_PLACE: Final = re.compile(
    r"(?:[Cc]ould not resolve(?: host)?:? ['\"]?|lookup |no such host:? |dial tcp:? |search |domain "
    r"|Host: |index |registry |mirror |server |[Cc]onnecting to |resolve ['\"])"
    r"([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+)"
)
_IMAGE: Final = re.compile(
    r"(?<![\w./-])([A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*)"
    r"(?::\d{2,5}/[a-z0-9]|(?<=[a-z])/[a-z0-9._/-]{1,200}:(?=[\w]))"
)
_PRIVATE_TLDS: Final = "lan|local|corp|intern|internal|intra|intranet|home|localdomain|private|test|example|invalid|arpa"
_TLDS: Final = (
    "com|net|org|edu|gov|mil|int|info|biz|io|dev|ai|cloud|app|tech|online|site|xyz|company|systems|network|"
    "de|at|ch|fr|eu|uk|nl|be|it|es|pt|se|no|dk|fi|cz|us|ca|au|nz|jp|cn|in|kr|br|ru|ua|ie|za|mx|tr|gr|hu|ro|bg|il|sg|hk|tw"
)
_DOMAIN: Final = re.compile(
    rf"(?<![\w@/-])(?<!\w\.)((?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])?\.){{1,8}}"
    rf"(?i:{_PRIVATE_TLDS}|{_TLDS}))(?![\w-]|\.\w)"
)
_NO_DOMAIN: Final = re.compile(
    r"(?i)(?:^|\.)(?:service|socket|sock|slice|target|mount|timer|scope|json|ya?ml|toml|conf|cfg|"
    r"list|sources|py|js|so|log|txt|gz|deb|rpm)(?:\.|$)|^(?:io|com|org|net|dev|sh|in-addr)\.[a-z]"
)
_V4: Final = re.compile(
    r"(?<![\d.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?!\d|\.\d)"
)
_V6: Final = re.compile(
    r"(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?:\d{1,3}\.){3}\d{1,3})?(?![\w:])"
)
_MAC: Final = re.compile(
    r"(?<![0-9A-Fa-f:-])[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![0-9A-Fa-f]|[:-][0-9A-Fa-f])"
)
_VERSION_BEFORE: Final = re.compile(r"(?i)(?:version|\bv|release)[ :]?$")


def shapes(text: str) -> Iterator[Shape]:
    """Every shape in `text`, overlapping ones included. Costs some hundred milliseconds a MB."""
    yield from _secrets(text)
    yield from _people(text)
    yield from _servers(text)
    yield from _addresses(text)


def is_secret_name(name: str) -> bool:
    """Whether a variable or key of that name holds a secret, and not the path of one."""
    return bool(SECRET_NAME.search(name[-80:])) and name.lower() not in ("pwd", "oldpwd")


def is_secret_value(value: str) -> bool:
    """Whether a value can be a secret: no word anybody would write there, and not masked yet."""
    word = value.strip("\"'\\ .,:;").lower()
    return bool(word.strip("*-")) and word not in allowlist.WORDS


def _secrets(text: str) -> Iterator[Shape]:
    for pattern in (*CERTAIN, *LIKELY):
        for match in pattern.regex.finditer(text):
            if match[1].strip("*\\n \n"):
                yield Shape(*match.span(1), "secret")
    for match in _ASSIGNED.finditer(text):
        yield from _assigned(match)
    for match in _KEYS.finditer(text):
        yield Shape(*match.span(match.lastindex or 0), "key")


def _assigned(match: re.Match[str]) -> Iterator[Shape]:
    """The value in `DB_PASSWORD=x`, `"token": "x"`, `--password x` or `secret: x`.

    In `password: x` without quotes a mere word may be prose: it stays where others follow, and
    where it is alone it is replaced there, not elsewhere.
    """
    group, sign = match.lastgroup or "bare", match["sign"]
    value = match[group]
    reference = re.match(r"\$[\w({]|/run/secrets/|/etc/|/dev/|/home/|~/", value)
    before = re.search(r"[\w.-]{0,60}\Z", match.string[max(0, match.start() - 60) : match.start()])
    name = (before[0] if before else "") + match["name"]
    if reference or not (name.startswith("-") or sign.strip()):
        return
    if is_secret_name(name) and is_secret_value(value):
        prose = group == "bare" and ": " in sign and not _mixed(value)
        if prose and re.match(r"[ \t]+[^#\s]", match.string[match.end() : match.end() + 20]):
            return
        yield Shape(*match.span(group), "secret", only_here=prose)


def _mixed(value: str) -> bool:
    """Letters with digits or signs among them: no word of a sentence."""
    return len(value) >= 6 and bool(re.search(r"[^A-Za-z.,:;!?'-]", value))


def _people(text: str) -> Iterator[Shape]:
    for pattern in _USERS:
        for match in pattern.finditer(text):
            yield Shape(*match.span(1), "user")
    for match in _GECOS.finditer(text):
        yield Shape(*match.span(1), "person")
    for match in _ORGANISATION.finditer(text):  # of a certificate
        yield Shape(*match.span(1), "org")
    for match in _AT.finditer(text):
        yield from _at(match, text)


def _at(match: re.Match[str], text: str) -> Iterator[Shape]:
    """`x@y`: a login where y has no dot or is an address, an e-mail address elsewhere."""
    host = match["host"]
    before = re.split(r"[\s\"'<>]", text[max(0, match.start() - 300) : match.start()])[-1]
    if "://" in before or re.match(r"(?i)sha\d", host) or _NO_DOMAIN.search(host):
        return
    quad = bool(_V4.fullmatch(host))
    if quad or "." not in host:
        if quad or (not host[0].isdigit() and match["at"] == "@"):
            yield Shape(*match.span("user"), "user", only_here=not quad)
        if not quad and not host[0].isdigit():
            yield Shape(*match.span("host"), "host", only_here=True)
    elif re.search(r"\.[A-Za-z]{2,}$", host) and not allowlist.domain(host):
        yield Shape(*match.span(), "person")


def _servers(text: str) -> Iterator[Shape]:
    for pattern in _HOSTS:
        for match in pattern.finditer(text):
            yield Shape(*match.span(1), "host")
    for match in _URL_HOST.finditer(text):
        yield from _server(match)
    for place in (_IN_PLACE, _DOMAIN):
        for match in place.finditer(text):
            if not _NO_DOMAIN.search(match[1]):
                yield from _server(match)
    for match in _IMAGE.finditer(text):
        dotted = "." in match[1] and not _NO_DOMAIN.search(match[1])
        if dotted or match[0].startswith(f"{match[1]}:"):
            yield from _server(match)


def _server(match: re.Match[str]) -> Iterator[Shape]:
    name = match[1].rstrip(".-")
    if re.search("[A-Za-z]", name) and not allowlist.domain(name):
        kind: Kind = "domain" if "." in name else "host"
        yield Shape(match.start(1), match.start(1) + len(name), kind)


def _addresses(text: str) -> Iterator[Shape]:
    for match in _V4.finditer(text):
        if not allowlist.address(match[0]) and not _is_version(match, text):
            yield Shape(*match.span(), "v4", only_here=True)
    for match in _V6.finditer(text) if "::" in text or text.count(":") > 6 else ():
        try:
            ipaddress.IPv6Address(match[0])
        except ValueError:
            continue
        if not allowlist.address(match[0]):
            yield Shape(*match.span(), "v6", only_here=True)
    for match in _MAC.finditer(text):
        yield Shape(*match.span(), "mac", only_here=True)


def _is_version(match: re.Match[str], text: str) -> bool:
    """Four numbers of a package's version, such as `(1.2.3.4-1+deb12u2)`, are no address."""
    after = re.match(r"[-+~](?!\d{1,3}\.\d{1,3}\.)[\w.]*", text[match.end() : match.end() + 40])
    before = bool(_VERSION_BEFORE.search(text[max(0, match.start() - 12) : match.start()]))
    return (bool(after) or before) and not ipaddress.ip_address(match[0]).is_private
