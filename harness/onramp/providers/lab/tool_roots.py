"""Root directories of Debian's programs, entered by chroot: this machine need not have them."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from onramp.providers import Progress
from onramp.providers.lab import apt_sources, artifacts, subprocesses


class ToolRoot(Struct, frozen=True):
    """`said` tells who waits for it; `options` are more for apt than every root is made with."""

    name: str
    suite: str
    packages: tuple[str, ...]
    said: str
    options: tuple[str, ...] = ()

    def build(self, home: Path, progress: Progress) -> Path:
        """Where it is, made in `home` if needed. Raises HarnessError with mmdebstrap's words."""
        options = (*apt_sources.apt_options(), *self.options)
        lines = apt_sources.read_archive().lines(self.suite, extra_suites=False)
        include = f"--include={','.join(self.packages)}"

        def make(folder: Path) -> None:
            progress(self.said)
            subprocesses.run_build(
                [
                    "mmdebstrap", "--variant=apt", "--mode=root", include,
                    *(f"--aptopt={option}" for option in options), "--dpkgopt=force-unsafe-io",
                    self.suite, folder / "root", *lines,
                ]
            )  # fmt: skip

        return artifacts.built(home, self.name, [*self.packages, *options, *lines], make) / "root"
