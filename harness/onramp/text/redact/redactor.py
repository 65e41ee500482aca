"""Text -> the same text without anybody's names and secrets, always the same stand-in for each.

Two passes: `learn` reads everything first, so that a password seen once in a URL is also found
where nothing gives it away; `text` then replaces what was learned, in every disguise, and what
has a telling form. Words of the catalogue and of every system stay, except where their place says
that they are somebody's (`/home/build`). Pure.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from onramp.text.redact import allowlist
from onramp.text.redact.detectors import Kind, Shape, is_secret_name, is_secret_value, shapes
from onramp.text.redact.encodings import (
    CODES,
    DASHED,
    KERNEL_ADDRESS,
    STRINGS,
    UNSEEN,
    from_kernel,
    insides,
    original,
    to_kernel,
    visible,
)
from onramp.text.redact.search import Needles, found, merged, needles

_STAND_IN: Final = re.compile(
    r"(?:secret|user|host|domain|person|key|org)-\d+(?:\.example|@example\.com)?\Z"
)
_DEEPEST: Final = 2  # base64 of a percent-encoded value, and no deeper
_ATOM: Final[Mapping[str, str]] = {"domain": "domain-{}.example", "person": "person-{}@example.com"}


class Redactor:
    """The table of one run: what was learned, and what stands for it."""

    def __init__(self, keep: frozenset[str] = allowlist.WORDS, keep_text: str = "") -> None:
        """`keep`: words, lower-case, and `keep_text`: whole texts, that a report has to show."""
        self._keep = keep
        self._keep_text = keep_text
        self._learned: set[str] = set()
        self._done: dict[str, str] = {}
        self._table: dict[tuple[str, str], str] = {}
        self._counts: dict[str, int] = {}
        self._names = Needles()

    # --- learning ----------------------------------------------------------------------------

    def name(self, kind: Kind, value: str, *, like: str = "") -> str:
        """Makes `value` known and returns its stand-in; `like` shares that of another value."""
        value = value.strip()
        if not value or _STAND_IN.match(value):
            return value
        if kind in ("user", "host", "domain") and allowlist.address(value):
            return value
        kind = _kind_of(kind, value)
        known = self._table.get((kind, _key(kind, value)))
        stand_in = known or like or self._next(kind)
        self._table[kind, _key(kind, value)] = stand_in
        if not known and not self._is_common(value):
            self._done.clear()
            for one in needles(kind, value, stand_in):
                if self._keep_text and next(found(one, self._keep_text), None):
                    continue
                self._names.add(one)
        return stand_in

    def learn(self, text: str) -> None:
        """Notes every name and secret that the form or the place of it gives away."""
        if text in self._learned:
            return
        self._learned.add(text)
        seen = visible(STRINGS.sub("", text))[0]
        for shape in shapes(seen):
            self._learn(shape, seen)
        for inner in insides(seen):
            for shape in shapes(inner):
                self._learn(shape, inner)

    def learn_value(self, value: Any, key: str = "") -> None:
        """The same of a JSON-like value; below a key such as `password` every text is secret."""
        if isinstance(value, str):
            if key and is_secret_name(key) and is_secret_value(value):
                self.name("secret", value)
            self.learn(value)
        elif isinstance(value, Mapping):
            for name, item in value.items():
                self.learn(str(name))
                self.learn_value(item, str(name))
        elif isinstance(value, (list, tuple)):
            for item in value:
                self.learn_value(item, key)

    def _learn(self, shape: Shape, text: str) -> None:
        value = text[shape.start : shape.end]
        if shape.only_here or (shape.kind != "secret" and value.lower() in self._keep):
            return
        stand_in = self.name(shape.kind, value)
        if shape.kind == "domain":
            for parent in _parents(value):
                self.name("domain", parent)
        if shape.kind == "secret":
            for other in _variants(value):
                self.name("secret", other, like=stand_in)

    def _is_common(self, value: str) -> bool:
        return value.lower() in self._keep or len(value) < 2 or value.isdigit()

    def _next(self, kind: Kind) -> str:
        self._counts[kind] = number = self._counts.get(kind, 0) + 1
        if kind == "v4":
            return _nth_v4(number)
        if kind == "v6":
            return f"2001:db8::{number:x}"
        if kind == "mac":
            return "02:00:00:" + ":".join(f"{byte:02x}" for byte in number.to_bytes(3, "big"))
        return _ATOM.get(kind, f"{kind}-{{}}").format(number)

    # --- replacing ---------------------------------------------------------------------------

    def text(self, text: str) -> str:
        """`text` with stand-ins. Colours stay where they do not split a name."""
        if (known := self._done.get(text)) is None:
            known = self._text(text, _DEEPEST)
            self._done[text] = known
        return known

    def value(self, value: Any, key: str = "") -> Any:
        """A JSON-like value with every text in it redacted, keys included."""
        if isinstance(value, str):
            if key and is_secret_name(key) and is_secret_value(value):
                return self.name("secret", value)
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                self.text(str(name)): self.value(item, str(name)) for name, item in value.items()
            }
        if isinstance(value, (list, tuple)):
            return [self.value(item, key) for item in value]
        return value

    def leaks(self, text: str, *, rendered: bool = False) -> list[str]:
        """Stand-ins of what was learned and still stands in `text`: a last look at the copy.

        A `rendered` text has words of its own, so somebody's plain word in it tells nothing.
        """
        issued = set(self._table.values())
        real = [
            name
            for name in self._names.all()
            if name.needle not in issued and not (rendered and name.bounded)
        ]
        return sorted({name.stand_in for name in real if next(found(name, text), None)})

    def _text(self, text: str, depth: int) -> str:
        if len(text) < 2:
            return text
        text = STRINGS.sub("", text)
        seen, starts = visible(text)
        spans = list(self._spans(seen, depth))
        if not spans:
            return text
        parts: list[str] = []
        done = 0
        for start, end, stand_in in merged(spans):
            first, last = original(starts, start), original(starts, end - 1) + 1
            colours = "".join(match["colour"] or "" for match in UNSEEN.finditer(text[first:last]))
            parts += [text[done:first], stand_in, colours]
            done = last
        return "".join(parts) + text[done:]

    def _spans(self, text: str, depth: int) -> Iterator[tuple[int, int, str]]:
        yield from self._names.spans(text)
        for shape in shapes(text):
            if (stand_in := self._of_shape(shape, text)) is not None:
                yield shape.start, shape.end, stand_in
        if depth:
            yield from self._encoded(text, depth - 1)

    def _of_shape(self, shape: Shape, text: str) -> str | None:
        value = text[shape.start : shape.end]
        if shape.kind == "org" and value in self._keep_text:
            return None  # such as a maker of intercepting proxies that a pain point names
        keep = self._keep if shape.kind == "domain" else allowlist.WORDS
        public = shape.kind in ("user", "host", "domain") and value.lower() in keep
        stays = public or _STAND_IN.match(value)
        kind = _kind_of(shape.kind, value)
        if stays and (kind, _key(kind, value)) not in self._table:
            return None
        if shape.only_here and kind not in ("v4", "v6", "mac", "secret"):
            return self._table.get((kind, _key(kind, value))) or self._table.get(
                ("host" if kind == "user" else "user", value.lower())
            ) or self._hidden(kind, value)  # fmt: skip
        return self.name(kind, value)

    def _hidden(self, kind: Kind, value: str) -> str:
        """A stand-in for this place only: the word may mean something else elsewhere."""
        known = self._table[kind, _key(kind, value)] = self._next(kind)
        return known

    def _encoded(self, text: str, depth: int) -> Iterator[tuple[int, int, str]]:
        for pattern, read, write in CODES:
            for match in pattern.finditer(text):
                inner = read(match[0])
                if inner and (clean := self._text(inner, depth)) != inner:
                    yield *match.span(), write(clean)
        for match in KERNEL_ADDRESS.finditer(text):
            inner = from_kernel(match[1])
            if not allowlist.address(inner):
                kind: Kind = "v6" if ":" in inner else "v4"
                yield *match.span(1), to_kernel(self.name(kind, inner))
        for match in DASHED.finditer(text):
            yield *match.span(), self.name("v4", match[0].replace("-", ".")).replace(".", "-")


def _variants(value: str) -> Iterator[str]:
    """What else the same secret may be: decoded, unescaped, without what closed the brackets."""
    yield unquote(value)
    yield value.replace('\\"', '"').replace("\\\\", "\\")
    yield value.rstrip(".:)}]>\\")
    if "\n" in value or "\\n" in value:
        lines = (line.strip() for line in re.split(r"\\n|\n", value))
        yield from (line for line in lines if len(line) >= 12)


def _parents(domain: str) -> Iterator[str]:
    """The domain somebody registered: `corp.example` of `a.b.corp.example`."""
    labels = domain.lower().strip(".").split(".")
    for count in range(2, len(labels)):
        parent = labels[-count:]
        shared = parent[0] in ("co", "com", "ac", "org", "net", "gov", "edu") and count == 2
        if not shared and not allowlist.domain(".".join(parent)):
            yield ".".join(parent)


def _kind_of(kind: Kind, value: str) -> Kind:
    """An address is an address, whatever field it stands in."""
    if kind in ("host", "domain", "user"):
        try:
            return "v6" if ipaddress.ip_address(value.strip("[]")).version == 6 else "v4"
        except ValueError:
            return kind
    return kind


def _key(kind: str, value: str) -> str:
    if kind == "v6":
        try:
            return ipaddress.ip_address(value.strip("[]")).compressed
        except ValueError:
            return value
    return (
        value
        if kind in ("secret", "key")
        else value.lower().replace("-", ":" if kind == "mac" else "-")
    )


def _nth_v4(number: int) -> str:
    """Addresses set aside for documentation (RFC 5737), then those for benchmarks (RFC 2544)."""
    for start, size in (("192.0.2.1", 254), ("198.51.100.1", 254), ("203.0.113.1", 254)):
        if number <= size:
            return str(ipaddress.IPv4Address(start) + number - 1)
        number -= size
    return str(ipaddress.IPv4Address("198.18.0.1") + number)
