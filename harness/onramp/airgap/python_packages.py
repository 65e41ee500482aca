"""Python packages as an index (PEP 503), for the Python of the images that install them.

An image on Alpine needs other wheels (musl) than one on Debian (glibc): both are fetched, where
both exist.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from onramp.airgap.manifest import hash_of
from onramp.errors import HarnessError, UsageError
from onramp.model.settings import Settings
from onramp.providers.lab import subprocesses
from onramp.providers.lab.mirror_python import by_project, links

_LIBCS: Final = {
    "glibc": ("manylinux_2_28", "manylinux_2_17", "manylinux2014", "manylinux_2_12", "linux"),
    "musl": ("musllinux_1_2", "musllinux_1_1"),
}
_INDEX: Final = ("PIP_INDEX_URL", "PIP_TRUSTED_HOST", "PIP_EXTRA_INDEX_URL")


def fetch(
    requirements: Mapping[str, bytes],
    names: Iterable[str],
    pythons: Iterable[str],
    settings: Settings,
    folder: Path,
    scratch: Path,
) -> None:
    """Makes `simple/` and `files/` in a folder. Raises HarnessError with pip's words."""
    wanted = [*_written(requirements, scratch), *names]
    files = folder / "files"
    env: dict[str, str] = {
        name: settings.stack.env[name] for name in _INDEX if name in settings.stack.env
    }
    for python in pythons if wanted else ():
        _for(python, wanted, files, env)
    wheels = by_project(path.name for path in files.iterdir()) if files.is_dir() else {}
    for name, found in wheels.items():
        page = folder / "simple" / name
        page.mkdir(parents=True)
        marked = (f"../../files/{wheel}#sha256={hash_of(files / wheel)}" for wheel in found)
        (page / "index.html").write_text(links(marked))


def _written(requirements: Mapping[str, bytes], scratch: Path) -> list[str]:
    """The files, laid out as in the stack, since they may name each other."""
    words = []
    for path, data in requirements.items():
        file = scratch / "requirements" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        words += ["-r", str(file)]
    return words


def _for(python: str, wanted: list[str], files: Path, env: Mapping[str, str]) -> None:
    refusals = []
    for tags in _LIBCS.values():
        machine = _machine()
        platforms = [f"--platform={tag}_{machine}" for tag in tags]
        try:
            subprocesses.run(
                [
                    sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(files),
                    "--disable-pip-version-check", "--only-binary=:all:", "--implementation=cp",
                    f"--python-version={python}", *platforms, *wanted,
                ],
                env=env,
                timeout_s=1800,
            )  # fmt: skip
        except HarnessError as refusal:
            refusals.append(refusal)
    if len(refusals) == len(_LIBCS):
        raise UsageError(
            f"Python packages: no wheels for Python {python}", refusals[0].details.strip()
        )


def _machine() -> str:
    return subprocesses.run(["uname", "-m"]).strip()
