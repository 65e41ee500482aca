"""Ask a deployed stack's web page, from the host itself and from this side of the network.

Asked over the SSH connection it answers behind any firewall; asked directly it answers only where
the network lets it. The difference is a finding about the network, not about the stack.
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from msgspec import Struct

from onramp.errors import LinkError
from onramp.model.action import Command
from onramp.remote import Connection
from onramp.remote.ssh.stream import Held

if TYPE_CHECKING:
    import http.client

BODY_BYTES = 1024 * 1024


class Page(Struct, frozen=True):
    """An answer; or, with `status` None, why there was none."""

    status: int | None
    body: str = ""
    error: str = ""

    def __str__(self) -> str:
        return f"HTTP {self.status}" if self.status else f"no answer ({self.error})"


def direct(address: str, port: int, path: str, timeout_s: float = 5.0) -> Page:
    """From here, no proxy in between."""
    import http.client  # many a run asks no page

    return _ask(http.client.HTTPConnection(address, port, timeout=timeout_s), path)


def inside(connection: Connection, port: int, path: str, timeout_s: float = 10.0) -> Page:
    """From the host, to its own loopback; with curl there where sshd forwards nothing."""
    try:
        channel = connection.tunnel(port)
    except LinkError as error:
        if error.kind != "forward":
            raise
        if "prohibited" in error.details.lower():
            return _with_curl(connection, port, path, timeout_s)
        return Page(None, error=error.details)
    import http.client

    channel.settimeout(timeout_s)
    asked = http.client.HTTPConnection("127.0.0.1", port)
    asked.sock = Held(channel)
    try:
        return _ask(asked, path)
    finally:
        channel.close()


def _ask(connection: http.client.HTTPConnection, path: str) -> Page:
    from http.client import HTTPException

    try:
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        return Page(answer.status, answer.read(BODY_BYTES).decode("utf-8", "replace"))
    except (OSError, EOFError, HTTPException) as error:
        return Page(None, error=str(error) or type(error).__name__)
    finally:
        connection.close()


def _with_curl(connection: Connection, port: int, path: str, timeout_s: float) -> Page:
    url = shlex.quote(f"http://127.0.0.1:{port}{path}")
    script = f"curl -sS --noproxy '*' --max-time {timeout_s:.0f} -w '\\n%{{http_code}}' {url}"
    outcome = connection.run(Command(script, timeout_s=timeout_s + 10, display=f"curl {url}"))
    found = re.fullmatch(r"(?s)(.*)\n(\d{3})", outcome.stdout)
    if not outcome.ok or not found:
        return Page(None, error=outcome.stderr.strip() or f"curl: exit code {outcome.exit_code}")
    return Page(int(found[2]), found[1])
