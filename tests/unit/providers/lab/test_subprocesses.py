"""Programs of this machine, as the lab starts them."""

from __future__ import annotations

from pathlib import Path

import pytest

from onramp.errors import HarnessError
from onramp.providers.lab import subprocesses


def test_programs_of_the_system_are_found_after_su_without_its_path(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """On Debian `su` keeps the path of who was logged in, where sbin is not."""
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    assert "chroot" in subprocesses.run(["chroot", "--version"])
    assert subprocesses.missing(["chroot", "no-such-program"]) == ["no-such-program"]
    with subprocesses.during(["chroot", "/", "sleep", "10"], tmp_path / "log"):
        pass
    with pytest.raises(HarnessError, match="the lab needs the program no-such-program"):
        subprocesses.run(["no-such-program"])
