"""Making the stack's images. Shared here: words that many causes share, and daemon.json edited."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from typing import Any, Final

from onramp.journey.service_managers import ANSWERS
from onramp.model.action import Command
from onramp.model.pain import RemedyPlan, Situation, Symptom
from onramp.model.unknown import Unknown
from onramp.pains import daemon_json

LAB = (
    "debian-12",
    "debian-13",
    "debian-12-sysv",
    "fedora-like",
)  # where a stack gets as far as a build
PRUNE = "docker system prune -af >/dev/null\n"  # what is there is not fetched
NO_MIRROR: Final[dict[str, Any]] = {"docker.daemon": {"registry-mirrors": []}}
STEPS = ("build", "up", "")  # where images are fetched and made, and a pasted text

# A registry was asked and the network did not carry it: the builder's words, then the daemon's.
# Behind a resolver, a proxy, a mirror, a path: whoever claims them has to look (`confirm`).
NETWORK = (
    r"failed to (?:do request|authorize|fetch [a-z]+ token|resolve [a-z ]{6,16})[^\n]{0,300}"
    r"(?:dial tcp|i/o timeout|handshake timeout|connection reset|deadline exceeded|: EOF$)"
)
DAEMON = (
    r"Error response from daemon: [^\n]{0,200}"
    r"(?:dial tcp|i/o timeout|handshake timeout|Client\.Timeout|deadline exceeded|: EOF$)"
)
SHARED = tuple(Symptom(words, "dockerd, BuildKit", STEPS, weight=1) for words in (NETWORK, DAEMON))


def rewritten(situation: Situation, changes: Mapping[str, Any]) -> RemedyPlan | None:
    """daemon.json with these keys set, the old one kept beside it, and the daemon restarted.

    None where nobody could read it, or what is there is no JSON.
    """
    text, present = situation.facts.daemon_json, daemon_json(situation.facts)
    if isinstance(text, Unknown) or (text and not present) or not situation.platform:
        return None
    content = shlex.quote(json.dumps({**present, **changes}, indent=2))
    script = (
        "cd /etc/docker && { [ ! -e daemon.json ] || cp -p daemon.json daemon.json.before; } &&\n"
        f"printf '%s\\n' {content} > daemon.json"
    )
    edit = Command(script, as_root=True, display="sudoedit /etc/docker/daemon.json")
    restart = situation.platform.service_manager.restart.format(unit="docker")
    return RemedyPlan(actions=(edit, Command(restart, as_root=True), ANSWERS))
