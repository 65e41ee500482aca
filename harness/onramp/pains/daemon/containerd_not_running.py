"""containerd, which runs the containers for Docker, is not there to answer.

What you see: dockerd ends with `failed to dial "/run/containerd/containerd.sock"` or `timeout
waiting for containerd to start`. Docker 28 starts all the same, and then every container fails
with `dial unix:///run/containerd/containerd.sock: timeout`.

Why it happens: containerd is a service of its own. It stays down where its config.toml is broken
(Kubernetes guides rewrite it), where its disk is full, or where half of it was removed.

What to do: `systemctl status containerd` says why. Mend config.toml or move it away, then
`sudo systemctl restart containerd docker`.

What the remedy changes: a config.toml that cannot be read is put aside, and both services start
anew, for whoever else uses them too; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

TOML = "/etc/containerd/config.toml"
ASK = (
    "systemctl is-active containerd.service; "
    f"[ ! -e {TOML} ] || containerd config dump >/dev/null 2>&1 || echo unreadable"
)
START = "systemctl reset-failed containerd; systemctl restart containerd docker.service"


def _confirmed(situation: Situation) -> bool | None:
    state = situation.probe.stdout.split() if situation.probe else []
    halved = "unknown service" in (situation.attempt.text if situation.attempt else "")
    return None if halved or not state else "active" not in state


def _start(situation: Situation) -> RemedyPlan | None:
    state = situation.probe.stdout.split() if situation.probe else []
    aside = (Command(f"mv {TOML} {TOML}.invalid", as_root=True),) if "unreadable" in state else ()
    return RemedyPlan((*aside, Command(START, as_root=True))) if state else None


PAIN = PainPoint(
    id="containerd-not-running",
    phase="daemon",
    title="containerd is not running",
    severity="blocker",
    cause="The service containerd is down.",
    symptoms=(
        Symptom(r'failed to dial "/run/containerd/containerd\.sock"', "18.09 - 29", weight=3),
        Symptom(r"failed to start containerd: |unknown service containerd\.", weight=3),
        Symptom(r"dial unix:\S{0,40}containerd/containerd\.sock: ", "28", weight=3),
    ),
    probe=Command(ASK, as_root=True),
    confirm=_confirmed,
    remedy=Remedy("ask", "Start containerd, without a config.toml it cannot read.", _start),
    explains=("daemon-not-running", "service-failed-to-start"),
    references=("https://github.com/containerd/containerd/blob/main/docs/ops.md",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",  # a config.toml edited with a truth value TOML does not know
        script=f"printf '[plugins]\\nx = True\\n' > {TOML}; systemctl restart containerd; true",
    ),
)
