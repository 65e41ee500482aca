"""Whatever a host printed is shown, and nothing of it is executed: no script, no request."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from playwright.sync_api import Browser, expect

import example_runs
import recorded_runs
from onramp.model.pain import Evidence
from onramp.model.run import HostRun, RequirementRun
from onramp.reports.formats import host_folder
from watching import Watched

RUNS = "window.__pwned = (window.__pwned || 0) + 1; alert(document.domain)"
VECTORS = (
    f"<script>{RUNS}</script>",
    f"</script><script>{RUNS}</script>",
    f"</style><script>{RUNS}</script>",
    f"</pre></details></title></textarea><img src=x onerror='{RUNS}'>",
    f'"><svg onload="{RUNS}"><a href="javascript:{RUNS}" autofocus onfocus="{RUNS}">click</a>',
    f"' onmouseover='{RUNS}' x='",
    f"<iframe srcdoc='<script>{RUNS}</script>'></iframe>",
    "<link rel=stylesheet href=http://127.0.0.1:9/a.css><meta http-equiv=refresh content=0>",
    "<form action=http://127.0.0.1:9/><button>go</button></form><base href=http://127.0.0.1:9/>",
    "![x](http://127.0.0.1:9/x.png) [y](javascript:alert(1)) <http://127.0.0.1:9/z>",
    "{{ 7 * 7 }} {% raw %} ${7*7} [bold red]markup[/bold red] <!-- --> ]]>",
    "\x1b]0;title\x07\x1b]8;;javascript:alert(1)\x1b\\link\x1b]8;;\x1b\\\x1b[2J\x1b[31mred\x1b[0m",
    "\x00\x07\x9b31m\u202egnp.exe\u2066\ud800\udcff\ufeff",
    "<b>" + "A" * 1_000_000 + "</b>",
)
EVIL = " ".join(VECTORS)
LOG = "logs/0001-up-apply.log"


def with_more(run: HostRun) -> HostRun:
    """All places of example_runs.hostile, and the newer ones."""
    evidence = Evidence(EVIL, 1, EVIL, "javascript:alert(1)")
    requirement = RequirementRun(EVIL, EVIL, "missing", EVIL, evidence)
    strange = msgspec.structs.replace(requirement, status=EVIL)
    return msgspec.structs.replace(run, requirements=(requirement, strange), leftovers=(EVIL,))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One host all of whose words are hostile, with a hostile log, among others."""
    folder = tmp_path_factory.mktemp("hostile") / "20261123T134023Z"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(example_runs, "HOSTILE", EVIL)
        run = with_more(example_runs.hostile())
    place = host_folder(folder, run.name)
    for step in run.steps:
        for command in step.commands:
            path = place / (command.log or LOG)
            path.parent.mkdir(parents=True, exist_ok=True)
            printed = "\n--- stdout ---\n" + "\n".join(VECTORS)
            path.write_bytes(printed.encode("utf-8", "replace") + b"\n\xff\xfe\x80 end of it")
    return recorded_runs.write_reports(folder, [run, example_runs.passed()])


def own_scripts(path: Path) -> list[str]:
    """What may run on a page: its own script, on a host's also that of the player."""
    return ["page", "player"] if path.name == "report.html" else ["page"]


@pytest.mark.parametrize("which", ["index.html", "report.html"])
def test_nothing_that_a_host_said_is_executed(index: Path, browser: Browser, which: str) -> None:
    told = json.loads((index.parent / "hosts/debian-12/report.json").read_text())
    assert told["status"] == "passed"
    found = [index, *index.parent.glob("hosts/*/report.html")]
    paths = [path for path in found if path.name == which]
    context = browser.new_context(viewport={"width": 360, "height": 800})
    watched = Watched(context.new_page())
    for path in paths:
        page = watched.open(path)
        page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        for focused in page.locator("main a").all()[:40]:
            focused.focus()
        assert page.evaluate("window.__pwned") is None
        assert watched.asked == [path.as_uri()]
        links = page.eval_on_selector_all("a", "all => all.map(one => one.protocol)")
        assert set(links) <= {"file:", "http:", "https:"}
        strange = (
            "main :is(script:not([type='text/plain']), style, img, iframe, object, link, base, b)"
        )
        assert page.locator(strange).count() == 0
        assert page.locator("script:not([type='text/plain'])").count() == len(own_scripts(path))
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert paths
    assert watched.complaints == []
    context.close()


def test_what_was_printed_can_still_be_read_in_its_colours(index: Path, browser: Browser) -> None:
    hostile = next(
        path for path in index.parent.glob("hosts/*/report.html") if "debian-12" not in str(path)
    )
    source = re.sub(r'id="replay-code">.*?</script>', "", hostile.read_text("utf-8"), flags=re.S)
    assert not set(source) & {*map(chr, range(9)), "\x1b", "\x9b", "\u202e", "\u2066"}
    assert len(source) < 3_000_000
    page = browser.new_page()
    page.goto(hostile.as_uri())
    log = page.locator("pre.term").first
    expect(log).to_contain_text("<script>window.__pwned")
    expect(log).to_contain_text("end of it")
    expect(log.locator("span.f1").first).to_have_text("red")
    page.close()
