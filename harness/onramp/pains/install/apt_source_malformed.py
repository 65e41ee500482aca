"""An entry for Docker's repository is not what apt can read.

What you see: `E: Malformed entry 1 in list file /etc/apt/sources.list.d/docker.list ([option]
not assignment)`, `… in sources file … docker.sources file (URI parse)` or `(type)`; apt then
does nothing at all.

Why it happens: the line was pasted over two, a variable in it was empty, brackets or quotes
were lost, or a script wrote a .sources file without its first fields.

What to do: look at the file that the message names, and write it again as Docker's page shows
it. apt reads no source while one is malformed, so remove the file if in doubt.

What the remedy changes: package sources that somebody wrote; a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.install import IN_ANY_LANGUAGE

PAIN = PainPoint(
    id="apt-source-malformed",
    phase="install",
    title="An entry in apt's sources is malformed",
    severity="blocker",
    cause="A file in /etc/apt/sources.list.d cannot be read as a source.",
    symptoms=(
        Symptom(
            r"Malformed \w+ \d+ in (?:list|sources) file \S+ \((?:URI|\[option|type)",
            "apt",
            weight=3,
        ),
        Symptom(
            rf"{IN_ANY_LANGUAGE}[^\n]{{1,120}} /etc/apt/sources\.list\.d/\S+ \(",
            "apt",
            weight=1,
        ),
    ),
    remedy=Remedy(
        kind="human",
        summary="Write the entry again, as Docker's page shows it.",
        commands=("cat /etc/apt/sources.list.d/docker.*",),
    ),
    references=("https://manpages.debian.org/stable/apt/sources.list.5.en.html",),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # a line that was pasted over two
        script="cat > /etc/apt/sources.list.d/docker.list <<'END'\n"
        "deb [arch=amd64 signed-by=/etc/apt/keyrings/docker.asc\n"
        "  ] https://download.docker.com/linux/debian stable\nEND",
    ),
)
