"""The way that was asked for does not exist on this system.

What you see: nothing was changed, and the report names the method: Docker publishes no packages for
Alpine, Arch, openSUSE or Amazon Linux (`docker.method=repository`), Red Hat's systems carry no
Docker Engine of their own (`docker.method=distribution`), and rootless mode is set up by systemd,
which does not run everywhere (`docker.method=rootless`).

Why it happens: Docker builds packages for a short list of systems; what a system's maintainers
package is their decision. `docker.method` was set to the one that is missing here.

What to do: leave the choice to the system, `--set docker.method=auto`: Docker's repository where
there is one, the system's own packages elsewhere.

What the remedy changes: nothing on the host; the next run takes another way.
"""

from onramp.journey import methods
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation


def _refused(situation: Situation) -> str | None:
    platform = situation.platform
    if platform is None:
        return None
    refused = methods.named(situation.settings, platform).refused(platform)
    return f"docker.method={situation.settings.docker.method}: {refused}" if refused else None


PAIN = PainPoint(
    id="method-not-available",
    phase="preflight",
    title="The chosen way to an engine does not exist on this system",
    severity="blocker",
    cause="Nobody publishes an engine of that kind for this system.",
    symptoms=(),
    foresee=_refused,
    remedy=Remedy(
        kind="human",
        summary="Let the system decide which way is taken.",
        commands=("./invoke evaluate --set docker.method=auto",),
    ),
    references=("https://docs.docker.com/engine/install/",),
    recipe=Recipe(("alpine-3.23", "suse-like"), settings={"docker.method": "repository"}),
)
