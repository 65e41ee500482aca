"""Five thousand hosts on one page: rows come as one scrolls, and a group is one click away."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import many_hosts
from onramp.pains import catalogue
from onramp.reports import formats
from onramp.reports.formats import report_html
from watching import Watched

HOSTS = 5000
MOST_ROWS = 80
ROWS = "#overview > tbody > tr:not(.gap)"
NAMES = f"{ROWS} > th"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs") / "20261123T134023Z"
    folder.mkdir()
    made = report_html.run(many_hosts.run_report(HOSTS), catalogue())
    (folder / "index.html").write_text(made, "utf-8")
    return folder / "index.html"


@pytest.fixture
def page(browser: Browser, index: Path) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watched = Watched(context.new_page())
    yield watched.open(index)
    asked = {address.partition("#")[0] for address in watched.asked}
    assert asked <= {index.as_uri(), "about:blank"}
    assert watched.complaints == []
    context.close()


def scroll_to(page: Page, share: float) -> None:
    page.locator("#overview").evaluate(
        """async (table, share) => {
            const box = table.parentElement;
            box.scrollTop = share * box.scrollHeight;
            for (let n = 0; n < 3; n += 1) await new Promise(requestAnimationFrame);
        }""",
        share,
    )


def test_rows_come_as_one_scrolls_and_the_last_host_is_there(page: Page) -> None:
    expect(page.locator("output")).to_have_text("5000 hosts")
    for share in (0, 0.3, 0.7, 1):
        scroll_to(page, share)
        assert 10 < page.locator(ROWS).count() <= MOST_ROWS
        seen = page.evaluate(
            """() => {
                const table = document.getElementById("overview");
                table.parentElement.scrollIntoView();
                const box = table.parentElement.getBoundingClientRect();
                const head = table.tHead.rows[0].cells[0].getBoundingClientRect();
                const at = document.elementFromPoint(box.left + 20, (head.bottom + box.bottom) / 2);
                return at.closest("tr").className;
            }"""
        )
        assert seen.startswith("x-")
    last = page.locator(NAMES, has_text=many_hosts.name(HOSTS - 1))
    expect(last).to_be_in_viewport()


def test_a_row_that_stays_in_sight_keeps_the_focus(page: Page) -> None:
    scroll_to(page, 0.5)
    page.locator(f"{NAMES} a").nth(15).focus()
    focused = page.evaluate("document.activeElement.textContent")
    page.locator("#overview").evaluate("table => { table.parentElement.scrollTop += 200 }")
    page.wait_for_timeout(100)
    assert page.evaluate("document.activeElement.textContent") == focused


def test_one_host_of_all_is_found(page: Page) -> None:
    scroll_to(page, 0.5)
    page.get_by_role("searchbox").fill("WEB4321")
    expect(page.locator("output")).to_have_text("1 of 5000 hosts")
    assert page.locator(NAMES).all_text_contents() == [many_hosts.name(4321)]
    link = page.locator(f"{NAMES} a")
    assert link.get_attribute("href") == f"hosts/{many_hosts.name(4321)}/report.html"


def test_a_group_leads_to_its_hosts_and_the_address_to_the_group(page: Page) -> None:
    page.locator("#attention").get_by_role("link", name="at install-engine: apt-lock-held").click()
    expect(page.locator("output")).to_have_text("50 of 5000 hosts")
    expect(page.locator("form.filters")).to_be_in_viewport()
    assert page.locator(NAMES).first.text_content() == many_hosts.name(33)
    page.locator("#heatmap tbody tr", has_text="fedora 42").locator("td a").first.click()
    told = page.locator("output").text_content()
    address = page.url
    page.goto("about:blank")
    page.goto(address)
    expect(page.locator("output")).to_have_text(told or "-")
    assert page.locator("select[name=os]").input_value() == "fedora 42"


def test_sorting_goes_over_all_rows(page: Page) -> None:
    head = page.locator("#overview thead th", has_text="Took")
    head.get_by_role("button").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    longest = max(60 + number * 37 % 190 for number in range(HOSTS))
    shown = page.locator(f"{ROWS} > td.n").first
    expect(shown).to_have_text(f"{longest // 60} min {longest % 60} s")
    head.get_by_role("button").click()
    expect(shown).to_have_text("12 s")
    page.get_by_role("button", name="Show all").click()
    expect(head).not_to_have_attribute("aria-sort", "ascending")
    assert page.locator(NAMES).first.text_content() == many_hosts.name(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, index: Path, scheme: str) -> None:
    context = browser.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(index.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = Axe().run(page)
    bad = [one for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    told = [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in bad]
    assert told == []
    context.close()


def test_it_is_no_wider_than_a_phone(browser: Browser, index: Path) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto(index.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def test_without_javascript_those_that_need_a_person_are_there(
    browser: Browser, index: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(index.as_uri())
    assert page.locator("#overview tbody tr").count() == 200
    expect(page.locator("#overview tbody tr").first).to_contain_text("not reached")
    assert page.locator("button:visible, select:visible, input:visible").count() == 0
    expect(page.get_by_role("link", name="index.md").first).to_be_visible()
    context.close()


def test_a_hostile_name_is_text(browser: Browser, tmp_path: Path) -> None:
    evil = "</script><script>window.__pwned = 1</script><img src=x onerror=window.__pwned=1>"
    run = many_hosts.run_report(150, many_hosts.named(evil))
    assert formats.write_run(run, tmp_path, catalogue()) == ()
    watched = Watched(browser.new_page())
    page = watched.open(tmp_path / "index.html")
    page.get_by_role("searchbox").fill("__pwned")
    expect(page.locator(NAMES)).to_contain_text("</script><script>")
    assert page.evaluate("window.__pwned") is None
    assert page.locator("main img").count() == 0
    assert watched.complaints == []
    page.close()
