"""What a kernel from outside leaves out of a lab host."""

from __future__ import annotations

import gzip
import platform
from pathlib import Path

from onramp.providers.lab import kernel_files

LIST = f"lib/modules/{platform.release()}/modules.builtin"
CONFIG = b"CONFIG_NF_TABLES=y\nCONFIG_IP_NF_IPTABLES=m\n# CONFIG_TUN is not set\n"


def test_a_kernel_without_a_list_is_read_by_its_configuration(tmp_path: Path) -> None:
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc/config.gz").write_bytes(gzip.compress(CONFIG))
    assert kernel_files.files(tmp_path)[LIST] == "kernel/net/netfilter/nf_tables.ko\n"


def test_the_machines_own_list_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / LIST).parent.mkdir(parents=True)
    (tmp_path / LIST).write_text("kernel/fs/ext4/ext4.ko\n")
    assert kernel_files.files(tmp_path)[LIST] == "kernel/fs/ext4/ext4.ko\n"


def test_nothing_is_made_up_of_a_kernel_that_says_nothing(tmp_path: Path) -> None:
    assert list(kernel_files.files(tmp_path)) == ["etc/tmpfiles.d/lab-tun.conf"]
