"""The instructions say systemctl, and this system has no systemd running.

What you see: `systemctl: command not found`, or `System has not been booted with systemd as init
system (PID 1). Can't operate.`

Why it happens: WSL without systemd switched on, containers, and distributions with another init
(Devuan, Alpine, antiX, Debian with sysvinit). The package brings an init script there as well,
which the documentation no longer mentions.

What to do: `sudo service docker start`, or with OpenRC `sudo rc-service docker start`. In WSL put
`[boot] systemd=true` into /etc/wsl.conf and restart it with `wsl --shutdown`.

What the remedy changes: the daemon is started in the way of this init system.
"""

from onramp.journey.service_managers import ANSWERS
from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains import NOT_FOUND, SHELL


def _confirmed(situation: Situation) -> bool | None:
    """Only where systemctl was really typed: a log that mentions it is no stumble."""
    if situation.attempt and "system" not in situation.attempt.outcome.text:
        return False
    init = situation.probe.stdout.strip() if situation.probe else ""
    return init != "systemd" if init else None


def _start(situation: Situation) -> RemedyPlan | None:
    manager = situation.platform.service_manager if situation.platform else None
    if manager is None or manager.name == "systemd":
        return None
    start = Command(manager.start.format(unit="docker"), as_root=True)
    return RemedyPlan(actions=(start, ANSWERS), then="continue")


PAIN = PainPoint(
    id="no-systemd",
    phase="daemon",
    title="System not booted with systemd",
    severity="minor",
    cause="Another init system runs here, and the documented command is systemd's.",
    symptoms=(
        Symptom(r"System has not been booted with systemd as init system", "systemd", weight=3),
        Symptom(f"{SHELL}systemctl: {NOT_FOUND}", "shells", weight=3),
        Symptom(r"Failed to connect to .{0,20}bus.{0,80}: (?:Host is down|No such file)"),
    ),
    probe=Command("if [ -d /run/systemd/system ]; then echo systemd; else cat /proc/1/comm; fi"),
    confirm=_confirmed,
    remedy=Remedy(
        kind="safe",
        summary="Start the daemon the way of this init system.",
        cure=_start,
        commands=("sudo service docker start",),
    ),
    explains=("daemon-not-running",),
    references=("https://learn.microsoft.com/windows/wsl/systemd",),
    recipe=Recipe(images=("debian-12-sysv",)),
)
