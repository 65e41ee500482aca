"""report.html and index.html: self-contained pages that open from disk, without any request.

Made by harness/pages; the form's own sentences are those of report.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model import Catalogue, Report, RunReport
from harness.reporters import Logs, Reporter, asciicast, markdown

if TYPE_CHECKING:
    from harness.pages.shell import Piece


def host(report: Report, catalogue: Catalogue, logs: Logs) -> str:
    """One host's page."""
    from harness.pages import hostpage

    source = markdown.host(report, catalogue, logs)
    replay = _replay(asciicast.host(report, catalogue, logs))
    return hostpage.host(report, catalogue, logs, source=source, replay=replay)


def run(report: RunReport, catalogue: Catalogue) -> str:
    """The page of the run, linking to those of the hosts."""
    from harness.pages import runpage

    return runpage.run(report, catalogue)


def _replay(cast: str) -> Piece:
    """The player of a recording, with what it needs of the page's policy."""
    from harness import player
    from harness.pages.shell import Piece

    needs = player.policy()
    snippet = player.snippet(cast)
    return Piece(snippet, player.style(), player.script(), needs.script_src, needs.style_src)


def load() -> None:
    """Jinja2 and markdown-it, and all templates compiled."""
    from harness.pages import shell, textparts

    shell.load()
    textparts.load()


HTML = Reporter(
    id="html", host_file="report.html", run_file="index.html", host=host, run=run, load=load
)
