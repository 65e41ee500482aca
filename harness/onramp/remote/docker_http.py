"""HTTP over a `Stream`, as the Docker SDK's `requests` session wants it.

The SDK's own SSH adapter logs in by itself, opens up to ten sessions and drops stderr, where the
reason for every failure stands.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import docker
import requests.adapters
import urllib3.connection
import urllib3.connectionpool

from onramp.errors import LinkError
from onramp.remote.ssh.stream import Held, Stream

Opener = Callable[[], Stream]


class Adapter(requests.adapters.HTTPAdapter):
    """Every request over one stream at a time, opened when needed and kept between requests."""

    def __init__(self, opener: Opener) -> None:
        super().__init__(max_retries=0)
        self._opener = opener
        self._stream: Stream | None = None
        self.lost: LinkError | None = None
        self._pool = _Pool(self._open)

    def words(self) -> str:
        """What the other side complained of."""
        if self._stream is None:
            return ""
        self._stream.close()
        return self._stream.stderr.strip()

    def get_connection_with_tls_context(self, *_: Any, **__: Any) -> Any:
        return self._pool

    def get_connection(self, *_: Any, **__: Any) -> Any:
        return self._pool

    def request_url(self, request: Any, proxies: Any) -> str:
        return str(request.path_url)

    def close(self) -> None:
        self._pool.close()
        if self._stream is not None:
            self._stream.close()
        super().close()

    def _open(self) -> Stream:
        if self._stream is not None:
            self._stream.close()
        try:
            self._stream = self._opener()
        except LinkError as error:  # the SDK would make it an error of its own
            self.lost = error
            raise
        return self._stream


def client(adapter: Adapter, timeout_s: float) -> docker.APIClient:
    """The SDK's client with every request sent through `adapter`; asks for the version at once."""

    class Client(docker.APIClient):
        trust_env = False  # proxies and .netrc of this machine are not the host's

        def get_adapter(self, url: str | bytes) -> Any:
            return adapter

    # the SDK insists on a port; nothing ever connects to it
    return Client(base_url="http://localhost:2375", version="auto", timeout=int(timeout_s))


class _Connection(urllib3.connection.HTTPConnection):
    def __init__(self, opener: Opener, timeout: Any) -> None:
        super().__init__("localhost", timeout=timeout)
        self._opener = opener

    def connect(self) -> None:
        self.sock: Any = Held(self._opener())

    @property
    def is_connected(self) -> bool:
        """urllib3 would poll a file descriptor; a stream has none."""
        return self.sock is not None


class _Pool(urllib3.connectionpool.HTTPConnectionPool):
    def __init__(self, opener: Opener) -> None:
        super().__init__("localhost", maxsize=1, block=True)
        self._opener = opener

    def _new_conn(self) -> Any:
        return _Connection(self._opener, self.timeout.connect_timeout)
