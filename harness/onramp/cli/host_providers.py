"""The providers of a run's hosts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from onramp import SHIPPED
from onramp.cli.run_options import vagrant_root
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
    _required(lab.lab.require)
    resources.callback(lab.close)
    return lab


def _vagrant(options: RunOptions, resources: ExitStack) -> Provider:
    from onramp.providers.vagrant import VagrantProvider

    return VagrantProvider(vagrant_root())


def _vm(options: RunOptions, resources: ExitStack) -> Provider:
    """Raises UsageError: what virtual machines need is the user's to meet."""
    from onramp.providers.lab.embedded_lab import Lab, default_cache
    from onramp.providers.lab.provider import LabProvider
    from onramp.providers.vm.machine_provider import MachineProvider

    machines = MachineProvider(
        default_cache() / "vm",
        LabProvider(Lab(), keep=options.keep),
        keep=options.keep,
        reset=options.reset,
        vagrantfile=_vagrantfile(),
    )
    _required(machines.require)
    resources.callback(machines.close)
    return machines


def _vagrantfile() -> Path:
    """The caller's own, or the one that comes with Onramp."""
    own = Path.cwd() / "Vagrantfile"
    return own if own.exists() else SHIPPED / "Vagrantfile"


def _required(require: Callable[[], None]) -> None:
    try:
        require()
    except UsageError:
        raise
    except HarnessError as error:
        raise UsageError(error.brief, error.details, error.resolution) from None


PROVIDERS: dict[str, Callable[[RunOptions, ExitStack], Provider]] = {
    "static": lambda options, resources: StaticProvider(),
    "vagrant": _vagrant,
    "lab": _lab,
    "vm": _vm,
}
