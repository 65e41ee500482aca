"""The run's page: who came through, where it hurt, who needs a person; for hundreds of hosts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any, Final

from msgspec import Struct

from onramp.model.pain import Catalogue, Finding
from onramp.model.rating import RATINGS
from onramp.model.run import HostRun, Report, RunReport
from onramp.reports import ways_compared
from onramp.reports.build import headline, in_a_word, of_a_look
from onramp.reports.host_groups import TROUBLED, by_cause, system
from onramp.reports.html.filters import kind, slugs
from onramp.reports.html.page_frame import rendered
from onramp.reports.pain_frequency import MetPain, by_pain, pains_met
from onramp.reports.ratings import severity_of
from onramp.text.file_names import file_name
from onramp.text.humanize import counted, duration, listed
from onramp.text.sanitize import one_line

STATUSES: Final = ("passed", "interrupted", "failed", "unreachable", "planned")
NOTES: Final = 20  # shown; of many hosts there may be one each
_RATINGS: Final = {name: rating.narrow or rating.column for name, rating in RATINGS.items()}


class Met(Struct, frozen=True):
    """A pain point on one host: all its findings there taken together."""

    severity: str
    outcome: str
    seconds: float


class Row(Struct, frozen=True):
    """One host in the overview and the heat map."""

    run: HostRun
    id: str
    page: str
    os: str
    steps: Mapping[str, tuple[str, float]]  # step id -> status, seconds
    ratings: tuple[int | None, ...]
    met: Mapping[int, Met]  # number of the pain point -> what came of it
    headline: str
    standing: str

    @property
    def was_not_reached(self) -> bool:
        """Whether its steps are not worth a column each."""
        return self.run.status == "unreachable" and len(self.steps) < 3


class Pain(Struct, frozen=True):
    """A pain point over all hosts."""

    id: str
    title: str
    severity: str
    anchor: str
    hosts: int
    seconds: float
    outcomes: Counter[str]

    @property
    def came_of_it(self) -> list[tuple[str, int]]:
        return self.outcomes.most_common()


def run(report: RunReport, catalogue: Catalogue) -> str:
    """The whole page."""
    pains = pains_of(report, catalogue)
    rows = rows_of(report, pains, catalogue)
    return rendered(
        "run.html.j2",
        scripts=["filters.js", "run.js"],
        systems=sorted({row.os for row in rows}),
        **opening(report, rows, pains),
    )


def opening(report: RunReport, rows: Sequence[Row], pains: Sequence[Pain]) -> dict[str, Any]:
    """What the page of any run is made of, however many hosts it has."""
    statuses: Counter[str] = Counter(row.run.status for row in rows)
    return {
        "report": report,
        "rows": rows,
        "pains": pains,
        "steps": _columns(rows),
        "stages": _RATINGS,
        "words": {"passed": "looked at"} if any(row.run.only_looked for row in rows) else {},
        "notes_shown": NOTES,
        "page_of": page_of,
        "headline_of": headline,
        "headline": _headline(rows, pains),
        "statuses": [(status, statuses[status]) for status in STATUSES if statuses[status]],
        "worst": _worst(statuses),
        "troubled": sum(statuses[status] for status in TROUBLED),
        "troubles": by_cause(row.run for row in rows),
        "typical_s": median([row.run.total_s for row in rows]) if rows else 0.0,
        "lost_s": sum(pain.seconds for pain in pains),
        "medians": _medians(rows),
        "ways": ways_compared.compared(report),
        "ways_compared": ways_compared,
    }


def page_of(run: HostRun) -> str:
    """A host's page, from that of the run."""
    return f"hosts/{file_name(run.name)}/report.html"


def pains_of(report: RunReport, catalogue: Catalogue) -> list[Pain]:
    """Every pain point that was met, the most frequent first."""
    found = pains_met((entry.run for entry in report.reports), catalogue)
    anchors = slugs("pain", (one.id for one in found))
    both = zip(found, anchors, strict=True)
    return [_pain(one, anchor, catalogue) for one, anchor in both]


