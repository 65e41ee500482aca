"""What pages are made of: terminal colours, logs that fit, links and ids, the form's text."""

from __future__ import annotations

import re

import pytest

import example_runs as examples
from onramp.evidence.logs import Printed
from onramp.model.run import HostRun
from onramp.reports.build import host_report
from onramp.reports.document import Part
from onramp.reports.formats import report_md
from onramp.reports.html import filters, log_embeds, markdown_sections, page_frame, terminal
from onramp.reports.html.host_page import host


@pytest.mark.parametrize(
    ("printed", "shown"),
    [
        ("a < b & c", "a &lt; b &amp; c"),
        ("\x1b[31mred\x1b[0m not", '<span class="f1">red</span> not'),
        ("\x1b[1;38;5;160mhot", '<span class="tb f1">hot</span>'),
        ("10%\r\x1b[32m99%\x1b[0m\r", '<span class="f2">99%</span>'),
        ("\x1b[38;2;0;0;250mblue", '<span class="f4">blue</span>'),
        ("\x1b[31mred\nstill", '<span class="f1">red</span>\n<span class="f1">still</span>'),
        ("\x1b[7;31mturned", '<span class="b1">turned</span>'),
        ("\x1b[31m<b>\x1b[0m", '<span class="f1">&lt;b&gt;</span>'),
        ("\x1b]0;title\x07\x1b[2J\x1b[1;1Hx\x00\u202e", "x"),
        ("[red]no markup[/red]", "[red]no markup[/red]"),
    ],
)
def test_terminal_colours_become_classes_and_everything_else_text(printed: str, shown: str) -> None:
    assert terminal.html(printed) == shown


def test_a_line_of_a_megabyte_is_cut() -> None:
    assert len(terminal.html("x" * 1_000_000)) < 5000
    assert terminal.html("x" * 1_000_000).endswith("x…")


def many_commands(exit_code: int = 0) -> HostRun:
    """Forty, of which the last ended so."""
    made = [examples.command("up", "x", log=f"logs/{n:04}-build.log") for n in range(40)]
    made[-1]["exit_code"] = exit_code
    return examples.replay.host_run([examples.host("h"), *examples.step("up", "changed", *made)])


def test_a_log_is_shown_from_both_ends_and_a_page_has_a_bound() -> None:
    long = "first\n" + "middle\n" * 20_000 + "last"
    commands = [examples.command("build", f"c{n}", log=f"logs/{n:04}-build.log") for n in range(40)]
    run = examples.replay.host_run(
        [examples.host("h"), *examples.step("build", "changed", *commands)]
    )
    kept = log_embeds.Shelf(run, lambda name: Printed(long))
    logs = [kept.log(command.log) for command in run.steps[0].commands]
    first = logs[0]
    assert first
    assert first.cut
    assert str(first.html).startswith("first")
    assert str(first.html).endswith("last")
    assert len(str(first.html)) < log_embeds.LOG_CHARACTERS + 100
    assert sum(len(str(log.html)) for log in logs if log and log.html) <= log_embeds.PAGE_CHARACTERS
    assert logs[-1]
    assert logs[-1].html is None  # and its file is named instead
    assert logs[-1].file == "logs/0039-build.log"


def test_failures_have_room_before_all_else() -> None:
    commands = [examples.command("build", f"c{n}", log=f"logs/{n:04}-build.log") for n in range(40)]
    commands[-1]["exit_code"] = 1
    run = examples.replay.host_run(
        [examples.host("h"), *examples.step("build", "failed", *commands)]
    )
    kept = log_embeds.Shelf(run, lambda name: Printed("x\n" * 100_000))
    failed = kept.log("logs/0039-build.log")
    assert failed
    assert failed.html is not None


@pytest.mark.parametrize(
    ("address", "is_link"),
    [
        ("https://docs.docker.com/engine/install/", True),
        ("http://[::1", False),
        ("javascript:alert(1)", False),
        ("https://", False),
        ("https://x/<b>", False),
        ("//evil", False),
        ("data:text/html,x", False),
    ],
)
def test_only_addresses_of_the_web_become_links(address: str, is_link: bool) -> None:
    assert bool(filters.web_link(address)) == is_link


@pytest.mark.parametrize("name", ["../../x", "logs/../../x", "/etc/passwd", "javascript:x", ""])
def test_only_logs_of_the_host_are_linked(name: str) -> None:
    assert filters.log_file(name) == ""


def test_ids_are_stable_and_never_twice() -> None:
    names = filters.slugs("pain", ["no-systemd", "A b", "no-systemd", "<script>", "…"])
    assert names == [
        "pain-no-systemd",
        "pain-a-b",
        "pain-no-systemd-2",
        "pain-script",
        "pain-other",
    ]


def test_a_part_is_told_as_it_stands_and_links_lead_to_where_the_page_has_it() -> None:
    fenced = Part("a\n\n```sh\n## no heading\n| no | table |\n```\n\n| a |\n| --- |")
    shown = str(markdown_sections.html([fenced], {}))
    assert "## no heading" in shown
    assert "| no | table |" in shown
    assert "<h2" not in shown
    assert shown.count("<table") == 1
    kept = Part("k [there](#dropped) [gone](#nowhere)", "Kept")
    anchors = {"kept": "text-kept", "dropped": "elsewhere"}
    text = str(markdown_sections.html([kept], anchors))
    assert '<h3 id="text-kept">Kept</h3>' in text
    assert '<a href="#elsewhere">there</a>' in text
    assert '<a href="#main">gone</a>' in text


def test_the_page_says_in_its_own_way_what_parts_of_its_kinds_say() -> None:
    """report.md has the steps, pain points and requirements; the page has views of them instead."""
    report = host_report(examples.passed(), examples.CATALOGUE)
    made = report_md.document(report, examples.CATALOGUE)
    kinds = {part.kind for section in made.sections for part in section.parts}
    assert {"steps", "pains"} <= kinds
    page = host(report, examples.CATALOGUE, lambda name: Printed(), document=made)
    for section in made.sections:
        for part in section.parts:
            title = f">{part.title}</h3>"
            assert not part.kind or title not in page or part.kind == "pains"
    assert page.count("Pain points, in the order they were met") == 1


def test_the_policy_names_the_page_s_own_style_and_script_only() -> None:
    report = host_report(examples.passed(), examples.CATALOGUE)
    made = report_md.document(report, examples.CATALOGUE)
    page = host(report, examples.CATALOGUE, lambda name: Printed(), document=made)
    style = re.search(r"<style>(.*?)</style>", page, re.S)
    script = re.search(r"<script>(.*?)</script>", page, re.S)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert style
    assert script
    assert policy
    named = policy[1].replace("&#39;", "'")
    assert named == page_frame.policy([style[1]], [script[1]], page_frame.Piece())
    assert "unsafe" not in named
    assert "style=" not in page.replace(style[1], "")


def test_every_section_of_the_form_is_on_the_page() -> None:
    report = host_report(examples.passed(), examples.CATALOGUE)
    made = report_md.document(report, examples.CATALOGUE)
    page = host(report, examples.CATALOGUE, lambda name: Printed(), document=made)
    for section in made.sections:
        assert f'<h2 id="{filters.slug(section.title)}-title">{section.title}</h2>' in page
    assert "Open: nobody has answered this yet" in page
