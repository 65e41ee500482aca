"""The image was built for another kind of processor.

What you see: `exec /usr/bin/redis-server: exec format error` in the log, after `The requested
image's platform … does not match the detected host platform`; or `no matching manifest for …`.

Why it happens: an image holds machine code. One built on an ARM laptop and pushed or loaded here
runs on ARM alone, and `platform:` in a compose file asks for the wrong one on other machines.

What to do: build the image on this host, or for several platforms with `docker buildx build
--platform linux/amd64,linux/arm64`; pull it anew; remove a `platform:` that is not meant.

What the remedy changes: the image is fetched again for this host's processor and takes over its
name, and the stack's containers are made anew from it; so it asks first.
"""

import re
from shlex import quote

from onramp.journey.stack_commands import directory, project
from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

PROBE = """docker version -f '{{.Server.Arch}}'; for c in $(docker ps -aq -f status=exited \
-f status=restarting -f status=created); do docker image inspect -f '{{.Architecture}} \
{{join .RepoTags " "}}' "$(docker inspect -f '{{.Image}}' $c)"; done"""


def _foreign(situation: Situation) -> list[str] | None:
    said = situation.probe.stdout.splitlines() if situation.probe else []
    rows = [line.split() for line in said if line.strip()]  # the host's, each container's
    return [row[-1] for row in rows[1:] if row[0] != rows[0][0]] if rows[1:] else None


def _pull(situation: Situation) -> RemedyPlan | None:
    names = [n for n in _foreign(situation) or () if re.fullmatch(r"[a-z0-9][\w./:-]+", n)]
    if not names or not (stack := situation.stack):
        return None
    where, name = quote(directory(stack)), quote(project(stack))
    pulls = (Command(f"docker pull {quote(n)}", timeout_s=900.0) for n in names)
    return RemedyPlan((*pulls, Command(f"cd ~/{where} && docker compose -p {name} up -d")))


PAIN = PainPoint(
    id="image-arch-mismatch", phase="up", title="Image for another processor", severity="blocker",
    cause="The image's programs are for another kind of processor than the host's.",
    symptoms=(
        Symptom(r"no match(?:ing manifest)? for \S+ in (?:the )?manifest", "all", weight=3),
        Symptom(r"does not provide the specified platform|but its platform \(", "all", weight=3),
        Symptom(r"does not match the detected host platform", "all", weight=3, warning=True),
        Symptom(r"\bexec [^\n]{1,200}exec format error", "runc", ("", "build", "up", "verify")),
    ),
    probe=Command(PROBE, as_root=True),
    confirm=lambda situation: None if (f := _foreign(situation)) is None else bool(f),
    remedy=Remedy("ask", "Get the image for this processor.", _pull, ("docker pull NAME",)),
    explains=("container-restart-loop", "entrypoint-crlf-or-noexec"),
    references=("https://docs.docker.com/build/building/multi-platform/",),
    recipe=Recipe(("debian-12", "debian-13", "debian-12-sysv"), """cd /tmp
dpkg --add-architecture arm64; apt-get update -q; apt-get download redis-{tools,server}:arm64
for p in redis-*.deb; do dpkg -x $p arm; done
tar -C arm -c usr | docker import --platform linux/arm64 - redis:alpine""", "up", "ready"),
)  # fmt: skip
