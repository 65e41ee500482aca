"""The providers of a run's hosts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from onramp import CLONE
from onramp.errors import HarnessError, UsageError
from onramp.pipeline.run_session import RunOptions
from onramp.providers import Provider
from onramp.providers.static import StaticProvider


def providers(options: RunOptions, resources: ExitStack) -> dict[str, Provider]:
    """One for each source of hosts in this run; what they set up is closed with `resources`."""
    return {
        name: PROVIDERS[name](options, resources)
        for name in {host.provider for host in options.hosts}
    }


def _lab(options: RunOptions, resources: ExitStack) -> Provider:
    """Raises UsageError: the lab's needs are the user's to meet, and nothing was touched."""
    from onramp.providers.lab.embedded_lab import Lab
    from onramp.providers.lab.provider import LabProvider

    lab = LabProvider(Lab(), keep=options.keep)
    try:
        lab.lab.require()
    except UsageError:
        raise
    except HarnessError as error:
        raise UsageError(error.brief, error.details, error.resolution) from None
    resources.callback(lab.close)
    return lab


def _vagrant(options: RunOptions, resources: ExitStack) -> Provider:
    from onramp.providers.vagrant import VagrantProvider

    return VagrantProvider(CLONE or Path.cwd())


PROVIDERS: dict[str, Callable[[RunOptions, ExitStack], Provider]] = {
    "static": lambda options, resources: StaticProvider(),
    "vagrant": _vagrant,
    "lab": _lab,
}
