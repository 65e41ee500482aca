"""What may stay in a copy that is shown to everybody: names that say nothing about anybody.

Public servers of Docker, the distributions and the languages; accounts and words every system
has. Everything else that looks like a name is somebody's own until proved otherwise. Pure.
"""

# ruff: noqa: SIM905  (a list of words is read more easily without quotes)

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import Final, get_args

from onramp.model.action import Cut, Role
from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, Evidence, Finding, PainPoint
from onramp.model.run import (
    CommandRun,
    HostRun,
    HostStatus,
    RequirementRun,
    RequirementStatus,
    StepRun,
)
from onramp.model.step import StepStatus

_NOUNS: Final = (CommandRun, Evidence, Facts, Finding, HostRun, RequirementRun, StepRun)

DOMAINS: Final = frozenset(
    """
    docker.com docker.io dockerproject.org mobyproject.org containerd.io opencontainers.org
    debian.org debian.net ubuntu.com canonical.com launchpad.net snapcraft.io
    python.org pypa.io
    fedoraproject.org centos.org redhat.com rockylinux.org almalinux.org opensuse.org suse.com
    alpinelinux.org archlinux.org freedesktop.org kernel.org gnu.org openssh.com libssh.org
    github.com githubusercontent.com ghcr.io quay.io gcr.io k8s.io kubernetes.io k3s.io
    mcr.microsoft.com public.ecr.aws nvcr.io nvidia.com podman.io curl.se haxx.se
    conda.io anaconda.org huggingface.co golang.org
    example.com example.org example.net
    letsencrypt.org mozilla.org w3.org stackoverflow.com wikipedia.org systemd.io
    """.split()
)
RESOLVERS: Final = frozenset({"8.8.8.8", "8.8.4.4", "1.1.1.1", "9.9.9.9", "169.254.169.254"})
WORDS: Final = frozenset(
    """
    localhost localdomain root nobody admin administrator user users username host hostname
    docker dockerd moby containerd podman compose buildx debian ubuntu fedora centos rocky alma
    almalinux opensuse arch alpine vagrant linux onramp ec2-user core sshd ssh daemon bin sys sync
    games man mail news uucp proxy www-data backup list irc gnats systemd messagebus syslog adm
    wheel sudo staff disk video audio render plugdev server client node master worker default
    none null true false yes no on off unknown required invalid incorrect changed missing denied
    password passwd passphrase secret token basic bearer auth login file files name value key keys
    service lan local corp home internal intranet private company example test testing dev prod
    production staging web app apps api data base registry mirror cache build builder runner tmp
    var opt usr etc lib srv run lab main stable trixie bookworm bullseye jammy noble focal amd64
    arm64 status error warning failed started stopped the and for with from not git http https
    """.split()
)
_WORD: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*[A-Za-z0-9]")
_DOCKER0: Final = ipaddress.ip_network("172.17.0.0/16")  # dockerd's first choice, everywhere


def domain(name: str, more: frozenset[str] = frozenset()) -> bool:
    """Whether a domain name is one of the public ones, or below one."""
    labels = name.lower().strip(".").split(".")
    return any(
        ".".join(labels[place:]) in DOMAINS or ".".join(labels[place:]) in more
        for place in range(len(labels))
    )


def address(text: str) -> bool:
    """Whether an IP address is the same for everybody: loopback, masks, known resolvers."""
    try:
        given = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(given, ipaddress.IPv6Address):
        return given.is_loopback or given.is_unspecified or given.is_multicast
    everywhere = given.is_loopback or given.is_multicast or given in _DOCKER0
    return everywhere or text in RESOLVERS or text.split(".")[0] in ("0", "255")


def words(catalogue: Catalogue, more: Iterable[str] = ()) -> frozenset[str]:
    """Words, lower-case, that may not be blanked wherever they stand.

    Those of the catalogue, of events, and of the texts in `more` (such as the steps' titles).

    Somebody called `build` is replaced in `/home/build` and `build@`, not in `compose build`.
    """
    found = {word.lower() for text in (*_all(catalogue), *more) for word in _WORD.findall(text)}
    fields = {name for noun in _NOUNS for name in noun.__struct_fields__}
    kinds = (HostStatus, StepStatus, RequirementStatus, Role, Cut)
    literals = {word for kind in kinds for word in get_args(kind)}
    dotted = {piece for word in found for piece in word.split(".")}
    return frozenset(WORDS | found | dotted | fields | literals)


def texts(catalogue: Catalogue) -> str:
    """The catalogue's own texts, which every report may quote."""
    return "\n".join(_all(catalogue))


def _all(catalogue: Catalogue) -> Iterator[str]:
    return (part for pain in catalogue.values() for part in _texts(pain))


def _texts(pain: PainPoint) -> Iterable[str]:
    yield from (pain.id, pain.phase, pain.title, pain.cause, *pain.references)
    yield from (re.sub(r"\\[a-zA-Z]", " ", symptom.pattern) for symptom in pain.symptoms)
    if pain.remedy:
        yield from (pain.remedy.summary, pain.remedy.side_effects, *pain.remedy.commands)
