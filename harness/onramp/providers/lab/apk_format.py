"""Alpine packages as apk 2 and 3 read them: three gzip streams, signature, control, data.

The signature is of the control stream, which names the data stream by its checksum; tar's mark of
the end is left out of the first two, so that all three read as one archive.
https://wiki.alpinelinux.org/wiki/Apk_spec
"""

import gzip
import hashlib
import io
import tarfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct, field

Sign = Callable[[bytes], bytes]  # RSA over SHA-1, as `openssl dgst -sha1 -sign` does it

_SUM = "APK-TOOLS.checksum.SHA1"


class Text(Struct, frozen=True):
    """A file of a few lines."""

    text: str
    mode: int = 0o644


class Link(Struct, frozen=True):
    """A symbolic link."""

    to: str


Content = Path | Text | Link


class Package(Struct, frozen=True):
    """What a package is: `files` by their path, `scripts` by their name (`.pre-install`).

    `install_if`: packages that bring this one along when all of them are there.
    """

    name: str
    version: str
    description: str
    files: Mapping[str, Content] = field(default_factory=dict)
    depends: Sequence[str] = ()
    provides: Sequence[str] = ()
    install_if: str = ""
    scripts: Mapping[str, str] = field(default_factory=dict)

    @property
    def file_name(self) -> str:
        return f"{self.name}-{self.version}.apk"


def pack(package: Package, architecture: str, key_name: str, sign: Sign) -> bytes:
    """The package's file, signed under the name that systems keep the key by."""
    data, size = _data(package.files)
    info = control(package, architecture, size, hashlib.sha256(data).hexdigest())
    texts = {".PKGINFO": Text(info)} | {
        name: Text(script, 0o755) for name, script in package.scripts.items()
    }
    inner = _stream((name, text.text.encode(), text.mode) for name, text in texts.items())
    return signature(inner, key_name, sign) + inner + data


def signature(signed: bytes, key_name: str, sign: Sign) -> bytes:
    """The stream that goes before a signed one: a package's control, or an index."""
    return _stream([(f".SIGN.RSA.{key_name}", sign(signed), 0o644)])


def control(package: Package, architecture: str, size: int, data_sum: str) -> str:
    """The text of .PKGINFO."""
    rows = [
        ("pkgname", package.name),
        ("pkgver", package.version),
        ("pkgdesc", package.description),
        ("url", "https://onramp.invalid"),
        ("arch", architecture),
        ("license", "Apache-2.0"),
        ("origin", package.name),
        ("size", str(size)),
        *(("depend", name) for name in package.depends),
        *(("provides", name) for name in package.provides),
        *([("install_if", package.install_if)] if package.install_if else []),
        ("datahash", data_sum),
    ]
    return "".join(f"{name} = {value}\n" for name, value in rows)


def _stream(members: Iterable[tuple[str, bytes, int]]) -> bytes:
    """A gzip stream of a tar archive that goes on in the next."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data, mode in members:
            entry = _entry(name, mode)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        end = archive.offset
    return gzip.compress(raw.getvalue()[:end], mtime=0)


def _data(files: Mapping[str, Content]) -> tuple[bytes, int]:
    """The data stream, and how much room its files take."""
    raw, size = io.BytesIO(), 0
    with (
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for folder in folders(files):
            entry = _entry(folder, 0o755)
            entry.type = tarfile.DIRTYPE
            archive.addfile(entry)
        for path, content in sorted(files.items()):
            size += _add(archive, path, content)
    return raw.getvalue(), size


def folders(paths: Iterable[str]) -> list[str]:
    """Every directory on the way to the paths, parents first."""
    found = {str(parent) for path in paths for parent in PurePosixPath(path).parents}
    return sorted(found - {"."})


def _add(archive: tarfile.TarFile, path: str, content: Content) -> int:
    """Put a file or link into the archive with the checksum that apk asks for."""
    if isinstance(content, Link):
        entry = _entry(path, 0o777)
        entry.type, entry.linkname = tarfile.SYMTYPE, content.to
        data, summed = b"", content.to.encode()
    else:
        mode = content.mode if isinstance(content, Text) else content.stat().st_mode & 0o7777
        data = content.text.encode() if isinstance(content, Text) else content.read_bytes()
        entry, summed = _entry(path, mode), data
        entry.size = len(data)
    entry.pax_headers = {_SUM: hashlib.sha1(summed, usedforsecurity=False).hexdigest()}
    archive.addfile(entry, io.BytesIO(data))
    return len(data)


def _entry(path: str, mode: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(path)
    entry.mode, entry.uname, entry.gname = mode, "root", "root"
    return entry
