"""Machines as they are written down: Vagrantfile, pin, words, and who may have what."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from msgspec.structs import asdict, replace

from onramp.errors import HarnessError
from onramp.providers.lab import ledger
from onramp.providers.vm import (
    accelerator,
    machine_prerequisites,
    machine_provider,
    vagrant_runs,
    vagrantfile,
)
from onramp.providers.vm.accelerator import Accelerator
from onramp.providers.vm.machines import Machine, Machines
from onramp.providers.vm.vagrantfile import Wanted

WANTED = Wanted(
    "alpine-3.23", Accelerator("tcg", "no /dev/kvm"), 1024, 2, Path("/cache/console.log"),
    box="onramp/alpine-3.23", version="0.0.7", catalog=Path("/cache/catalog.json"),
    files={"etc/apk/repositories": "http://198.18.0.1:8480/alpine/v3.23/main\n"},
)  # fmt: skip
MACHINE = Machine(
    "alpine-3.23", "alpine-3.23", "alpine-3.23", "192.168.121.2", 22, "vagrant", "/k", "/h"
)


def test_an_emulated_machine_has_a_processor_that_emulation_has_whole() -> None:
    text = vagrantfile.text(WANTED)
    assert 'libvirt.driver = "qemu"' in text
    assert 'libvirt.cpu_model = "Nehalem"' in text
    fast = vagrantfile.text(replace(WANTED, accelerator=Accelerator("kvm", "a guest ran on it")))
    assert 'libvirt.driver = "kvm"' in fast
    assert "Nehalem" not in fast


def test_a_box_made_here_is_named_by_its_catalog_and_version() -> None:
    text = vagrantfile.text(WANTED)
    assert "machine.vm.box = 'onramp/alpine-3.23'" in text
    assert "machine.vm.box_version = '0.0.7'" in text
    assert "machine.vm.box_url = 'file:///cache/catalog.json'" in text
    assert "load " not in text


def test_a_machine_of_the_users_vagrantfile_keeps_what_that_says_of_it() -> None:
    theirs = replace(
        WANTED, name="web-2", machine="web", include=Path("/it's/Vagrantfile"), box=None
    )
    text = vagrantfile.text(theirs)
    assert "load '/it\\'s/Vagrantfile'\n" in text
    assert "config.vm.define 'web' do" in text
    assert "libvirt.default_prefix = 'onramp-web-2--'" in text  # never the user's own machine
    assert "machine.vm.box = " not in text


def test_what_is_done_first_on_a_machine_is_its_name_and_its_files(tmp_path: Path) -> None:
    script = vagrantfile.provisioning(WANTED)
    assert "echo alpine-3-23 > /etc/hostname" in script
    assert "cat > /etc/apk/repositories <<'END'\nhttp://198.18.0.1:8480/" in script
    assert subprocess.run(["sh", "-n"], input=script, text=True).returncode == 0


def test_qemu_and_what_it_is_linked_to_are_pinned_to_backports() -> None:
    text = machine_prerequisites.preferences("bookworm-backports")
    assert text.startswith("Package: qemu* libvirt* ")
    assert "Pin: release n=bookworm-backports\nPin-Priority: 600\n" in text


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("==> debian-13: Starting domain.", "Starting domain."),
        ("    debian-13: Warning: Connection refused.", "Warning: Connection refused."),
        ("==> debian-13:  -- Memory:            2048M", ""),
        ("==> debian-13: \x1b[2Jgone", "gone"),
    ],
)
def test_of_vagrants_words_those_that_tell_something_are_shown(line: str, words: str) -> None:
    assert vagrant_runs.said(line) == words


def test_only_a_machine_that_was_brought_up_whole_and_is_nobodys_is_taken(tmp_path: Path) -> None:
    machines = Machines(tmp_path)
    folder = tmp_path / "machines/alpine-3.23"
    folder.mkdir(parents=True)
    assert machines.get("alpine-3.23") is None
    (folder / "machine.json").write_text(json.dumps(asdict(MACHINE)))
    assert machines.get("alpine-3.23") == MACHINE
    ledger.own(folder)
    assert machines.get("alpine-3.23") is None


def test_sizes_come_from_the_environment_and_are_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONRAMP_MEMORY_MB", "1024")
    assert machine_provider.size() == machine_provider.Size(1024, 2)
    monkeypatch.setenv("ONRAMP_CPUS", "two")
    with pytest.raises(HarnessError, match="ONRAMP_CPUS"):
        machine_provider.size()


def test_without_a_device_guests_are_emulated(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(accelerator, "_DEVICE", tmp_path / "kvm")
    accelerator.probed.cache_clear()
    found = accelerator.probed()
    accelerator.probed.cache_clear()
    assert (found.name, found.why) == ("tcg", f"no {tmp_path / 'kvm'}")
