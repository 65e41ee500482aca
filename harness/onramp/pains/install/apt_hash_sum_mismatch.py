"""What arrived from the package server is not what its signed list of contents announces.

What you see: `Hash Sum mismatch`, `File has unexpected size (A != B). Mirror sync in progress?`, or
`Clearsigned file isn't valid, got 'NODATA' (does the network require authentication?)`.

Why it happens: a mirror is being updated just now, a proxy between hands out an old copy, or a
login page of the network answers in the server's place (NODATA: that is the page).

What to do: wait some minutes and run `sudo apt-get update` again. If it stays, ask past the proxy's
copy with `-o Acquire::http::No-Cache=true`, or take another mirror; with NODATA, log in to the
network or set the proxy. Never switch the checks off: they are what keeps a forged package out.

What the remedy changes: nothing at first, it waits and tries again. If Docker's repository alone is
concerned and stays so, `docker.method=auto` takes the distribution's packages where they suffice.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.install import fall_back, owners

ERROR = r"^(?:(?:E|Error|W|Warning): Failed to fetch \S+)?  "  # a build's own apt is numbered
PAUSE_S = 15.0


def _cure(situation: Situation) -> RemedyPlan | None:
    if situation.attempt and situation.attempt.number < 3:
        return RemedyPlan(wait_s=PAUSE_S)
    return fall_back(situation) if owners(situation) == {"docker"} else None


PAIN = PainPoint(
    id="apt-hash-sum-mismatch",
    phase="install",
    title="A mirror or proxy hands out stale or foreign files",
    severity="major",
    cause="A mirror in the middle of an update, a stale cache or a login page answered.",
    symptoms=(
        Symptom(rf"{ERROR}Hash Sum mismatch", "apt, all", weight=3),
        Symptom(rf"{ERROR}File has unexpected size \(", "apt, all", weight=3),
        Symptom(rf"{ERROR}Clearsigned file isn't valid, got '", "apt, all", weight=3),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Wait and try again; then look for the proxy or mirror at fault.",
        cure=_cure,
        commands=("sudo apt-get -o Acquire::http::No-Cache=true update",),
    ),
    explains=("apt-missing-gpg-key", "apt-package-not-found", "apt-unmet-dependencies-held"),
    references=("https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/acquire-item.cc",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # a company's cache that kept an older index than the signed list it fetched anew
        script="""set -e; at=debian/dists/$(. /etc/os-release; echo "$VERSION_CODENAME"); cd /srv
index=stable/binary-$(dpkg --print-architecture)/Packages; mkdir -p "$at/${index%/*}"
for f in debian/gpg $at/InRelease $at/$index; do curl -fsSL "$MIRROR/$f" -o $f; done
sed -i '/^Package: docker-ce$/,$d' $at/$index; gzip -k $at/$index
apt-get update -q; apt-get install -y -q busybox; busybox httpd -p 127.0.0.1:8479 -h /srv""",
        settings={"docker.repository": "http://127.0.0.1:8479"},
        needs=("mirror",),
    ),
)
