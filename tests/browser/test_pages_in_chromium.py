"""The pages in a real browser: from disk, without a request, for everybody; links that last."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

import example_runs
import recorded_runs
from watching import Watched

# Everything unfolded but the logs, of which the first three say enough: they are all alike.
OPENED = """document.querySelectorAll("details:not(.log)").forEach(one => { one.open = true });
[...document.querySelectorAll("details.log")].slice(0, 3).forEach(one => { one.open = true })"""
BAD = ("serious", "critical")
COLOURS = ("color-contrast", "link-in-text-block")  # what another scheme may change


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a run of six hosts, one of them unreachable; theirs are beside it."""
    folder = tmp_path_factory.mktemp("runs") / "20261123T134023Z"
    return recorded_runs.six_hosts(folder, example_runs.unreachable())


@pytest.fixture(scope="module")
def pages(index: Path) -> list[Path]:
    found = [index, *sorted(index.parent.glob("hosts/*/report.html"))]
    assert len(found) == 7
    return found


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    yield Watched(context.new_page())
    context.close()


def shown_hosts(page: Page) -> list[str]:
    names = page.locator("#overview > tbody > tr:visible > th").all_text_contents()
    assert page.locator("#heatmap > tbody > tr:visible > th").all_text_contents() == names
    return names


def test_a_page_opens_from_disk_asks_for_nothing_and_complains_of_nothing(
    pages: list[Path], watched: Watched
) -> None:
    for path in pages:
        watched.open(path)
        assert watched.asked == [path.as_uri()]
        assert watched.complaints == []


