"""curl, the CA certificates or another helper of the instructions is not there.

What you see: `curl: command not found` or `curl: not found`; with older instructions `gpg: command
not found`, or `lsb_release: command not found` and later `E: Malformed entry 1 in list file
/etc/apt/sources.list.d/docker.list`, because the release name came out empty.

Why it happens: minimal images leave such helpers out. Older posts use gpg and lsb_release too.

What to do: install ca-certificates and curl, and follow the present page, which needs no other.

What the remedy changes: two small packages are installed.
"""

from onramp.journey import methods
from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.platform import Fetch
from onramp.model.unknown import known
from onramp.pains import NOT_FOUND, SHELL

TOOLS = ("curl", "gpg", "lsb_release")


def _foreseen(situation: Situation) -> str | None:
    commands, platform = known(situation.facts.commands), situation.platform
    if commands is None or "curl" in commands or not platform:
        return None
    vendor = platform.package_manager.vendor
    if methods.named(situation.settings, platform).id != "repository" or not vendor:
        return None
    if not any(isinstance(part, Fetch) for part in vendor.set_up):
        return None  # the package manager fetches by itself
    needed = known(situation.facts.docker_cli) is None
    return "there is no curl; the installation page installs it first" if needed else None


def _install(situation: Situation) -> RemedyPlan | None:
    manager = situation.platform.package_manager if situation.platform else None
    if not manager:
        return None
    install = manager.install.format(packages="ca-certificates curl")
    return RemedyPlan(actions=tuple(Command(c, as_root=True) for c in (manager.refresh, install)))


PAIN = PainPoint(
    id="missing-prereqs-curl-ca-gnupg",
    phase="install",
    title="curl, CA certificates or gpg missing on a minimal image",
    severity="notice",
    cause="A minimal image has no curl, and the instructions download with it.",
    symptoms=(
        *(Symptom(f"{SHELL}{name}: {NOT_FOUND}", weight=3) for name in TOOLS),
        Symptom(
            r"E: Malformed entry \d+ in list file \S+/docker\.list \((?:Comp|Suite|dist)", weight=3
        ),
    ),
    foresee=_foreseen,
    remedy=Remedy(
        kind="safe",
        summary="Install ca-certificates and curl.",
        cure=_install,
        commands=("sudo apt-get update", "sudo apt-get install -y ca-certificates curl"),
    ),
    references=("https://docs.docker.com/engine/install/debian/#install-using-the-repository",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        script="apt-get purge -y curl && apt-get autoremove -y --purge",
    ),
)
