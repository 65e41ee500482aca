"""The daemon, or your own connection, went away in the middle of a command.

What you see: `error during connect: … EOF` or `unexpected EOF` from docker, while a moment later
the same command works. On your side: `client_loop: send disconnect: Broken pipe`.

Why it happens: dockerd was restarted (an update, an administrator) or killed (no memory left)
while it worked for you. Or the SSH session broke, and what ran in its foreground ended.

What to do: wait until `docker version` shows a server, then repeat the command; Compose goes on
where it was. `journalctl -u docker` and `dmesg` tell who ended the daemon. Use `up -d`, put
ServerAliveInterval 15 into ~/.ssh/config, run long work in tmux.

What the remedy changes: nothing; Onramp waits and repeats the command.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

AGE = Command("ps -o etimes= -C dockerd; true", display="ps -C dockerd -o etimes")
SLACK_S = 15.0  # until we look; a daemon younger than the command that failed is a new one
BUSY = ("", "build", "up", "verify", "stop", "down", "down-volumes")


def _confirmed(situation: Situation) -> bool | None:
    if not situation.probe or not situation.attempt:
        return None
    ages = [float(word) for word in situation.probe.stdout.split() if word.isdecimal()]
    return all(age <= situation.attempt.outcome.seconds + SLACK_S for age in ages)


def _wait(_: Situation) -> RemedyPlan:
    return RemedyPlan(wait_s=5.0)


PAIN = PainPoint(
    id="daemon-killed-mid-operation",
    phase="stop",
    title="Daemon or connection lost in mid-operation",
    severity="major",
    cause="The daemon was restarted or killed, or the SSH session broke, while a command ran.",
    symptoms=(
        Symptom(r"error during connect: [^\n]{1,160}: (?:EOF|read)", "all", BUSY, weight=3),
        Symptom(r"unexpected EOF$", "all", BUSY, weight=1),
        Symptom(r"docker\.sock: (?:read|write): (?:connection reset|broken pipe)", "all", BUSY),
        Symptom(r"^client_loop: send disconnect: Broken pipe", "OpenSSH", ("",), weight=3),
        Symptom(r"Gracefully [Ss]topping\.\.\. ", "all", ("",)),
    ),
    probe=AGE,
    confirm=_confirmed,
    remedy=Remedy("safe", "Wait for the daemon, then repeat the command.", _wait, ("tmux",)),
    references=("https://docs.docker.com/engine/daemon/logs/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "fedora-like"),
        starts="ready",
        before="stop",
        # what the kernel does when memory runs out
        script="""setsid sh -c 'until pgrep -f "compose sto[p]"; do sleep 0.2; done; sleep 3
kill -9 $(cat /var/run/docker.pid)' >/dev/null 2>&1 </dev/null &""",
    ),
)
