"""Pain points of the daemon: what their recipes do to a host."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from onramp.pains.daemon.memory_cgroup_disabled import GRUB, OFF, PAIN
from onramp.providers.vm import disks

DEBIANS = "menuentry 'Debian' {\n\tlinux\t/boot/vmlinuz root=UUID=1 ro\n\tinitrd\t/boot/initrd\n}\n"


@pytest.mark.parametrize("text", [disks.grub_config("/vmlinuz", "/initrd", "ro"), DEBIANS])
def test_the_memory_controller_is_switched_off_by_a_word_of_its_own(
    text: str, tmp_path: Path
) -> None:
    """Also where the kernel's words go on in a second line, as in the boxes that are made here."""
    config = tmp_path / "grub.cfg"
    config.write_text(text)
    assert PAIN.recipe
    script = PAIN.recipe.script.replace(GRUB, str(config))
    subprocess.run(["bash", "-c", script], check=True)
    before, after = (_kernel_words(said) for said in (text, config.read_text()))
    assert after == [*before[:2], OFF, *before[2:]]


def _kernel_words(text: str) -> list[str]:
    """The command that loads the kernel; a backslash at a line's end joins it with the next."""
    lines = text.replace("\\\n", "").splitlines()
    (words,) = (line.split() for line in lines if line.split()[:1] == ["linux"])
    return words
