"""A service names an AppArmor profile that the kernel does not have.

What you see: `apparmor failed to apply profile: write …/attr/apparmor/exec: no such file or
directory`, which reads as if a file were missing; newer runc says `profile not loaded`. It often
comes with a restart: the day before everything ran.

Why it happens: profiles live in the kernel. One that was loaded by hand, with apparmor_parser,
is gone after a restart; at boot only what lies in /etc/apparmor.d is loaded. Docker sees to its own
profile, docker-default, and to no other.

What to do: `sudo aa-status` lists what is loaded. Put the profile into /etc/apparmor.d and load it,
`sudo apparmor_parser -r /etc/apparmor.d/PROFILE`, then `docker compose up -d`. Without a profile at
hand, take `security_opt` out of the compose file: docker-default then applies.

What the remedy changes: what the service may do on the host; a person decides.
"""

from onramp.model.action import Command
from onramp.model.pain import VM, PainPoint, Recipe, Remedy, Situation, Symptom

SERVICES = 'services: {web: {security_opt: ["apparmor=onramp-web"]}}\n'


def _confirmed(situation: Situation) -> bool | None:
    said = situation.probe.stdout if situation.probe else ""
    return True if "on=Y" in said else None


PAIN = PainPoint(
    id="apparmor-profile-not-loaded",
    phase="up",
    title="A container's AppArmor profile is not loaded",
    severity="major",
    cause="The compose file names an AppArmor profile that nothing has loaded into the kernel.",
    symptoms=(
        Symptom(r"apparmor failed to apply profile: .{1,80}exec: no such file", "runc", weight=3),
        Symptom(r"apply apparmor profile .{0,80}: profile not loaded", "crun", weight=3),
    ),
    probe=Command("echo on=$(cat /sys/module/apparmor/parameters/enabled); aa-status", True),
    confirm=_confirmed,
    remedy=Remedy(
        kind="human",
        summary="Put the profile into /etc/apparmor.d and load it.",
        commands=("sudo aa-status", "sudo apparmor_parser -r /etc/apparmor.d/PROFILE"),
    ),
    explains=("restart-policy-not-honoured", "no-restart-policy", "stop-timeout-sigkill"),
    references=("https://docs.docker.com/engine/security/apparmor/",),
    recipe=Recipe(
        images=(f"{VM}debian-13",),
        # the profile was left on the machine where the compose file was written
        stack={"docker-compose.override.yml": SERVICES},
    ),
)
