"""Docker on this host is a snap, shut in: it sees your home directory and little else.

What you see: `error while creating mount source path '/opt/…': mkdir /opt/…: read-only file
system`, `no configuration file provided: not found` in a directory that has one, or `open
/home/…/.hidden/…: permission denied`.

Why it happens: Ubuntu's installer offers Docker as a snap. A snap may read files below /home that
do not begin with a dot; /opt, /srv and /tmp are the snap's own or closed to it. Its data lie in
/var/snap/docker, and there is no group docker of its own.

What to do: keep projects in a plain directory of your home; or save what is in its volumes, remove
the snap with `sudo snap remove docker` and install Docker's packages.

What the remedy changes: removing the snap removes its images, containers and volumes; a person
has to save what matters first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, Situation, Symptom
from onramp.model.unknown import known


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    path = known(facts.docker_cli_path) or ""
    if path.startswith("/snap/"):
        return f"the command docker is {path}: a snap"
    return "there is a snap named docker too" if known(facts.snap_docker) else None


def _confirmed(situation: Situation) -> bool | None:
    if situation.probe:
        return "/snap/" in situation.probe.stdout
    text = situation.attempt.text if situation.attempt else ""
    own = ("creating mount source path", "/snap")  # the rest is said by others too
    return None if any(words in text for words in own) else False


PAIN = PainPoint(
    id="snap-docker", phase="preflight", title="Docker is a snap", severity="major",
    cause="A snap of Docker may reach only plain files below /home.",
    symptoms=(
        Symptom(r"mount source path '[^'\n]{1,200}': mkdir \S+: read-only file", "snap", weight=3),
        Symptom(r"no configuration file provided: not found", "snap", weight=1),
        Symptom(r"open /home/\S{0,200}/\.\S+: permission denied", "snap", weight=1),
        Symptom(r"cannot stop container: \S+: permission denied", "snap", weight=1),
        Symptom(r"/snap/docker/\S*: (?:permission denied|read-only|no such)", "snap", weight=3),
        Symptom(r"register layer: mkdir /snap: permission denied", "snap", weight=3),
    ),
    foresee=_foreseen,
    probe=Command("command -v docker; ls -d /snap/bin/docker /snap/docker 2>/dev/null; true"),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Keep projects in your home, or replace the snap by Docker's packages.",
        commands=("snap list docker", "sudo snap remove docker"),
        side_effects="Removing the snap deletes its images and volumes.",
    ),
    explains=("readonly-or-noexec-fs", "compose-no-config-file", "cannot-stop-permission-denied"),
    references=(
        "https://docs.docker.com/engine/install/ubuntu/",
        "https://github.com/canonical/docker-snap/issues/188",
    ),
    affects=("debian",),
)  # fmt: skip
