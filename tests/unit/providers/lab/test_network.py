"""Addresses of lab hosts: numbers and back, none given twice, also under contention."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from onramp.providers.lab import network


@pytest.fixture(autouse=True)
def _own_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(network, "RUN", tmp_path)
    monkeypatch.setattr(network, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(network, "_namespaces", set)


def test_each_number_has_its_address() -> None:
    assert network.address_of(1) == "198.18.0.1"
    assert network.address_of(0x1FFFE) == "198.19.255.254"
    assert network.address_of(300) == "198.18.1.44"


def test_the_lowest_free_number_is_given() -> None:
    assert network.free_index(set()) == network.FIRST_HOST
    taken = {network.FIRST_HOST, network.FIRST_HOST + 2}
    assert network.free_index(taken) == network.FIRST_HOST + 1


def test_interface_names_fit_the_kernels_15_characters() -> None:
    assert len(network.namespace(network.LAST_HOST)) <= 15


def test_two_claims_never_meet(tmp_path: Path) -> None:
    owners = [tmp_path / f"host-{n}" for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        given = list(pool.map(network.claim, owners))
    assert len(set(given)) == len(owners)
    assert network.claims() == dict(zip(given, owners, strict=True))


def test_a_namespace_nobody_claimed_is_not_given_away(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(network, "_namespaces", lambda: {network.FIRST_HOST})
    assert network.claim(tmp_path / "host") == network.FIRST_HOST + 1
