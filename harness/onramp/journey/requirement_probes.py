"""A requirement's probe as a command: a room of its own on the host, and all of it out again. Pure.

A probe works in a Compose project and a directory that bear a token of this run, so that what is
removed afterwards can be nobody else's; the deployed stack is only looked at. It cleans up itself
when it ends, fails or is told to end; `sweep` does it for one that was killed.
"""

from __future__ import annotations

import shlex
from typing import Final

from onramp.journey.stack_commands import directory, project
from onramp.model.action import Command
from onramp.model.stack import Requirement, Stack

SWEEP_S: Final = 60.0
UNTESTABLE: Final = 77  # as in Automake: https://www.gnu.org/software/automake/manual/automake.html


def probe(requirement: Requirement, stack: Stack, token: str) -> Command:
    """The probe with its surroundings. `token`: letters and digits that no other run has."""
    script = f"""{_surroundings(requirement, stack, token)}
missing() {{ echo "$*"; exit 1; }}
untestable() {{ echo "$*"; exit {UNTESTABLE}; }}
uptime_s() {{ cut -d. -f1 /proc/uptime; }} # a clock that nobody sets
trap 'ended=$?; trap "" HUP INT TERM PIPE; sweep >/dev/null 2>&1; exit $ended' EXIT
trap 'sleep 1; exit 143' HUP INT TERM PIPE # what docker had begun comes to its end
umask 077 && mkdir -p "$room" && cd "$room" || untestable "there is no room for it in $HOME/onramp"
( umask 022; eval {shlex.quote(requirement.probe)} )
"""
    return Command(
        script,
        timeout_s=requirement.timeout_s,
        silence_s=requirement.timeout_s,
        display=requirement.shown or f"the probe of {requirement.id}",
    )


def sweep(requirement: Requirement, stack: Stack, token: str) -> Command:
    """Removes what a probe made; fails where something stays."""
    script = f"{_surroundings(requirement, stack, token)}\nsweep"
    shown = f"remove what the probe of {requirement.id} made"
    return Command(script, timeout_s=SWEEP_S, silence_s=SWEEP_S, display=shown)


def _surroundings(requirement: Requirement, stack: Stack, token: str) -> str:
    """Names, and the function that removes what bears them.

    What a login may set for other projects (COMPOSE_FILE and its like) would change every probe.
    Messages of docker join the output, so that the last line is the last thing said. Images go by
    name: removed by its id, one would take along every other name it has.
    """
    own = f"{project(stack)}-{requirement.id}-{token}"
    return f"""exec 2>&1
unset COMPOSE_FILE COMPOSE_PROFILES COMPOSE_ENV_FILES COMPOSE_PATH_SEPARATOR
export COMPOSE_PROJECT_NAME={shlex.quote(own)} COMPOSE_PROGRESS=quiet
export ONRAMP_PROJECT={shlex.quote(project(stack))}
export ONRAMP_STACK="$HOME"/{shlex.quote(directory(stack))}
rooms=$HOME/onramp/.requirements-{token} room=$HOME/onramp/.requirements-{token}/{requirement.id}
gone() {{ # what is listed, how it is removed
  held=$(docker $1) || return 1
  [ -z "$held" ] || docker $2 $held
}}
sweep() {{
  cd && rm -rf "$room"
  rmdir "$rooms" 2>/dev/null # the last one does it
  named={{{{.Repository}}}}:{{{{.Tag}}}}
  of=label=com.docker.compose.project=$COMPOSE_PROJECT_NAME
  images="image ls --filter reference=$COMPOSE_PROJECT_NAME* --format $named"
  gone "ps -aq --filter $of" "rm -fv" && gone "network ls -q --filter $of" "network rm" &&
  gone "volume ls -q --filter $of" "volume rm -f" &&
  gone "$images" "image rm" && [ ! -e "$room" ]
}}"""
