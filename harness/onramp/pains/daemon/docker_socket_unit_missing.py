"""docker.service wants its socket unit, and there is none.

What you see: `Failed to start docker.service: Unit docker.socket not found.`; from a dockerd
started by hand, `failed to load listeners: no sockets found via socket activation`.

Why it happens: the packages' dockerd does not open its socket itself (`-H fd://`): systemd opens
it as docker.socket and hands it over. Static binaries, a copied docker.service, or a tidy-up of
unit files leave one half of the pair; `dockerd -H fd://` typed in a shell gets no socket either.

What to do: `sudo apt install --reinstall docker-ce` (or docker.io) brings the unit back. By hand,
start `sudo dockerd` without `-H fd://`.

What the remedy changes: the engine's package is unpacked again; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

PACKAGE = (
    "$(dpkg-query -W -f '${db:Status-Abbrev} ${Package}\\n' docker-ce docker.io 2>/dev/null "
    "| sed -n 's/^ii *//p')"
)
AGAIN = f"apt-get install -y --reinstall {PACKAGE} && systemctl daemon-reload"
START = "systemctl enable --now docker.socket docker.service"


def _again(situation: Situation) -> RemedyPlan | None:
    manager = situation.platform.package_manager if situation.platform else None
    if manager is None or manager.name != "apt":
        return None
    again = Command(AGAIN, as_root=True, timeout_s=600.0, env=manager.env)
    return RemedyPlan((again, Command(START, as_root=True)))


PAIN = PainPoint(
    id="docker-socket-unit-missing",
    phase="daemon",
    title="docker.socket is missing",
    severity="blocker",
    cause="dockerd is to take its socket from systemd, which has no docker.socket.",
    symptoms=(
        Symptom(r"Unit docker\.socket not found", "systemd", weight=3),
        Symptom(r"no sockets found via socket activation", "20.10 - 29", weight=3),
        Symptom(r"too few socket activated files passed in by systemd", "20.10 - 29", weight=3),
        Symptom(r"Unit docker\.socket could not be found", "systemd"),
    ),
    probe=Command("systemctl cat docker.socket >/dev/null 2>&1 || echo missing"),
    confirm=lambda seen: True if seen.probe and "missing" in seen.probe.stdout else None,
    remedy=Remedy("ask", "Reinstall the engine's package.", _again),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://docs.docker.com/engine/daemon/troubleshoot/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        script="systemctl stop docker.socket docker && rm /usr/lib/systemd/system/docker.socket"
        " && systemctl daemon-reload",
    ),
)
