"""What the lab refuses before it touches anything, and where it keeps its caches."""

from pathlib import Path

import pytest

from onramp.errors import HarnessError, UsageError
from onramp.providers.lab import embedded_lab as lab_module
from onramp.providers.lab import prerequisites
from onramp.providers.lab.embedded_lab import Lab, default_cache
from onramp.providers.lab.images import IMAGES


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    def untouched(*_: object, **__: object) -> None:
        raise AssertionError("something was touched")

    monkeypatch.setattr(lab_module.rootfs, "build", untouched)
    monkeypatch.setattr(lab_module.prerequisites, "require", untouched)
    return Lab(tmp_path)


@pytest.mark.parametrize(
    "name",
    ["../../etc", "$(reboot)", "a b", "Upper", "-x", "x-", "a,b", "a" * 51, "é", "a..b", ".a"],
)
def test_a_name_that_is_no_hostname_is_refused(lab: Lab, name: str) -> None:
    with pytest.raises(UsageError) as caught:
        lab.up("debian-12", name=name)
    assert repr(name) in caught.value.brief
    assert lab.get(name) is None


def test_an_image_says_what_of_it_is_not_its_own() -> None:
    assert IMAGES["debian-12"].about == ""
    assert IMAGES["ubuntu-like"].about.startswith("synthetic: ")
    assert IMAGES["alpine-3.23"].about.startswith("real userland: ")


@pytest.mark.parametrize("image", IMAGES)
def test_every_image_can_name_its_host(tmp_path: Path, image: str) -> None:
    assert Lab(tmp_path).get(image) is None
    assert lab_module._NAME.fullmatch(image)


def test_an_unknown_image_is_refused_with_the_known_ones(lab: Lab) -> None:
    with pytest.raises(UsageError) as caught:
        lab.up("debian-99")
    assert "debian-12-sysv" in caught.value.resolution


def test_a_cache_that_would_break_mount_options_is_refused(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        Lab(tmp_path / "a,b").up("debian-12")


def test_the_cache_is_where_it_was_asked_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/xdg")
    monkeypatch.setenv("ONRAMP_CACHE", "/own")
    assert default_cache() == Path("/own")
    monkeypatch.delenv("ONRAMP_CACHE")
    assert default_cache() == Path("/xdg/onramp")
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", "/home/me")
    assert default_cache() == Path("/home/me/.cache/onramp")


def test_without_root_the_way_on_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prerequisites.os, "geteuid", lambda: 1000)
    with pytest.raises(HarnessError) as caught:
        prerequisites.require()
    assert "--hosts=user@address" in caught.value.resolution
