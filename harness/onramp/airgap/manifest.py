"""mirror.json: what a folder is for and every file in it, each held to its size and SHA-256.

A folder travels on disks and through other people's hands: no name in it leads out of it, and
what is not as it was made is refused before any host is touched.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from onramp.config.suggest import quoted
from onramp.errors import UsageError
from onramp.model.settings import Word

FILE: Final = "mirror.json"
SCHEMA: Final = 1
LARGEST_BYTES: Final = 50_000_000
AGAIN: Final = "copy the folder again, or make it anew: mirror.build"

_NAME: Final = re.compile(r"[A-Za-z0-9_+~%][A-Za-z0-9._+~%-]*")  # may stand on any file system

Digest = Annotated[str, Meta(pattern=r"^sha256:[0-9a-f]{64}\Z")]
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Names = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9._/-]*\Z")]  # a repository of a registry
OneWord = Annotated[str, Meta(pattern=r"^[!-~]{1,300}\Z")]


class Content(msgspec.Struct, frozen=True):
    """What a file holds."""

    size: Annotated[int, Meta(ge=0)]
    sha256: Hash


class System(msgspec.Struct, frozen=True):
    """A system whose packages are there.

    Docker's stand in `docker/<directory>`, its own in `system/<directory>`, laid out as where they
    come from; `repositories` are the names of its own repositories there (apt: suites).
    """

    id: Word
    version: Word
    directory: Word
    codename: Word | None
    repositories: tuple[Word, ...]


class Image(msgspec.Struct, frozen=True):
    """A container image by one of its names; its blobs stand in the OCI layout `images/`."""

    repository: Names
    reference: OneWord  # a tag or a digest
    digest: Digest
    media_type: OneWord


class Manifest(msgspec.Struct, frozen=True):
    """The whole of mirror.json. `files` is every other file of the folder, by its path."""

    schema: int
    made_by: OneWord
    made: OneWord
    arch: Word  # as uname -m says it
    method: Word  # how the engine is installed from it
    systems: tuple[System, ...]
    stacks: tuple[OneWord, ...]
    images: tuple[Image, ...]
    python: tuple[OneWord, ...]  # its wheels
    files: dict[str, Content]


def parse(data: bytes, *, shown: str) -> Manifest:
    """Raises UsageError, in one line, for what is no manifest or names a path it may not name."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise UsageError(
            f"{shown}: {FILE} is none of Onramp's: {error}", resolution=AGAIN
        ) from None
    if manifest.schema != SCHEMA:
        raise UsageError(f"{shown}: {FILE} has schema {manifest.schema}, expected {SCHEMA}")
    for path in manifest.files:
        if not is_inside(path):
            raise UsageError(f"{shown}: {FILE} names {quoted(path)}, which is no path in a mirror")
    return manifest


def is_inside(path: str) -> bool:
    """Whether it is a path below the folder, spelled in the one way there is."""
    parts = path.split("/")
    return len(parts) > 1 and all(_NAME.fullmatch(part) for part in parts)


def read(folder: Path, *, shown: str) -> Manifest:
    """The folder's manifest, and every file seen to be as it was made. Raises UsageError."""
    file = folder / FILE
    if not folder.is_dir():
        raise UsageError(f"{shown}: no such folder", resolution="mirror.build makes one")
    if not file.is_file() or file.is_symlink() or file.stat().st_size > LARGEST_BYTES:
        raise UsageError(f"{shown}: no mirror: it has no {FILE}", resolution=AGAIN)
    manifest = parse(file.read_bytes(), shown=shown)
    for path, content in manifest.files.items():
        if why := _wrong(folder.resolve(), path, content):
            raise UsageError(f"{shown}: {path} {why}", resolution=AGAIN)
    return manifest


def _wrong(folder: Path, path: str, content: Content) -> str:
    """What is wrong with a file; nothing where it is as it was made."""
    file = folder / path
    try:
        if file.resolve() != file or (file.exists() and not file.is_file()):
            return "is a link or no plain file"
        if file.stat().st_size != content.size:
            return f"has {file.stat().st_size} bytes, expected {content.size}"
        return "" if hash_of(file) == content.sha256 else "was changed: its checksum is another"
    except FileNotFoundError:
        return "is missing"
    except OSError as error:
        return f"cannot be read: {error.strerror}"


def hash_of(file: Path) -> str:
    """A file's SHA-256."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def contents(folder: Path) -> dict[str, Content]:
    """Every file below a folder that was just made, for its manifest."""
    return {
        str(file.relative_to(folder)): Content(file.stat().st_size, hash_of(file))
        for file in sorted(_files(folder))
    }


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def write(folder: Path, manifest: Manifest) -> Path:
    """Written last: a folder without it is half-made."""
    file = folder / FILE
    file.write_bytes(msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n")
    return file
