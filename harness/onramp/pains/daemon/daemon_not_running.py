"""The Docker daemon is not there to answer.

What you see: `Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker
daemon running?`; since 29, `failed to connect to the docker API at …`.

Why it happens: the engine is a service, and it was not started. RPM packages never start it;
Debian's do, unless a policy forbids services to start during installation, as in many images.
It may also have been stopped, or have failed: then `systemctl status docker` says why.

What to do: `sudo systemctl start docker`; without systemd, `sudo service docker start`. If it
does not stay up, read `journalctl -u docker`.

What the remedy changes: a daemon runs as root, adds its firewall rules, and starts containers that
were told to restart always.
"""

from onramp.journey.service_managers import ANSWERS, SYSTEMD
from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom


def _start(situation: Situation) -> RemedyPlan:
    # what the documentation says: where it says systemctl and there is none, that is met next
    manager = situation.platform.service_manager if situation.platform else SYSTEMD
    start = Command(manager.documented[0].removeprefix("sudo "), as_root=True)
    return RemedyPlan(actions=(start, ANSWERS) if manager.name == "openrc" else (start,))


PAIN = PainPoint(
    id="daemon-not-running",
    phase="daemon",
    title="The Docker daemon is not running",
    severity="major",
    cause="The service was not started, or did not stay up.",
    symptoms=(
        Symptom(r"Cannot connect to the Docker daemon", "1.13 - 28"),
        Symptom(r"failed to connect to the docker API at \S+; check if the path", ">= 29"),
        Symptom(r"Couldn't connect to Docker daemon at ", "Compose 1"),
        Symptom(r"Connection aborted\.', FileNotFoundError\(2", "docker-py, Compose 1"),
        Symptom(r"Connection aborted\.', ConnectionRefusedError\(111", "docker-py, Compose 1"),
        Symptom(r"this error may indicate that the docker daemon is not run", "Windows"),
        Symptom(r"//\./pipe/docker\w{0,40}: The system cannot find the file", "Windows"),
        Symptom(r"docker\.sock: connect: (?:no such file or directory|connection refused)", "Go"),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Start the daemon.",
        cure=_start,
        commands=("sudo systemctl start docker",),
        side_effects="Starts a daemon as root; it changes firewall rules.",
    ),
    references=(
        "https://docs.docker.com/engine/daemon/start/",
        "https://github.com/moby/moby/blob/master/client/errors.go",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # somebody stopped it
        script="systemctl stop docker.socket docker.service || service docker stop || true",
        starts="ready",
    ),
)
