"""Looks at what a host is: one probe script, one round trip, and the platform its facts name."""

from __future__ import annotations

import secrets
import time

from msgspec import Struct
from msgspec.structs import replace

from onramp import journey
from onramp.diagnosis import findings
from onramp.errors import LinkError
from onramp.evidence import events, stamps
from onramp.journey import methods, platforms
from onramp.journey import survey as survey_probe
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import Evidence, Finding, Situation
from onramp.model.platform import Platform
from onramp.model.step import Attempt
from onramp.model.unknown import UNKNOWN, Unknown, known
from onramp.pipeline.actions import reopen
from onramp.pipeline.connect import conclude, recognise
from onramp.pipeline.host_session import Failed, HostSession, Interrupted

UNSUPPORTED = "unsupported-distribution"
NO_METHOD = "method-not-available"
SURVEY = journey.SURVEY.id


class Probed(Struct, frozen=True):
    """What the probe printed, the token that its own lines begin with, how long asking took, and
    our clock (in seconds since 1970) when it had answered."""

    outcome: Outcome
    token: str
    seconds: float
    clock_s: float


def survey(session: HostSession) -> Probed:
    """Asks the host what it is, right after the login. Raises LinkError and Interrupted."""
    session.begin(journey.SURVEY)
    return probe(session)


def surveyed(session: HostSession, probed: Probed) -> tuple[Facts, Platform]:
    """What the host is, by its answer. Raises as `read` and `identify`."""
    facts = read(session, probed)
    session.evidence.append(facts)
    session.finish(SURVEY, "satisfied", probed.seconds)
    return facts, identify(session, facts)


def read(session: HostSession, probed: Probed) -> Facts:
    """An answer, written down and read.

    Raises Interrupted, and Failed where no shell of ours could be begun.
    """
    outcome, token = probed.outcome, probed.token
    session.spent(outcome)
    log = session.log(SURVEY, "survey", outcome, "survey the host")
    session.evidence.append(events.CommandEvent(
        step=SURVEY, role="survey", attempt=1, shown="survey the host",
        script="", as_root=False, exit_code=outcome.exit_code, cut=outcome.cut,
        seconds=round(outcome.seconds, 3), log=log,
    ))  # fmt: skip
    if outcome.cut == "cancelled":
        raise Interrupted
    facts = survey_probe.parse(outcome, token)
    if facts.os_id is UNKNOWN:
        # logged in, and no shell of ours was begun: what was printed instead may say why
        attempt = Attempt(SURVEY, 1, "survey", outcome, log)
        conclude(session, attempt, recognise(session, attempt))
        session.finish(SURVEY, "failed", probed.seconds)
        raise Failed
    session.connection.sudo_mode = known(facts.sudo)
    return replace(facts, clock_offset_s=_clock_offset_s(facts, probed.clock_s))


def _clock_offset_s(facts: Facts, ours: float) -> float | Unknown:
    """Unknown, too, where ours was set during the run: whose is wrong cannot be told then."""
    host_clock = known(facts.clock_s)
    if host_clock is None or stamps.clock_was_set():
        return UNKNOWN
    return round(host_clock - ours, 1)


def probe(session: HostSession) -> Probed:
    """One round trip. A link lost meanwhile is opened anew, once: nothing was changed.

    Raises LinkError and Interrupted.
    """
    session.step, began = SURVEY, time.monotonic()
    token = secrets.token_hex(12)
    lost = LinkError("the connection was lost during the survey")
    for _ in range(2):
        try:
            outcome = session.connection.run(survey_probe.probe_command(token))
        except LinkError as error:
            if error.kind != "lost":
                raise
            lost = error
        else:
            if outcome.cut != "link-lost":
                seconds = round(time.monotonic() - began, 3)
                return Probed(outcome, token, seconds, stamps.seconds())
        session.note(lost.brief)
        reopen(session.connection, session.run.cancel)
    raise lost


def identify(session: HostSession, facts: Facts) -> Platform:
    """What it is called and how it is set up.

    Raises Failed where Onramp does not know it, or it cannot be set up as the settings say.
    """
    platform = platforms.resolve(facts)
    if platform is None:
        raise _refused(session, facts, platform, UNSUPPORTED)
    session.evidence.append(
        events.PlatformEvent(id=platform.id, title=platform.title, note=platform.note)
    )
    if methods.named(session.host.settings, platform).refused(platform):
        raise _refused(session, facts, platform, NO_METHOD)
    return platform


def _refused(session: HostSession, facts: Facts, platform: Platform | None, pain: str) -> Failed:
    """What ends a host that cannot be set up, unchanged; the report says why in `pain`'s words."""
    situation = Situation(facts, session.host.settings, platform, session.stack, SURVEY)

    def foreseen() -> tuple[Finding, ...]:
        own = {name: one for name, one in session.pains.items() if name == pain}
        return findings.foreseen(situation, own)

    words = [finding.evidence.excerpt for finding in session.diagnosed(foreseen)]
    said = words[0] if words else str(known(facts.os_pretty))
    session.found(
        Finding(
            pain=pain,
            step=SURVEY,
            how="foreseen",
            evidence=Evidence("cat /etc/os-release", 0, said),
            because=(said,),
            outcome="needs-human",
        )
    )
    session.finish(SURVEY, "failed", 0.0)
    return Failed()
