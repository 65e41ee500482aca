"""Lab hosts that several test modules use, and the end of those made for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from drive import inventory, invoke, lab

from harness.lab.host import LabHost
from harness.lab.lab import Lab

PREFIXES = ("fault-", "secret-")


@pytest.fixture(scope="session")
def lab_host() -> Iterator[Callable[..., LabHost]]:
    """Boots a fresh host of a name, once in a session; all are taken down at the end of it."""
    lab = Lab()
    booted: dict[str, LabHost] = {}

    def boot(name: str, image: str = "debian-12") -> LabHost:
        assert name.startswith(PREFIXES)
        if name not in booted:
            lab.down([name])  # left from a session that was killed
            booted[name] = lab.up(image, name=name)
        return booted[name]

    yield boot
    lab.down(list(booted))


@pytest.fixture(scope="session")
def ready(lab_host: Callable[..., LabHost], tmp_path_factory: pytest.TempPathFactory) -> LabHost:
    """A host that `provision` has been through."""
    host = lab_host("fault-ready")
    folder = tmp_path_factory.mktemp("ready")
    ended = invoke("provision", inventory(folder, {host.name: lab()}), folder=folder)
    assert ended.code == 0, ended.said
    return host