@pytest.mark.parametrize(
    ("width", "scheme", "rules"), [(1280, "light", ()), (360, "light", ()), (1280, "dark", COLOURS)]
)
def test_axe_finds_nothing_serious(
    browser: Browser, pages: list[Path], width: int, scheme: Any, rules: tuple[str, ...]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    kinds = ("index.html", "debian-12-sysv/report.html", "volume-in-use/report.html")
    for path in (one for one in pages if str(one).endswith((*kinds, "2222/report.html"))):
        page.goto(path.as_uri())
        page.evaluate(OPENED)
        found = Axe().run(page, options={"runOnly": list(rules)} if rules else None)
        told = [
            (one["id"], [node["target"] for node in one["nodes"]][:3])
            for one in found.response["violations"]
            if one["impact"] in BAD
        ]
        assert found.response["passes"], path
        assert told == [], path
    context.close()


def test_every_link_leads_somewhere(pages: list[Path], watched: Watched) -> None:
    ids = {path: set[str]() for path in pages}
    links: list[tuple[Path, str]] = []
    for path in pages:
        page = watched.open(path)
        listed = page.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
        assert len(listed) == len(set(listed)), path
        ids[path] = set(listed)
        found = page.eval_on_selector_all("a", "all => all.map(one => one.getAttribute('href'))")
        links += [(path, href) for href in found]
    assert len(links) > 200
    for path, href in links:
        whole = urlsplit(urljoin(path.as_uri(), href))
        if whole.scheme in ("http", "https"):
            assert whole.hostname, href
            continue
        assert whole.scheme == "file", href
        target = Path(unquote(whole.path))
        assert target.exists(), (path, href)
        if whole.fragment:
            assert whole.fragment in ids[target], (path, href)


def test_no_page_is_wider_than_a_phone(browser: Browser, pages: list[Path]) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    for path in pages:
        page.goto(path.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
    context.close()


# --- the run's page ---------------------------------------------------------------------------


def test_a_manager_sees_what_happened_first(index: Path, watched: Watched) -> None:
    page = watched.open(index)
    lead = page.locator(".lead")
    expect(lead).to_contain_text("4 of 6 hosts passed; 1 unreachable and 1 failed.")
    expect(lead).to_be_in_viewport()
    attention = page.locator("#attention")
    expect(attention).to_contain_text("Two hosts did not come through")
    expect(attention.get_by_role("link", name="10.0.0.9-2222")).to_be_visible()


def test_a_cell_says_its_status_in_a_symbol_and_in_words_too(index: Path, watched: Watched) -> None:
    page = watched.open(index)
    row = page.locator("#overview tr", has_text="debian-12-sysv")
    assert [*filter(None, (text.split() for text in row.locator("td.c").all_text_contents()))][
        -3:-1
    ] == [["✓", "changed", "12"], ["✓", "changed", "13"]]
    gone = page.locator("#overview tr", has_text="10.0.0.9-2222")
    expect(gone).to_contain_text("not reached")
    heat = page.locator("#heatmap tr", has_text="debian-12-sysv")
    expect(heat.locator("td.v-major").first).to_contain_text("remedied")


def test_filters_narrow_both_tables_and_stand_in_the_address(index: Path, watched: Watched) -> None:
    page = watched.open(index)
    assert len(shown_hosts(page)) == 6
    page.locator("select[name=status]").select_option("unreachable")
    assert shown_hosts(page) == ["10.0.0.9-2222"]
    expect(page.locator("output")).to_have_text("1 of 6 hosts")
    page.get_by_role("button", name="Show all").click()
    expect(page.locator("output")).to_have_text("6 hosts")
    page.locator("select[name=pain]").select_option("no-systemd")
    page.get_by_role("searchbox").fill("SYSV")
    assert shown_hosts(page) == ["debian-12-sysv"]
    fragment = "#" + urlsplit(page.url).fragment
    assert fragment == "#q=SYSV&pain=no-systemd"
    page = watched.open(index, fragment)  # whoever gets the link sees the same
    assert shown_hosts(page) == ["debian-12-sysv"]
    assert page.locator("select[name=pain]").input_value() == "no-systemd"


def test_a_filter_by_system(index: Path, watched: Watched) -> None:
    page = watched.open(index, "#os=debian+13")
    assert shown_hosts(page) == ["debian-13"]


# --- a host's page ----------------------------------------------------------------------------


@pytest.fixture
def sysv(index: Path) -> Path:
    return index.parent / "hosts" / "debian-12-sysv" / "report.html"


def test_the_minutes_add_up_to_the_whole(sysv: Path, watched: Watched) -> None:
    page = watched.open(sysv)
    widths = page.eval_on_selector_all(
        "#time svg.bar rect", "all => all.map(one => one.getBoundingClientRect().width)"
    )
    assert sum(widths) == pytest.approx(
        page.locator("#time svg.bar").bounding_box()["width"], abs=2
    )  # type: ignore[index]
    expect(page.locator("#time tfoot")).to_contain_text("2 min 21 s")
    expect(page.locator("#time tr", has_text="Waiting")).to_contain_text("31 s")


def test_a_link_to_a_folded_step_opens_it(sysv: Path, watched: Watched) -> None:
    page = watched.open(sysv, "#step-start-daemon")
    expect(page.locator("#step-start-daemon pre.code").first).to_be_visible()
    expect(page.locator("#step-build pre.code").first).to_be_hidden()
    page.locator("#pain-no-systemd summary", has_text="Evidence").click()
    page.locator("#pain-no-systemd").get_by_role("link", name="the whole output").click()
    expect(page.locator("#log-0018-start-daemon-remedy pre")).to_contain_text(
        "eval: systemctl: not found"
    )


def test_commands_are_copied_as_they_stand(sysv: Path, watched: Watched) -> None:
    page = watched.open(sysv)
    remedy = page.locator("#pain-docker-sock-permission-denied .copied").first
    remedy.get_by_role("button").click()
    expect(remedy.get_by_role("button")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == "sudo usermod -aG docker newcomer\n# log out and in again"


def test_the_keyboard_reaches_the_content_and_opens_what_is_folded(
    sysv: Path, watched: Watched
) -> None:
    page = watched.open(sysv)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.parentElement.id") == "step-connect":
            break
    step = page.locator("#step-connect")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    assert step.get_attribute("open") is not None


def test_the_recording_plays_on_the_page(sysv: Path, watched: Watched) -> None:
    page = watched.open(sysv)
    page.locator("#replay").get_by_role("button", name="Play").click()
    expect(page.locator("#replay .ap-player")).to_contain_text("newcomer@", timeout=20_000)
    assert watched.asked == [sysv.as_uri()]
    assert watched.complaints == []


def test_open_all_and_close_all(sysv: Path, watched: Watched) -> None:
    page = watched.open(sysv)
    page.get_by_role("button", name="Open all").click()
    assert page.locator("main details:not([open])").count() == 0
    page.get_by_role("button", name="Close all").click()
    assert page.locator("main details[open]").count() == 0


def test_without_javascript_everything_is_there_and_no_button_is_dead(
    browser: Browser, index: Path, sysv: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(index.as_uri())
    assert page.locator("#overview tbody tr").count() == 6
    assert page.locator("button:visible, select:visible, input:visible").count() == 0
    page.goto(sysv.as_uri())
    assert page.locator("button:visible").count() == 0
    page.locator("#step-build > summary").click()
    expect(page.locator("#step-build pre.code").first).to_be_visible()
    context.close()


def test_print_has_the_evidence_and_no_tools(pages: list[Path], watched: Watched) -> None:
    for path in pages:
        page = watched.open(path)
        page.emulate_media(media="print")
        assert page.locator(":is(nav, button, input, select):visible").count() == 0
        assert page.locator("h1:visible").count() == 1
    page = watched.open(pages[0].parent / "hosts" / "debian-12-sysv" / "report.html")
    expect(page.locator("#pain-no-systemd pre.quote")).to_be_visible()
    expect(page.locator("#step-build pre.code").first).to_be_visible()
    assert page.locator(".log:visible").count() == 0
