"""Vagrant's running machines.

recorded/vagrant-ssh-config.txt is what Vagrant 2.3.4's own template gives for two machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from onramp.errors import UsageError
from onramp.model.host import Host
from onramp.providers import vagrant, vagrant_states
from onramp.providers.static import StaticProvider
from places import RECORDED

CONFIG = (RECORDED / "vagrant-ssh-config.txt").read_text()
STATUS = (RECORDED / "vagrant-status.txt").read_text()
WANTED = Host("vm", "", provider="vagrant", image="debian-12")


class Scripted:
    """A vagrant that answers what it was told and fails on any other command."""

    def __init__(self, *answers: tuple[str, int, str]) -> None:
        self.answers = {command: (code, stdout, "") for command, code, stdout in answers}
        self.asked: list[str] = []

    def __call__(self, arguments: Sequence[str]) -> tuple[int, str, str]:
        self.asked.append(" ".join(arguments))
        return self.answers[self.asked[-1]]


ASK = "status --machine-readable"
NAMED = "ssh-config debian-12 ubuntu-24.04"
SOME_UP = ((ASK, 0, STATUS), (NAMED, 0, CONFIG))


def test_a_recorded_ssh_config_gives_the_logins(tmp_path: Path) -> None:
    first, second = vagrant.parse(CONFIG, root=tmp_path)
    assert (first.name, first.address, first.port, first.user) == (
        "debian-12", "192.168.121.36", 22, "vagrant",
    )  # fmt: skip
    assert (second.address, second.port) == ("127.0.0.1", 2201)
    assert second.private_key is not None
    assert " projects/" in second.private_key
    assert second.private_key.endswith("private_key")
    assert {first.provider, second.provider} == {"vagrant"}
    assert first.host_keys == "accept-new"


def test_a_machine_has_a_known_hosts_that_goes_when_it_is_destroyed(tmp_path: Path) -> None:
    machine = tmp_path / ".vagrant/machines/debian-12/libvirt"
    machine.mkdir(parents=True)
    (machine / "id").write_text("x")
    first, second = vagrant.parse(CONFIG, root=tmp_path)
    assert first.known_hosts == str(machine / "onramp_known_hosts")
    assert second.known_hosts == str(tmp_path / ".vagrant/onramp_known_hosts-ubuntu-24.04")


def test_running_machines_are_named_and_a_line_says_of_each_case_why_others_are_not(
    tmp_path: Path,
) -> None:
    run = Scripted(*SOME_UP)
    provider = vagrant.VagrantProvider(tmp_path, run)
    assert [host.name for host in provider.running()] == ["debian-12", "ubuntu-24.04"]
    assert provider.running()
    assert run.asked == [ASK, NAMED]
    assert provider.notes == (
        "never created: debian-13 (vagrant up debian-13)",
        "ubuntu-22.04 is not running (shutoff): vagrant up ubuntu-22.04",
    )


def test_no_machine_running_is_an_empty_list(tmp_path: Path) -> None:
    stopped = STATUS.replace(",state,running", ",state,shutoff")
    run = Scripted((ASK, 0, stopped))
    assert vagrant.VagrantProvider(tmp_path, run).running() == ()


def test_a_box_that_is_gone_and_a_machine_of_somebody_else_have_a_line_each(
    tmp_path: Path,
) -> None:
    machine = tmp_path / ".vagrant/machines/debian-12/libvirt"
    machine.mkdir(parents=True)
    (machine / "creator_uid").write_text("0")
    (machine / "box_meta").write_text('{"name": "cloud-image/debian-12", "version": "1"}')
    states = vagrant_states.read(STATUS, tmp_path, tmp_path / "home")
    gone, others = vagrant_states.notes(states, me=1000)[-2:]
    assert gone.startswith("debian-12: its box cloud-image/debian-12 is not installed any more")
    assert others.startswith("debian-12 was brought up by user root")
    (tmp_path / "home/boxes/cloud-image-VAGRANTSLASH-debian-12").mkdir(parents=True)
    states = vagrant_states.read(STATUS, tmp_path, tmp_path / "home")
    assert len(vagrant_states.notes(states, me=0)) == 2  # never created, halted


def test_acquire_fills_in_the_login_and_keeps_what_was_stated(tmp_path: Path) -> None:
    provider = vagrant.VagrantProvider(tmp_path, Scripted(*SOME_UP))
    said: list[str] = []
    host = provider.acquire(WANTED, said.append)
    assert (host.name, host.address, host.user) == ("vm", "192.168.121.36", "vagrant")
    assert said == ["asking Vagrant for debian-12"]
    stated = Host("vm", "", user="root", provider="vagrant", image="debian-12")
    assert provider.acquire(stated, said.append).user == "root"
    provider.release(host)


def test_acquire_of_a_machine_that_is_down_says_how_to_start_it(tmp_path: Path) -> None:
    provider = vagrant.VagrantProvider(tmp_path, Scripted(*SOME_UP))
    wanted = Host("vm", "", provider="vagrant", image="debian-13")
    with pytest.raises(UsageError, match="debian-13 is not running") as error:
        provider.acquire(wanted, lambda line: None)
    assert "vagrant up debian-13" in error.value.resolution


def test_vagrants_own_words_are_kept(tmp_path: Path) -> None:
    words = "1,,error-exit,Vagrant::Errors::X,No usable provider%!(VAGRANT_COMMA) sorry.\\nY"
    run = Scripted((ASK, 1, words))
    with pytest.raises(UsageError, match="No usable provider, sorry"):
        vagrant.VagrantProvider(tmp_path, run).running()


def test_a_missing_vagrant_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="vagrant is not installed"):
        vagrant.VagrantProvider(tmp_path).running()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("192.168.121.36", "$(reboot)"), "host name"),
        (("Port 2201", "Port 99999"), "port"),
        (("Host debian-12", "Host ../x"), "host name"),
        (("IdentitiesOnly yes", "ProxyCommand ssh x -W y"), "ProxyCommand"),
        (("User vagrant", "User -oProxyCommand=x"), "user name"),
    ],
)
def test_odd_answers_are_refused(change: tuple[str, str], says: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=says):
        vagrant.parse(CONFIG.replace(*change), root=tmp_path)


def test_a_static_host_is_used_as_it_is() -> None:
    host = Host("web1", "10.0.0.5")
    provider = StaticProvider()
    assert provider.acquire(host, lambda line: None) is host
    provider.release(host)


# As Vagrant 2.3.4 does: without a terminal, it gives machine-readable status to people.
_AS_2_3 = """#!/bin/sh
case " $* " in
*" --no-tty "*) echo "Current machine states:" ;;
*" status --machine-readable "*) cat {status} ;;
*" ssh-config debian-12 ubuntu-24.04 "*) cat {config} ;;
*) exit 1 ;;
esac
"""


def test_vagrant_is_asked_so_that_it_answers_programs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "vagrant"
    status, config = RECORDED / "vagrant-status.txt", RECORDED / "vagrant-ssh-config.txt"
    program.write_text(_AS_2_3.format(status=status, config=config))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    names = [host.name for host in vagrant.VagrantProvider(tmp_path).running()]
    assert names == ["debian-12", "ubuntu-24.04"]
