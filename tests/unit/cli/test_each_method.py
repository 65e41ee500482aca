"""`docker.method=all` in a host's place: one for every way, or a clear line."""

from __future__ import annotations

import pytest

from onramp.cli.each_method import every_method
from onramp.config.parse_settings import configured
from onramp.errors import UsageError
from onramp.journey import methods
from onramp.model.host import Host


def host(provider: str = "lab", method: str = "all") -> Host:
    """A host whose settings name a method."""
    bare = Host(name="debian-13", address="", provider=provider, image="debian-13")
    return configured(bare, {"docker": {"method": method, "channel": "test"}}, where="test")


def test_every_way_that_installs_something_gets_a_fresh_host() -> None:
    hosts = every_method([host()], "evaluate")
    ways = [one.settings.docker.method for one in hosts]
    assert {*ways} == methods.methods().keys() - {"present"}
    assert [one.name for one in hosts] == [f"debian-13-{way}" for way in ways]
    assert {one.image for one in hosts} == {"debian-13"}
    assert {one.settings.docker.channel for one in hosts} == {"test"}  # other settings stay


def test_a_host_that_wants_one_way_stays_as_it_is() -> None:
    assert every_method([host(method="static")], "doctor") == (host(method="static"),)


def test_no_host_that_is_somebodys_is_set_up_in_five_ways() -> None:
    with pytest.raises(UsageError, match="needs a fresh host"):
        every_method([host("static")], "evaluate")
    with pytest.raises(UsageError, match="installs an engine"):
        every_method([host()], "deploy")
