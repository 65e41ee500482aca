"""Leave to restart hosts that are somebody's: whatever else runs there ends."""

from __future__ import annotations

import sys
from types import SimpleNamespace
from typing import Final

from onramp.cli.prompts import agree
from onramp.errors import UsageError
from onramp.pipeline.run_session import RunOptions

THROWAWAY: Final = ("lab", "vagrant", "vm")  # whose hosts are made to be broken


def ask_to_restart(given: SimpleNamespace, options: RunOptions) -> None:
    """Where --reboot meets hosts of the user's own. Raises UsageError without a yes."""
    yes = vars(given).get("yes")
    if yes and not options.reboot:
        raise UsageError("--yes goes with --reboot: nothing else is asked beforehand")
    names = ", ".join(host.name for host in options.hosts if host.provider not in THROWAWAY)
    if not options.reboot or options.check or yes or not names:
        return
    print(f"--reboot restarts {names}: all that runs there ends, and starts anew or does not.",
          file=sys.stderr)  # fmt: skip
    agree("--reboot", f"restarting {names}", "these hosts may be restarted")
