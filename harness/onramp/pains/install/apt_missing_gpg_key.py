"""apt does not have the key that Docker's repository is signed with.

What you see: `NO_PUBKEY` and a key id (apt 3 says `Missing key … which is needed to verify
signature`), then `E: The repository '…' is not signed.`

Why it happens: the file named by Signed-By is not the right key: the download was answered by
something else (a proxy's page, a mirror with a key of its own), went to another path, was cut
short, or may not be read by the user that apt drops to.

What to do: /etc/apt/keyrings/docker.asc should begin with BEGIN PGP PUBLIC KEY BLOCK. Fetch it
again and compare the fingerprint 9DC8 5822 9FC7 DD38 854A E2D8 8D81 803C 0EBF CD88.

What the remedy changes: no key is trusted that nobody accounts for. With `docker.method=auto` the
distribution's signed packages are taken instead, where they suffice; else it is up to you.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.install import KEY, E, fall_back, not_dockers

PAIN = PainPoint(
    id="apt-missing-gpg-key",
    phase="install",
    title="Repository key missing or wrong",
    severity="blocker",
    cause="The key file named in the source is not the key the repository is signed with.",
    symptoms=(
        Symptom(r"NO_PUBKEY [0-9A-F]+", "apt < 3", weight=3),
        Symptom(r"Missing key [0-9A-F]+, which is needed to verify", "apt >= 3", weight=3),
        Symptom(r": (?:GPG error|OpenPGP signature verification failed): ", "apt, all"),
        Symptom(r"Sub-process \S*/sqv returned an error code", "apt >= 3"),
        Symptom(rf"{E}The repository '[^'\n]{{1,300}}' is not signed", "apt, all"),
        Symptom(r"Could not execute 'gpgv' to verify signature", "apt < 3", weight=3),
        Symptom(r'Failed to parse keyring "/etc/apt/keyrings/docker', "sqv", weight=3),
    ),
    probe=Command(f"ls -l {KEY}; head -n 2 {KEY}", timeout_s=20.0),
    confirm=not_dockers,
    remedy=Remedy(
        kind="safe",
        summary="Download the key again and compare its fingerprint, or leave the repository.",
        cure=fall_back,
        commands=(
            f"sudo curl -fsSL https://download.docker.com/linux/debian/gpg -o {KEY}",
            f"gpg --show-keys {KEY}",
        ),
        side_effects="A key in this place decides whose packages are installed as root.",
    ),
    references=(
        "https://docs.docker.com/engine/install/debian/#install-using-the-repository",
        "https://salsa.debian.org/apt-team/apt/-/blob/main/methods/gpgv.cc",
    ),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # a company's mirror that hands out a key of its own; here it is one of Debian's
        script="""set -e; name=$(. /etc/os-release; echo "$VERSION_CODENAME"); cd /srv
mkdir -p debian/dists/$name; curl -fsSL $MIRROR/debian/dists/$name/InRelease \\
    -o debian/dists/$name/InRelease; cp /etc/apt/trusted.gpg.d/*bookworm-stable.asc debian/gpg
apt-get update -q; apt-get install -y -q busybox; busybox httpd -p 127.0.0.1:8479 -h /srv""",
        settings={"docker.repository": "http://127.0.0.1:8479"},
        needs=("mirror",),
    ),
)
