"""The host does not know its own name.

What you see: `sudo: unable to resolve host NAME: Name or service not known` in front of every
sudo; the command then runs. With a name server that does not answer, it runs seconds later.

Why it happens: sudo looks the host's name up to match rules that name hosts. After renaming a
machine, or in images whose name is set at boot, /etc/hosts still has another one.

What to do: add the line `127.0.1.1 NAME` to /etc/hosts, NAME being what `hostname` prints. Where
cloud-init writes that file, set `manage_etc_hosts: true` in its configuration instead.

What the remedy changes: /etc/hosts, a file of whoever keeps the host. Left alone, it is only noise.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.preflight import sudo_says

WORDS = r"sudo: unable to resolve host "

PAIN = PainPoint(
    id="sudo-unable-to-resolve-host",
    phase="preflight",
    title="sudo cannot resolve the host's own name",
    severity="notice",
    cause="The host's own name is neither in /etc/hosts nor known to its name server.",
    symptoms=(Symptom(WORDS, "sudo 1.8 - 1.9", steps=("",), weight=3, warning=True),),
    foresee=lambda situation: sudo_says(situation, WORDS),
    remedy=Remedy(
        kind="human",
        summary="Put the host's name into /etc/hosts.",
        commands=('getent hosts "$(hostname)"', "sudoedit /etc/hosts"),
        side_effects="None; the name then means this host.",
    ),
    references=("https://manpages.debian.org/stable/manpages/hosts.5.en.html",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        script="""sed "/$(uname -n)/d" /etc/hosts > /run/hosts; cat /run/hosts > /etc/hosts""",
    ),
)
