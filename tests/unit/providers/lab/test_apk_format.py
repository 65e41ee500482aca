"""Packages for apk: what is signed, what names what, and that it reads as one archive."""

from __future__ import annotations

import gzip
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from onramp.providers.lab import alpine_packages, apk_format, openrc_services
from onramp.providers.lab.apk_format import Link, Package, Text
from onramp.providers.lab.engine_trees import CONTENTS, PLUGINS, Engine

GZIP = b"\x1f\x8b\x08"


def signed(text: bytes) -> bytes:
    return b"signature of " + hashlib.sha256(text).hexdigest().encode()


@pytest.fixture
def package(tmp_path: Path) -> Package:
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF")
    program.chmod(0o755)
    return Package(
        "thing", "1.0-r0", "a thing",
        {"usr/bin/thing": program, "usr/bin/alias": Link("thing"), "etc/thing": Text("x\n")},
        ["musl"], ["so:thing=1"], "openrc base=1", {".pre-install": "#!/bin/sh\n"},
    )  # fmt: skip


def streams(packed: bytes) -> list[bytes]:
    """The gzip streams that follow each other."""
    starts = [at for at in range(len(packed)) if packed[at : at + 3] == GZIP]
    return [packed[a:b] for a, b in zip(starts, [*starts[1:], len(packed)], strict=True)]


def members(packed: bytes) -> dict[str, tarfile.TarInfo]:
    with tarfile.open(fileobj=io.BytesIO(gzip.decompress(packed))) as archive:
        return {member.name: member for member in archive}


def test_a_package_is_three_streams_that_read_as_one_archive(package: Package) -> None:
    packed = apk_format.pack(package, "x86_64", "k.rsa.pub", signed)
    assert len(streams(packed)) == 3
    found = members(packed)
    assert list(found) == [
        ".SIGN.RSA.k.rsa.pub", ".PKGINFO", ".pre-install",
        "etc", "usr", "usr/bin", "etc/thing", "usr/bin/alias", "usr/bin/thing",
    ]  # fmt: skip
    assert found["usr/bin/thing"].mode == 0o755
    assert found["usr/bin/alias"].linkname == "thing"
    assert {(member.uname, member.uid) for member in found.values()} == {("root", 0)}


def test_the_control_stream_is_signed_and_names_the_data(package: Package) -> None:
    packed = apk_format.pack(package, "x86_64", "k.rsa.pub", signed)
    signature, control, data = streams(packed)
    assert signed(control) in gzip.decompress(signature)
    assert f"datahash = {hashlib.sha256(data).hexdigest()}\n".encode() in gzip.decompress(control)


def test_every_file_has_the_checksum_apk_asks_for(package: Package) -> None:
    found = members(apk_format.pack(package, "x86_64", "k.rsa.pub", signed))
    sums = {
        name: member.pax_headers.get("APK-TOOLS.checksum.SHA1") for name, member in found.items()
    }
    assert sums["usr/bin/thing"] == hashlib.sha1(b"\x7fELF").hexdigest()
    assert sums["usr/bin/alias"] == hashlib.sha1(b"thing").hexdigest()
    assert sums["usr"] is None


def test_the_control_text_has_one_row_a_fact(package: Package) -> None:
    text = apk_format.control(package, "x86_64", 7, "abc")
    assert text.splitlines()[:2] == ["pkgname = thing", "pkgver = 1.0-r0"]
    assert text.splitlines()[-4:] == [
        "depend = musl", "provides = so:thing=1", "install_if = openrc base=1", "datahash = abc",
    ]  # fmt: skip


def test_packages_are_split_and_named_as_alpines(tmp_path: Path) -> None:
    parts = tmp_path / "parts"
    (parts / "usr/lib/x86_64-linux-gnu/xtables").mkdir(parents=True)
    (parts / "usr/lib/x86_64-linux-gnu/libc.so.6").touch()
    versions = dict.fromkeys([*CONTENTS, "runc"], "1.2.3")
    found = alpine_packages.repositories(Engine(tmp_path, versions), parts)
    assert [package.name for package in found["main"]] == [
        "glibc-lab", "iptables", "openssh-server", "openssh-client-common",
    ]  # fmt: skip
    named = {package.name: package for package in found["community"]}
    assert set(named) == {
        "docker", "docker-engine", "docker-openrc", "docker-cli", "docker-cli-compose",
        "docker-cli-buildx", "containerd", "containerd-openrc", "runc",
    }  # fmt: skip
    assert named["docker"].depends == ["docker-engine", "docker-cli"]
    assert named["docker-engine"].depends[0] == "glibc-lab"
    assert named["docker-openrc"].install_if == "openrc docker=1.2.3-r0"
    assert list(named["docker-cli-compose"].files) == [f"{PLUGINS}/docker-compose"]
    assert "addgroup -S docker" in named["docker-engine"].scripts[".pre-install"]
    assert named["docker-engine"].file_name == "docker-engine-1.2.3-r0.apk"


def test_the_service_is_supervised_and_waits_for_the_control_groups() -> None:
    assert "supervisor=supervise-daemon" in openrc_services.DOCKER
    assert "need sysfs cgroups" in openrc_services.DOCKER
