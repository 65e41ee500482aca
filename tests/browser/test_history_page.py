"""history.html in a real browser: opens from disk, asks for nothing, reads well for everybody."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from places import RATED, ROOT
from watching import Watched

HOSTS = ("clean-debian-12", "daemon-stopped", "no-network", "set-up-before")
EVIL = "<img src=x onerror=alert(1)>\"'{{7*7}}"
SEVERE = ("serious", "critical")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of fifty runs; the later ones with a newer engine, one host with an evil name."""
    runs = tmp_path_factory.mktemp("runs")
    for number in range(50):
        _write_run(runs, datetime(2026, 9, 1, 8, tzinfo=UTC) + timedelta(days=number), number)
    subprocess.run([ROOT / "invoke", "history", f"--runs={runs}", "--page"], check=True)
    return runs / "history.html"


def _write_run(runs: Path, began: datetime, number: int) -> None:
    run = runs / began.strftime("%Y%m%dT%H%M%SZ")
    for place, name in enumerate(HOSTS):
        raw = [json.loads(line) for line in (RATED / f"{name}.jsonl").read_text().splitlines()]
        raw.insert(-1, {"event": "versions", "engine": "29.0.1" if number > 30 else "28.5.2"})
        raw[0] |= {"image": EVIL if name == "no-network" else f"image-{place}"}
        if name != "no-network":
            raw.insert(-1, {"event": "answer", "url": "http://192.0.2.1:8000/"})
        folder = run / "hosts" / name
        folder.mkdir(parents=True)
        lines = [
            json.dumps(event | {"t": (began + timedelta(seconds=count * 2)).isoformat()})
            for count, event in enumerate(raw)
        ]
        (folder / "events.jsonl").write_text("\n".join(lines))
    (run / "run.json").write_text(json.dumps({"command": "invoke evaluate"}))
    (run / "index.html").write_text("<!doctype html><title>Run</title>")


@pytest.fixture
def page(browser: Browser, history: Path) -> Iterator[Page]:
    """The page, having asked for nothing but itself and complained of nothing."""
    watched = Watched(browser.new_page(viewport={"width": 1200, "height": 900}))
    yield watched.open(history)
    watched.page.close()
    assert set(watched.asked) == {history.as_uri()}
    assert watched.complaints == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_is_readable_for_everybody(page: Page, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page).response["violations"]
    severe = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in SEVERE]
    assert severe == []


def test_every_plot_has_a_name_and_its_numbers_as_a_table(page: Page) -> None:
    figures = page.locator("figure")
    assert figures.count() == len(HOSTS)
    for place in range(figures.count()):
        figure = figures.nth(place)
        assert figure.get_by_role("img").count() == 1
        columns = figure.locator("svg rect.good, svg rect.bad").count()
        assert columns > 0
        figure.locator("summary").click()
        assert figure.locator("tbody tr").count() == figure.locator("tbody tr:visible").count() > 8


def test_marks_stand_within_their_plot_and_the_engine_is_told_where_it_changed(page: Page) -> None:
    for place in range(page.locator("svg.plot").count()):
        plot = page.locator("svg.plot").nth(place)
        outside = plot.evaluate(
            """svg => [...svg.querySelectorAll('circle, rect, line, text, path')].filter(one => {
                const {x, y, width, height} = one.getBBox();
                const {width: w, height: h} = svg.viewBox.baseVal;
                return x < 0 || y < 0 || x + width > w + 1 || y + height > h + 1;
            }).map(one => one.outerHTML)"""
        )
        assert outside == []
    first = page.locator("svg.plot").filter(has=page.locator("circle")).first
    assert first.locator("line.engine").count() == 1
    assert first.get_by_text("29.0.1").count() == 1


def test_links_lead_to_runs_and_to_kinds_of_hosts(page: Page, history: Path) -> None:
    targets = page.eval_on_selector_all("a", "all => all.map(one => one.getAttribute('href'))")
    assert any(not target.startswith("#") for target in targets)
    for target in targets:
        if target.startswith("#"):
            assert page.locator(target).count() == 1
        else:
            assert (history.parent / target).is_file()


def test_fits_a_phone_and_shows_the_newest_runs_there(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.reload()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    plot = page.locator(".newest").filter(has=page.locator("circle")).first
    newest = plot.locator("svg circle").last
    newest.scroll_into_view_if_needed()
    box = newest.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 360
    assert plot.evaluate("one => one.scrollLeft") == 0  # where it began: nobody had to scroll


def test_what_a_host_is_called_stays_text(page: Page) -> None:
    assert page.locator("img").count() == 0
    assert page.get_by_text(EVIL).count() >= 1
