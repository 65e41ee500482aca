"""A package source calls itself something else than it did last time.

What you see: `E: Repository 'http://…/debian bookworm InRelease' changed its 'Codename' value from
'bookworm' to 'trixie'`, and `This must be accepted explicitly before updates for this repository
can be applied.`

Why it happens: apt remembers what a source said of itself. A sources file that names `stable`
follows to the next release on its own; a mirror or a private archive was renamed; on apt before
2.3 (Debian 10) even the step from stable to oldstable stops it.

What to do: read the two names. A changed Suite, Label or Version is harmless: accept it with `sudo
apt-get update --allow-releaseinfo-change`. A changed Codename means another release: write the
release you run into the sources instead of `stable`, or the next upgrade changes the whole system.

What the remedy changes: it accepts the new names, for all sources. Pins that refer to the old ones
no longer hold, so it asks; a changed Codename it leaves to you.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.install import E

ACCEPT = Command("apt-get update --allow-releaseinfo-change", as_root=True, timeout_s=600.0)


def _accept(situation: Situation) -> RemedyPlan | None:
    text = situation.attempt.text if situation.attempt else ""
    return None if "changed its 'Codename'" in text else RemedyPlan(actions=(ACCEPT,))


PAIN = PainPoint(
    id="apt-release-info-changed",
    phase="install",
    title="A package source changed its name",
    severity="major",
    cause="A source's Release file names another suite, codename, label or origin than before.",
    symptoms=(
        Symptom(rf"{E}Repository '[^'\n]{{1,300}}' changed its '\w+' value", "apt", weight=3),
    ),
    remedy=Remedy(
        kind="ask",
        summary="Accept the new name, if it is the one you expect.",
        cure=_accept,
        commands=("sudo apt-get update --allow-releaseinfo-change",),
        side_effects="Pins that refer to the old name no longer hold.",
    ),
    references=("https://manpages.debian.org/stable/apt/apt-secure.8.en.html",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-11", "debian-12", "debian-13"),
        # a host that last asked when its mirror was labelled otherwise
        script="""apt-get update -q; cd /var/lib/apt/lists; old=$(ls *_InRelease | head -n 1)
sed -i 's/^Label: .*/Label: Internal mirror/' "$old" && touch -d 2020-01-01 "$old" """,
    ),
)
