"""How slow this machine is now, so that a budget in seconds is one of work and not of a machine."""

from __future__ import annotations

import html
import json
import re
import time

REFERENCE_S = 0.23  # what `work` takes of the processor on the machine the budgets were set on


def work() -> float:
    """Processor seconds that this machine takes for work that does not change."""
    began = time.process_time()
    for number in range(12_000):
        pains = {"host": f"web{number}", "pains": ["<one>", "two & three"] * 9}
        line = html.escape(json.dumps(pains))
        re.sub(r"&(\w+);", lambda found: found[1].upper(), line).split(",")
    return time.process_time() - began


def slower() -> float:
    """What a budget is multiplied by; never less than 1."""
    return max(1.0, work() / REFERENCE_S)
