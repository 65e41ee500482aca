"""What travels to workers, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from onramp.config.parse_settings import configured
from onramp.errors import UsageError
from onramp.fleet import kit
from onramp.fleet.known_hosts import Remembering
from onramp.fleet.messages import KnownHosts
from onramp.model.host import Host
from onramp.model.stack import HttpCheck, Stack
from onramp.pipeline.run_session import RunOptions
from onramp.remote.ssh import host_keys

STACK = Stack("s", "/s", {"a.sh": b"\xff\x00"}, {"a.sh": 0o755}, http=(HttpCheck(80),))
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ9o0J0rV5c1Yt3mJ3m9S4l0f0eZc7V1q5s8m2a1b3c4"


@pytest.fixture
def host(tmp_path: Path) -> Host:
    (tmp_path / "key").write_text("the key itself")
    (tmp_path / "known").write_text(f"192.0.2.1 {KEY}\n")
    bare = Host(
        "h", "192.0.2.1", user="u", password="p4ssword", private_key=str(tmp_path / "key"),
        known_hosts=str(tmp_path / "known"),
    )  # fmt: skip
    return configured(bare, {"docker": {"method": "static"}}, where="")


def options(host: Host) -> RunOptions:
    return RunOptions("evaluate", STACK, (host,), forks=16, requirements=True, allow=("all",))


def test_a_worker_reads_what_was_packed(host: Host) -> None:
    packed = kit.packed(options(host), secrets=True)
    read = kit.decoded(kit.encoded(packed))
    assert read == packed
    there = read.options(read.hosts)
    assert there.hosts == (host,)
    assert (there.scope, there.stack, there.allow) == ("evaluate", STACK, ("all",))
    assert there.requirements
    assert there.forks * kit.AT_ONCE == 16


def test_files_are_opened_where_no_disk_has_them(host: Host) -> None:
    packed = kit.packed(options(host), secrets=True)
    files = kit.Files(packed)
    placed = files.place(packed.endpoints["h"])
    assert Path(placed.keys[0]).read_text() == "the key itself"
    assert "192.0.2.1" in Path(placed.known_hosts[0]).read_text()
    assert placed.keys[0].startswith("/proc/self/fd/")
    assert files.named(f'"{placed.keys[0]}: refused"') == f'"{host.private_key}: refused"'


def test_a_key_that_a_worker_accepted_is_remembered_here(host: Host, tmp_path: Path) -> None:
    packed = kit.packed(options(host), secrets=True)
    files = kit.Files(packed)
    there = files.place(packed.endpoints["h"]).known_hosts[0]
    [known] = host_keys.about([str(tmp_path / "known")], ("192.0.2.1",))
    host_keys.append(there, "192.0.2.2", known.key)
    [(file, lines)] = files.added().items()
    assert files.added() == {}
    remembering = Remembering(packed.endpoints.values())
    remembering.keep(KnownHosts(file, lines))
    remembering.keep(KnownHosts(file, lines + "no key\n"))
    remembering.keep(KnownHosts(str(tmp_path / "another"), lines))
    assert (tmp_path / "known").read_text() == f"192.0.2.1 {KEY}\n192.0.2.2 {KEY}\n"
    assert not (tmp_path / "another").exists()


def test_nothing_secret_goes_to_somebodys_cluster(host: Host) -> None:
    bare = replace(host, password=None)
    packed = kit.packed(options(bare), secrets=False)
    assert b"the key itself" not in kit.encoded(packed)
    assert kit.Files(packed).place(packed.endpoints["h"]).keys == (host.private_key,)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, "h has a password, and credentials do not travel"),
        ({"password": None, "become_password": "x"}, "h has a password"),
        (
            {"password": None, "raw_settings": {"proxy": {"http": "http://u:secret@p:1"}}},
            "h has a secret in its settings",
        ),
    ],
)
def test_credentials_are_refused_for_somebodys_cluster(
    host: Host, change: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        kit.packed(options(replace(host, **change)), secrets=False)  # type: ignore[arg-type]
    assert "p4ssword" not in str(refused.value)
    assert "secret@" not in str(refused.value)


def test_hosts_made_here_are_refused(host: Host) -> None:
    with pytest.raises(UsageError, match=r"h is made on this machine \(lab\)"):
        kit.packed(options(replace(host, provider="lab")), secrets=True)


def test_a_mirror_in_a_folder_is_refused(host: Host) -> None:
    told = configured(host, {"mirror": "/srv/mirror"}, where="")
    with pytest.raises(UsageError, match="workers do not have the folder of --set mirror"):
        kit.packed(options(told), secrets=True)
