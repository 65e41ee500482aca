"""Markdown says the same to GitHub's own renderer and to a CommonMark one, whatever hosts print."""

from __future__ import annotations

import re
import shutil
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt
from msgspec.structs import replace

import example_runs as examples
from onramp.evidence.find_runs import host_runs
from onramp.evidence.replay import host_run
from onramp.history.compare import comparison_text
from onramp.history.compare.comparison import compare
from onramp.model.run import HostRun
from onramp.pains import catalogue
from onramp.reports import formats
from onramp.reports.build import build, host_report
from onramp.reports.formats import summary_md
from onramp.text import markdown
from onramp.text.markdown import code, text
from places import RECORDED

RUN = RECORDED / "run"
PAINS = {**catalogue(), **examples.CATALOGUE}
GITHUB_MOST_BYTES = 1024 * 1024  # of a job's summary, a step
FOLDS = {"details", "summary"}  # the only raw HTML there is, and ours
LINKS = (
    " | http://evil.example/a www.evil.example HTTPS://EVIL.EXAMPLE ftp://evil.example"
    " <http://evil.example> [x](http://evil.example) ![i](http://evil.example/i.png)"
    " [ref]: http://evil.example\n\n[ref]\n[^1]\n\n[^1]: note\n- [ ] task ~~gone~~ **b** _i_"
    " <b>b</b> <details><summary>s</summary> &lt;b&gt; \\| \\\\| `|` ``|`` a||b $x$ :bug:"
)


def linking() -> HostRun:
    """A host all of whose words are made to link, embed or cut a table."""
    seen = {"command": LINKS, "exit_code": 1, "excerpt": LINKS, "log": ""}
    return host_run(
        [
            examples.host(LINKS, LINKS, user=LINKS, stack=LINKS),
            {
                "event": "plan",
                "method": "repository",
                "steps": [{"id": "up", "title": LINKS, "documented": [LINKS]}],
            },
            *examples.step("up", "failed", examples.command("up", LINKS, exit_code=1), note=LINKS),
            examples.finding(
                "daemon-not-running",
                "up",
                LINKS,
                1,
                LINKS,
                because=(LINKS,),
                remedy_commands=(LINKS,),
            ),
            examples.finding(LINKS, LINKS, LINKS, 1, LINKS, rivals=(LINKS,)),
            {"event": "unexplained", "step": LINKS, "evidence": seen},
            {"event": "versions", "engine": LINKS, "compose": LINKS},
            {"event": "leftovers", "items": [LINKS]},
            {"event": "answer", "url": LINKS, "way": LINKS},
            {"event": "note", "text": LINKS},
            examples.end("failed"),
        ]
    )


KINDS = [*examples.all_kinds(), *host_runs(RUN), examples.hostile(), linking()]
HOSTILE = [examples.hostile(), linking()]


class Seen(HTMLParser):
    """What a reader of a page sees of it: its tables, its links, and which elements there are."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.cell: list[str] | None = None
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = []

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th") and self.cell is not None:
            self.tables[-1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(data)


def by_github(source: str) -> Seen:
    """With raw HTML let through, so that any would be noticed."""
    return Seen(cmarkgfm.github_flavored_markdown_to_html(source, Options.CMARK_OPT_UNSAFE))


def by_commonmark(source: str) -> Seen:
    return Seen(MarkdownIt("commonmark", {"html": True}).enable("table").render(source))


@cache
def pages() -> dict[str, str]:
    """Every page in Markdown there is: of each kind of host, and of runs."""
    whole = build(
        KINDS,
        id="20261123T062511Z",
        command=f"evaluate --hosts={LINKS}",
        started="2026-11-23T06:25:11Z",
        seconds=70.0,
        catalogue=PAINS,
        notes=(LINKS, examples.HOSTILE),
    )
    found = {}
    for one in formats.reporters().values():
        if one.run and one.run_file.endswith(".md"):
            found[one.run_file] = one.run(whole, PAINS)
        for number, report in enumerate(whole.reports):
            if one.host and one.host_file.endswith(".md"):
                shown = one.host(report, PAINS, lambda _: formats.Printed(LINKS, LINKS))
                found[f"{number}/{report.run.status}/{one.host_file}"] = shown
    worse = [replace(one, findings=one.findings[1:], unexplained=()) for one in KINDS]
    sides = ({"a": [host_report(one, PAINS) for one in runs]} for runs in (worse, KINDS))
    return {**found, "compare": comparison_text.markdown(compare(*sides, PAINS))}


def test_all_pages_are_here() -> None:
    assert {"index.md", "summary.md"} <= set(pages())
    assert len(pages()) == 3 + len(KINDS)


@pytest.mark.parametrize("name", pages())
def test_both_renderers_show_the_same_tables(name: str) -> None:
    github, commonmark = by_github(pages()[name]), by_commonmark(pages()[name])
    assert github.tables == commonmark.tables
    assert github.tables
    for table in github.tables:
        assert len({len(row) for row in table}) == 1
        assert all(cell for row in table for cell in row) or name == "compare"


@pytest.mark.parametrize("name", pages())
def test_no_words_of_a_host_become_markup_or_a_link(name: str) -> None:
    allowed = {"h1", "h2", "h3", "h4", "p", "ul", "ol", "li", "strong", "em", "code", "pre", "a"}
    allowed |= {"table", "thead", "tbody", "tr", "th", "td", "hr"}
    allowed |= FOLDS if name == "summary.md" else set()
    known = {entry for pain in PAINS.values() for entry in pain.references}
    for seen in (by_github(pages()[name]), by_commonmark(pages()[name])):
        assert seen.tags <= allowed
        for link in seen.links:
            ours = re.match(r"(?:hosts|logs)/|#|[a-z]+(?:\.[a-z]+)?$", link)
            assert ours or unquote(link) in known, link


def test_a_rows_cells_are_what_the_run_says() -> None:
    for source in (pages()["index.md"], pages()["summary.md"]):
        (hosts,) = [
            table for table in by_github(source).tables if table[0][:2] == ["Host", "Status"]
        ]
        assert len(hosts) == 1 + len(KINDS)
        rows = {row[0]: row for row in hosts}
        assert rows["web3"][1] == "failed"
        assert rows["10.0.0.9-2222"][4] == "ssh-connection-refused-timeout"
        assert rows["debian-12-sysv"][4].split(", ")[0] == "daemon-not-running"


@pytest.mark.parametrize(
    "words",
    ["http://a.example/b", "see HTTPS://a.example", "www.a.example", "(ftp://a.example)"],
)
def test_an_address_stays_as_it_was_printed_and_is_no_link(words: str) -> None:
    github = cmarkgfm.github_flavored_markdown_to_html(text(words))
    assert github.strip() == f"<p>{words}</p>"


# --- in the folder ----------------------------------------------------------------------------


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """A run's folder as it is left: recorded evidence, and all reports of it."""
    folder = tmp_path / "20261123T170957Z"
    shutil.copytree(RUN, folder)
    for event in (folder / "hosts/debian-12-sysv/events.jsonl").read_text().splitlines():
        if name := re.search(r'"log": "(logs/[^"]+)"', event):
            path = folder / "hosts/debian-12-sysv" / name[1]
            path.parent.mkdir(exist_ok=True)
            path.touch()
    whole = build(
        host_runs(folder), id=folder.name, command="x", started="", seconds=1.0, catalogue=PAINS
    )
    assert formats.write_all(whole, folder, PAINS) == ()
    return folder


