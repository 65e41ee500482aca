"""Arriving at a host: logging in, waiting for one that still boots, looking at what it is.

Everything that goes wrong here is written down before it is raised: LinkError where there is no
login (`link_failed` says what that shows), Failed where the host is nothing to begin with.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence
from dataclasses import replace

from onramp.diagnosis import decisions
from onramp.diagnosis import findings as diagnose
from onramp.errors import LinkError
from onramp.evidence import replay
from onramp.journey import platforms
from onramp.journey import survey as facts
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import Evidence, Finding, Situation
from onramp.model.platform import Platform
from onramp.model.step import Attempt
from onramp.model.unknown import UNKNOWN, known
from onramp.pipeline import step_runner
from onramp.pipeline.host_session import Failed, HostSession
from onramp.pipeline.step_runner import Interrupted
from onramp.remote.connection import open_ssh

UNSUPPORTED = "unsupported-distribution"


def connect(visit: HostSession) -> None:
    """Logs in. Raises LinkError and Interrupted."""
    visit.begin("connect", "Connect over SSH")
    began = time.monotonic()
    waited: Finding | None = None
    number = 1
    while visit.transport is None:
        try:
            visit.transport = open_ssh(
                visit.host, visit.host.settings, cancel=visit.run.cancel, ask=visit.job.ask_key
            )
        except LinkError as error:
            if visit.run.cancel.is_set():
                raise Interrupted from None
            waited = _waited(visit, error, number)
            number += 1
    seconds = round(time.monotonic() - began, 3)
    visit.evidence.append("connected", seconds=seconds)
    if waited:
        visit.found(replace(waited, outcome="remedied", seconds_lost=seconds))
    visit.finish("connect", "satisfied", seconds)


def _waited(visit: HostSession, error: LinkError, number: int) -> Finding:
    """A host that may only be booting still is waited for; otherwise the error stands."""
    attempt, seen, situation = _link_seen(visit, error, number)
    move = visit.asked(
        lambda: decisions.decide(
            seen, visit.pains, replace(situation, attempt=attempt),
            tried=(), allow=(), left_s=visit.host.settings.timeouts.wait,
        )
    )  # fmt: skip
    if not isinstance(move, decisions.Wait) or not visit.job.remedies:
        raise error
    _link_noted(visit, attempt)
    visit.found(move.finding)
    if visit.run.cancel.wait(move.seconds):
        raise Interrupted
    return move.finding


def survey(visit: HostSession) -> Facts:
    """What the host is, as the first step after the login; raises as `gathered`."""
    visit.begin("survey", "Look at the host")
    began = time.monotonic()
    seen = gathered(visit, began)
    visit.evidence.append("facts", **replay.fields(seen))
    visit.finish("survey", "satisfied", round(time.monotonic() - began, 3))
    return seen


def gathered(visit: HostSession, began: float) -> Facts:
    """The facts as they are now; `began` is when whoever asks for them did.

    Raises LinkError, Interrupted, and Failed where no shell of ours could be begun.
    """
    visit.step = "survey"
    token = secrets.token_hex(12)
    outcome = _probed(visit, token)
    visit.on_host_s += outcome.seconds
    log = visit.evidence.log("survey", "survey", outcome, "survey the host")
    visit.evidence.append(
        "command", step="survey", role="survey", attempt=1, shown="survey the host",
        script="", as_root=False, exit_code=outcome.exit_code, cut=outcome.cut,
        seconds=round(outcome.seconds, 3), log=log,
    )  # fmt: skip
    if outcome.cut == "cancelled":
        raise Interrupted
    seen = facts.parse(outcome, token)
    if seen.os_id is UNKNOWN:
        # logged in, and no shell of ours was begun: what was printed instead may say why
        attempt = Attempt("survey", 1, "survey", outcome, log)
        _conclude(visit, attempt, _recognised(visit, attempt, _bare_situation(visit)))
        visit.finish("survey", "failed", round(time.monotonic() - began, 3))
        raise Failed
    host_clock = known(seen.clock_s)
    offset = UNKNOWN if host_clock is None else round(host_clock - time.time(), 1)
    visit.link.sudo_mode = known(seen.sudo)
    return replace(seen, clock_offset_s=offset)


def _probed(visit: HostSession, token: str) -> Outcome:
    """What the probe printed. A link lost meanwhile is opened anew, once: nothing was changed.

    Raises LinkError and Interrupted.
    """
    lost = LinkError("the connection was lost during the survey")
    visit.run.asked.release()
    for _ in range(2):
        try:
            outcome = visit.link.run(facts.probe_command(token))
        except LinkError as error:
            if error.kind != "lost":
                raise
            lost = error
        else:
            if outcome.cut != "link-lost":
                return outcome
        visit.note(lost.brief)
        step_runner.reopen(visit.link, visit.run.cancel)
    raise lost


def platform(visit: HostSession, seen: Facts) -> Platform:
    """What it is called and how it is set up. Raises Failed where Onramp does not know it."""
    known_one = platforms.resolve(seen)
    if known_one:
        visit.evidence.append(
            "platform", id=known_one.id, title=known_one.title, note=known_one.note
        )
        return known_one
    situation = Situation(seen, visit.host.settings, None, visit.stack, "survey")

    def foreseen() -> tuple[Finding, ...]:
        own = {name: pain for name, pain in visit.pains.items() if name == UNSUPPORTED}
        return diagnose.foreseen(situation, own)

    words = [finding.evidence.excerpt for finding in visit.asked(foreseen)]
    said = words[0] if words else str(known(seen.os_pretty))
    visit.found(
        Finding(
            pain=UNSUPPORTED,
            step="survey",
            how="foreseen",
            evidence=Evidence("cat /etc/os-release", 0, said),
            because=(said,),
            outcome="needs-human",
        )
    )
    visit.finish("survey", "failed", 0.0)
    raise Failed


def link_failed(visit: HostSession, error: LinkError) -> None:
    """No login, or the link was lost: a finding like any other, with the tool's own words."""
    attempt, seen, _ = _link_seen(visit, error, 1)
    _link_noted(visit, attempt)
    _conclude(visit, attempt, seen)
    if error.resolution:
        visit.note(error.resolution)
    if visit.step in ("connect", "survey"):  # any other has been finished where it broke off
        visit.finish(visit.step, "failed", 0.0)


