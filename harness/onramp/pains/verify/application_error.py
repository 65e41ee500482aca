"""The application answers, but with an error of its own.

What you see: the page says `500 Internal Server Error`, or keeps you waiting, and all services run.
The reason stands in the log of the service: the last line of a traceback, such as
`redis.exceptions.AuthenticationError: Authentication required.`

Why it happens: Docker did what it was asked to. The program met something it does not deal with: a
database that wants a password or refuses strangers, a table that was never made, a setting that is
missing, a file it may not write.

What to do: `docker compose logs SERVICE` and read from the end to the line that names an error;
what stands there is for the application's author, or for its settings.

What the remedy changes: nothing; what is wrong is in the application or its settings.
"""

import re

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

FAILS = re.compile(r"\bHTTP 5\d\d\b")
WAITS = re.compile(r"^inside: no answer \(Timeout", re.MULTILINE)  # it may fail for a long time
ANSWER = '    return f"Hello World!'


def _confirmed(situation: Situation) -> bool | None:
    said = situation.attempt.outcome.text if situation.attempt else ""
    if FAILS.search(said):
        return True
    return None if WAITS.search(said) else False


PAIN = PainPoint(
    id="application-error",
    phase="verify",
    title="The application answers with an error",
    severity="blocker",
    cause="The program in the container failed at the request; its log names the error.",
    symptoms=(Symptom(r"\w(?:Error|Exception|Denied): \S", "all", ("verify",), weight=1),),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Read the service's log, and mend the application or its settings.",
        commands=("docker compose logs --tail=80 SERVICE",),
    ),
    references=("https://docs.docker.com/reference/cli/docker/compose/logs/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        # an application that reads a setting which nobody gave it
        stack={"app.py": (ANSWER, f"    print(__import__('os').environ['GREETING'])\n{ANSWER}")},
    ),
)
