"""junit.xml: one suite a host, one case a step, for CI systems that draw their own pictures.

A host that did not get through is never all green: the step in which it was lost is an error, and
where there is none, one more case is, so that a host that was not reached cannot be overlooked.
Pain points, ratings and requirements are properties of the suite, pain points also lines of its
system-out; faults of Onramp itself are in system-err. The dialect is what Jenkins, GitLab and Ant's
reports have in common (https://github.com/testmoapp/junitxml).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from typing import TYPE_CHECKING, Final

from onramp.model.pain import Catalogue, Finding
from onramp.model.run import HostRun, Report, RunReport, StepRun
from onramp.reports.build import headline
from onramp.reports.formats import Reporter
from onramp.text.sanitize import one_line, plain

if TYPE_CHECKING:
    from junitparser.junitparser import Element
    from junitparser.xunit2 import TestCase, TestSuite

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")  # Ant's reports take no time zone: UTC
_NEVER: Final = "1970-01-01T00:00:00"  # its schema wants a moment, also where none is known
_ENDED: Final = ("unreachable", "interrupted")


def run(report: RunReport, catalogue: Catalogue) -> str:
    """The whole run as JUnit XML."""
    from junitparser.xunit2 import JUnitXml

    document = JUnitXml("onramp")
    totals: Counter[str] = Counter()
    seconds = 0.0
    suites = []
    for number, entry in enumerate(report.reports):  # as text at once: elements take ten times that
        suite = _suite(entry, catalogue, _moment(entry.run.began, report.started, _NEVER))
        suite.id = str(number)
        totals.update({name: getattr(suite, name) for name in ("tests", "failures", "errors")})
        seconds += suite.time
        suites.append(_xml(suite))
    for name in ("tests", "failures", "errors"):
        setattr(document, name, totals[name])
    document.time = round(seconds, 3)
    head = _xml(document).removesuffix(" />")
    return "".join((head, ">", *suites, "</testsuites>\n"))


def _xml(element: Element) -> str:
    made: bytes = element.tostring()  # type: ignore[no-untyped-call]
    return made.decode("utf-8")


def _suite(report: Report, catalogue: Catalogue, moment: str) -> TestSuite:
    from junitparser.xunit2 import TestSuite

    host = report.run
    suite = TestSuite(_line(host.name) or "host")  # type: ignore[no-untyped-call]
    suite.package = "onramp"
    suite.hostname = _line(host.address) or _line(host.name) or "unknown"
    suite.timestamp = moment
    for name, value in _properties(report, catalogue):
        suite.add_property(_line(name), _line(value))
    broken = [_broken(host)] if _unseen(host) else []
    suite.add_testcases([*(_case(host, step) for step in host.steps), *broken])
    suite.system_out = _text("\n".join(_told(report, catalogue)))
    suite.system_err = _text("\n".join(host.faults))
    return suite


def _moment(*given: str) -> str:
    """The first of these that is a moment; empty where none is."""
    return next((found[0] for one in given if (found := _MOMENT.match(one))), "")


def _properties(report: Report, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    yield "status", report.run.status
    for tool in ("engine", "compose", "buildx"):
        yield tool, report.run.versions.get(tool) or "unknown"
    for name, rating in report.ratings.items():
        yield f"rating.{name}", "not rated" if rating.measured is None else str(rating.measured)
    for finding in report.run.findings:
        yield f"pain-point.{finding.pain}", _pain(finding, catalogue)
    for one in report.run.requirements:
        yield f"requirement.{one.id}", f"{one.status}: {one.because}".removesuffix(": ")


def _case(host: HostRun, step: StepRun) -> TestCase:
    """A step. One that failed for want of the host is an error, by whatever ended the host."""
    from junitparser import Error, Failure, Skipped
    from junitparser.xunit2 import TestCase

    name, seconds = _line(step.id) or "step", round(step.seconds, 3)
    case = TestCase(name, classname=_class(host), time=seconds)
    if step.status in ("skipped", "planned"):
        case.result = [Skipped(step.status)]
    elif step.status == "failed":
        ended = host.status in _ENDED
        words = headline(host) if ended else f"{step.title} failed"
        result = Error(_line(words), host.status) if ended else Failure(_line(words), "step")
        result.text = _text("\n".join(_why(host, step)))
        case.result = [result]
    return case


def _unseen(host: HostRun) -> bool:
    """Whether the host did not get through for a reason that no failed step shows."""
    steps_fail = any(step.status == "failed" for step in host.steps)
    return bool(host.faults) or (host.status not in ("passed", "planned") and not steps_fail)


def _broken(host: HostRun) -> TestCase:
    from junitparser import Error
    from junitparser.xunit2 import TestCase

    kind = "fault" if host.faults else host.status
    case = TestCase(kind, classname=_class(host), time=0)
    error = Error(_line(headline(host)), kind)
    said = [*host.faults, *(finding.evidence.excerpt for finding in host.findings)]
    error.text = _text("\n".join(said))
    case.result = [error]
    return case


def _why(host: HostRun, step: StepRun) -> Iterator[str]:
    seen = [finding.evidence for finding in host.findings if finding.step == step.id]
    seen += [failure.evidence for failure in host.unexplained if failure.step == step.id]
    for evidence in seen:
        code = "did not end" if evidence.exit_code is None else f"exit code {evidence.exit_code}"
        yield f"$ {evidence.command}\n{evidence.excerpt}\n({code})"


def _told(report: Report, catalogue: Catalogue) -> Iterator[str]:
    yield headline(report.run)
    for finding in report.run.findings:
        yield f"{finding.pain}: {_pain(finding, catalogue)}"


def _pain(finding: Finding, catalogue: Catalogue) -> str:
    pain = catalogue.get(finding.pain)
    severity = f"{pain.severity}, " if pain else ""
    where = f" at {finding.step}" if finding.step else ""
    return f"{severity}{finding.how}{where}, {finding.outcome}"


def _class(host: HostRun) -> str:
    return f"onramp.{_line(host.name)}"


def _line(words: str) -> str:
    return _ILLEGAL.sub("", one_line(words, 300))


def _text(words: str) -> str:
    return _ILLEGAL.sub("", plain(words))


JUNIT = Reporter(
    id="junit",
    run_file="junit.xml",
    run=run,
    load=lambda: import_module("junitparser.xunit2"),
)
