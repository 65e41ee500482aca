"""The packages are installed, but a policy kept their service from starting.

What you see: `/usr/sbin/policy-rc.d returned 101, not running 'start docker.service'` or
`invoke-rc.d: policy-rc.d denied execution of start.` while packages are installed; from
get.docker.com, `WARNING: unable to enable the docker service`. All the same, apt ends well.

Why it happens: Debian asks /usr/sbin/policy-rc.d before a package starts its service. Tools that
build images put one there that forbids it, and sometimes forget to take it away. In a container
without an init system there is nobody to start it at all.

What to do: start it by hand: `sudo systemctl start docker`, or `sudo service docker start`. If the
file is a leftover, remove it, or no service will ever start by its package.

What the remedy changes: nothing here; that the daemon does not run is met, and mended, afterwards.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

GET = "get.docker.com"

PAIN = PainPoint(
    id="install-script-service-start-blocked",
    phase="install",
    title="A policy keeps packages from starting their services",
    severity="notice",
    cause="/usr/sbin/policy-rc.d, or a system without an init, kept the service from starting.",
    symptoms=(
        Symptom(
            r"policy-rc\.d returned \d+, not running '",
            "init-system-helpers",
            weight=3,
            warning=True,
        ),
        # without systemd it is the ordinary thing on many hosts: looked for in pasted texts alone
        Symptom(r"policy-rc\.d denied execution of (?:re)?start", "invoke-rc.d", ("",), 3, True),
        Symptom(r"^invoke-rc\.d: could not determine current runl", "", ("",), 2, True),
        Symptom(r"^Note: Running in a container environment w", GET, weight=3, warning=True),
        Symptom(r"^WARNING: unable to enable the docker service", GET, weight=3, warning=True),
    ),
    remedy=Remedy(
        kind="human",
        summary="Start the daemon yourself, and remove the policy if it is a leftover.",
        commands=("cat /usr/sbin/policy-rc.d", "sudo systemctl start docker"),
    ),
    explains=("daemon-not-running",),
    references=("https://manpages.debian.org/stable/init-system-helpers/invoke-rc.d.8.en.html",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # left behind by whoever built the image
        script=r"printf '#!/bin/sh\nexit 101\n' > /usr/sbin/policy-rc.d"
        " && chmod 755 /usr/sbin/policy-rc.d",
    ),
)
