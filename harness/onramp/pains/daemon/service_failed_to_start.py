"""dockerd was started and gave up; the reason stands in its journal.

What you see: `Job for docker.service failed because the control process exited with error code`,
`Start request repeated too quickly`, or `Unit docker.service has a bad unit file setting`.

Why it happens: systemd only reports that dockerd ended. What dockerd said itself is one line of
its log, `failed to start daemon: ...`. Onramp shows that line where its catalogue has no page for
it. A bad unit file setting is systemd's own: often a drop-in with a second ExecStart= and no empty
`ExecStart=` before it.

What to do: `journalctl -u docker -n 50 -o cat | grep "failed to start"` names the cause. Mend it;
`sudo systemctl reset-failed docker` lifts the ban after three quick failures; start it again.
`systemd-analyze verify docker.service` explains a bad unit.

What the remedy changes: the daemon is started once more, for a cause that is gone by now.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

AGAIN = "systemctl reset-failed docker.service docker.socket; systemctl start docker.service"


def _confirmed(situation: Situation) -> bool | None:
    """Never a confirmed cause, so that any other goes before it; old lines in a log are none."""
    said = set(situation.probe.stdout.split() if situation.probe else ())
    return False if said >= {"LoadState=loaded", "ActiveState=inactive"} else None


def _again(situation: Situation) -> RemedyPlan | None:
    systemd = situation.facts.init == "systemd"
    return RemedyPlan((Command(AGAIN, as_root=True),)) if systemd else None


PAIN = PainPoint(
    id="service-failed-to-start",
    phase="daemon",
    title="docker.service failed to start",
    severity="blocker",
    cause="dockerd ended at once; its own log says why.",
    symptoms=(
        Symptom(r"Unit docker\.\w+ has a bad unit file setting", "systemd >= 236", weight=3),
        Symptom(r"docker\.service: Failed at step \w+ ", "systemd"),
        Symptom(r"failed to start daemon: ", "all", weight=1),
        Symptom(r"A dependency job for docker\.service failed", "systemd", weight=1),
        Symptom(r"docker\.service: Start request repeated too quickly", "systemd", weight=1),
        Symptom(r"Job for docker\.service failed", "systemd", ("",), weight=1),
    ),
    probe=Command("systemctl show -p LoadState -p ActiveState docker.service; true"),
    confirm=_confirmed,
    remedy=Remedy("ask", "Mend what the log names, then start the daemon.", _again),
    explains=("daemon-not-running",),
    references=("https://docs.docker.com/engine/daemon/troubleshoot/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        # a drop-in that adds a second ExecStart= where it meant to replace the first
        script="d=/etc/systemd/system/docker.service.d; mkdir -p $d && printf '%s\\n' '[Service]'"
        " 'ExecStart=/usr/bin/dockerd --debug' > $d/override.conf",
    ),
)
