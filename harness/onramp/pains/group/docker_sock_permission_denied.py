"""Docker runs, but you may not talk to it.

What you see: `permission denied while trying to connect to the Docker daemon socket at
unix:///var/run/docker.sock` (since 29: `… to the docker API at …`); with sudo the same works.

Why it happens: the socket belongs to root and group docker, and installing Docker puts nobody
into that group. That is deliberate: whoever may use the socket can become root on the host.

What to do: join the group (`sudo usermod -aG docker $USER`), then log out and in again, for the
groups of a session are fixed when it begins. Do not make the socket writable for everyone.

What the remedy changes: the user is a member of group docker from now on, which amounts to root.
"""

import shlex

from onramp.model.action import Command, Relogin
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation
from onramp.model.unknown import known
from onramp.pains import EVERY_SYSTEM
from onramp.pains.group import DENIED, MEMBERSHIP, membership


def _confirmed(situation: Situation) -> bool | None:
    verdicts = {"outsider": True, "stale": False, "member": False}
    return verdicts.get(membership(situation.probe) or "")


def _join(situation: Situation) -> RemedyPlan | None:
    user = situation.settings.docker.user or known(situation.facts.user)
    if not user:
        return None
    how = situation.platform.join_group if situation.platform else "usermod -aG {group} {user}"
    join = Command(how.format(group="docker", user=shlex.quote(user)), as_root=True)
    return RemedyPlan(actions=(join, Relogin()))


PAIN = PainPoint(
    id="docker-sock-permission-denied",
    phase="group",
    title="User may not open docker.sock",
    severity="major",
    cause="The user is not in group docker, which owns the daemon's socket.",
    symptoms=DENIED,
    probe=MEMBERSHIP,
    confirm=_confirmed,
    remedy=Remedy(
        kind="safe",
        summary="Join group docker and log in again.",
        cure=_join,
        commands=("sudo usermod -aG docker $USER", "log out and in again"),
        side_effects="Members of group docker can become root on the host.",
    ),
    references=(
        "https://docs.docker.com/engine/install/linux-postinstall/",
        "https://github.com/moby/moby/blob/master/client/request.go",
    ),
    recipe=Recipe(
        images=EVERY_SYSTEM,
    ),
)
