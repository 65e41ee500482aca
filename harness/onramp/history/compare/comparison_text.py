"""A comparison for people: as text for a terminal, as Markdown for a page. Pure.

Both are made of the same blocks: a heading, a sentence, a table of cells in which backticks mark
code. What was remote text is quoted as code on one line before it gets into a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from typing import Final

from msgspec.structs import astuple

from onramp.history.compare import noise
from onramp.history.compare.comparison_types import (
    Comparison,
    Ended,
    HostComparison,
    PainChange,
    Range,
    Seen,
    Timing,
)
from onramp.model.rating import RATINGS
from onramp.text import tables
from onramp.text.humanize import code, counted, duration, in_words, listed
from onramp.text.sanitize import one_line
from onramp.text.tables import Block

ALIKE: Final = 4  # steps of a second or more, from which on "most steps" can be said
MOST_ALIKE: Final = 5  # hosts, beyond which those where nothing changed are only named
WORST_FIRST: Final = ("new", "worse", "changed", "gone", "now-and-then", "unreached")
NOT_JUDGED: Final = ("lost", "outside")
_PRESENCE: Final[Mapping[str, str]] = {
    "worse": "got worse",
    "now-and-then": "now and then",
    "unreached": "",
}
_VERDICTS: Final[Mapping[str, str]] = {
    "slower": "**slower**",
    "noise": "within noise",
    "same": "same",
    "not-compared": "not compared",
}


def text(found: Comparison) -> str:
    """For a terminal: tables as columns."""
    return tables.text(_blocks(found))


def markdown(found: Comparison) -> str:
    """For a page or a CI job's summary."""
    return tables.markdown(_blocks(found))


def _blocks(found: Comparison) -> Iterator[Block]:
    yield Block(f"Compared with {_runs(found.before)}: {_runs(found.after)}", 1, _verdict(found))
    if found.regressions:
        rows = [[f"**{one.severity}**", code(one.host), one.sentence] for one in found.regressions]
        yield Block("Got worse", head=["Severity", "Host", "What"], rows=rows)
    quiet = [host for host in found.hosts if _is_alike(host)]
    quiet = quiet if len(found.hosts) > MOST_ALIKE else []
    for host in found.hosts:
        if host not in quiet:
            yield from _host(host)
    if quiet:
        names = listed(code(host.host) for host in quiet)
        yield Block(
            "Nothing changed", sentence=f"{counted(len(quiet), 'host').capitalize()}: {names}."
        )
    left = [
        *(f"{code(name)}: only before" for name in found.only_before),
        *(f"{code(name)}: only after" for name in found.only_after),
        *(code(name) for name in found.left_out),
    ]
    if left:
        yield Block("Not compared", head=["Host"], rows=[[one] for one in left])


def _is_alike(host: HostComparison) -> bool:
    """Whether nothing is to be told of a host but that it was compared."""
    verdicts: set[str] = {one.change for one in host.pain_points}
    verdicts |= {one.verdict for one in host.steps}
    verdicts |= {one.verdict for one in astuple(host.ratings)}
    together = host.timings.together
    verdicts |= {together.verdict} if together else set()
    return verdicts <= {"same", "noise", "not-compared"} and not host.regressions


def _verdict(found: Comparison) -> str:
    if not found.regressions:
        return "Nothing got worse."
    hosts = dict.fromkeys(one.host for one in found.regressions)
    worse = counted(len(found.regressions), "thing")
    return f"{worse.capitalize()} got worse, on {counted(len(hosts), 'host')}."


def _runs(names: Sequence[str]) -> str:
    shown = [code(name) for name in names]
    return listed(shown if len(shown) < 5 else [*shown[:3], f"{len(shown) - 3} more"])


def _host(host: HostComparison) -> Iterator[Block]:
    yield Block(f"{code(host.host)}", sentence=_circumstances(host))
    told = [one for one in host.pain_points if one.change != "same"]
    shown = sorted(told, key=lambda one: WORST_FIRST.index(one.change))
    if shown:
        head = ["Pain point", "Severity", "Change", "Before", "After"]
        yield Block("Pain points", 3, head=head, rows=[_pain(one) for one in shown])
    totals = [one for one in astuple(host.timings) if one]
    rows = [_timing(one, code(one.step)) for one in host.steps if _matters(one)]
    rows += [_timing(one, _TOTALS[one.step]) for one in totals]
    if rows:
        yield Block("Seconds", 3, head=["Step", "Before", "After", "Ratio", "Verdict"], rows=rows)
    rated = [
        [RATINGS[one.name].title, _rating(one.before), _rating(one.after),
         _differs(one.verdict), "; ".join(one.reasons)]
        for one in astuple(host.ratings)
    ]  # fmt: skip
    if rated:
        yield Block("Ratings", 3, head=["Rating", "Before", "After", "Verdict", "Why"], rows=rated)


_TOTALS: Final[Mapping[str, str]] = {
    "together": "all steps not told as slower or faster",
    "lost": "lost to pain points (part of the steps)",
    "outside": "outside the steps (booting, waiting; never a regression)",
}


