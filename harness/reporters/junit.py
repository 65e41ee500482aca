"""junit.xml: one suite a host, one case a step, for CI systems that draw their own pictures.

A host that was never reached is a suite with one erroneous case, so that it cannot be overlooked.
Pain points are listed in system-out. The dialect is the one Jenkins and GitLab read
(https://github.com/testmoapp/junitxml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from harness.model import HostRun, PainPoint, Report, RunReport, StepRun
from harness.plain import one_line, plain
from harness.report import headline
from harness.reporters import Reporter

if TYPE_CHECKING:
    from junitparser.xunit2 import TestCase, TestSuite

_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def run(report: RunReport, catalogue: Mapping[str, PainPoint]) -> str:
    """The whole run as JUnit XML."""
    from junitparser.xunit2 import JUnitXml

    document = JUnitXml("onramp")
    for entry in report.reports:
        document.add_testsuite(_suite(entry, catalogue))
    document.update_statistics()  # type: ignore[no-untyped-call]
    xml: bytes = document.tostring()  # type: ignore[no-untyped-call]
    return xml.decode("utf-8") + "\n"


def _suite(report: Report, catalogue: Mapping[str, PainPoint]) -> TestSuite:
    from junitparser.xunit2 import TestSuite

    host = report.run
    suite = TestSuite(_line(host.name))  # type: ignore[no-untyped-call]
    suite.hostname = _line(host.address)
    for step in host.steps:
        suite.add_testcase(_case(host, step))
    if host.status in ("unreachable", "interrupted"):
        suite.add_testcase(_broken(host))
    suite.system_out = _text("\n".join(_pains(report, catalogue)))
    return suite


def _case(host: HostRun, step: StepRun) -> TestCase:
    from junitparser import Failure, Skipped
    from junitparser.xunit2 import TestCase

    case = TestCase(step.id, classname=f"onramp.{_line(host.name)}", time=round(step.seconds, 3))
    if step.status in ("skipped", "planned"):
        case.result = [Skipped(step.status)]
    elif step.status == "failed" and host.status != "unreachable":
        failure = Failure(_line(f"{step.title} failed"), "step")
        failure.text = _text("\n".join(_why(host, step)))
        case.result = [failure]
    return case


def _broken(host: HostRun) -> TestCase:
    from junitparser import Error
    from junitparser.xunit2 import TestCase

    case = TestCase(host.status, classname=f"onramp.{_line(host.name)}", time=0)
    error = Error(_line(headline(host)), host.status)
    error.text = _text("\n".join(finding.evidence.excerpt for finding in host.findings))
    case.result = [error]
    return case


def _why(host: HostRun, step: StepRun) -> Iterator[str]:
    seen = [finding.evidence for finding in host.findings if finding.step == step.id]
    seen += [failure.evidence for failure in host.unexplained if failure.step == step.id]
    for evidence in seen:
        yield f"$ {evidence.command}\n{evidence.excerpt}\n(exit code {evidence.exit_code})"


def _pains(report: Report, catalogue: Mapping[str, PainPoint]) -> Iterator[str]:
    yield headline(report.run)
    for finding in report.run.findings:
        pain = catalogue.get(finding.pain)
        severity = f"{pain.severity}, " if pain else ""
        where = f" at {finding.step}" if finding.step else ""
        yield f"{finding.pain}: {severity}{finding.how}{where}, {finding.outcome}"


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
