"""Lab hosts that several test modules use, and the end of those made for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from drive import inventory, invoke, lab, named
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.lab_host import LabHost

OURS = re.compile(r"(?:fault|secret|leave)-\w+-(\d+)")  # the number: the session's process
LONGEST = "test_every_system.py"  # begun last, one of two processes would wait for it alone


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file's tests stay in one process, in their order; the longest file is begun first."""
    items.sort(key=lambda item: item.path.name != LONGEST)


@pytest.fixture(scope="session")
def lab_host() -> Iterator[Callable[..., LabHost]]:
    """Boots a fresh host of a name, once in a session; all are taken down at the end of it."""
    lab = Lab()
    lab.down([host.name for host in lab.hosts() if is_left_over(host.name)])
    booted: dict[str, LabHost] = {}

    def boot(name: str, image: str = "debian-12") -> LabHost:
        assert OURS.fullmatch(named(name))
        if name not in booted:
            booted[name] = lab.up(image, name=named(name))
        return booted[name]

    yield boot
    lab.down([host.name for host in booted.values()])


def is_left_over(name: str) -> bool:
    """Whether a session that was killed made it."""
    found = OURS.fullmatch(name)
    return found is not None and not Path("/proc", found[1]).exists()


@pytest.fixture(scope="session")
def ready(lab_host: Callable[..., LabHost], tmp_path_factory: pytest.TempPathFactory) -> LabHost:
    """A host that `provision` has been through."""
    host = lab_host("fault-ready")
    folder = tmp_path_factory.mktemp("ready")
    ended = invoke("provision", inventory(folder, {host.name: lab()}), folder=folder)
    assert ended.code == 0, ended.said
    return host
