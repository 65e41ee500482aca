"""The login brings a language setting that the host does not have.

What you see: `bash: warning: setlocale: LC_ALL: cannot change locale (…)` at login, and from apt
`perl: warning: Setting locale failed.` with a list of LC_ variables. Everything works.

Why it happens: ssh hands your LANG and LC_* variables on (SendEnv), the server takes them
(AcceptEnv), or the host sets them itself; small images have no locale but C, C.UTF-8 and POSIX.

What to do: nothing; Onramp runs its commands with LC_ALL=C. To be rid of the lines: `SendEnv -LC_*
-LANG` for this host in your ~/.ssh/config, or `LC_ALL=C.UTF-8` in front of a command.

What the remedy changes: which variables your side sends; messages may then be English.
"""

import re

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.pains.connect import LOCALE
from onramp.text.excerpt import excerpt


def _foreseen(situation: Situation) -> str | None:
    found = re.search(rf"^.*(?:{LOCALE}).*$", situation.facts.noise, re.MULTILINE)
    return f"the login says: {excerpt(found[0])}" if found else None


PAIN = PainPoint(
    id="locale-warnings",
    phase="connect",
    title="Locale of the login does not exist on the host",
    severity="notice",
    cause="LANG or LC_* of the login name a locale that is not generated on the host.",
    symptoms=tuple(
        Symptom(words, steps=("",), weight=3, warning=True)  # else the survey has seen it
        for words in (
            r"warning: setlocale: LC_\w+: cannot change locale",
            r"^perl: warning: Setting locale failed",
            r"^locale: Cannot set LC_\w+ to default locale",
            r"Can't set locale; make sure \$LC_",
        )
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="human",
        summary="Go on; or stop sending your locale to this host.",
        commands=("locale -a", "ssh -o SendEnv=-LANG -o SendEnv=-LC_* USER@HOST"),
        side_effects="Messages may come in English.",
    ),
    references=(
        "https://man.openbsd.org/ssh_config#SendEnv",
        "https://perldoc.perl.org/perllocale#LOCALE-PROBLEMS",
    ),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        script="echo LC_ALL=de_CH.UTF-8 > /etc/default/locale",
    ),  # fmt: skip
)
