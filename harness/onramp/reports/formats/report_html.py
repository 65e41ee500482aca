"""report.html and index.html: self-contained pages that open from disk, without any request.

The form's own sentences are those of report.md, from the same tree.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from onramp.model.pain import Catalogue
from onramp.model.run import Report, RunReport
from onramp.reports.formats import Logs, Reporter, asciicast, report_md
from onramp.reports.host_groups import FEW

if TYPE_CHECKING:
    from onramp.reports.html.page_frame import Piece


def host(report: Report, catalogue: Catalogue, logs: Logs) -> str:
    """One host's page. Where nothing was tried, there is nothing to watch: a fifth of the size."""
    from onramp.reports.html import host_page

    looked = report.run.only_looked
    replay = None if looked else _replay(asciicast.host(report, catalogue, logs))
    document = report_md.document(report, catalogue)
    return host_page.host(report, catalogue, logs, document=document, replay=replay)


def run(report: RunReport, catalogue: Catalogue) -> str:
    """The page of the run, linking to those of the hosts."""
    from onramp.reports.html import fleet_page, run_page

    if len(report.reports) > FEW:
        return fleet_page.run(report, catalogue)
    return run_page.run(report, catalogue)


def _replay(cast: str) -> Piece:
    """The player of a recording, with what it needs of the page's policy."""
    from onramp.reports.html import player
    from onramp.reports.html.page_frame import Piece

    needs = player.policy()
    snippet = player.snippet(cast)
    return Piece(snippet, player.style(), player.script(), needs.script_src, needs.style_src)


def load() -> None:
    """Jinja2 and markdown-it, all templates compiled, and the player."""
    from onramp.reports.html import markdown_sections, page_frame, player

    for page in ("host_page", "run_page"):
        import_module(f"onramp.reports.html.{page}")
    player.script()
    player.style()
    page_frame.load()
    markdown_sections.load()


HTML = Reporter(
    id="html", host_file="report.html", run_file="index.html", host=host, run=run, load=load
)
