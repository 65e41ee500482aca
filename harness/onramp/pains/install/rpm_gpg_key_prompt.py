"""The key that Docker's RPM packages are signed with is not trusted here, or is not the right one.

What you see: dnf `Refusing to automatically import keys when running unattended`, `Public key for …
is not installed` or `GPG check FAILED`; zypper asks whether to reject the key, or says `Signature
verification failed for file`.

Why it happens: dnf and zypper ask before they trust a new key, and without a terminal nobody
answers. If a key was imported and the check still fails, the file at gpgkey= is not the key the
packages are signed with: a mirror's own, or a proxy's page.

What to do: import Docker's key yourself and compare its fingerprint:
060A 61C5 1B55 8A7F 742B 77AA C52F EB6B 621E 9F35.

What the remedy changes: the host trusts whatever that key signs; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

URL = "https://download.docker.com/linux/{}/gpg"
PRINT = "060A61C51B558A7F742B77AAC52FEB6B621E9F35"


def _import(situation: Situation) -> RemedyPlan | None:
    system = known(situation.facts.os_id)
    if system not in ("fedora", "rhel", "centos"):
        return None
    got = f"k=$(mktemp); curl -fsSL {URL.format(system)} -o $k"
    seen = f"gpg --with-colons --show-keys $k | grep -q '^fpr:*{PRINT}:'"
    return RemedyPlan(
        actions=(Command(f"{got} && {seen} && rpm --import $k; s=$?; rm $k; exit $s", True),)
    )


PAIN = PainPoint(
    id="rpm-gpg-key-prompt",
    phase="install",
    title="Docker's RPM key is not trusted, or wrong",
    severity="major",
    cause="The package manager has not been told to trust the key, or the key is another one.",
    symptoms=(
        Symptom(r"^(?:Error: )?Refusing to automatically import keys when", "dnf 4", weight=3),
        Symptom(r"^Public key for \S+ is not installed", "dnf 4, yum", weight=3),
        Symptom(r"GPG keys listed for the \"[^\"\n]{1,100}\" repository are", "dnf 4", weight=3),
        Symptom(r"^Signature verification failed for file '", "zypper", weight=3),
        Symptom(r"Do you want to reject the key, trust temporarily", "zypper", weight=3),
        Symptom(r"error: Certificate \w+ invalid: policy violation", "rpm 4.18+", weight=3),
        Symptom(r"^Error: GPG check FAILED", "dnf 4"),
    ),
    probe=Command("rpm -q gpg-pubkey --qf '%{VERSION} %{SUMMARY}\\n'; true"),
    remedy=Remedy("ask", "Import Docker's key after comparing its fingerprint.", _import,
                  (f"sudo rpm --import {URL.format('centos')}",), "A key decides what root runs."),
    references=("https://docs.docker.com/engine/install/rhel/#install-docker-engine",),
    affects=("rhel", "suse"),
    recipe=Recipe(("suse-like",), "rpm -e --allmatches gpg-pubkey"),
)  # fmt: skip
