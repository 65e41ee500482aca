"""Keeps secrets out of everything that is written or shown.

A secret travels in disguise: percent-encoded in a proxy URL, quoted in a shell line, escaped in
JSON, in base64 in a header. Every form of every declared secret is replaced, and so is what
nobody declared but its form or place gives away (secret_patterns.py).
"""

from __future__ import annotations

import base64
import functools
import json
import re
import shlex
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

from onramp.model.host import Host
from onramp.text.secret_patterns import CERTAIN, NAMES, URL_PASSWORD

MASK = "********"
SHORT = 4  # a shorter secret is masked only as a whole word: "a" would blank every other word
SHORT_TEXT = 200  # characters
_NO_TEXT = frozenset((int, float, bool, type(None)))
_LINE = 12  # a line of a multi-line secret, such as a private key, counts from this length
_BASE64 = 5  # characters of base64 that cannot be a coincidence

_SECRET_NAME = re.compile(rf"{NAMES}|_pass\Z", re.I)
_BY_SIGN = tuple((sign, pattern) for pattern in CERTAIN for sign in pattern.signs)
_PATH_NAME = re.compile(r"(?:private_?key|credentials?)_?(?:file|path)$", re.I)


class Masker:
    """Replaces secrets by `********`. Safe to use from several threads."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._lock = threading.Lock()
        self._forms: frozenset[str] = frozenset()
        self._words: re.Pattern[str] | None = None
        self._short: set[str] = set()
        self._remembered = self._anew()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """One more secret from now on; an empty one is ignored."""
        if not secret.strip():
            return
        with self._lock:
            if len(secret) < SHORT:
                self._short.add(secret)
                words = "|".join(re.escape(word) for word in sorted(self._short))
                self._words = re.compile(rf"(?<!\w)(?:{words})(?!\w)")
            else:
                self._forms |= frozenset(forms(secret))
            self._remembered = self._anew()

    def mask(self, text: str) -> str:
        """`text` without any secret. Costs some milliseconds a megabyte."""
        return self._remembered(text) if len(text) < SHORT_TEXT else self._masked(text)

    def _anew(self) -> Callable[[str], str]:
        """Nothing remembered yet. Hosts say the same short words over and over."""
        return functools.lru_cache(maxsize=8192)(self._masked)

    def _masked(self, text: str) -> str:
        if self._forms:
            spans = sorted(span for form in self._forms for span in _occurrences(form, text))
            text = _blanked(text, spans) if spans else text
        return _by_sign(self._words.sub(MASK, text) if self._words else text)

    def mask_value(self, value: Any) -> Any:
        """A JSON-like value with every string in it masked, keys included."""
        if isinstance(value, str):
            return self.mask(value)
        if type(value) in _NO_TEXT:
            return value
        if isinstance(value, Mapping):
            return {self.mask(str(key)): self.mask_value(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.mask_value(item) for item in value]
        return value


def forms(secret: str) -> set[str]:
    """Every way `secret` may be written down: plain, percent-encoded, quoted, escaped, base64."""
    found = {secret, secret.strip(), shlex.quote(secret), secret.replace("'", "'\\''")}
    found.add(shlex.quote(secret)[1:-1] if shlex.quote(secret) != secret else secret)
    found.add(re.sub(r'(["$`\\])', r"\\\1", secret))  # inside double quotes in a shell
    found.add(re.sub(r"([^\w@%+=:,./-])", r"\\\1", secret))  # as `printf %q` writes it
    for escaped in (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret)):
        found |= {escaped[1:-1], escaped[1:-1].replace("/", "\\/")}
    found.add(json.dumps(json.dumps(secret)[1:-1])[1:-1])  # JSON within JSON
    for encoded in (
        quote(secret, safe=""),
        quote(secret),
        quote(secret, safe=":@!$&'()*+,;=~"),
        quote_plus(secret),
    ):
        found |= {encoded, re.sub(r"%[0-9A-F]{2}", lambda match: match[0].lower(), encoded)}
    found |= set(_base64_forms(secret.encode("utf-8", "surrogateescape")))
    if "\n" in secret:
        found |= {line.strip() for line in secret.splitlines() if len(line.strip()) >= _LINE}
    return {form for form in found if len(form) >= SHORT}


def secret_values(raw: Mapping[str, Any]) -> set[str]:
    """The secrets among settings: values whose name says so, and passwords inside URLs.

    Names are looked at anywhere in the tree; below a name such as `credentials` every value is
    secret. A setting that names a key *file* is no secret.
    """
    return set(_secrets(raw, inside=False))


def masker_of(hosts: Iterable[Host], env: Mapping[str, str] | None = None) -> Masker:
    """Knows the passwords of these hosts, the secrets in their settings and in a stack's `env`."""
    masker = Masker(secret_values({"env": env or {}}))
    for host in hosts:
        for secret in (host.password, host.become_password, *secret_values(host.raw_settings)):
            masker.add(secret or "")
    return masker


def may_hold_secrets(text: str) -> bool:
    """Whether a text names something secret, or holds what is secret by its shape."""
    return bool(_SECRET_NAME.search(text)) or _by_sign(text) != text


def _secrets(value: Any, *, inside: bool) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            named = bool(_SECRET_NAME.search(str(name))) and not _PATH_NAME.search(str(name))
            yield from _secrets(item, inside=inside or named)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from _secrets(item, inside=inside)
    elif inside and value is not None and not isinstance(value, bool) and str(value).strip():
        yield str(value)
    elif isinstance(value, str):
        yield from _url_passwords(value)


def _url_passwords(text: str) -> Iterator[str]:
    for match in URL_PASSWORD.finditer(text):
        yield from {match[1], unquote(match[1])}
    if "://" in text and not URL_PASSWORD.search(text):  # a password with a slash in it
        try:
            password = urlsplit(text.strip()).password
        except ValueError:
            return
        if password:
            yield from {password, unquote(password)}


def _base64_forms(raw: bytes) -> Iterator[str]:
    """base64 of the secret alone, and the part of it that survives inside a longer string.

    Where three bytes become four characters, a secret may start at any of three offsets.
    """
    for encode in (base64.standard_b64encode, base64.urlsafe_b64encode):
        yield encode(raw).decode()
        for offset in range(3):
            whole = encode(b"\0" * offset + raw).decode()
            core = whole[-(-8 * offset // 6) : 8 * (offset + len(raw)) // 6]
            if len(core) >= _BASE64:
                yield core


def _by_sign(text: str) -> str:
    """Without what a form or place gives away."""
    for sign, pattern in _BY_SIGN:
        if sign in text:
            text = pattern.regex.sub(_first_group_masked, text)
    return text


def _first_group_masked(match: re.Match[str]) -> str:
    start, end = (place - match.start() for place in match.span(1))
    return f"{match[0][:start]}{MASK}{match[0][end:]}"


def _occurrences(form: str, text: str) -> Iterator[tuple[int, int]]:
    at = text.find(form)
    while at >= 0:
        yield at, at + len(form)
        at = text.find(form, at + 1)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    """`text` with each span masked; overlapping spans become one, so no tail is left standing."""
    parts: list[str] = []
    done = 0
    start, end = spans[0]
    for next_start, next_end in [*spans[1:], (len(text) + 1, len(text) + 1)]:
        if next_start < end:
            end = max(end, next_end)
            continue
        parts += [text[done:start], MASK]
        done, start, end = end, next_start, next_end
    return "".join(parts) + text[done:]
