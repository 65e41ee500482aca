"""Something between the host and the internet opens TLS connections and signs them anew.

What you see: `curl: (60) SSL certificate problem: unable to get local issuer certificate` (or
self-signed certificate in certificate chain), `x509: certificate signed by unknown authority`
from the daemon, CERTIFICATE_VERIFY_FAILED from pip in a build.

Why it happens: many companies inspect traffic with a proxy that presents certificates of its own
authority. Managed laptops know that authority; a fresh server, the Docker daemon and every image
do not. A host without ca-certificates knows none at all.

What to do: get your company's root certificate from whoever runs the proxy, put it into
/usr/local/share/ca-certificates/ as a .crt file, run update-ca-certificates and restart Docker.
Builds need it inside the image. Switching verification off only hides who is listening.

What the remedy changes: the host trusts whatever that authority signs; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

URL = "https://download.docker.com/linux/"
ASK = (
    f"curl -sS -m 20 -o /dev/null {URL}; echo verified $?;"
    f" curl -sSk -m 20 -o /dev/null {URL}; echo unverified $?"
)


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout.split("\n") if situation.probe else []
    return True if "verified 60" in said and "unverified 0" in said else None


PAIN = PainPoint(
    id="tls-intercepted-corporate-ca",
    phase="install",
    title="TLS interception, or no CA certificates",
    severity="blocker",
    cause="Certificates on this network are signed by an authority the host does not know.",
    symptoms=(
        Symptom(r"curl: \((?:60|77)\) |Curl error \((?:60|77)\): ", "curl, dnf", weight=3),
        Symptom(r"Certificate verification failed: |SSL connection failed: err", "apt", weight=3),
        Symptom(r"x509: certificate signed by unknown authority", "dockerd", weight=3),
        Symptom(r"CERTIFICATE_VERIFY_FAILED|problem confirming the ssl", "pip", weight=3),
        Symptom(r"TLS: server certificate not trusted", "apk 3", weight=3),
    ),
    probe=Command(ASK, timeout_s=60.0),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Add the company's root certificate to the host, and to images that need it.",
        commands=("sudo cp CA.crt /usr/local/share/ca-certificates", "sudo update-ca-certificates"),
    ),
    explains=("apt-no-release-file", "apt-dns-or-no-route", "build-dns-failure"),
    references=("https://docs.docker.com/engine/network/ca-certs/",),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-13", "fedora-like"),
        script='echo "$INTERCEPTOR download.docker.com registry-1.docker.io" >> /etc/hosts',
        settings={"docker.repository": "https://download.docker.com/linux"},
        needs=("interceptor",),
    ),
)
