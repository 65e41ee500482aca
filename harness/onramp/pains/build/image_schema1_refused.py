"""An image in the format of 2015 is refused.

What you see: `media type "application/vnd.docker.distribution.manifest.v1+prettyjws" is no
longer supported since containerd v2.1, please rebuild the image as
"application/vnd.docker.distribution.manifest.v2+json" or …`.

Why it happens: the image was last pushed with a very old Docker. Schema 1 was deprecated in
2019, and containerd 2.1, which comes with engine 29, no longer reads it.

What to do: take a newer tag, or build the image anew. Whoever has an older engine can convert
it: pull, tag and push it there.

What the remedy changes: nothing; which image stands in its place is for its owner to say.
"""

from base64 import urlsafe_b64encode

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains import answering

BARE = '{"schemaVersion": 1, "name": "team/redis", "tag": "2", "fsLayers": [], "history": []'
HEAD = f'{{"formatLength": {len(BARE)}, "formatTail": "fQ", "time": "2015-11-02T09:12:33Z"}}'
SIGNED = urlsafe_b64encode(HEAD.encode()).decode().rstrip("=")  # as a registry keeps it
MANIFEST = f'''{BARE}, "signatures": [{{"header": {{"alg": "ES256"}}, "protected": "{SIGNED}",
  "signature": "c2lnbmVk"}}]}}'''
KIND = "application/vnd.docker.distribution.manifest.v1+prettyjws"

PAIN = PainPoint(
    id="image-schema1-refused",
    phase="build",
    title="Image in a format no longer read",
    severity="blocker",
    cause="The image's manifest is of schema 1, which containerd no longer supports.",
    symptoms=(
        Symptom(r"manifest\.v1\+prettyjws\W+is no longer supported", "containerd >= 2.1", weight=3),
        Symptom(r"manifest version 2, schema 1 support (?:has been|is)", ">= 27", weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Use a newer tag, or have the image built again.",
        commands=("docker buildx imagetools inspect IMAGE",),
    ),
    references=(
        "https://docs.docker.com/engine/deprecated/#pushing-and-pulling-with-image-manifest-v2-schema-1",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        script=answering(5000, "200 OK", KIND, MANIFEST),  # a team's registry since 2015
        before="up",
        stack={"docker-compose.yml": ("redis:alpine", "localhost:5000/team/redis:2")},
    ),
)
