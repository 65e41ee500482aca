"""Flags' texts become values, or one line that names the flag."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onramp.cli import flags
from onramp.errors import UsageError

ROOT = Path("/")
REFUSED: list[tuple[Callable[[], Any], str]] = [
    (lambda: flags.forks("0"), "--forks: found '0', expected a whole number from 1"),
    (lambda: flags.forks("abc"), "--forks: found 'abc'"),
    (lambda: flags.forks("-1"), "--forks: found '-1'"),
    (lambda: flags.forks("1.5"), "--forks"),
    (lambda: flags.forks(""), "--forks: found ''"),
    (lambda: flags.forks("٣"), "--forks"),
    (lambda: flags.forks("9" * 5000), "--forks"),
    (lambda: flags.fail_on("mayor"), "found 'mayor', expected blocker, major or minor"),
    (lambda: flags.fail_on("notice"), "--fail-on"),
    (lambda: flags.host_keys("off"), "--host-keys: found 'off', expected strict or accept-new"),
    (lambda: flags.user("-oProxyCommand=x"), "--user: '-oProxyCommand=x' is no user name"),
    (lambda: flags.user("$(id)"), "--user"),
    (lambda: flags.user(""), "--user"),
    (lambda: flags.allow(["apt-lock-hel"], ["apt-lock-held"]), "--allow: unknown 'apt-lock-hel'"),
    (lambda: flags.known_names("--image", ["debian-14"], ["debian-13"]), "--image: unknown"),
    (lambda: flags.runs("", cwd=ROOT, project_root=ROOT), "--runs: found ''"),
    (lambda: flags.runs("/etc/passwd", cwd=ROOT, project_root=ROOT), "is a file"),
    (lambda: flags.runs("x" * 5000, cwd=ROOT, project_root=ROOT), "--runs: "),
    (lambda: flags.inventories([""], cwd=ROOT, project_root=ROOT), "--inventory is empty"),
    (lambda: flags.inventories(["a\0b"], cwd=ROOT, project_root=ROOT), "--inventory"),
]


@pytest.mark.parametrize(("call", "says"), REFUSED)
def test_refused_in_one_line(call: Callable[[], Any], says: str) -> None:
    with pytest.raises(UsageError) as error:
        call()
    assert says in str(error.value)
    assert "\n" not in str(error.value)


def test_defaults_when_a_flag_is_not_given(tmp_path: Path) -> None:
    root = tmp_path
    assert flags.forks(None) == 16
    assert flags.fail_on(None) is None
    assert flags.host_keys(None) is None
    assert flags.user(None) is None
    assert flags.private_key(None, cwd=root) is None
    assert flags.runs(None, cwd=Path("/"), project_root=root) == root / "runs"
    assert flags.inventories(None, cwd=Path("/"), project_root=root) == (
        root / "inventory/lab.yml",
    )
    assert flags.hosts(None) == ("all",)
    assert flags.hosts([""]) == ("",)
    assert flags.allow(None, ["x"]) == frozenset()


def test_values(tmp_path: Path) -> None:
    assert flags.forks(" 4 ") == 4
    assert flags.fail_on("major") == "major"
    assert flags.host_keys("accept-new") == "accept-new"
    assert flags.listed(["a,b", " c ", ",", ""]) == ("a", "b", "c")
    assert flags.allow(["all"], ["x"]) == {"all"}
    assert flags.known_names("--image", ["all"], ["a", "b"], everything="all") == ("a", "b")
    assert flags.runs("out", cwd=tmp_path, project_root=Path("/")) == tmp_path / "out"


def test_an_inventory_path_may_hold_a_comma(tmp_path: Path) -> None:
    (tmp_path / "a,b.yml").touch()
    found = flags.inventories(["a,b.yml", "x.yml,y.yml"], cwd=tmp_path, project_root=Path("/"))
    assert [path.name for path in found] == ["a,b.yml", "x.yml", "y.yml"]


def _key(tmp_path: Path, passphrase: str) -> Path:
    path = tmp_path / "my key"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", str(path)]
    subprocess.run(command, check=True)
    return path


@pytest.mark.parametrize("passphrase", ["", "a passphrase"])
def test_a_real_key_is_accepted_relative_to_the_caller(tmp_path: Path, passphrase: str) -> None:
    key = _key(tmp_path, passphrase)
    assert flags.private_key("my key", cwd=tmp_path) == str(key)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty"),
        (b"ssh-ed25519 AAAAC3Nz me@here\n", "is a public key"),
        (b"PuTTY-User-Key-File-3: ssh-ed25519\n", "is a PuTTY key"),
        (b"hello\n", "is no private key"),
        (b"\xff\xfe\x00", "is no private key"),
        (b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n", "is cut short"),
        (
            b"-----BEGIN OPENSSH PRIVATE KEY-----\n!!!\n-----END OPENSSH PRIVATE KEY-----\n",
            "is damaged",
        ),
    ],
)
def test_a_file_that_is_no_key_says_what_it_is(tmp_path: Path, content: bytes, says: str) -> None:
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(UsageError, match="^--private-key: ") as error:
        flags.private_key("key", cwd=tmp_path)
    assert says in error.value.brief


@pytest.mark.parametrize("name", ["nowhere", "folder", "a\0b", "", "n" * 300])
def test_a_key_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(UsageError, match="^--private-key: "):
        flags.private_key(name, cwd=tmp_path)
