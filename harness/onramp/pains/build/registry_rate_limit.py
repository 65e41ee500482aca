"""The registry has counted enough pulls from this address for now.

What you see: `toomanyrequests: You have reached your unauthenticated pull rate limit`, or
`429 Too Many Requests` where the builder asks for an image.

Why it happens: Docker Hub lets anybody pull a limited number of images in six hours and counts by
address. Behind a company's or a cloud's shared address others use up the share. Mirrors and
other registries have limits of their own.

What to do: `docker login` with a free account counts for you alone and allows more. Or pull
through a mirror that the network offers (`registry-mirrors` in /etc/docker/daemon.json), or
wait: the count falls again within six hours. Trying over and over only adds to it.

What the remedy changes: nothing by itself. Logging in writes the password into
~/.docker/config.json, merely encoded, unless a credential helper is set up.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains import answering
from onramp.pains.build import STEPS

SAYS = '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}'

PAIN = PainPoint(
    id="registry-rate-limit",
    phase="build",
    title="The registry's pull rate limit",
    severity="blocker",
    cause="The registry refuses further pulls from this address for some hours.",
    symptoms=(
        Symptom(
            r"\btoomanyrequests: |reached your (?:[a-z]{4,16} )?pull rate limit",
            "all, Docker Hub's and others'",
            weight=3,
        ),
        Symptom(r"\b429 Too Many Requests| request to \S+: 429 ", "BuildKit", STEPS, weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Log in to the registry, pull through a mirror, or wait.",
        commands=("docker login",),
        side_effects="The password is kept in ~/.docker/config.json.",
    ),
    explains=("registry-mirror-misconfigured", "daemon-dns-or-network-failure"),
    references=("https://docs.docker.com/docker-hub/usage/pulls/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        # a registry of the host's own that has had enough
        script=answering(5000, "429 Too Many Requests", "application/json", SAYS),
        before="build",
        stack={"Dockerfile": ("FROM python", "FROM localhost:5000/library/python")},
    ),
)
