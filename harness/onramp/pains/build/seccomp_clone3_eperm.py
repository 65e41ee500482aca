"""Programs in newer images may not start threads, because the engine's filter is too old.

What you see: `RuntimeError: can't start new thread` from pip or Flask, `pthread_create failed:
Operation not permitted`, `getaddrinfo() thread failed to start`, Redis' `Can't initialize
Background Jobs`, apt's `At least one invalid signature was encountered` in a build.

Why it happens: since 2021 the C library in images starts threads with a newer system call, clone3.
Engines before 20.10.10, libseccomp before 2.5 and home-made profiles refuse it as forbidden, where
they should say "unknown", after which the old call would be used.

What to do: bring engine and libseccomp2 up to date. Renew a `seccomp-profile` named in daemon.json
from Docker's current default, or take it out. Until then an image of an older release
(`python:3.12-slim-bullseye`) works. Switching the filter off is no cure.

What the remedy changes: nothing; an upgrade restarts every container, a profile is somebody's.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains.build import LAB

PROBE = """docker version -f 'engine {{.Server.Version}}'; docker info -f '{{.SecurityOptions}}'
dpkg-query -W -f 'libseccomp ${Version}\\n' libseccomp2 2>/dev/null; true"""
STEPS = ("build", "up", "verify", "")
OLD = """printf '%s' '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["clone3"],
"action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}' > /etc/old.json"""


def _confirmed(situation: Situation) -> bool:
    said = situation.probe.stdout if situation.probe else ""
    for name, enough in (("engine", (20, 10, 10)), ("libseccomp", (2, 5))):
        found = re.search(rf"^{name} (\d+)\.(\d+)(?:\.(\d+))?", said, re.M)
        if found and tuple(int(part or 0) for part in found.groups()) < enough:
            return True
    return bool(re.search(r"seccomp,profile=(?!default|builtin|unconfined)", said))


PAIN = PainPoint(
    id="seccomp-clone3-eperm",
    phase="build",
    title="The engine's filter forbids threads (clone3)",
    severity="blocker",
    cause="The seccomp filter refuses a system call that newer images start threads with.",
    symptoms=(
        Symptom(r"RuntimeError: can't start new thread", "Python", STEPS),
        Symptom(r"pthread_create failed: Operation not permitted", "C", STEPS, weight=3),
        Symptom(r"getaddrinfo\(\) thread failed to start", "curl", STEPS, weight=3),
        Symptom(r"Can't initialize Background Jobs", "Redis", STEPS),
        Symptom(r"At least one invalid signature was encountered", "apt", STEPS, weight=1),
    ),
    probe=Command(PROBE, as_root=True),
    confirm=_confirmed,
    remedy=Remedy("human", "Bring the engine and its seccomp profile up to date."),
    explains=("container-restart-loop",),
    references=("https://docs.docker.com/engine/security/seccomp/",),
    recipe=Recipe(
        LAB, OLD, starts="ready", settings={"docker.daemon": {"seccomp-profile": "/etc/old.json"}}
    ),
)
