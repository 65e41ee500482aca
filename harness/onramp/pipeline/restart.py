"""Restarts a host, and logs in again once another boot answers there.

Which boot answers is asked, not assumed: each has an id of its own, or process 1 began at another
time (proc_sys_kernel(5), proc_pid_stat(5)). Whether the kernel began anew is told by how long it
has been up (proc_uptime(5)): systemd-nspawn gives a container an id of its own for each boot.
"""

from __future__ import annotations

import re
import time
from typing import Final, NamedTuple, NoReturn

from onramp.errors import LinkError
from onramp.model.action import Command, Outcome, Restart
from onramp.pipeline.host_session import HostSession, Interrupted
from onramp.providers import Restarts
from onramp.remote import Connection

PAUSE_S: Final = 1.0  # between two attempts to log in
TOLD_WITHIN_S: Final = 60.0
BOOT: Final = Command(
    "cat /proc/sys/kernel/random/boot_id && "
    "began=$(sed 's/.*) //' /proc/1/stat 2>/dev/null | cut -d' ' -f20) && "
    "echo ${began:-unknown} && cut -d' ' -f1 /proc/uptime",
    display="cat /proc/sys/kernel/random/boot_id",
    timeout_s=30.0,
)
_SECONDS: Final = re.compile(r"\d{1,12}(\.\d+)?")


class Boot(NamedTuple):
    """What answers on a host."""

    id: str
    began: str  # when process 1 did, in the kernel's clock ticks; "unknown" where it is hidden
    kernel_up_s: float

    def is_after(self, before: Boot | None, within_s: float) -> bool:
        """Whether it is another one than `before`, which was asked so many seconds ago.

        Where that gave no answer: whether it began since.
        """
        if before is None:
            return self.kernel_up_s < within_s
        return self[:2] != before[:2] or self.kernel_up_s < before.kernel_up_s


def restart(host: HostSession, action: Restart) -> Outcome:
    """What came of it: exit code 0 where the host is back, and it is another boot that answers.

    Raises LinkError where it does not come back in time, HarnessError where its provider cannot
    start it again, and Interrupted.
    """
    began = time.monotonic()
    before = _boot(host.connection)
    if host.run.cancel.is_set():
        raise Interrupted
    told = _told(host, action)
    if not told.ok and told.cut != "link-lost":
        return told
    with host.aside():
        now = _await(host, before, began, began + action.within_s)
    away_s = time.monotonic() - began
    if not now.is_after(before, away_s):
        still = f"the host answers, and it was not restarted: its boot id is still {now.id}\n"
        return Outcome(action.shown, 1, told.stdout, told.stderr + still, away_s, as_root=True)
    said = f"boot {before.id if before else 'unknown'} has ended, boot {now.id} answers\n"
    if now.kernel_up_s > away_s:
        host.note("the system was restarted, and its kernel went on, as of a container")
        said = f"process 1 began anew, the kernel went on: it is up for {now.kernel_up_s:.0f} s\n"
    return Outcome(action.shown, 0, said, seconds=away_s, as_root=True)


def _told(host: HostSession, action: Restart) -> Outcome:
    """The command that restarts it; where the host does not start again alone, its provider helps.

    A link that goes away meanwhile is what was wanted.
    """
    command = Command(action.script, as_root=True, timeout_s=TOLD_WITHIN_S)

    def tell() -> Outcome:
        try:
            return host.connection.run(command)
        except LinkError as error:
            return Outcome(action.shown, None, stderr=error.details, cut="link-lost")

    provider = host.run.providers.get(host.host.provider)
    if isinstance(provider, Restarts):
        return provider.restart(host.host, tell)
    return tell()


def _boot(connection: Connection) -> Boot | None:
    """What answers now; None where the host did not say all of it, as one that is going down."""
    outcome = connection.run(BOOT)
    told = outcome.stdout.split()
    if not outcome.ok or len(told) != len(Boot._fields) or not _SECONDS.fullmatch(told[2]):
        return None
    return Boot(told[0], told[1], float(told[2]))


def _await(host: HostSession, before: Boot | None, began: float, deadline: float) -> Boot:
    """The boot that answers in the end; a host that is going down still answers with the old one.

    Also a login that is refused is tried again: a system that goes down or comes up lets nobody in
    (pam_nologin(8)).
    """
    while True:
        if host.run.cancel.wait(PAUSE_S):
            raise Interrupted
        try:
            host.connection.reopen()
            now = _boot(host.connection)
        except LinkError as error:
            if host.run.cancel.is_set():
                raise Interrupted from None
            if error.kind == "host-key" or time.monotonic() > deadline:
                raise _gone(error) from None
        else:
            if now and now.is_after(before, time.monotonic() - began):
                return now
            if time.monotonic() > deadline:
                return now or _unheard()


def _unheard() -> NoReturn:
    raise _gone(LinkError("logged in, and no answer came to which boot this is"))


def _gone(error: LinkError) -> LinkError:
    """The host stays away, in the words of the last attempt to log in."""
    return LinkError(
        "the host was restarted and did not come back",
        error.details or error.brief,
        "look at its console",
        kind=error.kind if error.kind != "lost" else "timeout",
    )