def _pain(one: MetPain, anchor: str, catalogue: Catalogue) -> Pain:
    return Pain(
        id=one.id,
        title=catalogue[one.id].title if one.id in catalogue else one.id,
        severity=one.severity or "other",
        anchor=anchor,
        hosts=len(one.hosts),
        seconds=sum(finding.seconds_lost for _, found in one.hosts for finding in found),
        outcomes=Counter(_outcome(found) for _, found in one.hosts),
    )


def rows_of(report: RunReport, pains: Sequence[Pain], catalogue: Catalogue) -> list[Row]:
    """Every host, those that need a person first; pain points by their place in `pains`."""
    numbers = {pain.id: number for number, pain in enumerate(pains)}
    names = slugs("host", (entry.run.name for entry in report.reports))
    rows = [
        _row(entry, name, numbers, catalogue)
        for entry, name in zip(report.reports, names, strict=True)
    ]
    order = (*TROUBLED, "passed", "planned")
    return sorted(rows, key=lambda row: order.index(row.run.status))


def _row(entry: Report, name: str, numbers: Mapping[str, int], catalogue: Catalogue) -> Row:
    run = entry.run
    return Row(
        run=run,
        id=name,
        page=page_of(run),
        os=system(run.facts),
        steps={step.id: (kind(step.status), step.seconds) for step in run.steps},
        ratings=tuple(rating.measured for rating in entry.ratings.values()),
        met={
            numbers[id]: Met(
                severity_of(findings[0], catalogue) if id in catalogue else "other",
                _outcome(findings),
                sum(finding.seconds_lost for finding in findings),
            )
            for id, findings in by_pain(run.findings).items()
        },
        headline=headline(run),
        standing=in_a_word(run),
    )


def _outcome(findings: Sequence[Finding]) -> str:
    """The worst of what came of it on one host."""
    met = {finding.outcome for finding in findings}
    return next((one for one in ("unresolved", "needs-human", "remedied") if one in met), "noted")


def _columns(rows: Sequence[Row]) -> list[str]:
    """Every step of any host, in the order of the longest way gone."""
    longest = sorted(rows, key=lambda row: -len(row.steps))
    return list(dict.fromkeys(step for row in longest for step in row.steps))


def _worst(statuses: Counter[str]) -> str:
    order = ("unreachable", "failed", "interrupted", "passed")
    return next((status for status in order if statuses[status]), "planned")


def _medians(rows: Sequence[Row]) -> dict[str, int | None]:
    """The middle of each rating over the hosts that have one."""
    middles: dict[str, int | None] = {}
    for number, name in enumerate(_RATINGS):
        rated = [row.ratings[number] for row in rows if len(row.ratings) > number]
        known = [rating for rating in rated if rating is not None]
        middles[name] = round(median(known)) if known else None
    return middles


def _headline(rows: Sequence[Row], pains: Sequence[Pain]) -> str:
    """What happened, for somebody with half a minute."""
    if not rows:
        return "No host was selected."
    statuses = Counter(row.run.status for row in rows)
    passed = statuses["passed"]
    look = of_a_look([row.run for row in rows])
    if look:
        return f"{look} {_hurt(rows, pains)}" if pains else look
    if statuses["planned"] == len(rows):
        first = f"{counted(len(rows), 'host').capitalize()} planned; nothing was changed."
    elif passed == len(rows):
        first = "The host passed." if passed == 1 else f"All {passed} hosts passed."
    else:
        rest = listed(f"{statuses[one]} {one}" for one in reversed(STATUSES) if one != "passed"
                      and statuses[one])  # fmt: skip
        first = f"{passed} of {len(rows)} hosts passed; {rest}."
    return f"{first} {_hurt(rows, pains)}"


def _hurt(rows: Sequence[Row], pains: Sequence[Pain]) -> str:
    heavy = [pain for pain in pains if pain.severity in ("blocker", "major")]
    if not pains:
        return "No pain point was met."
    if not heavy:
        return f"{counted(len(pains), 'pain point').capitalize()} met, none of them serious."
    worst = heavy[0]
    where = f"on {worst.hosts} of {len(rows)} hosts" if len(rows) > 1 else "there"
    lost = f", {duration(worst.seconds)} lost" if worst.seconds >= 1 else ""
    return f"The most frequent obstacle: {one_line(worst.title, 120)} ({where}{lost})."