def test_every_link_and_every_path_leads_somewhere(written: Path) -> None:
    found = 0
    for page in written.rglob("*.md"):
        source = page.read_text(encoding="utf-8")
        for link in by_github(source).links:
            parts = urlsplit(link)
            if not parts.scheme and parts.path:
                assert (page.parent / unquote(parts.path)).exists(), f"{page.name}: {link}"
                found += 1
    assert found > 10


def test_the_summary_names_files_that_are_there_and_links_to_none(written: Path) -> None:
    """A CI system shows it on a page of its own, where a relative link would lead nowhere."""
    source = (written / "summary.md").read_text(encoding="utf-8")
    assert by_github(source).links == []
    named = re.findall(r"`([\w./-]+\.html)`", source)
    assert "index.html" in named
    for name in {*named} - {"report.html"}:
        assert (written / name).is_file()


# --- the summary of many ----------------------------------------------------------------------


def summary_of(*runs: HostRun) -> str:
    whole = build(
        runs, id="20261123T062511Z", command="x", started="", seconds=1.0, catalogue=PAINS
    )
    return summary_md.run(whole, PAINS)


def test_five_hundred_hosts_fit_and_none_is_missing() -> None:
    runs = [examples.passed(f"web{number:03}") for number in range(490)]
    runs += [examples.unreachable(f"away{number}") for number in range(10)]
    source = summary_of(*runs)
    assert len(source.encode()) < GITHUB_MOST_BYTES / 4
    seen = by_github(source)
    assert {"details", "summary"} <= seen.tags
    assert "490 hosts passed" in source
    named = {row[0] for table in seen.tables for row in table}
    assert {run.name for run in runs} <= named
    (pains,) = [table for table in seen.tables if table[0][0] == "Pain point"]
    counts = [row[2].partition(":")[0] for row in pains[1:]]
    assert counts == ["490 of 500", "490 of 500", "10 of 500"]


def test_five_hundred_hosts_that_print_without_end_still_fit() -> None:
    bad = [examples.HOSTILE, LINKS * 50, "\U0001f40b" * 5000, "`|" * 5000, "&<" * 5000]
    runs = []
    for number in range(500):
        words = f"{number} {bad[number % len(bad)]}"
        seen = {"command": words, "exit_code": 1, "excerpt": words, "log": ""}
        pains = [examples.finding(f"{place} {words}", "up", words, 1, words) for place in range(9)]
        unexplained = {"event": "unexplained", "step": words, "evidence": seen}
        versions = {"event": "versions", "engine": words, "compose": words}
        events = [examples.host(words), versions, *pains, unexplained, examples.end("failed")]
        runs.append(host_run(events))
    source = summary_of(*runs)
    assert len(source.encode("utf-8", "replace")) < GITHUB_MOST_BYTES
    assert "more are in `index.html`" in source
    assert by_github(source).tables == by_commonmark(source).tables


def test_the_summary_puts_first_what_stops_people() -> None:
    source = summary_of(*examples.all_kinds())
    places = [source.index(words) for words in (
        "# Onramp: Two hosts passed",
        "## Did not pass",
        "10.0.0.9-2222 was not reached",
        "## Pain points",
        "apt cannot reach its servers",
        "Mend the network or set `proxy.http`.",
        "stop-timeout-sigkill",
        "## Unexplained",
        "nobody knows",
        "## Hosts",
    )]  # fmt: skip
    assert places == sorted(places)
    assert "## Did not pass" not in summary_of(examples.clean())
    assert "No host was selected." in summary_of()


def test_a_bar_in_code_stays_what_was_typed_also_in_a_table() -> None:
    typed = "ps -e | grep -E 'a|b'"
    assert code(typed) == f"`{typed}`"
    page = (
        MarkdownIt()
        .enable("table")
        .render(markdown.table(["a", "b"], [[code(typed), text("x | y")]]))
    )
    assert "<code>ps -e | grep -E 'a|b'</code>" in page
    assert page.count("<td>") == 2
    assert "x | y" in page
