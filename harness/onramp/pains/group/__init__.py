"""Who may open the socket: group docker, its members, and the login session.

`MEMBERSHIP` asks once for all pain points that print the same "permission denied".
"""

from __future__ import annotations

from typing import Literal

from onramp.model.action import Command, Outcome
from onramp.model.pain import Symptom

MEMBERSHIP = Command(
    script="id -un; id -G; getent group docker",
    timeout_s=20.0,
    display="id -un; id -G; getent group docker",
)
DENIED = (
    Symptom(r"permission denied while trying to connect to the Docker daemon socket", "<= 28"),
    Symptom(r"permission denied while trying to connect to the docker API at", ">= 29"),
    Symptom(r"docker\.sock: connect: permission denied", "Go clients"),
    Symptom(r"Connection aborted\.', PermissionError\(13", "docker-py, Compose 1"),
    Symptom(r"^(?:newgrp|sg): failed to crypt password with previous salt", "no member"),
)
Membership = Literal["no-group", "outsider", "stale", "member"]


def membership(probe: Outcome | None) -> Membership | None:
    """How the asking user stands to group docker; None where the probe did not say.

    The third line is `docker:x:<gid>:<members>`, or missing when there is no such group.
    """
    lines = probe.stdout.split("\n") if probe else []
    if len(lines) < 2 or not lines[0]:
        return None
    entry = lines[2].split(":") if len(lines) > 2 else []
    if len(entry) != 4:
        return "no-group"
    if entry[2] in lines[1].split():
        return "member"
    return "stale" if lines[0] in entry[3].split(",") else "outsider"
