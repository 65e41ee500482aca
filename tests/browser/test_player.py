"""The player in a real browser: a page from disk, under the strictest policy, without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator

from onramp.evidence import replay
from onramp.evidence.logs import Printed
from onramp.reports.build import host_report
from onramp.reports.formats import asciicast
from onramp.reports.html import player
from watching import Watched

EVIL = (
    '</script><script>window.__pwned = 1</script><img src="https://evil.test/i.png" onerror='
    '"window.__pwned = 1">\n\x1b]8;;javascript:window.__pwned=1\x07press\x1b]8;;\x07\n'
    "\x1b[31mstill red\x1b]0;title\x07\n"
)
LINES = """[...document.querySelectorAll("#replay-screen .ap-line")]
    .map(line => line.textContent.trimEnd()).join("\\n")"""  # what stands on the terminal now
STEPS = ("install-engine", "Install Docker Engine"), ("up", "Bring the stack up")


def _ended(step: str, status: str) -> dict[str, Any]:
    return {"event": "step", "id": step, "state": "finished", "status": status}


def _command(step: str, shown: str, second: int, code: int = 0) -> dict[str, Any]:
    return {
        "event": "command",
        "step": step,
        "shown": shown,
        "script": shown,
        "exit_code": code,
        "seconds": 0.5,
        "log": f"logs/{step}.log",
        "t": f"2026-11-23T06:25:{second:02}.500Z",
    }


def cast() -> str:
    """Two steps of a host that prints what it should not; the second fails."""
    plan = [{"id": id_, "title": title, "documented": []} for id_, title in STEPS]
    run = replay.host_run(
        [
            {"event": "host", "name": "web1", "user": "me", "t": "2026-11-23T06:25:00.000Z"},
            {"event": "plan", "steps": plan},
            _command("install-engine", "apt-get update", 1),
            _ended("install-engine", "changed"),
            _command("up", "docker compose up -d", 3, code=1),
            _ended("up", "failed"),
            {"event": "end", "status": "failed", "total_s": 6.0},
        ]
    )
    logs = {"logs/install-engine.log": EVIL, "logs/up.log": "no such image"}
    return asciicast.host(host_report(run, {}), {}, lambda name: Printed(logs.get(name, "")))


def page_text() -> str:
    """A page as the host's page is: nothing allowed but the player's own pieces."""
    allowed = player.policy()
    policy = (
        f"default-src 'none'; script-src {' '.join(allowed.script_src)}; "
        f"style-src {' '.join(allowed.style_src)}; base-uri 'none'; form-action 'none'"
    )
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>web1</title>
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><style>{player.style()}</style></head>
<body><main><h1>web1</h1>{"".join(player.snippet(cast()))}</main>
<script>{player.script()}</script></body></html>"""


class Opened(Watched):
    """A page with the player on it."""

    @property
    def play(self) -> Locator:
        return self.page.locator("#replay-play")

    def screen(self) -> str:
        return str(self.page.evaluate(LINES))

    def wait_for(self, words: str) -> None:
        self.page.wait_for_function(f"words => {LINES}.includes(words)", arg=words, timeout=20_000)

    def wait_until_still(self) -> None:
        self.play.filter(has_text="Play").wait_for()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("player") / "report.html"
    path.write_text(page_text(), "utf-8")
    return path


def opened(browser: Browser, place: Path, **look: Any) -> Opened:
    told = Opened(browser.new_context(**look).new_page())
    told.open(place)
    return told


def harmless(told: Opened) -> bool:
    """Nothing was fetched, refused, said or executed."""
    executed = told.page.evaluate("'__pwned' in window")
    return told.asked == [told.page.url] and not told.complaints and not executed


def test_it_plays_to_the_end_and_asks_for_nothing(browser: Browser, place: Path) -> None:
    told = opened(browser, place)
    told.play.click()
    told.wait_for("me@web1:~$ apt-get update")
    told.wait_for("</script><script>window.__pwned = 1</script>")  # as text, on the terminal
    assert told.play.inner_text() == "Pause"
    told.wait_for("no such image\n# exit code 1")
    told.wait_for("# web1 failed at up")
    told.wait_until_still()  # it is over
    assert told.page.locator("#replay-screen a, #replay-screen img").count() == 0
    assert harmless(told)


