"""How the inventory and ~/.ssh/config add up to a way to a host."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from onramp.errors import UsageError
from onramp.model.host import Host
from onramp.remote.ssh import ssh_config as sshconfig
from onramp.remote.ssh.ssh_config import Endpoint

HOST = Host("web", "web")


def resolve(tmp_path: Path, text: str, host: Host = HOST) -> Endpoint:
    file = tmp_path / "config"
    file.write_text(text)
    return sshconfig.resolve(host, sshconfig.read((str(file), str(tmp_path / "none"))))


def test_the_configuration_fills_in_what_the_inventory_leaves_open(tmp_path: Path) -> None:
    text = """
    Host web
      HostName 10.0.0.5
      Port 2222
      User ubuntu
      IdentityFile ~/.ssh/work
      IdentitiesOnly yes
      UserKnownHostsFile /tmp/a /tmp/b
      StrictHostKeyChecking accept-new
    """
    found = resolve(tmp_path, text)
    assert (found.address, found.port, found.user) == ("10.0.0.5", 2222, "ubuntu")
    assert found.keys == (str(Path("~/.ssh/work").expanduser()),)
    assert (found.named_keys, found.identities_only) == (True, True)
    assert found.known_hosts[:2] == ("/tmp/a", "/tmp/b")
    assert found.host_keys == "accept-new"
    assert found.place == "ubuntu@10.0.0.5:2222"


def test_the_inventory_wins(tmp_path: Path) -> None:
    text = "Host *\n Port 2222\n User ubuntu\n IdentityFile /k\n StrictHostKeyChecking no\n"
    host = replace(
        HOST, port=2200, user="me", private_key="/mine", host_keys="strict", known_hosts="/kh"
    )
    found = resolve(tmp_path, text, host)
    assert (found.port, found.user, found.keys) == (2200, "me", ("/mine",))
    assert (found.host_keys, found.known_hosts) == ("strict", ("/kh",))


def test_without_a_word_the_defaults_are_those_of_ssh(tmp_path: Path) -> None:
    found = resolve(tmp_path, "")
    assert (found.port, found.host_keys, found.named_keys) == (22, "strict", False)
    assert found.known_hosts[0] == str(Path("~/.ssh/known_hosts").expanduser())
    assert "/etc/ssh/ssh_known_hosts" in found.known_hosts


def test_jumps_lead_through_each_other(tmp_path: Path) -> None:
    text = "Host b\n HostName bastion.example\n User jump\n ProxyJump outer\n"
    host = replace(HOST, proxy_jump="b,me@c:2200,[fe80::1]:22")
    found = resolve(tmp_path, text, host)
    hops = []
    via = found.via
    while via:
        hops.append(via.place)
        via = via.via
    me = sshconfig.getpass.getuser()
    assert hops == [f"{me}@fe80::1", "me@c:2200", "jump@bastion.example", f"{me}@outer"]


def test_jump_none_and_jump_circles(tmp_path: Path) -> None:
    text = "Host web\n ProxyJump a\nHost a\n ProxyJump a\n"
    assert resolve(tmp_path, text, replace(HOST, proxy_jump="none")).via is None
    with pytest.raises(UsageError, match="circle"):
        resolve(tmp_path, text)


@pytest.mark.parametrize("jump", ["", " ", "a:b", "a b", "@", "a:1:2", "u@[x"])
def test_jumps_that_cannot_be_read(jump: str) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        sshconfig.split_place(jump)


def test_proxy_command_is_kept_and_a_jump_in_the_inventory_outranks_it(tmp_path: Path) -> None:
    text = "Host web\n ProxyCommand nc %h %p\n"
    assert resolve(tmp_path, text).proxy_command == "nc web 22"
    jumped = resolve(tmp_path, text, replace(HOST, proxy_jump="b"))
    assert jumped.proxy_command is None
    assert jumped.via is not None


def test_include_is_read_and_the_block_goes_on(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "one.conf").write_text("Host db\n User dba\n")
    (tmp_path / "d" / "two.conf").write_text("Host web\n User two\n")
    text = "Include d/*.conf none.conf\nHost web\n User late\n Port 2222\n"
    found = resolve(tmp_path, text)
    assert (found.user, found.port) == ("two", 2222)
    inside = resolve(tmp_path, "Host web\nInclude d/one.conf\n User mine\n")
    assert inside.user == "mine"
    (tmp_path / "config").write_text("Include config\nHost web\n User end\n")
    assert "User end" in sshconfig.expand(tmp_path / "config", base=tmp_path)


def test_a_configuration_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="config"):
        resolve(tmp_path, "Host web\n  Port\n")
    (tmp_path / "latin").write_bytes(b"# \xe9\n")
    with pytest.raises(UsageError, match="latin"):
        sshconfig.read((str(tmp_path / "latin"),))


@pytest.mark.parametrize(
    "criteria",
    ["localnetwork 10.0.0.0/8", "tagged foo", "version 9", "user me tagged foo", "!tagged foo"],
)
def test_a_criterion_that_nobody_here_knows_is_not_met(tmp_path: Path, criteria: str) -> None:
    text = f"Match {criteria}\n User other\nMatch host web\n Port 2200\nHost *\n User me\n"
    found = resolve(tmp_path, text)
    assert (found.user, found.port) == ("me", 2200)


def test_a_port_that_is_no_number_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="Port abc of web is no number"):
        resolve(tmp_path, "Host web\n Port abc\n")
