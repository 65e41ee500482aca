"""Which hosts a word means, and which words are refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onramp.config import host_patterns, inventory
from onramp.config.host_patterns import Overrides, Sources, select
from onramp.config.inventory import Inventory
from onramp.errors import UsageError
from onramp.model.host import Host

TEXT = """
all:
  vars: {onramp: {timeouts: {up: 7}}}
  hosts: {alone: , "10.0.0.9": }
  children:
    web: {hosts: {web1: {ansible_host: 10.0.0.1, ansible_user: admin}, web2: {ansible_port: 2200}}}
    db: {hosts: {db1: , web2: }}
    lab: {hosts: {debian-13: {onramp_provider: lab}, debian-12: {onramp_provider: lab}}}
"""
IMAGES = ("debian-11", "debian-12", "debian-13", "debian-12-sysv")
MACHINE = Host("vm", "127.0.0.1", 2222, "vagrant", provider="vagrant", image="vm")
EVERY = ["alone", "10.0.0.9", "web1", "web2", "db1", "debian-13", "debian-12"]


@pytest.fixture
def known(tmp_path: Path) -> Inventory:
    (tmp_path / "inv.yml").write_text(TEXT)
    return inventory.load([Path("inv.yml")], cwd=tmp_path)


@pytest.fixture
def pick(known: Inventory) -> Callable[..., tuple[Host, ...]]:
    def _pick(*hosts: str, **more: Any) -> tuple[Host, ...]:
        sources = Sources(
            failed=lambda: ["web2", "root@10.0.0.7:2222"],
            vagrant=lambda: [MACHINE],
            images=IMAGES,
            typical=IMAGES[:2],
        )
        return select(known, **{"hosts": hosts, "sources": sources, **more})

    return _pick


Pick = Callable[..., tuple[Host, ...]]


@pytest.mark.parametrize(
    ("words", "names"),
    [
        (["all"], EVERY),
        (["*"], EVERY),
        (["db1", "web1"], ["web1", "db1"]),
        (["db1,web1,db1"], ["web1", "db1"]),
        (["web"], ["web1", "web2"]),
        (["@web"], ["web1", "web2"]),
        (["@w*"], ["web1", "web2"]),
        (["@all"], EVERY),
        (["@ungrouped"], ["alone", "10.0.0.9"]),
        (["web*"], ["web1", "web2"]),
        (["d*"], ["web2", "db1", "debian-13", "debian-12"]),
        (["*-1[23]"], ["debian-13", "debian-12"]),
        (["web", "!web2"], ["web1"]),
        (["!@lab", "!alone"], ["10.0.0.9", "web1", "web2", "db1"]),
        ([" web1 , ,db1"], ["web1", "db1"]),
        (["10.0.0.9"], ["10.0.0.9"]),
        (["@failed"], ["web2", "10.0.0.7-2222"]),
        (["@vagrant"], ["vm"]),
        (["lab:debian-11"], ["debian-11"]),
        (["lab:debian-13,lab:debian-13"], ["debian-13", "debian-13-2"]),
        (["lab:debian-13,debian-13"], ["debian-13", "debian-13-2"]),
    ],
)
def test_words(pick: Pick, words: list[str], names: list[str]) -> None:
    assert [host.name for host in pick(*words)] == names


@pytest.mark.parametrize(
    ("word", "name", "address", "port", "user"),
    [
        ("ubuntu@10.0.0.5", "10.0.0.5", "10.0.0.5", 22, "ubuntu"),
        ("ubuntu@10.0.0.5:22", "10.0.0.5", "10.0.0.5", 22, "ubuntu"),
        ("ubuntu@10.0.0.5:2222", "10.0.0.5-2222", "10.0.0.5", 2222, "ubuntu"),
        ("10.0.0.5", "10.0.0.5", "10.0.0.5", 22, None),
        ("new.example.org:22", "new.example.org", "new.example.org", 22, None),
        ("me@new.example.org", "new.example.org", "new.example.org", 22, "me"),
        ("lab:22", "lab", "lab", 22, None),
        ("2001:db8::5", "2001-db8--5", "2001:db8::5", 22, None),
        ("2001:DB8:0::5", "2001-db8--5", "2001:db8::5", 22, None),
        ("[2001:db8::5]", "2001-db8--5", "2001:db8::5", 22, None),
        ("root@[2001:db8::5]:2222", "2001-db8--5-2222", "2001:db8::5", 2222, "root"),
        ("::1", "0--1", "::1", 22, None),
        ("fe80::1%eth0", "fe80--1-eth0", "fe80::1%eth0", 22, None),
        ("u@realm@h", "h", "h", 22, "u@realm"),
    ],
)
def test_hosts_that_are_in_no_file(
    pick: Pick, word: str, name: str, address: str, port: int, user: str | None
) -> None:
    (host,) = pick(word)
    assert (host.name, host.address, host.port, host.user) == (name, address, port, user)
    assert host.raw_settings == {"timeouts": {"up": 7}}
    assert host.provider == "static"


def test_a_login_stated_for_a_host_of_the_file(pick: Pick) -> None:
    (host,) = pick("root@web1:2222")
    assert (host.name, host.address, host.port, host.user) == ("web1", "10.0.0.1", 2222, "root")


def test_lab_and_vagrant_hosts_know_their_provider(pick: Pick) -> None:
    lab, machine = pick("lab:debian-12", "@vagrant")[::-1]
    assert (lab.provider, lab.image, lab.address) == ("lab", "debian-12", "")
    assert (machine.provider, machine.port, machine.user) == ("vagrant", 2222, "vagrant")
    assert machine.raw_settings == {"timeouts": {"up": 7}}


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("", "--hosts is empty"),
        (",", "--hosts is empty"),
        ("wbe1", "no host or group 'wbe1' in inv.yml · did you mean web1"),
        ("new.example.org", "for a host that is in no file write user@new.example.org"),
        ("@wbe", "no group '@wbe' in inv.yml · did you mean web?"),
        ("@zzz", "groups are: all, db, lab, web, failed, vagrant"),
        ("x*", "'x*' matches no host or group of inv.yml"),
        ("@x*", "'@x*' matches no group"),
        ("!wbe1", "no host or group 'wbe1'"),
        ("../../etc", "no host or group '../../etc'"),
        ("$(reboot)", "no host or group '$(reboot)'"),
        ("me@$(reboot)", "'$(reboot)' is no host name"),
        ("me@../../etc", "'../../etc' is no host name"),
        ("$(id)@web1", "'$(id)' is no user name"),
        ("-oProxyCommand=x@h", "is no user name"),
        ("@", "no group '@'"),
        ("me@", "a host name is empty"),
        ("1.2.3.999", "'1.2.3.999' is no IPv4 address"),
        ("1::2::3", "is no IPv6 address"),
        ("fe80::1%$(id)", "is no IPv6 address"),
        ("[::1", "is no address"),
        ("[::1]x:22", "is no"),
        ("h:0", "expected 1 to 65535"),
        ("h:70000", "expected 1 to 65535"),
        ("me@h:ssh", "found 'ssh' as a port"),
        ("w\x00b", "no host or group 'w\\x00b'"),
        ("a\nb", "no host or group 'a\\nb'"),
        ("h" * 5000, "no host or group 'hhh"),
        ("me@" + "h" * 300, "longer than"),
        ("&web", "no intersections"),
        ("lab:debian-14", "the lab has no image 'debian-14' · did you mean debian-13"),
        ("lab:", "the lab has no image ''"),
        ("lab:../x", "the lab has no image"),
        ("all,!all", "no host is selected: all named were left out again"),
        ("a@10.0.0.5,b@10.0.0.5", "10.0.0.5 is named twice, with user a and with user b"),
        ("a@web1,b@web1", "web1 is named twice"),
        ("web1:22,web1:2200", "web1 is named twice, with port 22 and with port 2200"),
    ],
)
def test_refused_in_one_line(pick: Pick, word: str, says: str) -> None:
    with pytest.raises(UsageError) as error:
        pick(word)
    assert says in str(error.value)
    assert str(error.value).isprintable()


@pytest.mark.parametrize(
    ("exclude", "names"),
    [
        (["web1"], ["web2", "10.0.0.5-2222", "debian-11"]),
        (["@db", "lab:debian-11"], ["web1", "10.0.0.5-2222"]),
        (["10.0.0.5"], ["web1", "web2", "debian-11"]),
        (["10.0.0.5:2222,debian-11"], ["web1", "web2"]),
        (["10.*", "none*"], ["web1", "web2", "debian-11"]),
        (["@failed"], ["web1", "10.0.0.5-2222", "debian-11"]),
        (["alone"], ["web1", "web2", "10.0.0.5-2222", "debian-11"]),
        ([""], ["web1", "web2", "10.0.0.5-2222", "debian-11"]),
    ],
)
def test_exclude(pick: Pick, exclude: list[str], names: list[str]) -> None:
    found = pick("web", "me@10.0.0.5:2222", "lab:debian-11", exclude=exclude)
    assert [host.name for host in found] == names


def test_an_unknown_word_in_exclude_is_refused(pick: Pick) -> None:
    with pytest.raises(UsageError, match="^--exclude: no host or group 'wbe1'"):
        pick("all", exclude=["wbe1"])
    with pytest.raises(UsageError, match="^--exclude: no host or group '10.0.0.77'"):
        pick("all", exclude=["10.0.0.77"])


def test_two_hosts_of_one_name_are_refused(known: Inventory) -> None:
    machine = Host("web1", "127.0.0.1", provider="vagrant")
    with pytest.raises(UsageError, match="two hosts are called web1"):
        select(known, hosts=["all", "@vagrant"], sources=Sources(vagrant=lambda: [machine]))


def test_nothing_failed_or_running_says_so(known: Inventory) -> None:
    sources = Sources(failed=list, vagrant=list)
    with pytest.raises(UsageError, match="none failed in the last run"):
        select(known, hosts=["@failed"], sources=sources)
    with pytest.raises(UsageError, match="no Vagrant machine is running"):
        select(known, hosts=["@vagrant"], sources=sources)
    with pytest.raises(UsageError, match="there is no last run"):
        select(known, hosts=["@failed"])


def test_a_failed_host_that_is_gone_says_whose_word_it_was(known: Inventory) -> None:
    with pytest.raises(UsageError, match="^@failed: .*no host or group 'gone'"):
        select(known, hosts=["@failed"], sources=Sources(failed=lambda: ["gone"]))


def test_an_inventory_without_hosts(tmp_path: Path) -> None:
    (tmp_path / "inv.yml").write_text("all: {hosts: }")
    empty = inventory.load([Path("inv.yml")], cwd=tmp_path)
    with pytest.raises(UsageError, match="no host is selected: all has no hosts"):
        select(empty)


def test_a_word_selects_the_same_host_again(pick: Pick) -> None:
    chosen = pick("web1,me@10.0.0.5:2222,[2001:db8::5]:23,lab:debian-11")
    again = [host_patterns.word(host) for host in chosen]
    assert again == ["web1", "me@10.0.0.5:2222", "[2001:db8::5]:23", "lab:debian-11"]
    assert pick(*again) == chosen


def test_overrides_lie_over_everything(known: Inventory) -> None:
    over = Overrides("root", "/k", "accept-new", {"timeouts": {"up": 9}})
    host = select(known, hosts=["web1"], overrides=over)[0]
    assert (host.user, host.private_key, host.host_keys) == ("root", "/k", "accept-new")
    assert host.raw_settings == {"timeouts": {"up": 9}}


def test_settings_are_validated_when_a_host_is_selected(known: Inventory) -> None:
    over = Overrides(settings={"docker": {"method": "x"}})
    with pytest.raises(UsageError, match=r"^inv.yml: host alone: onramp.docker.method: found 'x'"):
        select(known, overrides=over)


def test_what_all_says_holds_for_a_host_in_no_file(tmp_path: Path) -> None:
    (tmp_path / "inv.yml").write_text(
        "all: {vars: {ansible_user: me, ansible_port: 23, onramp_provider: lab}}"
    )
    known = inventory.load([Path("inv.yml")], cwd=tmp_path)
    host = select(known, hosts=["10.0.0.5"])[0]
    assert (host.name, host.user, host.port, host.provider) == ("10.0.0.5", "me", 23, "static")
    lab = select(known, hosts=["lab:debian-12"])[0]
    assert (lab.user, lab.port) == (None, 22)


def test_lab_all_is_one_of_each_system(pick: Pick) -> None:
    assert [(host.name, host.image) for host in pick("lab:all")] == [(i, i) for i in IMAGES[:2]]
    with pytest.raises(UsageError, match="no image 'alle'"):
        pick("lab:alle")
