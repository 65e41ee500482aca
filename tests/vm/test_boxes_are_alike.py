"""Two builds of a box from the same packages have the same bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from onramp.providers.lab.embedded_lab import Lab, silent
from onramp.providers.vm import boxes


@pytest.mark.timeout(3600)
def test_another_build_of_a_box_has_the_same_checksum(tmp_path: Path) -> None:
    lab = Lab()
    lab.require()
    box = boxes.build("alpine-3.23", lab.cache, silent)
    for shared in ("mirror", *(path.name for path in lab.cache.glob("box-tools-*"))):
        (tmp_path / shared).symlink_to(lab.cache / shared)
    again = boxes.build("alpine-3.23", tmp_path, silent)
    assert again.path != box.path
    assert again.sha256 == box.sha256
    assert again.path.with_suffix(".box.sha256").read_text() == f"{box.sha256}  {box.path.name}\n"
