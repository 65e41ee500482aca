"""Arch's package lists or keys on this host are older than the mirror.

What you see: `error: target not found: docker`, `error: failed retrieving file … The requested URL
returned error: 404`, `error: …: signature from "…" is unknown trust`, or `error: required key
missing from keyring`.

Why it happens: Arch keeps only the newest build of a package. Lists from weeks ago name files that
are gone, and packagers who joined since are missing from the old keyring. On a fresh image there
may be no lists, and no keys, at all.

What to do: bring the whole system up to date, the keyring first:
`pacman -Sy archlinux-keyring && pacman -Su`, then `pacman -S docker docker-compose docker-buildx`.
Do not stop after `-Sy`: Arch supports no half-upgraded system.

What the remedy changes: every package on the host is upgraded, the kernel too; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom

UPGRADE = (
    "pacman-key --populate archlinux && pacman -Sy --noconfirm archlinux-keyring && "
    "pacman -Su --noconfirm"
)


def _upgrade(_: Situation) -> RemedyPlan:
    return RemedyPlan(actions=(Command(UPGRADE, as_root=True, timeout_s=1800.0),))


PAIN = PainPoint(
    id="pacman-partial-upgrade",
    phase="install",
    title="Arch: package lists or keyring out of date",
    severity="blocker",
    cause="pacman's lists or its keyring are older than the packages on the mirror.",
    symptoms=(
        Symptom(r"^error: \S{1,200}: signature from \"[^\"\n]{1,200}\" is \w+ trust", "pacman",
                weight=3),
        Symptom(r"^error: failed retrieving file '[^'\n]{1,200}' from \S+ : The requested URL "
                r"returned error: 404", "pacman", weight=3),
        Symptom(r"^error: required key missing from keyring", "pacman", weight=3),
        Symptom(r"^error: target not found: docker", "pacman"),
        Symptom(r"^warning: database file for '[^'\n]{1,80}' does not exist", "pacman"),
    ),
    probe=Command("ls -l /var/lib/pacman/sync; pacman -Qu | wc -l; true"),
    remedy=Remedy(
        kind="ask",
        summary="Upgrade the whole system, its keyring first.",
        cure=_upgrade,
        commands=(
            "sudo pacman-key --populate archlinux",
            "sudo pacman -Sy archlinux-keyring",
            "sudo pacman -Su",
        ),
        side_effects="A full upgrade; a new kernel wants a reboot before Docker starts.",
    ),
    references=("https://wiki.archlinux.org/title/System_maintenance",),
    affects=("arch",),
    recipe=Recipe(
        images=("arch-like",),
        # an image whose keyring nobody has filled
        script="rm -rf /etc/pacman.d/gnupg && pacman-key --init",
    ),
)  # fmt: skip