def _circumstances(host: HostComparison) -> str:
    said = [f"Before: {_ended(host.before)}. After: {_ended(host.after)}."]
    names = [name for name in host.names if name != host.host]
    if names:
        said.append(f"Hosts: {listed([*map(code, names[:8]), *(['others'] * (len(names) > 8))])}.")
    said += _ways(host)
    said += _busy(host)
    same = sum(one.change == "same" for one in host.pain_points)
    if same:
        said.append(f"{counted(same, 'pain point').capitalize()} met alike on both sides.")
    return " ".join([*said, _what_counts(host.least_that_counts), *_everywhere(host)])


def _ways(host: HostComparison) -> Iterator[str]:
    """Told where it is not one and the same: another way in is another thing to compare."""
    before, after = host.before.engine_from, host.after.engine_from
    if len({*before, *after}) > 1:
        yield f"The engine is from {_way(before)} before, from {_way(after)} now."


def _busy(host: HostComparison) -> Iterator[str]:
    """Told where it keeps seconds from being judged."""
    before, after = host.before.cpu_waited.median, host.after.cpu_waited.median
    if before is None or after is None or not noise.unlike([before], [after]):
        return
    yield (
        f"Something waited for a CPU {before:.0%} of the time before, {after:.0%} now: "
        "seconds are told and not judged."
    )


def _way(ways: Mapping[str, int]) -> str:
    several = len(ways) > 1
    return listed(
        f"{code(way, 40)}{f' ({count})' if several else ''}" for way, count in sorted(ways.items())
    )


def _what_counts(asked: noise.Least) -> str:
    least = f"{asked.ratio:g} times as long and {asked.seconds:g} s more"
    if asked.runs == 1:
        return f"With one run on a side only large differences count: {least}."
    return f"What counts is {least}, beyond what the runs of a side differ by."


def _everywhere(host: HostComparison) -> Iterator[str]:
    """One step is slow for a reason of its own; all of them are for the machine's."""
    ratios = [
        one.after.median / one.before.median
        for one in host.steps
        if one.verdict != "not-compared" and (one.before.median or 0) >= 1 and one.after.median
        if one.before.median
    ]
    typical = median(ratios) if len(ratios) >= ALIKE else 1.0
    if not 0.8 <= typical <= 1.25:
        yield (
            f"Steps typically took {typical:.1f} times as long: look at the machine and its "
            "network before any one step."
        )


def _ended(side: Ended) -> str:
    if side.runs == 1:
        return f"one run, {one_line(next(iter(side.ended)))}"
    how = listed(f"{count} {one_line(status)}" for status, count in sorted(side.ended.items()))
    return f"{counted(side.runs, 'run')}, {how}"


def _pain(one: PainChange) -> list[str]:
    change = _PRESENCE.get(one.change, one.change)
    bold = one.change in ("new", "worse")
    mark = f"**{change}**" if bold else change
    return [code(one.id, 80), one.severity, mark, _seen(one.before), _seen(one.after)]


def _seen(seen: Seen) -> str:
    if not seen.runs:
        return "not met" if seen.of else "did not come so far"
    where = f" at {listed(code(step, 40) for step in seen.steps[:3])}" if any(seen.steps) else ""
    foreseen = "foreseen, " if seen.foreseen else ""
    outcome = in_words(seen.outcome) if seen.outcome else "ending differently"
    return f"{seen.runs} of {seen.of}{where}, {foreseen}{outcome}"


def _matters(one: Timing) -> bool:
    """Steps of no time at all, on both sides, are left to the JSON."""
    most = max(one.before.high or 0, one.after.high or 0)
    return most >= 1 or one.verdict in ("slower", "faster")


def _timing(one: Timing, name: str) -> list[str]:
    verdict = one.note or _differs(one.verdict)
    if one.step in NOT_JUDGED:
        verdict = {"slower": "more", "faster": "less"}.get(one.verdict, verdict)
    if one.with_pains:
        verdict += f", but for {listed(map(code, one.with_pains))}"
    return [name, spread(one.before), spread(one.after), _ratio(one), verdict]


def _differs(verdict: str) -> str:
    return _VERDICTS.get(verdict, verdict)


def spread(seen: Range) -> str:
    """`62 s (58 s to 70 s)`, the middle, the least and the most; a dash where there was none."""
    if seen.median is None or seen.low is None or seen.high is None:
        return "-"
    middle, low, high = (duration(value) for value in (seen.median, seen.low, seen.high))
    return middle if low == high else f"{middle} ({low} to {high})"


def _ratio(one: Timing) -> str:
    old, new = one.before.median, one.after.median
    return f"{new / old:.2f}x" if old and new and max(old, new) >= 1 else ""


def _rating(seen: Range) -> str:
    if seen.median is None:
        return "-"
    spread = f" ({seen.low:g} to {seen.high:g})" if seen.low != seen.high else ""
    return f"{seen.median:g}{spread}"
