"""The docker command and the engine are too far apart in age.

What you see: `client version 1.41 is too old. Minimum supported API version is 1.44, please
upgrade your client to a newer version`; or `… is too new. Maximum supported API version is …`.

Why it happens: client and engine agree on the newest API version that both know. Engine 29.0 to
29.2 refused all below 1.44 (Docker 25), later ones refuse what is below 1.40: a docker command
downloaded years ago, Compose 1, or a program in a container that brings a client of its own
(Traefik, Portainer, Watchtower). DOCKER_API_VERSION makes a client too old or too new.

What to do: `type -a docker` shows which command is used; one in /usr/local/bin hides the package's.
Remove it, or update the client; unset DOCKER_API_VERSION. Where a container printed it, take a
newer image of that program: nothing on the host helps. Where neither can be done,
DOCKER_MIN_API_VERSION=1.24 in a drop-in of docker.service lets old clients in.

What the remedy changes: it moves the other docker command aside, comments the variable out, or
updates docker-ce-cli; each may be there on purpose, so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.compose import SETTINGS, said, switch_off

LOCAL = "/usr/local/bin/docker"


def _update(situation: Situation) -> RemedyPlan | None:
    platform, packages = situation.platform, known(situation.facts.packages) or {}
    if said(situation.probe, "api"):
        return switch_off(situation.probe)
    if known(situation.facts.docker_cli_path) == LOCAL and "docker-ce-cli" in packages:
        return RemedyPlan(actions=(Command(f"mv {LOCAL} {LOCAL}.old", as_root=True),))
    if not platform or "docker-ce-cli" not in packages:
        return None
    newer = platform.package_manager.install.format(packages="docker-ce-cli docker-compose-plugin")
    scripts = (platform.package_manager.refresh, newer)
    return RemedyPlan(actions=tuple(Command(script, as_root=True) for script in scripts))


PAIN = PainPoint(
    id="api-version-mismatch",
    phase="compose",
    title="Client too old or too new for the engine",
    severity="blocker",
    cause="The client speaks no version of the API that the engine accepts.",
    symptoms=(
        Symptom(r"client version \S{1,20} is too (?:old|new)\b", "all", weight=3),
        Symptom(r"Minimum supported API version is \d", "all", weight=3),
    ),
    probe=SETTINGS,
    remedy=Remedy("ask", "Use a client as new as the engine.", _update, ("type -a docker",)),
    references=("https://docs.docker.com/reference/api/engine/#versioned-api-and-sdk",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        # a docker command from years ago, and an engine with a limit such as 29's
        script=r"""apt-get update -q; cd /tmp
apt-get download -q docker-cli || apt-get download -q docker.io; dpkg -x docker*.deb old
install old/usr/bin/docker /usr/local/bin/; mkdir -p /etc/systemd/system/docker.service.d
printf '[Service]\nEnvironment=DOCKER_MIN_API_VERSION=1.46\n' \
    > /etc/systemd/system/docker.service.d/api.conf; systemctl daemon-reload
systemctl restart docker""",
    ),
)
