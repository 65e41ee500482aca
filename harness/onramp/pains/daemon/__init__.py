"""The engine's service: is it there, does it start, will it start again.

And what several remedies of this phase do alike."""

from onramp.journey.service_managers import ANSWERS, SYSTEMD
from onramp.model.action import Command
from onramp.model.pain import Situation

RESET = "systemctl reset-failed docker.service docker.socket"


def restarted(situation: Situation) -> tuple[Command, ...]:
    """The daemon started anew in the way of this host, whatever it failed at before."""
    manager = situation.platform.service_manager if situation.platform else SYSTEMD
    restart = Command(manager.restart.format(unit="docker"), as_root=True)
    reset = (Command(f"{RESET} || true", as_root=True),) if manager.name == "systemd" else ()
    return (*reset, restart, ANSWERS)
