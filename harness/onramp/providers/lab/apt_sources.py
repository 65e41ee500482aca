"""Where this machine gets Debian packages from: its own apt sources, read and re-aimed.

The lab names no mirror of its own. What serves this machine serves the lab's hosts too, with
the suite exchanged; third-party sources do not count. Formats: sources.list(5).
"""

import os
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from onramp.errors import HarnessError
from onramp.providers.lab import subprocesses

MIRROR_VARIABLE = "ONRAMP_DEBIAN_MIRROR"

# Settings of this machine's apt that its mirror may depend on (a proxy; a mirror that lags).
_OPTIONS = (
    "Acquire::Check-Valid-Until",
    "Acquire::Check-Date",
    "Acquire::http::Proxy",
    "Acquire::https::Proxy",
)


class Entry(Struct, frozen=True):
    """One (address, suite) pair of an apt source, with its components."""

    uri: str
    suite: str
    components: tuple[str, ...]


class Archive(Struct, frozen=True):
    """Debian as this machine sees it; `security` is None where the machine names none."""

    main: str
    security: str | None
    components: tuple[str, ...]

    def lines(self, suite: str, *, extra_suites: bool) -> tuple[str, ...]:
        """sources.list lines for a suite, with its updates and security suites if wanted."""
        words = " ".join(self.components)
        lines = [f"deb {self.main} {suite} {words}"]
        if extra_suites:
            lines.append(f"deb {self.main} {suite}-updates {words}")
            if self.security is not None:
                lines.append(f"deb {self.security} {suite}-security {words}")
        return tuple(lines)


def parse_list(text: str) -> Iterator[Entry]:
    """Read the one-line format."""
    for line in text.splitlines():
        found = re.match(r"deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)", line.strip())
        if found:
            yield Entry(found[1], found[2], tuple(found[3].split()))


def parse_deb822(text: str) -> Iterator[Entry]:
    """Read the paragraph format."""
    kept = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    for paragraph in re.split(r"\n\s*\n", kept):
        fields = _fields(paragraph)
        if fields.get("enabled", ["yes"]) != ["no"] and "deb" in fields.get("types", []):
            for uri in fields.get("uris", []):
                for suite in fields.get("suites", []):
                    yield Entry(uri, suite, tuple(fields.get("components", [])))


def _fields(paragraph: str) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in paragraph.splitlines():
        if line[:1] in (" ", "\t"):
            fields.setdefault(name, []).extend(line.split())
        elif ":" in line:
            name, _, value = line.partition(":")
            name = name.strip().lower()
            fields[name] = value.split()
    return fields


def archive_from(entries: Iterable[Entry], codename: str) -> Archive | None:
    """Pick Debian's own archive out of all sources: the one that serves the machine's suite."""
    usable = [e for e in entries if e.uri.startswith("http") and "main" in e.components]
    main = next((e for e in usable if e.suite == codename), None)
    names = (f"{codename}-security", f"{codename}/updates")
    security = next((e for e in usable if e.suite in names), None)
    if main is None:
        return None
    return Archive(main.uri.rstrip("/"), security.uri.rstrip("/") if security else None, ("main",))


def read_archive(etc: Path = Path("/etc")) -> Archive:
    """Debian as this machine's apt is configured for it.

    Raises HarnessError when it has no Debian source (Ubuntu, say) and none is named for it.
    """
    named = os.environ.get(MIRROR_VARIABLE, "").rstrip("/")
    found = archive_from(_entries(etc / "apt"), _codename(etc / "os-release"))
    if named:
        return Archive(named, found.security if found else None, ("main",))
    if found is None:
        raise HarnessError(
            brief="this machine's apt sources name no Debian archive to build hosts from",
            resolution=f"name one: export {MIRROR_VARIABLE}=<address of a Debian mirror>",
        )
    return found


def codename(etc: Path = Path("/etc")) -> str:
    """The machine's own release, as bookworm; nothing where it names none."""
    return _codename(etc / "os-release")


def _entries(apt: Path) -> Iterator[Entry]:
    for path in [apt / "sources.list", *sorted(apt.glob("sources.list.d/*"))]:
        text = path.read_text(errors="replace") if path.is_file() else ""
        if path.suffix == ".list":
            yield from parse_list(text)
        elif path.suffix == ".sources":
            yield from parse_deb822(text)


def _codename(os_release: Path) -> str:
    found = re.search(r"^VERSION_CODENAME=\"?(\w+)", os_release.read_text(), re.MULTILINE)
    return found[1] if found else ""


def apt_options() -> tuple[str, ...]:
    """This machine's apt settings that its mirror may depend on, as `Name "value";`."""
    dumped = subprocesses.run(["apt-config", "dump"])
    wanted = "|".join(re.escape(option) for option in _OPTIONS)
    return tuple(re.findall(rf'^(?:{wanted}) "[^"]+";$', dumped, re.MULTILINE))


def as_flags(options: Iterable[str]) -> list[str]:
    """`Name "value";` as `-oName=value`."""
    return [f"-o{name}={value[1:-2]}" for name, value in (line.split(" ", 1) for line in options)]


def serves(uri: str, suite: str) -> bool:
    """Whether the archive has this suite; asked through apt, so that its proxy settings hold."""
    helper = "/usr/lib/apt/apt-helper"
    target = f"{uri}/dists/{suite}/InRelease"
    with tempfile.TemporaryDirectory() as folder:
        return subprocesses.works([helper, "download-file", target, Path(folder) / "InRelease"])
