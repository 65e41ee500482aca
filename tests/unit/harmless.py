"""Strict readers of whatever a run writes: each fails on what a host must not get into it.

They know what Onramp itself may write, and nothing else passes: an escape, a tag or a character
that is not on the list of a format is one that a host's words have brought there.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import cmarkgfm
import jsonschema
import xmlschema
from cmarkgfm.cmark import Options

from onramp.cli.schemas import published
from onramp.cli.schemas.schema_writer import objects
from onramp.pains import catalogue

if TYPE_CHECKING:
    from playwright.sync_api import Page

XSD = Path(__file__).with_name("junit.xsd")
OWN_ESCAPES = re.compile(r"\x1b\[(?:[0-9;]*m|\?25[lh]|\d*A|2K)")  # rich: colours, its own lines
SGR = re.compile(r"\x1b\[[0-9;:]*m")
# controls, and characters that hide, reorder or end a line unseen
LOCAL = re.compile(r"(?!.*//)[\w./-]+")  # a file, be it there or not
UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
TAGS = frozenset(
    ("h1", "h2", "h3", "h4", "h5", "p", "a", "strong", "em", "code", "pre", "ul", "ol", "li")
    + ("table", "thead", "tbody", "tr", "th", "td", "hr", "br", "blockquote", "details", "summary")
)
REPORTS_BYTES = 600_000  # of one file, whatever a host prints


def on_terminal(printed: bytes) -> str:
    """What a terminal was sent; of escapes only Onramp's own."""
    text = printed.decode("utf-8")  # raises on what is none
    words = OWN_ESCAPES.sub("", text)
    assert not UNSEEN.search(words), near(words, UNSEEN)
    return words.replace("\r", "")


def as_text(words: str) -> str:
    """A file or a pipe, in which no escape has a place."""
    assert not UNSEEN.search(words), near(words, UNSEEN)
    return words


def near(text: str, unseen: re.Pattern[str]) -> str:
    found = unseen.search(text)
    return repr(text[max(0, found.start() - 120) : found.end() + 40]) if found else ""


# --- Markdown ---------------------------------------------------------------------------------


class _Rendered(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]


def markdown(path: Path, *, missing: bool = False) -> None:
    """Rendered by GitHub's renderer with raw HTML let through: only our tags, only our links."""
    source = as_text(path.read_bytes().decode("utf-8"))
    seen = _Rendered(cmarkgfm.github_flavored_markdown_to_html(source, Options.CMARK_OPT_UNSAFE))
    assert seen.tags <= TAGS, (path, seen.tags - TAGS)
    for link in seen.links:
        assert leads_to_ours(link, path) or (missing and LOCAL.fullmatch(link)), (path, link)


def leads_to_ours(link: str, page: Path) -> bool:
    """To a place of the page, a file of the run, or an address that the catalogue names."""
    parts = urlsplit(link)
    if not parts.scheme and not parts.netloc:
        return not parts.path or (page.parent / unquote(parts.path)).exists()
    return any(link in pain.references or link in str(pain) for pain in catalogue().values())


# --- for machines -----------------------------------------------------------------------------


def strict(name: str) -> dict[str, Any]:
    """The published schema, but no key it does not name."""
    schema: dict[str, Any] = copy.deepcopy(published()[name])
    events = {part["then"]["$ref"].rpartition("/")[2] for part in schema.get("allOf", ())}
    for part in objects(schema):
        if part is not schema and part.get("title") not in events:
            part["additionalProperties"] = False
    return schema


def no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def valid(text: bytes, schema: str) -> Any:
    """JSON as the standard has it, in UTF-8, of the published shape."""
    value = json.loads(text.decode("utf-8"), parse_constant=no_constant)
    jsonschema.Draft202012Validator(strict(schema)).validate(value)
    return value


def machines(run: Path) -> None:
    """Everything for programs in a run."""
    valid((run / "run.json").read_bytes(), "run")
    for host in (run / "hosts").iterdir():
        valid((host / "report.json").read_bytes(), "report")
        for line in (host / "events.jsonl").read_bytes().splitlines():
            valid(line, "event")
        cast(host / "terminal.cast")
    junit(run / "junit.xml")


