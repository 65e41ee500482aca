"""Answers from a mirror's folder over HTTP: its files by their paths, its images as a registry.

Only what the manifest names is served. The registry is the part of the protocol that pulling
takes: https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pull
"""

from __future__ import annotations

import re
import shutil
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import msgspec
from msgspec import Struct

from onramp.airgap import manifest
from onramp.airgap.manifest import Manifest

IDLE_S: Final = 120.0
PIECE: Final = 1 << 18
LARGEST_MANIFEST: Final = 4_000_000
_REGISTRY: Final = re.compile(r"/v2/(?P<name>[^?]+)/(?P<kind>manifests|blobs)/(?P<what>[^/]+)")


class Found(Struct, frozen=True):
    """A file to be sent, and its headers."""

    file: Path
    headers: dict[str, str]


class Folder:
    """What is served; a connection is answered with `answer`, from its first request to its end."""

    def __init__(self, root: Path, content: Manifest) -> None:
        self._root = root
        self._content = content
        self._tags = {(i.repository, i.reference): i for i in content.images}

    def answer(self, connection: Any) -> None:
        """Every request on a socket, or what behaves like one."""
        _Handler(connection, ("", 0), self)

    def listen(self, address: str, port: int) -> ThreadingHTTPServer:
        """A server of its own, for `mirror.serve`."""
        server = ThreadingHTTPServer((address, port), lambda s, a, _: _Handler(s, a, self))
        server.daemon_threads = True
        return server

    def found(self, path: str) -> Found | None:
        """What stands at a path of an address."""
        registry = _REGISTRY.fullmatch(path)
        if registry:
            return self._image(registry["name"], registry["kind"], registry["what"])
        name = path.removeprefix("/")
        name += "index.html" if not name or name.endswith("/") else ""
        if name != manifest.FILE and name not in self._content.files:
            return None
        kind = "text/html" if name.endswith(".html") else "application/octet-stream"
        return Found(self._root / name, {"Content-Type": kind})

    def _image(self, name: str, kind: str, what: str) -> Found | None:
        """A manifest by tag or digest, or a blob by its digest."""
        tagged = self._tags.get((name, what)) if kind == "manifests" else None
        digest = tagged.digest if tagged else what
        path = f"images/blobs/{digest.replace(':', '/')}"
        if path not in self._content.files:
            return None
        file = self._root / path
        media_type = "application/octet-stream"
        if kind == "manifests":
            media_type = tagged.media_type if tagged else _media_type(file)
        return Found(file, {"Content-Type": media_type, "Docker-Content-Digest": digest})


def _media_type(file: Path) -> str:
    """What a manifest says it is; one of another origin may not say it."""
    if file.stat().st_size > LARGEST_MANIFEST:
        return "application/octet-stream"
    try:
        said = msgspec.json.decode(file.read_bytes()).get("mediaType", "")
    except (msgspec.DecodeError, AttributeError):
        return "application/octet-stream"
    plain = isinstance(said, str) and re.fullmatch(r"[\w.+/-]{1,200}", said)
    return said if plain else "application/vnd.oci.image.manifest.v1+json"


class _Handler(BaseHTTPRequestHandler):
    """GET and HEAD; connections are kept, since each is a channel of its own over SSH."""

    protocol_version = "HTTP/1.1"
    timeout = IDLE_S
    disable_nagle_algorithm = False  # a channel has no such option

    def __init__(self, request: Any, address: Any, folder: Folder) -> None:
        self._folder = folder
        super().__init__(request, address, None)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """The file."""
        self._send(with_body=True)

    def do_HEAD(self) -> None:
        """Its headers."""
        self._send(with_body=False)

    def _send(self, *, with_body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        if path in ("/v2", "/v2/"):
            self._say(HTTPStatus.OK, b"{}", "application/json", with_body=with_body)
            return
        found = self._folder.found(path)
        if found is None:
            self._say(
                HTTPStatus.NOT_FOUND, b'{"errors":[]}', "application/json", with_body=with_body
            )
            return
        with found.file.open("rb") as file:
            self.send_response(HTTPStatus.OK)
            for name, value in found.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(found.file.stat().st_size))
            self.end_headers()
            if with_body:
                shutil.copyfileobj(file, self.wfile, PIECE)

    def _say(self, status: HTTPStatus, body: bytes, kind: str, *, with_body: bool) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if kind == "application/json":
            self.send_header("Docker-Distribution-Api-Version", "registry/2.0")
        self.end_headers()
        if with_body:
            self.wfile.write(body)

    def handle(self) -> None:
        """A host that hangs up in the middle is nobody's fault."""
        try:
            super().handle()
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Hosts' logs say what they fetched."""
