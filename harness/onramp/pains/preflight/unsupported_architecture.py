"""Packages or programs here are made for another processor.

What you see: apt: repository `doesn't support architecture 'i386'`; dpkg: `package architecture
(arm64) does not match system (amd64)`; or a plugin in its place is `not a docker command`.

Why it happens: Docker builds for amd64, arm64, armhf, ppc64el and s390x; not for 32-bit PCs, the
first Raspberry Pi and Zero (armv6), or riscv64. Or somebody downloaded a wrong plugin.

What to do: go by `dpkg --print-architecture`, not by `uname -m`. Where Docker has no packages, the
distribution's docker.io may exist. Replace a wrong plugin by the package of that name.

What the remedy changes: nothing by itself; which program is to go is for a person to say.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known

STEP = ("install-compose",)
BUILT = ("amd64", "arm64", "armhf", "ppc64el", "s390x", "x86_64", "aarch64", "armv7l", "ppc64le")
ASK = """for d in "$HOME"/.docker /usr/local/lib/docker /usr/lib/docker /usr/libexec/docker
do p=$d/cli-plugins/docker-compose; [ ! -x "$p" ] || "$p" version 2>&1 | head -n 1; done; true"""
# a plugin downloaded by hand, for the wrong machine: any program of arm64 does
WRONG = """dpkg --add-architecture arm64 && apt-get update -q && cd /tmp &&
apt-get download hello:arm64 && dpkg -x hello_*.deb hello && apt-get purge -y docker-compose-plugin
install -D hello/usr/bin/hello /usr/local/lib/docker/cli-plugins/docker-compose"""


def _foreseen(situation: Situation) -> str | None:
    facts = situation.facts
    old = known(facts.arch) == "armv6l"
    name = "armv6l" if old else known(facts.dpkg_arch) or known(facts.arch)
    return None if name in (None, *BUILT) else f"Docker has no packages for {name}"


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout if situation.probe else ""
    if _foreseen(situation) or re.search(r"[Ee]xec format error", said):
        return True
    text = situation.attempt.outcome.text if situation.attempt else ""
    pasted = "" if known(situation.facts.arch) else "|support architecture"
    return None if re.search(rf"match system|[Ee]xec format{pasted}", text) else False


PAIN = PainPoint(
    id="unsupported-architecture", phase="preflight", title="Made for another processor",
    severity="blocker", cause="Docker has nothing for this processor, or the build is a wrong one.",
    symptoms=(
        Symptom(r"repository '[^'\n]{1,200}' doesn't support architecture '", "apt", weight=3),
        Symptom(r"package architecture \(\w+\) does not match system", "dpkg", weight=3),
        Symptom(r"/cli-plugins/\S+: [Ee]xec format error", "docker", weight=3),
        Symptom(r"Package '?docker-ce'? has no installation candidate", "apt", weight=1),
        Symptom(r"'compose' is not a docker|unknown command: docker compose", "", STEP, 1),
    ),
    foresee=_foreseen, probe=Command(ASK, display="docker-compose version"), confirm=_confirmed,
    remedy=Remedy("human", "Take what is built for this.", commands=("dpkg --print-architecture",)),
    explains=("compose-plugin-missing", "compose-plugin-shadowed-old", "apt-package-not-found"),
    references=("https://docs.docker.com/engine/install/",),
    recipe=Recipe(("debian-12", "debian-13"), WRONG, starts="ready"),
)  # fmt: skip