def junit(path: Path) -> None:
    text = path.read_bytes().decode("utf-8")
    xmlschema.XMLSchema(XSD).validate(text)
    as_text(text)


def cast(path: Path) -> None:
    """asciicast v2: a header, rows in order of time; of escapes only colours."""
    header, *rows = path.read_bytes().decode("utf-8").splitlines()
    told = json.loads(header, parse_constant=no_constant)
    assert told["version"] == 2
    as_text(told["title"])
    last = 0.0
    for row in rows:
        second, kind, data = json.loads(row, parse_constant=no_constant)
        assert last <= second
        assert kind in ("o", "m")
        as_text(SGR.sub("", data).replace("\r\n", "\n"))
        last = second


# --- for shells and browsers ------------------------------------------------------------------


def script(path: Path, folder: Path, pwned: Path) -> None:
    """Typed with every command standing still, reproduce.sh runs nothing a host has said."""
    as_text(path.read_bytes().decode("utf-8"))
    bash = shutil.which("bash")
    assert bash
    subprocess.run([bash, "-n", path], check=True, timeout=20)
    nothing = "() {  :\n}"
    env = {"PATH": "/nonexistent", "HOME": str(folder)} | {
        f"BASH_FUNC_{name}%%": nothing for name in ("command_not_found_handle", "cd", "umask")
    }
    for part in re.findall(r'"\$part" -eq (\d+)', path.read_text("utf-8")):
        done = subprocess.run(
            [bash, path, part], env=env, cwd=folder, capture_output=True, timeout=20, check=False
        )
        assert done.returncode == 0, done.stderr
    assert not pwned.exists()


def pages(paths: list[Path]) -> None:
    """Opened in a real browser, all unfolded: nothing executed, asked for or complained of.

    In a thread of its own: Playwright runs once a thread, and other tests may have a browser open.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(_opened, paths).result()


def _opened(paths: list[Path]) -> None:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    assert chromium, "apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for path in paths:
            _page(browser.new_page(), path)
        browser.close()


def _page(page: Page, path: Path) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss())[0])
    page.on("request", lambda request: said.append(request.url))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    for play in page.locator("#replay-play").all():
        play.click()
    for link in page.locator("main a").all()[:10]:
        link.focus()
    page.mouse.move(200, 200)
    assert page.evaluate("window.__pwned") is None
    assert [one for one in said if one != path.as_uri()] == []
    strange = "main :is(img, iframe, object, embed, link, base, form:not(.filters), meta, style)"
    assert page.locator(strange).count() == 0
    assert page.locator("[onerror], [onload], [onfocus], [onmouseover]").count() == 0
    hrefs = page.eval_on_selector_all("a", "all => all.map(one => one.getAttribute('href'))")
    for href in hrefs:
        assert leads_to_ours(href, path), href
    as_text(str(page.evaluate("document.body.innerText")))
    page.close()


# --- all of it --------------------------------------------------------------------------------


def run(folder: Path, scratch: Path, pwned: Path) -> None:
    """Every file of a run's folder that is made to be read, whatever has been printed."""
    files(folder, scratch, pwned)
    pages([path for path in written(folder) if path.suffix == ".html"])


def files(folder: Path, scratch: Path, pwned: Path) -> None:
    """All but the pages: a browser takes some seconds."""
    texts = [path for path in written(folder) if path.suffix == ".md"]
    assert {"index.md", "summary.md", "report.md"} <= {path.name for path in texts}
    for path in texts:
        markdown(path)
    machines(folder)
    for path in folder.glob("hosts/*/reproduce.sh"):
        script(path, scratch, pwned)
    for path in written(folder):
        if path.suffix != ".html":
            assert path.stat().st_size < REPORTS_BYTES, path


def written(folder: Path) -> Iterator[Path]:
    """Reports; not the logs, which are verbatim, and not the events."""
    for name in ("*.md", "*.html", "report.json", "*.xml", "*.cast", "reproduce.sh"):
        yield from sorted(path for path in folder.rglob(name) if not path.is_symlink())
