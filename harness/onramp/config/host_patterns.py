"""Which hosts a command is for: `--hosts` and `--exclude` against an inventory.

A word is, in this order: `!word` (leave out), `all` or `*`, `@group`, `@failed`, `@vagrant`,
`lab:IMAGE` (`lab:all`: one of each system), `vagrant:MACHINE` (a fresh virtual machine), a host's
name, a group's name, a glob over both, and `user@host:port` or an IP address for a host that is in
no file. Any other word is an error that names the nearest known ones, so a misspelt name is never
taken for an address. `failed` and `vagrant` are reserved after `@`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Literal

from msgspec import Struct, field
from msgspec.structs import replace

from onramp.config import addresses, parse_settings, suggest
from onramp.config.inventory import Inventory
from onramp.config.unknown_patterns import GLOB, unknown
from onramp.errors import UsageError
from onramp.model.host import Host
from onramp.model.settings import merge
from onramp.text.file_names import free_name

_MADE = re.compile(r"(lab|vagrant):(?!\d+$)(.*)", re.DOTALL)  # for the run: a host, a machine
_SCHEMES = {"lab": "lab", "vm": "vagrant"}  # provider -> what stands before the colon


class Overrides(Struct, frozen=True):
    """What flags say of every selected host, over whatever the inventory says."""

    user: str | None = None
    private_key: str | None = None
    host_keys: Literal["strict", "accept-new"] | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)  # nested, as settings.pairs gives


class Sources(Struct, frozen=True):
    """Hosts that only the outside knows; asked for when a word needs them.

    `failed`: words selecting the last run's failed hosts (see `word`); `vagrant`: the running
    machines; `images`: what the lab can boot (None: anything goes, the lab itself will say);
    `typical`: one of each system, which `lab:all` means.
    """

    failed: Callable[[], Iterable[str]] | None = None
    vagrant: Callable[[], Iterable[Host]] | None = None
    images: Sequence[str] | None = None
    typical: Sequence[str] = ()


def select(
    inventory: Inventory,
    *,
    hosts: Iterable[str] = ("all",),
    exclude: Iterable[str] = (),
    overrides: Overrides = Overrides(),
    sources: Sources = Sources(),
) -> tuple[Host, ...]:
    """The hosts meant, each once: the inventory's in its order, then the others as named.

    `hosts` and `exclude` are the flags' texts, comma-separated words in each. Settings are
    validated here, with the overrides laid over. Raises UsageError, also when nothing is left.
    """
    wanted, unwanted = [list(filter(None, words(texts))) for texts in (hosts, exclude)]
    if not wanted:
        raise UsageError("--hosts is empty", resolution="name hosts, or leave it out for all")
    left_out = [word[1:] for word in wanted if word.startswith("!")]
    named = [word for word in wanted if not word.startswith("!")] or ["all"]
    chosen = _Chosen(inventory, sources)
    for word in sorted(named, key=_is_made):  # these last: their names give way to the others'
        chosen.add(word)
    for word in left_out:
        chosen.drop(word, "--hosts")
    for word in unwanted:
        chosen.drop(word, "--exclude")
    found = chosen.hosts()
    if not found:
        why = "all named were left out again" if left_out or unwanted else _why_none(named)
        raise UsageError(f"no host is selected: {why}")
    return tuple(_overridden(host, overrides) for host in found)


def words(texts: Iterable[str]) -> list[str]:
    """The comma-separated words of a repeatable flag."""
    return [word.strip() for text in texts for word in text.split(",")]


def word(host: Host) -> str:
    """A word that selects this host again, also where it is in no file."""
    if host.origin != _HERE:
        return host.name
    if host.provider in _SCHEMES:
        return f"{_SCHEMES[host.provider]}:{host.image}"
    if host.provider == "vagrant":
        return "@vagrant"
    address = f"[{host.address}]" if ":" in host.address else host.address
    login = f"{host.user}@" if host.user else ""
    return f"{login}{address}:{host.port}"


_HERE = "--hosts"


class _Chosen:
    """The selection while it is being made: names from the inventory, and visitors in order."""

    def __init__(self, inventory: Inventory, sources: Sources) -> None:
        self.inventory, self.sources = inventory, sources
        self.known: dict[str, dict[str, Any]] = {}  # inventory name -> what the word stated
        self.visitors: dict[str, Host] = {}

    def hosts(self) -> list[Host]:
        for name in self.known.keys() & self.visitors.keys():
            advice = "select them one at a time: a report has room for one of that name"
            raise UsageError(f"--hosts: two hosts are called {name}", resolution=advice)
        listed = [
            replace(self.inventory.host(name), **self.known[name])
            for name in self.inventory.names
            if name in self.known
        ]
        return listed + list(self.visitors.values())

    def add(self, word: str) -> None:
        names = self._named(word)
        if names is not None:
            for name in names:
                self.known.setdefault(name, {})
        elif word == "@failed":
            self._failed()
        elif word == "@vagrant":
            self._vagrant()
        elif made := _MADE.fullmatch(word):
            self._lab(made[2]) if made[1] == "lab" else self._made(made[2], "vm", "MACHINE")
        else:
            self._visitor(word)

    def drop(self, word: str, flag: str) -> None:
        """Leaves out what a word names; an unknown name is refused (a typo would touch a host)."""
        if word == "@failed":
            for failed in self._failed_words():
                self._drop(failed)
        elif not self._drop(word) and word != "@vagrant" and not GLOB.search(word):
            raise unknown(word, self.inventory, flag)

    def _drop(self, word: str) -> bool:
        """Whether the word is known, or names a host chosen from elsewhere."""
        names = self._named(word)
        visitors = [name for name in self.visitors if self._is(word, name)]
        for name in names or ():
            self.known.pop(name, None)
        for name in visitors:
            del self.visitors[name]
        return names is not None or bool(visitors)

    def _is(self, word: str, name: str) -> bool:
        host = self.visitors[name]
        if word in (name, host.address, f"{_SCHEMES.get(host.provider)}:{host.image}"):
            return True
        if word == "@vagrant":
            return host.provider == "vagrant"
        try:
            target = addresses.target(word)
        except ValueError:
            return bool(GLOB.search(word)) and fnmatchcase(name, word)
        return target.address == host.address and target.port in (None, host.port)

    # --- words for hosts of the inventory ---

    def _named(self, word: str) -> Sequence[str] | None:
        """Names a word stands for in the inventory; None where it is no such word."""
        inventory = self.inventory
        if word in ("all", "*"):
            return inventory.names
        if word in inventory.entries:
            return (word,)
        group = word.removeprefix("@")
        if group in inventory.groups and word not in ("@failed", "@vagrant"):
            return inventory.groups[group]
        if GLOB.search(word) and "@" not in word[1:] and ":" not in word:
            return self._globbed(word)
        return None

    def _globbed(self, pattern: str) -> Sequence[str] | None:
        group = pattern.removeprefix("@")
        rows = self.inventory.groups.items()
        groups = [names for name, names in rows if fnmatchcase(name, group)]
        hosts = [name for name in self.inventory.names if fnmatchcase(name, pattern)]
        return list(itertools.chain(hosts, *groups)) or None

    # --- words for hosts from elsewhere ---

    def _failed_words(self) -> list[str]:
        if self.sources.failed is None:
            raise UsageError("@failed: there is no last run here")
        return list(self.sources.failed())

    def _failed(self) -> None:
        for word in self._failed_words():
            try:
                self.add(word)
            except UsageError as error:
                raise UsageError(f"@failed: {error.brief}", resolution=error.resolution) from None

    def _vagrant(self) -> None:
        if self.sources.vagrant is None:
            raise UsageError("@vagrant: there is no Vagrantfile here")
        everyone = self.inventory.visitor("vagrant", where=_HERE, provider="vagrant")
        for host in self.sources.vagrant():
            merged = merge(everyone.raw_settings, host.raw_settings)
            host = replace(host, origin=_HERE)
            self.visitors[host.name] = parse_settings.configured(host, merged, where=_HERE)

    def _lab(self, image: str) -> None:
        known = self.sources.images
        if image == "all" and self.sources.typical:
            for one in self.sources.typical:
                self._lab(one)
            return
        if known is not None and image not in known:
            brief = f"--hosts: the lab has no image {suggest.quoted(image)}"
            raise UsageError(brief, resolution=suggest.hint(image, known, noun="images"))
        self._made(image, "lab", "IMAGE")

    def _made(self, image: str, provider: str, noun: str) -> None:
        """One that its provider makes; which machines there are is for that one to say."""
        try:
            image = addresses.name(image)
        except ValueError as error:
            raise UsageError(f"--hosts: {_SCHEMES[provider]}:{noun}: {error}") from None
        name = free_name(image, self.known.keys() | self.visitors.keys())
        visitor = self.inventory.visitor(name, where=_HERE, provider=provider, image=image)
        self.visitors[name] = visitor

    def _visitor(self, word: str) -> None:
        target = self._target(word)
        stated: dict[str, Any] = {"user": target.user, "port": target.port}
        stated = {key: value for key, value in stated.items() if value is not None}
        in_file = addresses.Target(target.address).name
        if in_file in self.inventory.entries:
            self.known[in_file] = _agreed(in_file, self.known.get(in_file, {}), stated)
            return
        before = self.visitors.get(target.name)
        known = {"user": before.user} if before and before.user else {}
        stated = _agreed(target.name, known, stated) | {"address": target.address}
        self.visitors[target.name] = self.inventory.visitor(target.name, where=_HERE, **stated)

    def _target(self, word: str) -> addresses.Target:
        stated = "@" in word[1:] or re.search(r":\d+$", word) or addresses.looks_like_ip(word)
        if not stated and not re.fullmatch(r"\[.*\]", word):
            raise unknown(word, self.inventory, "--hosts")
        try:
            return addresses.target(word)
        except ValueError as error:
            raise UsageError(f"--hosts: {error}") from None


def _agreed(name: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What two words state of one host; one machine is never evaluated as two at a time."""
    for key in before.keys() & now.keys():
        if before[key] != now[key]:
            said = f"with {key} {before[key]} and with {key} {now[key]}"
            advice = "evaluate one login at a time: they are the same machine"
            raise UsageError(f"--hosts: {name} is named twice, {said}", resolution=advice)
    return {**before, **now}


def _overridden(host: Host, overrides: Overrides) -> Host:
    stated: dict[str, Any] = {
        key: value
        for key in ("user", "private_key", "host_keys")
        if (value := getattr(overrides, key)) is not None
    }
    merged = merge(host.raw_settings, overrides.settings)
    return parse_settings.configured(replace(host, **stated), merged, where=host.origin)


def _is_made(word: str) -> bool:
    return bool(_MADE.fullmatch(word))


def _why_none(named: list[str]) -> str:
    if "@failed" in named:
        return "none failed in the last run"
    if "@vagrant" in named:
        return "no Vagrant machine is running (vagrant up)"
    return f"{', '.join(named)} has no hosts in the inventory"
