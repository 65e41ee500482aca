"""Container images, copied by skopeo into one OCI layout, byte for byte as their registry has them.

An image for several processors keeps its index, so that its digest stays what stacks pin; of what
the index names, only this processor's is there.
Layout: https://github.com/opencontainers/image-spec/blob/main/image-layout.md
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tarfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from onramp.airgap.image_names import Reference
from onramp.airgap.manifest import Image
from onramp.errors import HarnessError
from onramp.model.settings import Settings
from onramp.providers.lab import subprocesses

PROCESSORS: Final = {"x86_64": "amd64", "aarch64": "arm64"}
_INDEXES: Final = (
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
)
_TELLS: Final = re.compile(r"PYTHON_VERSION=(3\.\d+)\b.*")
_LIBRARY: Final = re.compile(r"usr/(?:local/)?lib/python(3\.\d+)/(?:os\.py|encodings)")


class Registry(Struct, frozen=True):
    """Where images are copied from: Docker Hub, or the first of the daemon's registry-mirrors."""

    name: str
    plain_http: bool


def registry(settings: Settings) -> Registry:
    """The registry that the settings name for daemons is the way to Docker Hub from here too."""
    mirrors = settings.docker.daemon.get("registry-mirrors")
    first = mirrors[0] if mirrors and isinstance(mirrors, list) else "https://docker.io"
    scheme, _, name = str(first).rstrip("/").rpartition("://")
    return Registry(name, scheme == "http")


class Layout:
    """`images/` of a mirror while it is made."""

    def __init__(self, root: Path, scratch: Path, source: Registry, arch: str) -> None:
        self._blobs = root / "blobs" / "sha256"
        self._blobs.mkdir(parents=True)
        self._root, self._scratch, self._source = root, scratch, source
        self._processor = PROCESSORS.get(arch, arch)
        self._entries: list[dict[str, Any]] = []
        self.pythons: set[str] = set()

    def add(self, image: Reference) -> Image:
        """Copies an image. Raises HarnessError with skopeo's words."""
        name = image.at(self._source.name)
        top, folder = self._copied(name, "--multi-arch=index-only")
        document = json.loads(top)
        media_type = _media_type(document)
        if media_type in _INDEXES:
            own = self._own(document, image)
            top_, folder = self._copied(f"{name.rpartition('@')[0] or _untagged(name)}@{own}")
            self._take(top_)
        self._take_blobs(folder)
        digest = self._take(top)
        entry = {"mediaType": media_type, "digest": digest, "size": len(top)}
        ref = {"org.opencontainers.image.ref.name": image.at("docker.io")}
        self._entries.append({**entry, "annotations": ref})
        return Image(image.repository, image.reference, digest, media_type)

    def finish(self) -> None:
        """What makes the folder an OCI layout that other tools read too."""
        (self._root / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}\n')
        index = {"schemaVersion": 2, "manifests": self._entries}
        (self._root / "index.json").write_text(json.dumps(index, indent=1) + "\n")

    def _copied(self, name: str, *how: str) -> tuple[bytes, Path]:
        """A manifest as the registry has it, and the folder where what it names was put."""
        folder = self._scratch / "image"
        subprocesses.remove_tree(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocesses.run(
            [
                "skopeo", "--insecure-policy", f"--override-arch={self._processor}", "copy",
                "--quiet", "--preserve-digests", *how,
                f"--src-tls-verify={str(not self._source.plain_http).lower()}",
                f"docker://{name}", f"dir:{folder}",
            ],
            timeout_s=1800,
        )  # fmt: skip
        return (folder / "manifest.json").read_bytes(), folder

    def _own(self, index: dict[str, Any], image: Reference) -> str:
        for entry in index.get("manifests", ()):
            place = entry.get("platform", {})
            if (place.get("os"), place.get("architecture")) == ("linux", self._processor):
                return str(entry["digest"])
        raise HarnessError(f"image {image.shown}: there is none for linux/{self._processor}")

    def _take(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        (self._blobs / name).write_bytes(data)
        return f"sha256:{name}"

    def _take_blobs(self, folder: Path) -> None:
        document = json.loads((folder / "manifest.json").read_bytes())
        config, *layers = _named(document)
        told = _told_python((folder / config).read_bytes())
        self.pythons |= told or set().union(*(_pythons(folder / layer) for layer in layers))
        for blob in _named(document):
            shutil.move(folder / blob, self._blobs / blob)


def _told_python(config: bytes) -> set[str]:
    """The Python that an image's configuration tells of: `PYTHON_VERSION=3.12.11`."""
    env = (json.loads(config).get("config") or {}).get("Env") or ()
    return {found[1] for line in env if (found := _TELLS.fullmatch(line))}


def _pythons(layer: Path) -> set[str]:
    """The Pythons installed in a layer; none where it is packed in a way not read here."""
    found = set()
    with suppress(tarfile.TarError, EOFError), tarfile.open(layer, "r|*") as files:
        for file in files:
            if match := _LIBRARY.match(file.name.removeprefix("./")):
                found.add(match[1])
    return found


def _named(document: dict[str, Any]) -> Iterable[str]:
    blobs = (document["config"], *document["layers"])
    return dict.fromkeys(blob["digest"].removeprefix("sha256:") for blob in blobs)


def _media_type(document: dict[str, Any]) -> str:
    """OCI's own documents need not say what they are."""
    said = document.get("mediaType")
    if said:
        return str(said)
    return _INDEXES[0] if "manifests" in document else "application/vnd.oci.image.manifest.v1+json"


def _untagged(name: str) -> str:
    head, slash, tail = name.rpartition("/")
    return f"{head}{slash}{tail.partition(':')[0]}"
