"""@vagrant, with machines of a user's own: two up, one halted, one never created, one whose box is
gone, one that somebody else brought up. A line each; nothing of theirs is changed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from onramp.providers.lab.embedded_lab import Lab, silent
from onramp.providers.vm import accelerator, boxes, libvirt, machine_prerequisites
from places import ROOT

_MACHINES = """Vagrant.configure("2") do |config|
  config.vm.synced_folder ".", "/vagrant", disabled: true
  config.vm.boot_timeout = 900
  config.vm.provider "libvirt" do |libvirt|
    libvirt.default_prefix = "users-"
    libvirt.memory = 512
    libvirt.graphics_type = "none"
    libvirt.disk_driver :cache => "unsafe"
    EMULATED
  end
  %w[one two halted never boxless].each do |name|
    config.vm.define name do |machine|
      machine.vm.box = name == "boxless" ? "users/gone" : "users/alpine"
      machine.vm.box_check_update = false
    end
  end
end
"""
_EMULATED = """libvirt.driver = "qemu"
    libvirt.cpu_mode = "custom"
    libvirt.cpu_model = "Nehalem\""""


_MAIN = "from onramp.cli.start import main; main()"


class Users:
    """A user's folder with a Vagrantfile, and their own Vagrant home."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = {
            **os.environ,
            "VAGRANT_HOME": str(root / "home"),
            "VAGRANT_CHECKPOINT_DISABLE": "1",
            "PYTHONPATH": str(ROOT / "harness"),
        }

    def vagrant(self, *words: str) -> None:
        subprocess.run(["vagrant", *words], cwd=self.root, env=self.environment, check=True)

    def onramp(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", _MAIN, *words],
            cwd=self.root, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip


def _switch_off(*names: str) -> None:
    """As if the power went: `vagrant halt` takes longer than it waits, where they are emulated."""
    for name in names:
        domain = f"users-{name}"
        subprocess.run(["virsh", "-c", "qemu:///system", "destroy", domain], check=True)


@pytest.fixture(scope="module")
def users(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Users]:
    lab = Lab()
    lab.require()
    machine_prerequisites.require()
    libvirt.start()
    box = boxes.build("alpine-3.23", lab.cache, silent)
    users = Users(tmp_path_factory.mktemp("users"))
    emulated = _EMULATED if accelerator.probed().name == "tcg" else ""
    (users.root / "Vagrantfile").write_text(_MACHINES.replace("EMULATED", emulated))
    for name in ("users/alpine", "users/gone"):
        users.vagrant("box", "add", "--name", name, str(box.path))
    try:
        for pair in (("halted", "boxless"), ("one", "two")):  # never more than two are up
            users.vagrant("up", *pair)
            if "halted" in pair:
                _switch_off(*pair)
        users.vagrant("box", "remove", "--force", "users/gone")
        (users.root / ".vagrant/machines/two/libvirt/creator_uid").write_text("4242")
        yield users
    finally:
        users.vagrant("destroy", "--force")
        libvirt.forget_box("users/alpine")
        libvirt.forget_box("users/gone")
        libvirt.stop()


@pytest.mark.timeout(3600)
def test_each_case_is_one_clear_line(users: Users) -> None:
    told = users.onramp("evaluate", "--hosts=@vagrant", "--list-hosts")
    assert told.returncode == 0, told.stderr
    assert told.stdout.split() == ["one", "two"]
    assert told.stderr.splitlines() == [
        "onramp: vagrant: never created: never (vagrant up never)",
        "onramp: vagrant: halted is not running (shutoff): vagrant up halted",
        "onramp: vagrant: boxless is not running (shutoff): vagrant up boxless",
        "onramp: vagrant: boxless: its box users/gone is not installed any more; it can be used as "
        "it is, and `vagrant box add users/gone` is needed to make it anew",
        "onramp: vagrant: two was brought up by another user (4242): its key may be theirs alone, "
        "so run this as that user",
    ]


@pytest.mark.timeout(3600)
def test_a_machine_that_runs_is_looked_at_and_left_as_it_was(users: Users) -> None:
    told = users.onramp("doctor", "--hosts=@vagrant", "--exclude=two")
    assert told.returncode == 0, told.stdout + told.stderr
    again = users.onramp("evaluate", "--hosts=@vagrant", "--list-hosts")
    assert "one" in again.stdout
