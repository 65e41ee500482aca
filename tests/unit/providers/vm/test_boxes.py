"""What of a box is decided without building one."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest

from onramp.errors import UsageError
from onramp.providers.lab.images import IMAGES
from onramp.providers.vm import boxes, disks, systems


def test_the_first_sector_is_loader_and_one_active_linux_partition() -> None:
    code = bytes(range(256)) * 2
    sector = disks.first_sector(code, 4096)
    assert len(sector) == 512
    assert sector[:440] == code[:440]
    assert sector[510:] == b"\x55\xaa"
    status, kind, first, count = struct.unpack("<B3xB3xII", sector[446:462])
    assert (status, kind, first, count) == (0x80, 0x83, 2048, 4096 - 2048)
    assert sector[462:510] == bytes(48)  # no second partition


def test_grub_is_told_the_root_by_its_identifier_and_talks_on_the_serial_line() -> None:
    text = disks.grub_config("/vmlinuz", "/initrd.img", "ro")
    assert f"linux /vmlinuz root=UUID={disks.ROOT_UUID} ro " in text
    assert "console=ttyS0,115200" in text


def test_a_box_can_be_made_of_debian_with_systemd_and_of_alpine() -> None:
    assert {"debian-12", "debian-13", "alpine-3.23"} <= set(systems.bootable())
    assert not {"debian-12-sysv", "fedora-like"} & set(systems.bootable())
    assert set(systems.bootable()) <= set(IMAGES)


@pytest.mark.parametrize("image", ["debian-12-sysv", "fedora-like", "no-such"])
def test_any_other_image_is_refused_with_those_that_can_be(image: str) -> None:
    with pytest.raises(UsageError) as raised:
        boxes.refuse(image)
    assert image in raised.value.brief
    assert "debian-13" in raised.value.resolution


def test_another_content_is_another_version_with_its_checksum() -> None:
    one = boxes.Box("debian-13", Path("/cache/debian-13.box"), "ab" * 32)
    other = boxes.Box("debian-13", Path("/cache/debian-13.box"), "ac" * 32)
    assert one.version != other.version
    catalog = json.loads(one.catalog)
    assert catalog["name"] == "onramp/debian-13"
    (version,) = catalog["versions"]
    assert version["version"] == one.version
    (source,) = version["providers"]
    assert source["url"] == "file:///cache/debian-13.box"
    assert (source["checksum_type"], source["checksum"]) == ("sha256", "ab" * 32)
