"""Packages for pacman: their text, how they are split, and which key vouches for them."""

from __future__ import annotations

from pathlib import Path

from onramp.providers.lab import arch_packages, pacman_packages
from onramp.providers.lab.arch_packages import SYSTEM
from onramp.providers.lab.engine_trees import CONTENTS, Engine
from onramp.providers.lab.pacman_packages import MACHINE, Package

# What `gpg --with-colons --list-keys` prints, cut to what is read.
LISTED = """tru::1:1764360000:0:3:1:5
pub:u:3072:1:92286C8454BD20FA:1764360000:::u:::scSC::::::23::0:
fpr:::::::::9EBA526E3C10E7BC616B31CC92286C8454BD20FA:
uid:u::::1764360000::ABC::Onramp lab <lab@onramp.invalid>::::::::::0:
"""


def repositories() -> dict[str, dict[str, Package]]:
    engine = Engine(Path("/trees"), dict.fromkeys([*CONTENTS, "runc"], "1.2.3"))
    there = dict.fromkeys(SYSTEM.values(), "1:2.43+dfsg-1")
    found = arch_packages.repositories(engine, there, Package("archlinux-keyring", "1-1"))
    return {name: {row.name: row for row in rows} for name, rows in found.items()}


def test_packages_are_split_and_named_as_archs() -> None:
    extra = repositories()["extra"]
    assert set(extra) == {"docker", "docker-compose", "docker-buildx", "containerd", "runc"}
    assert extra["docker"].version == "1:1.2.3-1"
    assert {"usr/bin/docker", "usr/bin/dockerd"} <= set(extra["docker"].files)
    assert extra["docker"].texts == {"usr/lib/sysusers.d/docker.conf": "g docker - -\n"}
    assert extra["docker"].file_name == f"docker-1:1.2.3-1-{MACHINE}"


def test_every_dependency_is_in_a_repository() -> None:
    found = repositories()
    names = {name for packages in found.values() for name in packages}
    needed = {n for packages in found.values() for row in packages.values() for n in row.depends}
    assert needed <= names


def test_the_system_has_the_versions_that_are_really_there() -> None:
    assert repositories()["core"]["glibc"].version == "2.43-1"
    assert arch_packages.version("1:10.6p1-1") == "10.6p1-1"
    assert arch_packages.version("20260816") == "20260816-1"


def test_the_text_has_one_row_a_fact() -> None:
    package = Package("a", "1:2-1", depends=["b", "c"], optional=["d: for e"])
    lines = pacman_packages.pkginfo(package, 7).splitlines()
    assert lines[:3] == ["pkgname = a", "pkgbase = a", "pkgver = 1:2-1"]
    assert lines[-3:] == ["depend = b", "depend = c", "optdepend = d: for e"]
    assert "size = 7" in lines


def test_the_key_that_is_trusted_is_named_by_its_fingerprint() -> None:
    expected = "9EBA526E3C10E7BC616B31CC92286C8454BD20FA"
    assert arch_packages.fingerprint(LISTED) == expected
