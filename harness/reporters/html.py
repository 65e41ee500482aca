"""report.html and index.html: the Markdown reports as pages that open from disk.

One file each: no script, no font, no picture, no request. Raw HTML in the Markdown is switched
off, so what a host printed stays text.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from harness.model import PainPoint, Report, RunReport
from harness.plain import one_line
from harness.reporters import Logs, Reporter, markdown

if TYPE_CHECKING:
    from markdown_it import MarkdownIt

_Catalogue = Mapping[str, PainPoint]
_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def host(report: Report, catalogue: _Catalogue, logs: Logs) -> str:
    """One host's page."""
    return page(f"{report.run.name}: {report.run.status}", markdown.host(report, catalogue, logs))


def run(report: RunReport, catalogue: _Catalogue) -> str:
    """The page of the run, linking to those of the hosts."""
    return page(f"Run {report.id}", markdown.index(report, host_file="report.html"))


def page(title: str, source: str) -> str:
    """Markdown of ours as one self-contained page."""
    body = _renderer().render(source)
    body = body.replace("<table>", '<div class="wide" tabindex="0" role="region">\n<table>')
    body = body.replace("</table>", "</table>\n</div>")
    return _PAGE.format(title=html.escape(one_line(title)), style=_style(), body=body)


@cache
def _renderer() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def _style() -> str:
    return Path(__file__).with_name("style.css").read_text("utf-8")


HTML = Reporter(
    id="html",
    host_file="report.html",
    run_file="index.html",
    host=host,
    run=run,
    load=lambda: (_renderer(), _style()),
)
