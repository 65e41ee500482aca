"""The lab's file server: files as they are, and a page of releases that leads to the newest."""

from __future__ import annotations

import functools
import threading
import urllib.request
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from onramp.providers.lab.file_server import Handler


class Quiet(Handler):
    """Says nothing on stderr."""

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    releases = tmp_path / "compose/releases"
    (releases / "tag").mkdir(parents=True)
    (releases / "tag/v1.2.3").write_text("v1.2.3")
    (releases / "latest").symlink_to("tag/v1.2.3")
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain/latest").write_text("a file of that name")
    handler = functools.partial(Quiet, directory=str(tmp_path))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_latest_leads_to_the_tag(site: str, method: str) -> None:
    asked = urllib.request.Request(f"{site}/compose/releases/latest", method=method)
    with urllib.request.urlopen(asked) as answer:
        assert answer.url == f"{site}/compose/releases/tag/v1.2.3"


def test_a_file_of_that_name_is_a_file(site: str) -> None:
    with urllib.request.urlopen(f"{site}/plain/latest") as answer:
        assert answer.read() == b"a file of that name"
