"""What `--set mirror=PATH|URL` names, opened and checked before any host is touched.

A folder is served to a host through its own SSH connection, at an address that only the host
itself has; an address is somebody's `mirror.serve`, which hosts reach by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

from onramp.airgap import manifest
from onramp.airgap.manifest import Manifest, System
from onramp.config.suggest import quoted
from onramp.errors import UsageError
from onramp.model.facts import Facts
from onramp.model.host import Host
from onramp.model.platform import Platform
from onramp.model.settings import nested
from onramp.model.unknown import known

if TYPE_CHECKING:
    from onramp.airgap.folder_server import Folder

PORT: Final = (
    18484  # on the host's own loopback: always this one, so that a second run finds the same
)
ORIGIN: Final = f"http://127.0.0.1:{PORT}"
TIMEOUT_S: Final = 10.0


class Mirror(Struct, frozen=True):
    """`folder` is what is served through SSH; None where hosts ask at `origin` by themselves."""

    content: Manifest
    origin: str
    folder: Folder | None


def of(hosts: Iterable[Host]) -> dict[str, Mirror]:
    """The mirrors that these hosts' settings name. Raises UsageError."""
    named = {host.settings.mirror: host for host in hosts if host.settings.mirror}
    opened = {word: open_mirror(word) for word in named if word}
    for host in hosts:
        if host.settings.mirror:
            _check_method(host, opened[host.settings.mirror])
    return opened


def open_mirror(word: str) -> Mirror:
    """A folder, every file of it checked, or an address that answers. Raises UsageError."""
    shown = f"mirror {quoted(word)}"
    if re.match(r"https?://", word):
        return Mirror(manifest.parse(_fetched(word, shown), shown=shown), word.rstrip("/"), None)
    from onramp.airgap.folder_server import Folder  # nearly no run has a mirror, or asks for one

    folder = Path(word).expanduser().absolute()
    content = manifest.read(folder, shown=shown)
    return Mirror(content, ORIGIN, Folder(folder.resolve(), content))


def _fetched(url: str, shown: str) -> bytes:
    import urllib.error
    import urllib.request

    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.query or parts.fragment:
        raise UsageError(f"{shown}: expected an address such as http://mirror.lan:{PORT}")
    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/{manifest.FILE}", timeout=TIMEOUT_S) as got:
            return bytes(got.read(manifest.LARGEST_BYTES))
    except urllib.error.HTTPError as error:
        said = f"{manifest.FILE}: {error.code} {error.reason}"
    except (OSError, ValueError) as error:
        said = str(getattr(error, "reason", error))
    raise UsageError(f"{shown}: it does not answer from here", said, "see that mirror.serve runs")


def _check_method(host: Host, mirror: Mirror) -> None:
    method, has = host.settings.docker.method, mirror.content.method
    if method in ("present", has) or (method == "auto" and has == "repository"):
        return
    raise UsageError(
        f"{host.name}: docker.method={method}, and the mirror was made for {has}",
        resolution=f"--set docker.method={has}, or a mirror made with another docker.method",
    )


def settings(origin: str) -> dict[str, Any]:
    """What of a host's settings says where things come from, as the mirror answers it."""
    place = urlsplit(origin)
    daemon: dict[str, Any] = {"registry-mirrors": [origin]}
    if place.scheme == "http" and not origin.startswith(ORIGIN):
        daemon["insecure-registries"] = [place.netloc]
    return nested(
        {
            "mirror": origin,
            "docker.repository": f"{origin}/docker",
            "docker.daemon": daemon,
            "stack.env": {
                "PIP_INDEX_URL": f"{origin}/python/simple/",
                "PIP_TRUSTED_HOST": place.hostname or "",
            },
        }
    )


def system_of(content: Manifest, facts: Facts, platform: Platform) -> System | None:
    """The system of the mirror that a host is."""
    codename, version = platform.repository_codename, known(facts.os_version)
    for system in content.systems:
        same = system.codename == codename if system.codename else system.version == version
        if system.directory == platform.repository_os and same:
            return system
    return None
