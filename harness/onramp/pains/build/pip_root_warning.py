"""pip warns that it runs as root, which in an image is what it should do.

What you see: `WARNING: Running pip as the 'root' user can result in broken permissions`, perhaps
`A new release of pip is available`, in the middle of a build that then succeeds.

Why it happens: on a host, root's pip can overwrite what the distribution's packages own. A build
runs as root in an image that holds nothing else, so the advice does not apply there.

What to do: nothing. To have it quiet, set PIP_ROOT_USER_ACTION=ignore and
PIP_DISABLE_PIP_VERSION_CHECK=1 with ENV in the Dockerfile. On a host, take it seriously: use a
virtual environment.

What the remedy changes: nothing; it is noted, and the build goes on.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Symptom
from onramp.pains import EVERY_SYSTEM

PAIN = PainPoint(
    id="pip-root-warning",
    phase="build",
    title="pip's warning about root, in a build",
    severity="notice",
    cause="pip was made for hosts, where running it as root is a mistake; in a build it is not.",
    symptoms=(
        Symptom(
            r"Running pip as the 'root' user", "pip >= 21.1", ("build", "up", ""), warning=True
        ),
        Symptom(r"A new release of pip ", "pip >= 22.1", ("build", "up", ""), warning=True),
    ),
    remedy=Remedy(
        kind="safe",
        summary="Go on; it is meant for hosts.",
        cure=lambda _: RemedyPlan(then="continue"),
        commands=(
            "# a line of the Dockerfile, before pip:",
            "# ENV PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1",
        ),
    ),
    references=("https://pip.pypa.io/en/stable/cli/pip_install/#cmdoption-root-user-action",),
    recipe=Recipe(
        images=EVERY_SYSTEM,
    ),
)
