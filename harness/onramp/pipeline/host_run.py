"""One host, top to bottom: acquire, connect, survey, plan, foresee, perform, end.

Everything that happens to the host is data; an exception ends its run with a status and never
leaves `run_host`, so that other hosts are not disturbed.
"""

from __future__ import annotations

import time

from onramp import journey
from onramp.errors import HarnessError, LinkError
from onramp.evidence import events
from onramp.model.run import HostStatus
from onramp.model.settings import told
from onramp.pipeline import lease, mirror_use, stack_listing
from onramp.pipeline.connect import connect, connection_failed
from onramp.pipeline.host_session import Failed, HostSession, Interrupted
from onramp.pipeline.perform_steps import perform
from onramp.pipeline.plan_steps import foresee, plan_steps, preview
from onramp.pipeline.survey_host import survey, surveyed


def run_host(session: HostSession) -> None:
    """One host's whole run, written down as it goes. Never raises."""
    began = time.monotonic()
    session.evidence.hold_open()
    try:
        introduce(session)
        acquire(session)
        connect(session)
        mirror_use.attach(session)
        probed = survey(session)
        with session.deciding():
            facts, platform = surveyed(session, probed)
            plan = plan_steps(session, facts, platform)
            foresee(session, plan)
            status = preview(session, plan) if session.run.options.check else None
        status = status or perform(session, plan)
    except Exception as error:
        status = stopped(session, error)
    finally:
        mirror_use.detach(session)
        lease.let_go(session)
        session.close()
    session.end(status, total_s=time.monotonic() - began, on_host_s=session.on_host_s)
    release(session)


def introduce(session: HostSession) -> None:
    """Who the host is, as far as that is known by now, and what is asked of it."""
    options, host, stack = session.run.options, session.host, session.stack
    scope = "doctor" if options.check else options.scope
    asked = journey.ids(scope, keep=options.keep, reboot=session.reboot and not options.check)
    session.evidence.append(
        events.HostEvent(
            name=host.name,
            address=host.address,
            port=host.port,
            user=host.user,
            image=host.image,
            provider=host.provider,
            stack=stack.name,
            reviewer=stack.reviewer,
            asked=asked,
            settings=told(host.settings),
        )
    )
    if "copy-stack" in asked:
        session.evidence.append(events.Files(files=stack_listing.files(stack)))


def acquire(session: HostSession) -> None:
    """Has the host's provider make it ready to be logged in to. Raises HarnessError."""
    provider = session.run.providers[session.host.provider]
    known = session.host
    session.host = provider.acquire(known, session.progress)
    session.acquired = True
    if session.host != known:
        introduce(session)
    for text in session.host.notes:
        session.note(text)


def stopped(session: HostSession, error: Exception) -> HostStatus:
    """The status of a host whose run ended early; why is written down."""
    if session.run.cancel.is_set() or isinstance(error, Interrupted):
        return "interrupted"
    if isinstance(error, LinkError):
        connection_failed(session, error)
        return "unreachable"
    if isinstance(error, HarnessError):
        session.evidence.append(events.Fault(text=error.brief, details=error.details))
    elif not isinstance(error, Failed):
        session.fault(error)
    return "failed"


def cut_short(session: HostSession) -> None:
    """The end of a host that was never begun, or whose thread hangs."""
    if not session.evidence.events():
        introduce(session)
        session.note("the run was interrupted before this host's turn")
    session.end("interrupted")


def release(session: HostSession) -> None:
    """Gives back what was acquired; the host's end has been written already."""
    if not session.acquired:
        return
    try:
        session.run.providers[session.host.provider].release(session.host)
    except Exception as error:
        session.note(f"releasing the host failed: {error}")
