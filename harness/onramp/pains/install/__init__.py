"""Getting the packages. Shared here: changing between Docker's packages and the distribution's,
and whose package sources a message is about."""

from __future__ import annotations

import re
import shlex
from typing import Literal

from onramp.journey.paths import DOCKER_KEY, DOCKER_SOURCES
from onramp.journey.platforms.debian import CODENAMES
from onramp.model.action import Command
from onramp.model.pain import RemedyPlan, Situation
from onramp.model.unknown import known

SOURCES, KEY = DOCKER_SOURCES, DOCKER_KEY

# What this run has written itself; left in place it would fail every later `apt-get update`.
FORGET = Command(script=f"rm -f {SOURCES} {KEY}", as_root=True)


def fall_back(situation: Situation) -> RemedyPlan | None:
    """The distribution's packages instead, where the user left the choice to us and they suffice.

    They do where they bring a Compose plugin; elsewhere somebody has to decide, hence None.
    """
    platform = situation.platform
    if situation.settings.docker.method != "auto" or not platform:
        return None
    if not platform.distribution_compose:
        return None
    return RemedyPlan(actions=(FORGET,), then="replan", settings={"docker.method": "distribution"})


def distribution_packages(situation: Situation) -> dict[str, str]:
    """Installed packages that exclude Docker's own, with versions. The system's own engine is one
    also where the page's list has it not: Debian's docker-cli owns /usr/bin/docker."""
    platform, packages = situation.platform, known(situation.facts.packages) or {}
    if platform is None or platform.package_manager.vendor is None:
        return {}
    names = dict.fromkeys((*platform.conflicting, *platform.distribution_packages))
    return {name: packages[name] for name in names if name in packages}


def switch_to_dockers(situation: Situation) -> RemedyPlan | None:
    """Out with the distribution's packages, in with Docker's own."""
    found, platform = " ".join(distribution_packages(situation)), situation.platform
    if not platform or not found:
        return None
    remove = Command(platform.package_manager.remove.format(packages=found), as_root=True)
    return RemedyPlan(actions=(remove,), then="replan", settings={"docker.method": "repository"})


def base_codename(situation: Situation) -> str | None:
    """The release a derivative is built on: os-release's own word, or else /etc/debian_version.

    The latter is the first line of the probe: "12.11", or "trixie/sid" before a release.
    """
    facts = situation.facts
    named = known(facts.ubuntu_codename) or known(facts.debian_codename)
    version = situation.probe.stdout.split("\n")[0] if situation.probe else ""
    return named or CODENAMES.get(version.split(".")[0])


# --- whose package source ------------------------------------------------------------------------

DOCKERS = "https://download.docker.com/"
Owner = Literal["docker", "system", "other"]
E = r"^(?:E|Error): "  # `apt` spells it out since 3
# the same in the languages it is most used in; what follows is translated, but for names
IN_ANY_LANGUAGE = r"^(?:E|Fehler|Erro|Erreur|Errore|Fout|Fel|Chyba|Hata|Ошибка|错误|エラー): "
OURS = r"(?:docker-(?:ce(?:-cli)?|buildx-plugin|compose-plugin|compose-v2)|containerd\.io)"
_NAMED = re.compile(
    r"The repository '([^'\n]{1,300}) \S+ (?:In)?Release'"
    r"|(?:Failed to fetch|GPG error:|verification failed:) (\S+)"
)
_FILES = re.compile(r"Malformed \w+ \d+ in (?:list|sources) file (\S+)")
_LAYOUT = re.compile(r"/linux/(?:debian|raspbian|ubuntu)(?:/|$)|docker")  # a mirror of Docker's
_SYSTEM = re.compile(  # where mirrors keep a distribution's own archive
    r"^(?:https?|ftp)://[^/]+/(?:debian|debian-security|raspbian|ubuntu|ubuntu-ports)(?:/|$)"
)
ENTRIES = Command(
    "grep -nHE '^[[:space:]]*(deb|URIs)' /etc/apt/sources.list /etc/apt/sources.list.d/*.list"
    " /etc/apt/sources.list.d/*.sources 2>/dev/null",
    display="grep -nE '^(deb|URIs)' /etc/apt/sources.list /etc/apt/sources.list.d/*",
)
_ENTRY = re.compile(r"(/etc/apt/sources\.list(?:\.d/[\w.+-]+\.(list|sources))?):(\d+):(.*)")


def owner(url: str, situation: Situation) -> Owner:
    """Whose server packages come from."""
    docker = situation.settings.docker.repository.rstrip("/")
    if url.startswith((docker, DOCKERS)) or _LAYOUT.search(url):
        return "docker"
    return "system" if _SYSTEM.match(url) else "other"


def owners(situation: Situation) -> frozenset[Owner]:
    """Whose package sources the failure complains of."""
    text = situation.attempt.text if situation.attempt else ""
    urls = [one or other for one, other in _NAMED.findall(text)]
    urls += ["" if "/docker." not in name else DOCKERS for name in _FILES.findall(text)]
    return frozenset(owner(url, situation) for url in urls)


def not_dockers(situation: Situation) -> bool | None:
    """False where the failure is about other sources than Docker's: for `confirm`."""
    return None if "docker" in (owners(situation) or {"docker"}) else False


def set_aside(situation: Situation) -> RemedyPlan | None:
    """Somebody else's entries for Docker's repository, by ENTRIES: commented out, a copy kept."""
    found = _ENTRY.findall(situation.probe.stdout) if situation.probe else []
    others = [row for row in found if row[0] != SOURCES]
    script = []
    for path, kind, line, text in others:
        urls = [word for word in text.split() if "://" in word]
        if not urls or owner(urls[0], situation) != "docker":
            continue
        if kind != "sources":
            script.append(f"sed -i.bak '{int(line)}s/^/# /' {shlex.quote(path)}")
        elif [row[0] for row in others].count(path) == 1:
            script.append(f"mv {shlex.quote(path)} {shlex.quote(path + '.bak')}")
    if not script:
        return None
    return RemedyPlan(actions=tuple(Command(line, as_root=True) for line in script))


# A team's repository, whose key binds its name with SHA1, as GnuPG did by default until 2.1
SHA1_REPOSITORY = """apt-get update -q && apt-get install -y -q gnupg && cd /srv && mkdir team &&
export GNUPGHOME=/srv/keys && mkdir -m 0700 keys &&
gpg --batch --cert-digest-algo SHA1 --passphrase '' --quick-gen-key 'Team <apt@team.test>' \\
    rsa3072 sign never && mkdir -p /etc/apt/keyrings &&
gpg --armor --export > /etc/apt/keyrings/team.asc && cd team && : > Packages &&
printf 'Suite: stable\\nDate: %s\\nSHA256:\\n %s 0 Packages\\n' "$(date -Ru)" \\
    "$(sha256sum < Packages | cut -d ' ' -f 1)" > Release &&
gpg --batch --digest-algo SHA256 --clearsign -o InRelease Release &&
echo 'deb [signed-by=/etc/apt/keyrings/team.asc] file:/srv/team ./' \\
    > /etc/apt/sources.list.d/team.list
"""
