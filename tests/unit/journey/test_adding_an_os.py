"""docs/adding-an-os.md, done as it says: its example is a platform, held by the tests it names."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from journey import test_vendors_words as held
from onramp.journey import platforms
from onramp.journey.platforms import Driver
from places import ROOT

PAGE = (ROOT / "docs/adding-an-os.md").read_text()
FILE, ROW = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture
def void(monkeypatch: pytest.MonkeyPatch) -> None:
    module = ModuleType("void")
    exec(compile(FILE, "void.py", "exec"), vars(module))  # the page's own example
    driver: Driver = module.DRIVER
    known = {**platforms.drivers(), driver.id: driver}
    monkeypatch.setattr(platforms, "drivers", lambda: known)
    words = eval("{" + ROW + "}")
    monkeypatch.setattr(held, "NO_VENDOR", held.NO_VENDOR | {"void"})
    monkeypatch.setattr(held, "WORDS", {**held.WORDS, **words})


def test_the_file_is_as_short_as_it_says() -> None:
    assert FILE.count("\n") <= 60


@pytest.mark.usefixtures("void")
def test_the_example_holds() -> None:
    held.test_every_platform_has_its_words_here()
    held.test_what_is_documented_is_the_vendors("void")
    held.test_what_is_run_is_what_is_documented("void")
    held.test_ways_that_do_not_exist_are_refused("void")
    held.test_the_documented_command_starts_a_daemon_before_anybody_asks_for_it("void")
