"""Names of container images, as Docker reads them. Pure.

https://docs.docker.com/reference/cli/docker/image/tag/#description
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct

from onramp.config.suggest import quoted
from onramp.errors import UsageError

DOCKER_HUB: Final = ("docker.io", "index.docker.io", "registry-1.docker.io")
_REPOSITORY: Final = re.compile(r"[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*")
_TAG: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_DIGEST: Final = re.compile(r"sha256:[0-9a-f]{64}")


class Reference(Struct, frozen=True):
    """An image on Docker Hub: `library/redis`, and its tag or digest."""

    repository: str
    reference: str

    @property
    def shown(self) -> str:
        """As people write it."""
        mark = "@" if ":" in self.reference else ":"
        return f"{self.repository.removeprefix('library/')}{mark}{self.reference}"

    def at(self, registry: str) -> str:
        """Its whole name at a registry."""
        mark = "@" if ":" in self.reference else ":"
        return f"{registry}/{self.repository}{mark}{self.reference}"


def reference(name: str) -> Reference:
    """Raises UsageError for what is no image's name, or is of another registry.

    The daemon's `registry-mirrors`, which an air-gapped host is given, stand for Docker Hub alone.
    """
    plain, _, digest = name.partition("@")
    head, slash, rest = plain.partition("/")
    if slash and (head == "localhost" or re.search(r"[.:]", head)):
        if head not in DOCKER_HUB:
            raise UsageError(
                f"image {quoted(name)} is not on Docker Hub, and a mirror can stand for no other "
                "registry: the daemon's registry-mirrors know none",
                resolution="have it under a name of Docker Hub's",
            )
        plain = rest
    repository, colon, tag = plain.partition(":")
    repository = repository if "/" in repository else f"library/{repository}"
    wanted = digest or tag or "latest"
    right = _DIGEST.fullmatch(digest) if digest else _TAG.fullmatch(wanted)
    if not _REPOSITORY.fullmatch(repository) or not right or (colon and not tag):
        raise UsageError(f"{quoted(name)} is no image's name")
    return Reference(repository, wanted)
