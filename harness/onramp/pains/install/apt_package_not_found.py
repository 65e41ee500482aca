"""apt knows no package of this name.

What you see: `E: Unable to locate package docker-ce`, `E: Package 'docker-ce' has no installation
candidate`, or `E: Couldn't find any package by glob 'containerd.io'`.

Why it happens: the package lists were never fetched, or fetching them failed with warnings only;
the source is missing or made for another architecture, release or channel; a pin in
/etc/apt/preferences.d forbids the package; or the engine is the distribution's docker.io, whose
repository has no docker-compose-plugin (on Debian 13 the plugin is docker-compose).

What to do: run `sudo apt-get update` and read its warnings, then `apt-cache policy docker-ce`: no
version at all means that the source is at fault; versions with a negative number, a pin.

What the remedy changes: with `docker.method=auto` the distribution's packages are taken instead,
where they suffice, and the source this run wrote goes. Else the sources are yours to mend.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.install import IN_ANY_LANGUAGE, OURS, E, fall_back

NAMES = r"(?:docker|containerd)[\w.+-]*"  # what the journey installs

PAIN = PainPoint(
    id="apt-package-not-found",
    phase="install",
    title="apt finds no package of this name",
    severity="blocker",
    cause="The lists do not hold the package: no source, a wrong one, or a pin against it.",
    symptoms=(
        Symptom(rf"{E}Unable to locate package {NAMES}", "apt, all"),
        Symptom(rf"{E}Package '?{NAMES}'? has no installation candidate", "apt, all"),
        Symptom(rf"{E}Couldn't find any package by (?:glob|regex) '{NAMES}", "apt, all"),
        Symptom(rf"{E}Version '[^'\n]{{1,80}}' for '{NAMES}' was not found", "apt, all"),
        Symptom(rf"^Package {NAMES} is not available, but is referred to by", "apt, all"),
        Symptom(rf"No package matching '{NAMES}' is available", "Ansible"),
        Symptom(rf"{IN_ANY_LANGUAGE}[^\n]{{0,80}}\b{OURS}(?:[^\w.-][^\n]{{0,80}})?$", weight=1),
    ),
    probe=Command("apt-cache policy docker-ce docker.io docker-compose-plugin"),
    remedy=Remedy(
        kind="safe",
        summary="Mend the package source, or take the distribution's packages.",
        cure=fall_back,
        commands=("sudo apt-get update", "apt-cache policy docker-ce"),
        side_effects="The distribution's engine is older than Docker's own.",
    ),
    references=(
        "https://docs.docker.com/engine/install/debian/#install-using-the-repository",
        "https://salsa.debian.org/apt-team/apt/-/blob/main/apt-pkg/cacheset.cc",
    ),
    affects=("debian",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        # a company's rule against Docker's own packages
        script="printf '%s\\n' 'Package: docker-ce' 'Pin: release *' 'Pin-Priority: -1' >"
        " /etc/apt/preferences.d/no-docker-ce",
    ),
)
