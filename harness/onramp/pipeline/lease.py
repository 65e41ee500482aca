"""A host that a fleet's worker changes is leased to the run: no two go on there side by side.

The lease is a link on the host that says whose it is and until when, in seconds since the host's
boot, which nobody can set: `/tmp/onramp-lease -> RUN:SECONDS`. Making a link is atomic, and what it
says is there with it. One that says more than any could is from before a boot: of a run that may
just have restarted the host, so it holds until half an hour after that.
"""

from __future__ import annotations

import hashlib
import shlex
import socket
from pathlib import Path
from typing import Final

from onramp.errors import HarnessError
from onramp.model.action import Command
from onramp.pipeline.host_session import HostSession

PLACE: Final = "/tmp/onramp-lease"
LASTS_S: Final = 1800  # renewed before each step; none lasts longer
HELD: Final = 75
HOLD: Final = """\
read -r now rest </proc/uptime || exit 0
now=${now%.*}
mine="$RUN:$((now + LASTS))"
ln -s "$mine" "$PLACE" 2>/dev/null && exit 0
said=$(readlink "$PLACE") || exit 0
until=${said##*:}
[ "$until" -le "$((now + LASTS))" ] 2>/dev/null || until=LASTS
if [ "${said%:*}" != "$RUN" ] && [ "$until" -gt "$now" ]; then
  echo "${said%:*} for another $((until - now)) s"
  exit HELD
fi
ln -s "$mine" "$PLACE.$$" && mv -f "$PLACE.$$" "$PLACE"
"""
LET_GO: Final = """\
said=$(readlink "$PLACE") || exit 0
[ "${said%:*}" != "$RUN" ] || rm -f "$PLACE"
"""


def owner(run: Path) -> str:
    """Whose the hosts of this run are: the same when it is resumed where it is, nobody else's.

    Runs of one second, here in other folders or on other machines, have the same id.
    """
    whose = hashlib.sha256(f"{socket.gethostname()}:{run.resolve()}".encode())
    return f"{run.name}-{whose.hexdigest()[:8]}"


def hold(session: HostSession) -> None:
    """Takes the lease, or has it for longer. Raises HarnessError where another run has it.

    A host on which it cannot be kept at all is worked on without.
    """
    if not session.run.lease:
        return
    outcome = session.connection.run(_command(session, HOLD))
    if outcome.exit_code == HELD:
        raise HarnessError(
            f"{session.host.name}: another run is at work there: {outcome.stdout.strip()}",
            f"wait, or, where that run is dead, remove {PLACE} on the host",
        )
    session.leased = True


def let_go(session: HostSession) -> None:
    """Gives it back, also of a run that is interrupted, as far as the host still listens."""
    if session.leased:
        session.clean_up(_command(session, LET_GO))


def _command(session: HostSession, script: str) -> Command:
    names = {"RUN": session.run.lease, "PLACE": PLACE}
    values = "".join(f"{name}={shlex.quote(value)}\n" for name, value in names.items())
    script = script.replace("LASTS", str(LASTS_S)).replace("HELD", str(HELD))
    return Command(values + script, timeout_s=10, display="the lease of this host")
