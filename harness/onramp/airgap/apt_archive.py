"""Debian's packages and Docker's for it, with the archives' own indexes and signatures.

apt itself resolves and fetches, in a directory of its own where nothing is installed yet: so the
folder holds all that any host of the release may lack. What it fetched is put where the archive
has it, beside the signed index that names it; hosts check that against the keys they have.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from onramp.airgap.manifest import System, is_inside
from onramp.airgap.targets import Target
from onramp.errors import HarnessError, UsageError
from onramp.model.platform import VendorRepository
from onramp.providers import Progress
from onramp.providers.lab import apt_sources, subprocesses

PROGRAMS: Final = ("apt-get", "apt-config")
_KEYRING: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
_HELPER: Final = "/usr/lib/apt/apt-helper"
_SMALLEST_FIRST: Final = (".xz", ".bz2", ".gz", "")  # apt's own order, as far as archives have it
_URI: Final = re.compile(r"'(?P<uri>[^']+)' (?P<file>\S+) \d+")
_LINE: Final = re.compile(r"deb (?P<uri>\S+) (?P<suite>\S+) (?P<components>.+)")


class Source(Struct, frozen=True):
    """A suite of an archive, and where it stands in the folder."""

    uri: str
    suite: str
    component: str
    key: Path
    place: str


def fetch(target: Target, folder: Path, scratch: Path, say: Progress) -> System:
    """Everything of one release. Raises HarnessError with apt's words."""
    platform, codename = target.platform, target.platform.repository_codename
    vendor = platform.package_manager.vendor
    assert codename is not None
    assert vendor is not None
    if not _KEYRING.is_file():
        raise UsageError(
            f"{target.id}: this machine has no keys of Debian's archive ({_KEYRING})",
            resolution="apt-get install debian-archive-keyring",
        )
    say(f"{target.id}: reading the archives' indexes")
    sources = [*_own(target, codename), *_dockers(target, codename, folder, scratch)]
    apt = _Apt(scratch / "apt", sources)
    apt.run("update", "-q")
    say(f"{target.id}: fetching packages")
    apt.fetch(_wanted(target, vendor), folder)
    for source in sources:
        apt.index(source, folder)
    suites = tuple(s.suite for s in sources if s.place.startswith("system/"))
    directory = platform.repository_os
    return System(target.os, target.version, directory, codename, suites)


def _wanted(target: Target, vendor: VendorRepository) -> list[str]:
    """What the method of the settings installs, and what it needs for that."""
    platform, docker = target.platform, target.settings.docker
    if docker.method == "distribution":
        return [*platform.distribution_packages, *platform.distribution_compose]
    pinned = [
        vendor.pinned.format(package=name, version=docker.version)
        if docker.version and name.startswith(platform.engine_packages[0])
        else name
        for name in platform.engine_packages
    ]
    return [*vendor.prerequisites, *pinned]


def _own(target: Target, codename: str) -> Iterator[Source]:
    """The distribution's suites, from where this machine gets its own packages."""
    place = f"system/{target.platform.repository_os}"
    for line in apt_sources.read_archive().lines(codename, extra_suites=True):
        found = _LINE.fullmatch(line)
        if found and apt_sources.serves(found["uri"], found["suite"]):
            component = found["components"].split()[0]
            yield Source(found["uri"], found["suite"], component, _KEYRING, place)


def _dockers(target: Target, codename: str, folder: Path, scratch: Path) -> Iterator[Source]:
    """Docker's repository, where the method takes packages from it; its key goes along."""
    docker = target.settings.docker
    if docker.method == "distribution":
        return
    place = f"docker/{target.platform.repository_os}"
    uri = f"{docker.repository.rstrip('/')}/{target.platform.repository_os}"
    key = folder / place / "gpg"
    key.parent.mkdir(parents=True, exist_ok=True)
    if not key.exists():
        _download(f"{uri}/gpg", key)
    armored = scratch / "docker.asc"
    armored.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(key, armored)  # apt tells a key's form by the file's ending
    yield Source(uri, docker.codename or codename, docker.channel, armored, place)


