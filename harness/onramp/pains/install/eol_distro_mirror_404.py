"""The distribution's own mirror no longer has this release.

What you see: `404  Not Found [IP: …]` and `E: The repository 'http://mirror.example/debian buster
Release' no longer has a Release file.`; on CentOS `Cannot find a valid baseurl for repo: base/7` or
`Cannot prepare internal mirrorlist: No URLs in mirrorlist`.

Why it happens: some time after a release's support has ended it moves from the mirrors to an
archive. Nothing is installed or mended there any more.

What to do: move to a supported release, or start from a newer image: that is what the host needs.
To look at an old one only, point its sources at the archive (archive.debian.org,
old-releases.ubuntu.com, vault.centos.org). If the release is a current one, the mirror is
incomplete: take another.

What the remedy changes: nothing by itself. A system that gets no security updates should not be
given a network service without somebody saying so.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains.install import E, owners


def _confirmed(situation: Situation) -> bool | None:
    found, attempt = owners(situation), situation.attempt
    if attempt and "mirrorlist.centos" in attempt.text:
        return True
    release = bool(attempt and "Release' " in attempt.text)  # and not one package, as an old list
    return ("system" in found and release) if found else None


PAIN = PainPoint(
    id="eol-distro-mirror-404",
    phase="install",
    title="The distribution's mirror no longer has this release",
    severity="blocker",
    cause="The release has moved to an archive, or the mirror is incomplete.",
    symptoms=(
        Symptom(rf"{E}The repository '\S+ \S+ Release' (?:does not|no longer) ha", "apt"),
        Symptom(r"^(?:E: Failed to fetch \S+)?  404  Not Found \[IP: ", "apt", weight=1),
        Symptom(r"Could not retrieve mirrorlist http://mirrorlist\.cen", "yum", weight=3),
        Symptom(r"Cannot find a valid baseurl for repo: base/7", "yum", weight=3),
        Symptom(
            r"[Cc]ould ?n[o']t resolve host[^\n]{1,60}mirrorlist\.centos\.org", "curl", weight=3
        ),
        Symptom(r"Cannot prepare internal mirrorlist: No URLs in m", "dnf 4", weight=3),
    ),
    confirm=_confirmed,
    explains=("apt-dns-or-no-route",),
    remedy=Remedy(
        kind="human",
        summary="Move to a supported release, or point the sources at the archive.",
        commands=("cat /etc/os-release", "cat /etc/apt/sources.list"),
    ),
    references=("https://wiki.debian.org/DebianReleases", "https://www.debian.org/distrib/archive"),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-13", "debian-12-sysv"),
        # a mirror that has dropped the release
        script="""set -e; apt-get update -q; apt-get install -y -q busybox; . /etc/os-release
mkdir -p /srv/debian/dists; busybox httpd -p 127.0.0.1:8479 -h /srv
cd /etc/apt; rm -rf sources.list.d/* /var/lib/apt/lists/*
echo "deb http://127.0.0.1:8479/debian $VERSION_CODENAME main" > sources.list""",
    ),
)