def _link_seen(
    visit: HostSession, error: LinkError, number: int
) -> tuple[Attempt, tuple[Finding, ...], Situation]:
    """What a failed connection shows, in the SSH library's own words."""
    login = f"{visit.host.user}@" if visit.host.user else ""
    port = f"-p {visit.host.port} " if visit.host.port != 22 else ""
    shown = f"ssh {port}{login}{visit.host.address}"
    words = "\n".join(part for part in (error.details, error.brief) if part)
    outcome = Outcome(shown, 255, stderr=words)
    log = visit.evidence.log(visit.step, "try", outcome, shown)
    attempt = Attempt(visit.step, number, "try", outcome, log)
    situation = _bare_situation(visit)
    return attempt, _recognised(visit, attempt, situation), situation


def _link_noted(visit: HostSession, attempt: Attempt) -> None:
    visit.evidence.append(
        "command", step=attempt.step, role="try", attempt=attempt.number,
        shown=attempt.outcome.command, script="", as_root=False, exit_code=255, seconds=0.0,
        log=attempt.log, excerpt=attempt.outcome.stderr,
    )  # fmt: skip


def _bare_situation(visit: HostSession) -> Situation:
    """Before anything is known of the host."""
    return Situation(Facts(), visit.host.settings, stack=visit.stack, step=visit.step)


def _recognised(visit: HostSession, attempt: Attempt, situation: Situation) -> tuple[Finding, ...]:
    """What diagnosis finds where no probe can be run."""

    def findings() -> tuple[Finding, ...]:
        found = diagnose.matches(attempt, visit.pains)
        return diagnose.findings(attempt, found, {}, situation)

    return visit.asked(findings)


def _conclude(visit: HostSession, attempt: Attempt, seen: Sequence[Finding]) -> None:
    """The cause, for a person to act on; or that there is none to name."""
    if seen:
        visit.found(replace(seen[0], outcome="needs-human"))
    else:
        visit.evidence.append("unexplained", **replay.fields(diagnose.unexplained(attempt)))
