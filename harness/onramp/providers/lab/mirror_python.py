"""The Python packages a first stack installs, as a `simple/` index (PEP 503).

They are fetched for the Python in the mirror's python image, not for the one running this.
"""

import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from onramp.providers.lab import artifacts, subprocesses
from onramp.providers.lab.mirror_images import PYTHON_VERSION

PACKAGES = ("flask", "redis", "gunicorn")
OLD = ("flask==2.2.2",)  # what an old tutorial pins; without what it depends on


def build(home: Path, progress: Callable[[str], None]) -> Path:
    """The directory that holds `simple/`, built if needed: a few seconds, 2 MB."""

    def make(folder: Path) -> None:
        progress("fetching Python packages (once, a few seconds)")
        files = folder / "files"
        for wanted in (PACKAGES, ("--no-deps", *OLD)):
            subprocesses.run_build(
                [
                    sys.executable, "-m", "pip", "download", "--quiet", "--dest", files,
                    "--only-binary=:all:", f"--python-version={PYTHON_VERSION}",
                    *wanted,
                ]
            )  # fmt: skip
        for name, wheels in by_project(path.name for path in files.iterdir()).items():
            page = folder / "simple" / name
            page.mkdir(parents=True)
            (page / "index.html").write_text(links(f"../../files/{wheel}" for wheel in wheels))

    return artifacts.built(home, "python", [Path(__file__).read_text(), PYTHON_VERSION], make)


def by_project(wheels: Iterable[str]) -> dict[str, list[str]]:
    """Wheels by normalised project name (PEP 503)."""
    found: dict[str, list[str]] = {}
    for wheel in sorted(wheels):
        name = re.sub(r"[-_.]+", "-", wheel.partition("-")[0]).lower()
        found.setdefault(name, []).append(wheel)
    return found


def links(addresses: Iterable[str]) -> str:
    """An index page."""
    lines = (f'<a href="{address}">{address.rpartition("/")[2]}</a><br>' for address in addresses)
    return "<!DOCTYPE html>\n" + "\n".join(lines) + "\n"