def test_a_keyboard_is_enough(browser: Browser, place: Path) -> None:
    told = opened(browser, place)
    keyboard = told.page.keyboard
    keyboard.press("Tab")
    keyboard.press("Enter")
    told.wait_for("me@web1:~$ apt-get")
    assert told.page.evaluate("document.activeElement.id") == "replay-play"
    keyboard.press("Space")  # pauses
    told.wait_until_still()
    shown = told.screen()
    told.page.wait_for_timeout(700)
    assert told.screen() == shown
    step = told.page.get_by_role("button", name="Bring the stack up")
    for _ in range(12):
        keyboard.press("Tab")
        if step.evaluate("one => one === document.activeElement"):
            break
    keyboard.press("Enter")
    told.wait_for("me@web1:~$ docker compose up -d")
    assert step.get_attribute("aria-current") == "step"
    assert harmless(told)


def test_it_goes_on_where_it_was_at_another_speed(browser: Browser, place: Path) -> None:
    told = opened(browser, place)
    told.play.click()
    told.page.get_by_role("button", name="Bring the stack up").click()
    told.wait_for("docker compose up -d")
    told.page.get_by_label("Speed").select_option("4")
    told.wait_for("# web1 failed at up")
    assert "apt-get update" in told.screen()  # what came before is still there
    told.page.get_by_role("button", name="From the start").click()
    told.page.wait_for_function(f"() => !{LINES}.includes('web1 failed')")
    assert harmless(told)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1000), ("dark", 360)])
def test_nothing_shuts_anybody_out(browser: Browser, place: Path, scheme: str, width: int) -> None:
    told = opened(browser, place, color_scheme=scheme, viewport={"width": width, "height": 800})
    told.play.click()
    told.page.get_by_text("Jump to a step").wait_for()
    told.page.evaluate("document.getElementById('replay-jump').open = true")
    told.page.get_by_role("button", name="The verdict").click()
    told.wait_for("# web1 failed at up")
    told.wait_until_still()
    found = Axe().run(told.page)
    serious = [
        (violation["id"], [node["html"] for node in violation["nodes"]])
        for violation in found.response["violations"]
        if violation["impact"] in ("serious", "critical")
    ]
    assert serious == []
    assert told.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_long_lines_can_be_scrolled_to(browser: Browser, place: Path) -> None:
    told = opened(browser, place, viewport={"width": 360, "height": 600})
    told.play.click()
    told.wait_for("apt-get update")
    box = told.page.locator("#replay-screen").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 600 + 1  # and it came into view by itself
    scrolled = told.page.locator("#replay-screen").evaluate(
        "one => { one.scrollLeft = 1e6; return one.scrollLeft + one.clientWidth }"
    )
    assert scrolled > 500  # the whole of 100 columns, in letters large enough to read


def test_it_never_plays_by_itself(browser: Browser, place: Path) -> None:
    told = opened(browser, place)
    told.page.wait_for_timeout(1000)
    assert not told.page.locator("#replay-screen").is_visible()
    assert told.page.evaluate("typeof AsciinemaPlayer") == "undefined"
    assert harmless(told)


def test_a_browser_that_cannot_play_it_says_so(browser: Browser, tmp_path: Path) -> None:
    strict = tmp_path / "report.html"
    strict.write_text(page_text().replace("'wasm-unsafe-eval'", ""), "utf-8")
    told = opened(browser, strict)
    told.play.click()
    assert "This browser cannot play it" in told.page.inner_text("#replay-said")
    assert not told.page.locator("#replay-screen").is_visible()


def test_without_script_the_recording_is_a_link_and_in_print_nothing(
    browser: Browser, place: Path
) -> None:
    bare = opened(browser, place, java_script_enabled=False).page
    assert bare.get_by_role("link", name="terminal.cast").get_attribute("href") == "terminal.cast"
    assert bare.get_by_role("button").count() == 0
    printed = opened(browser, place).page
    printed.emulate_media(media="print")
    assert not printed.locator(".replay").is_visible()
