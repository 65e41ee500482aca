"""A mirror's folder travels through other hands: what it may say, and what is answered from it."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from onramp.airgap import manifest, mirrors
from onramp.airgap.folder_server import Folder
from onramp.airgap.manifest import Image, Manifest, System
from onramp.errors import UsageError
from onramp.journey import platforms
from onramp.model.facts import Facts
from onramp.model.host import Host
from onramp.model.settings import Docker, Settings

IMAGE = json.dumps({"schemaVersion": 2, "config": {}, "layers": []}).encode()
DIGEST = f"sha256:{hashlib.sha256(IMAGE).hexdigest()}"
OCI = "application/vnd.oci.image.manifest.v1+json"
FILES = {
    "docker/debian/gpg": b"a key",
    "python/simple/flask/index.html": b"<a>",
    f"images/blobs/{DIGEST.replace(':', '/')}": IMAGE,
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "mirror"
    for path, data in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    manifest.write(root, _manifest(files=manifest.contents(root)))
    return root


def _manifest(**changed: Any) -> Manifest:
    return Manifest(
        **{
            "schema": 1,
            "made_by": "onramp-0",
            "made": "2026-01-01",
            "arch": "x86_64",
            "method": "repository",
            "systems": (System("debian", "12", "debian", "bookworm", ("bookworm",)),),
            "stacks": ("hello-world",),
            "images": (Image("library/redis", "alpine", DIGEST, OCI),),
            "python": (),
            "files": {},
            **changed,
        }
    )


def test_a_folder_as_it_was_made_is_taken(folder: Path) -> None:
    assert set(manifest.read(folder, shown="m").files) == set(FILES)
    opened = mirrors.open_mirror(str(folder))
    assert opened.folder is not None
    assert opened.origin == mirrors.ORIGIN


PATHS = ["../x", "/etc/passwd", "docker/../../x", "docker//x", "docker/./x", "docker\\x/y", "gpg"]
PATHS += ["docker/.x", "docker/x\ny", "docker/\u202ex", "", "docker/", "docker/..", "C:/x"]


@pytest.mark.parametrize("path", PATHS)
def test_no_name_leads_out_of_the_folder(folder: Path, path: str) -> None:
    outside = folder.parent / "x"
    outside.write_bytes(b"secret")
    content = manifest.Content(6, hashlib.sha256(b"secret").hexdigest())
    (folder / manifest.FILE).write_bytes(msgspec.json.encode(_manifest(files={path: content})))
    with pytest.raises(UsageError, match="no path in a mirror") as refused:
        manifest.read(folder, shown="m")
    assert "\n" not in str(refused.value)


def _changed(file: Path) -> None:
    file.write_bytes(b"b key")


def _longer(file: Path) -> None:
    file.write_bytes(b"a key and more")


def _link_to_a_copy(file: Path) -> None:
    copy = file.parent.parent.parent.parent / "copy"
    file.rename(copy)
    file.symlink_to(copy)


def _link_above(file: Path) -> None:
    elsewhere = file.parent.parent.parent.parent / "elsewhere"
    file.parent.rename(elsewhere)
    file.parent.symlink_to(elsewhere)


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


HARM = {
    "was changed": _changed,
    "has 14 bytes": _longer,
    "is missing": Path.unlink,
    "is a link": _link_to_a_copy,
    "is a link or": _link_above,
    "is a link or no plain file": _pipe,
}


@pytest.mark.parametrize("says", HARM)
def test_what_is_not_as_it_was_made_is_one_line(folder: Path, says: str) -> None:
    HARM[says](folder / "docker/debian/gpg")
    with pytest.raises(UsageError, match=f"docker/debian/gpg {says}"):
        mirrors.open_mirror(str(folder))


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b'{"schema": 1}', b'{"schema": 99', b"\xff", b"[" * 100_000],
)
def test_no_manifest_is_one_line(folder: Path, data: bytes) -> None:
    (folder / manifest.FILE).write_bytes(data)
    with pytest.raises(UsageError, match="none of Onramp's"):
        manifest.read(folder, shown="m")


@pytest.mark.parametrize(
    "changed",
    [
        {"systems": (System("debian", "12", "../x", "bookworm", ()),)},
        {"systems": (System("debian", "12", "debian", "bookworm", ("a\nTrusted: yes",)),)},
        {"images": (Image("../x", "alpine", DIGEST, OCI),)},
        {"images": (Image("library/redis", "alpine", "sha256:../../x", OCI),)},
        {"images": (Image("library/redis", "alpine", DIGEST, "a\r\nb: c"),)},
    ],
)
def test_words_that_reach_a_host_are_words(folder: Path, changed: dict[str, Any]) -> None:
    data = msgspec.json.encode(_manifest(**changed))
    with pytest.raises(UsageError, match="none of Onramp's"):
        manifest.parse(data, shown="m")


def test_another_schema_and_no_folder_are_one_line(folder: Path) -> None:
    (folder / manifest.FILE).write_bytes(msgspec.json.encode(_manifest(schema=2)))
    with pytest.raises(UsageError, match="has schema 2, expected 1"):
        manifest.read(folder, shown="m")
    with pytest.raises(UsageError, match="no such folder"):
        mirrors.open_mirror(str(folder / "nowhere"))
    with pytest.raises(UsageError, match="no mirror"):
        mirrors.open_mirror(str(folder.parent))


# --- serving ---------------------------------------------------------------------------------


@contextmanager
def served(folder: Path) -> Iterator[http.client.HTTPConnection]:
    server = Folder(folder, manifest.read(folder, shown="m")).listen("127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=10)
    try:
        yield connection
    finally:
        connection.close()
        server.shutdown()
        server.server_close()
        thread.join()


def _asked(
    connection: http.client.HTTPConnection, path: str, how: str = "GET"
) -> tuple[int, bytes, Any]:
    connection.request(how, path)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers


def test_files_and_images_are_answered_on_one_connection(folder: Path) -> None:
    with served(folder) as there:
        assert _asked(there, "/docker/debian/gpg")[:2] == (200, b"a key")
        assert _asked(there, "/python/simple/flask/")[:2] == (200, b"<a>")
        assert _asked(there, "/v2/")[0] == 200
        by_tag = _asked(there, "/v2/library/redis/manifests/alpine?ns=docker.io")
        by_digest = _asked(there, f"/v2/library/redis/manifests/{DIGEST}")
        blob = _asked(there, f"/v2/library/redis/blobs/{DIGEST}")
        head = _asked(there, "/v2/library/redis/manifests/alpine", "HEAD")
    assert [found[1] for found in (by_tag, by_digest, blob, head)] == [IMAGE, IMAGE, IMAGE, b""]
    assert by_tag[2]["Content-Type"] == by_digest[2]["Content-Type"] == OCI
    assert head[2]["Docker-Content-Digest"] == DIGEST
    assert int(head[2]["Content-Length"]) == len(IMAGE)


@pytest.mark.parametrize(
    "path",
    [
        "/../secret", "/%2e%2e/secret", "/docker/../../secret", "//etc/passwd", "/docker/unlisted",
        "/docker/debian", "/v2/library/redis/manifests/other", "/v2/library/redis/blobs/sha256:no",
        "/v2/library/redis/blobs/..%2f..%2f..%2f..%2fsecret", "/v2/x/manifests/alpine", "/images/",
    ],
)  # fmt: skip
def test_only_what_the_manifest_names_is_served(folder: Path, path: str) -> None:
    (folder.parent / "secret").write_text("secret")
    with served(folder) as there:
        (folder / "docker/unlisted").write_text("secret")
        status, body, _ = _asked(there, path)
    assert status == 404
    assert b"secret" not in body


def test_an_address_is_a_mirror_where_one_answers(folder: Path) -> None:
    with served(folder) as there:
        address = f"http://127.0.0.1:{there.port}"
        opened = mirrors.open_mirror(f"{address}/")
    assert (opened.origin, opened.folder) == (address, None)
    with pytest.raises(UsageError, match="does not answer from here"):
        mirrors.open_mirror(address)
    with pytest.raises(UsageError, match="expected an address"):
        mirrors.open_mirror("http://somebody:pw@mirror.lan")


# --- using -----------------------------------------------------------------------------------


def test_a_method_the_mirror_was_not_made_for_is_refused_first(folder: Path) -> None:
    def host(method: Any) -> Host:
        return Host("web", "x", settings=Settings(Docker(method), mirror=str(folder)))

    assert mirrors.of([Host("web", "x")]) == {}
    assert list(mirrors.of([host("auto"), host("repository")])) == [str(folder)]
    with pytest.raises(UsageError, match="docker.method=distribution"):
        mirrors.of([host("distribution")])


def test_a_system_is_found_by_its_release() -> None:
    def found(os_id: str, version: str, codename: str | None) -> System | None:
        facts = Facts(os_id=os_id, os_like=(), os_version=version, os_codename=codename)
        platform = platforms.resolve(facts)
        assert platform is not None
        return mirrors.system_of(_manifest(), facts, platform)

    assert found("debian", "12", "bookworm") == _manifest().systems[0]
    assert found("debian", "13", "trixie") is None
    assert found("ubuntu", "12", "bookworm") is None


def test_all_that_a_host_downloads_is_pointed_at_the_mirror() -> None:
    through_ssh, by_address = (mirrors.settings(o) for o in (mirrors.ORIGIN, "http://m.lan:81"))
    assert through_ssh["docker"]["daemon"] == {"registry-mirrors": [mirrors.ORIGIN]}
    assert by_address["docker"] == {
        "repository": "http://m.lan:81/docker",
        "daemon": {"registry-mirrors": ["http://m.lan:81"], "insecure-registries": ["m.lan:81"]},
    }
    assert by_address["stack"]["env"]["PIP_INDEX_URL"] == "http://m.lan:81/python/simple/"
