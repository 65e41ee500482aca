"""One service cannot reach another by its name.

What you see: the page answers with HTTP 500, and the log ends in
`Error -2 connecting to redis:6379. Name or service not known.`; also with -3, or 111 (refused).

Why it happens: within a stack, services find each other by the names they have in the compose file,
if they share a network and run. A service that was renamed, or put into another network, or has
ended, has no name. Refused means: found, but nobody listens there yet.

What to do: `docker compose ps -a` shows what runs. Write the service's name as the compose file
spells it; never localhost, which is the container itself. Give both services a common network. For
a slow start: a `healthcheck` for the one, `condition: service_healthy` for the other.

What the remedy changes: the stack's own files, which are yours.
"""

import re

from onramp.journey.stack_commands import project
from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

NAME = r"Error -[23] connecting to ([\w.-]{1,80}):"
ROW = '{{.Label "X.project"}} {{.Label "X.service"}} {{.State}} {{.Networks}}'
ASK = f"docker ps -a -f label=X.project --format '{ROW}'".replace("X", "com.docker.compose")


def _astray(situation: Situation) -> bool | None:
    rows = [row.split() for row in situation.probe.stdout.splitlines()] if situation.probe else []
    ours = project(situation.stack) if situation.stack else None
    seen = {row[1]: row for row in rows if len(row) == 4 and ours in (None, row[0])}
    name = re.search(NAME, situation.attempt.text) if situation.attempt else None
    if not seen or not name:
        return None
    sought = seen.pop(name[1], None)
    if sought and sought[2] != "running":
        return False  # it ended: that is what to look at
    others = {network for row in seen.values() for network in row[3].split(",")}
    return None if sought and others & set(sought[3].split(",")) else True


PAIN = PainPoint(
    id="redis-not-resolvable",
    phase="verify",
    title="The app cannot reach redis by name",
    severity="blocker",
    cause="The name that the app connects to is no running service on a network it shares.",
    symptoms=(
        Symptom(NAME, "redis-py", ("", "up", "verify"), weight=3),
        Symptom(r"Error 111 connecting to [\w.-]{1,80}:\d", "redis-py", ("", "up", "verify")),
    ),
    probe=Command(ASK),
    confirm=_astray,
    remedy=Remedy("human", "Use the service's name, on a network that both share."),
    references=("https://docs.docker.com/compose/how-tos/networking/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={"app.py": ('host="redis"', 'host="cache"')},
    ),
)