class _Apt:
    """apt with these sources alone, for a system on which nothing is installed."""

    def __init__(self, root: Path, sources: Sequence[Source]) -> None:
        for name in ("etc/apt.conf.d", "etc/preferences.d", "lists/partial", "archives/partial"):
            (root / name).mkdir(parents=True)
        (root / "status").touch()
        lines = (f"deb [signed-by={s.key}] {s.uri} {s.suite} {s.component}\n" for s in sources)
        (root / "etc/sources.list").write_text("".join(lines))
        self._root, self._sources = root, sources

    def run(self, *words: str) -> str:
        return subprocesses.run(["apt-get", *self._options(), *words], timeout_s=1800)

    def fetch(self, packages: Iterable[str], folder: Path) -> None:
        """Downloads what these and all they need come to, each to its place."""
        command = ("install", "-y", "-q", *packages)
        found = list(_URI.finditer(self.run("--print-uris", *command)))
        self.run("--download-only", *command)
        for row in found:
            target = folder / self._place(row["uri"])
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._root / "archives" / row["file"], target)

    def index(self, source: Source, folder: Path) -> None:
        """A suite's signed index, and the list of packages it vouches for."""
        suite = f"dists/{source.suite}"
        release = folder / source.place / suite / "InRelease"
        release.parent.mkdir(parents=True, exist_ok=True)
        _download(f"{source.uri}/{suite}/InRelease", release)
        signed = release.read_bytes()
        if not any(file.read_bytes() == signed for file in self._root.glob("lists/*InRelease")):
            raise HarnessError(f"{source.suite}: the archive was changed meanwhile: once more")
        path, digest = self._packages(signed.decode("utf-8", "replace"), source)
        target = release.parent / path
        target.parent.mkdir(parents=True, exist_ok=True)
        _download(f"{source.uri}/{suite}/{path}", target, f"SHA256:{digest}")

    def _packages(self, release: str, source: Source) -> tuple[str, str]:
        """The list of packages, packed as apt will ask for it first: its path and checksum."""
        arch = subprocesses.run(["dpkg", "--print-architecture"]).strip()
        path = f"{source.component}/binary-{arch}/Packages"
        sums = release.partition("\nSHA256:")[2]
        for ending in _SMALLEST_FIRST:
            if found := re.search(
                rf"^ ([0-9a-f]{{64}}) +\d+ {re.escape(path + ending)}$", sums, re.M
            ):
                return path + ending, found[1]
        raise HarnessError(f"{source.suite}: the archive's index names no {path}")

    def _place(self, uri: str) -> str:
        """Where in the folder a package of the archive stands."""
        there = urlsplit(uri)
        for source in self._sources:
            base = urlsplit(source.uri)
            path = base.path.rstrip("/") + "/"
            if there.hostname == base.hostname and there.port == base.port:
                inside = f"{source.place}/{unquote(there.path.removeprefix(path))}"
                if there.path.startswith(path) and is_inside(inside):
                    return inside
        raise HarnessError("apt fetched a package from where it was not sent", uri)

    def _options(self) -> list[str]:
        root = self._root
        return [
            f"-oDir::Etc={root / 'etc'}",
            f"-oDir::State={root}",
            f"-oDir::State::status={root / 'status'}",
            f"-oDir::Cache={root}",
            "-oAcquire::Languages=none",
            "-oAPT::Sandbox::User=root",
            *apt_sources.as_flags(apt_sources.apt_options()),
        ]


def _download(uri: str, file: Path, *checksum: str) -> None:
    """Through apt, so that the machine's proxy settings hold."""
    options = ["-oAPT::Sandbox::User=root"]
    subprocesses.run([_HELPER, *options, "download-file", uri, file, *checksum], timeout_s=900)
