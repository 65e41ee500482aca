"""Docker's unit is masked: systemd has been told never to start it.

What you see: `Failed to start docker.service: Unit docker.service is masked.`, and in
`systemctl status docker` the word masked.

Why it happens: masking is switching off with a lock. Removing Debian's docker.io can leave its
units masked; hardening profiles mask what they do not want; and somebody may have meant it.

What to do: find out whether it was on purpose. If not:
`sudo systemctl unmask docker.service docker.socket containerd.service`, then
`sudo systemctl enable --now docker`.

What the remedy changes: it undoes what somebody set; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

UNMASK = "systemctl unmask docker.service docker.socket containerd.service"
START = "systemctl enable --now docker.service"


def _foreseen(situation: Situation) -> str | None:
    masked = situation.facts.daemon_enabled == "masked"
    return "docker.service is masked" if masked else None


def _unmask(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=tuple(Command(script, as_root=True) for script in (UNMASK, START)))


PAIN = PainPoint(
    id="unit-masked",
    phase="daemon",
    title="docker.service or docker.socket is masked",
    severity="blocker",
    cause="The unit is masked, so that nothing can start it.",
    symptoms=(
        Symptom(r"[Uu]nit (?:docker|containerd)\.\w+ is masked", "systemd", weight=3),
        Symptom(r"Unit (?:file )?/\S+/docker\.\w+ is masked", "systemd >= 239", weight=3),
    ),
    foresee=_foreseen,
    probe=Command("systemctl is-enabled docker.service docker.socket containerd.service"),
    remedy=Remedy(
        kind="ask",
        summary="Unmask the units and start the daemon.",
        cure=_unmask,
        commands=(f"sudo {UNMASK}", f"sudo {START}"),
        side_effects="Somebody may have masked them on purpose.",
    ),
    explains=("daemon-not-running", "service-disabled-at-boot"),
    references=("https://manpages.debian.org/stable/systemd/systemctl.1.en.html",),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-13", "fedora-like"),
        script="systemctl mask docker.service docker.socket",
    ),
)
