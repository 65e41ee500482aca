"""No image of that name and tag is there for you to pull.

What you see: `pull access denied for …, repository does not exist or may require 'docker login'`,
`manifest for … not found: manifest unknown`, or the builder's `failed to resolve source metadata
for …: not found`.

Why it happens: a typing error in the name or tag, a tag that was withdrawn, or a private image
and nobody is logged in. A registry does not tell strangers which of these it is.

What to do: look the name and tag up on the registry's page, letter by letter. If it is right,
`docker login` (with the registry's name, if it is not Docker Hub) as somebody who may read it.
An image of your own has to be built first: give its service a `build:`.

What the remedy changes: nothing; which image was meant, only you can know.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="image-not-found-or-denied",
    phase="build",
    title="Image name or tag wrong, or private",
    severity="blocker",
    cause="The registry has no such image, or none for somebody who is not logged in.",
    symptoms=(
        Symptom(r"pull access denied for [^\s,]{1,300}, repository does not", "dockerd", weight=3),
        Symptom(r"pull access denied, repository does not exist or may", "containerd", weight=3),
        Symptom(r"manifest for \S+ not found: manifest unknown", "dockerd", weight=3),
        Symptom(r"failed to resolve source metadata for \S+ \S+: not found", "BuildKit", weight=3),
        Symptom(r"failed to resolve reference \S+ \S+: not found", "containerd", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Correct the image's name or tag, or log in to its registry.",
        commands=("docker manifest inspect IMAGE", "docker login REGISTRY"),
    ),
    references=("https://docs.docker.com/reference/cli/docker/image/pull/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like", "alpine-3.23"),
        starts="ready",
        # a tag that this registry does not have
        script="""cd /home/*/onramp/hello-world || exit 1
at=$(sed -n '/"insecure-registries"/,/]/s/.*"\\([0-9.]*:[0-9]*\\)".*/\\1/p' \
/etc/docker/daemon.json)
sed -i "s#^FROM .*#FROM $at/library/python:3.12-alpin#" Dockerfile""",
        before="build",
    ),
)
