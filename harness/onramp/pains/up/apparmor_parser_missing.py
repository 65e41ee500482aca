"""The kernel has AppArmor, the host lacks the program that loads its profiles.

What you see: `AppArmor enabled on system but the docker-default profile could not be loaded: …
exec: "apparmor_parser": executable file not found in $PATH`, for every container.

Why it happens: Docker gives each container a profile and loads it with apparmor_parser. The
package apparmor is only recommended by the engine's packages, so hosts installed with
--no-install-recommends lack it. Engines before 23.0.1 then fail; later ones go without a profile.
The same first words with `AppArmor parser error for FILE` mean that the file it names is broken.

What to do: `sudo apt-get install apparmor`, then `sudo systemctl restart docker`. For a parser
error, mend or remove the file that it names.

What the remedy changes: one package is installed, which also loads the profiles of other
programs, and the daemon is restarted; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Remedy, RemedyPlan, Situation, Symptom

PROBE = """read -r on </sys/module/apparmor/parameters/enabled && echo enabled=$on
command -v apparmor_parser || ls /sbin/apparmor_parser"""


def _confirmed(situation: Situation) -> bool | None:
    if not situation.probe:
        return None
    if "apparmor_parser" not in situation.probe.stdout:
        return True
    broken = situation.attempt and "AppArmor parser error" in situation.attempt.text
    return None if broken else False


def _install(situation: Situation) -> RemedyPlan | None:
    platform, probe = situation.platform, situation.probe
    if not platform or not probe or "apparmor_parser" in probe.stdout:
        return None  # a broken file is for a person to mend
    manager, restart = platform.package_manager, platform.service_manager.restart
    scripts = (manager.refresh, manager.install.format(packages="apparmor"))
    return RemedyPlan(
        actions=tuple(Command(s, as_root=True) for s in (*scripts, restart.format(unit="docker")))
    )


PAIN = PainPoint(
    id="apparmor-parser-missing", phase="up", title="AppArmor without apparmor_parser",
    severity="blocker", cause="AppArmor is on, and its program that loads profiles is not there.",
    symptoms=(
        Symptom(r"AppArmor enabled on system but the docker-default", "all", weight=2),
        Symptom(r'exec: "apparmor_parser": executable file not found', "< 23.0.1", weight=3),
    ),
    probe=Command(PROBE, as_root=True),
    confirm=_confirmed,
    remedy=Remedy(
        "ask", "Install the package apparmor.", _install, ("sudo apt-get install apparmor",),
        "Profiles of other programs are loaded too.",
    ),
    references=("https://docs.docker.com/engine/security/apparmor/",),
)  # fmt: skip
