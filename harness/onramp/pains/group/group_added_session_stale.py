"""You are in group docker, but this login does not know it yet.

What you see: the same `permission denied while trying to connect to the Docker daemon socket` as
before `usermod`, although `getent group docker` lists you.

Why it happens: the groups of a session are read once, when it begins. Open terminals, tmux and
screen, desktop sessions, editors working over SSH and shared SSH connections (ControlMaster) keep
the groups they started with.

What to do: log out and in again. With a shared connection end that one first (`ssh -O exit HOST`);
a desktop session may need a restart of the machine. For a single command, `sg docker -c '…'`.

What the remedy changes: nothing; the connection is opened anew.
"""

from onramp.model.action import Relogin
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation
from onramp.pains.group import DENIED, MEMBERSHIP, membership


def _confirmed(situation: Situation) -> bool:
    return membership(situation.probe) == "stale"


def _log_in_again(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Relogin(),))


PAIN = PainPoint(
    id="group-added-session-stale",
    phase="group",
    title="Group was added, but this session does not have it",
    severity="minor",
    cause="The session began before the user joined group docker.",
    symptoms=DENIED,
    probe=MEMBERSHIP,
    confirm=_confirmed,
    remedy=Remedy(
        kind="safe",
        summary="Log out and in again.",
        cure=_log_in_again,
        commands=("log out and in again", "id -nG"),
    ),
    references=("https://docs.docker.com/engine/install/linux-postinstall/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # automation that makes every administrator a member as soon as the group exists
        script="""cat > /etc/apt/apt.conf.d/90members <<'END'
DPkg::Post-Invoke {"if getent group docker >/dev/null; then usermod -aG docker newcomer; fi";};
END""",
    ),
)
