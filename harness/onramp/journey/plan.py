"""All that a step's builder may look at."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from onramp.model.facts import Facts
from onramp.model.platform import Platform
from onramp.model.settings import Settings
from onramp.model.stack import Stack

Scope = Literal["evaluate", "provision", "deploy", "teardown", "doctor"]


class Plan(Struct, frozen=True):
    """One host, what it is called, what is to be brought up on it and how."""

    facts: Facts
    platform: Platform
    stack: Stack
    settings: Settings
    scope: Scope = "evaluate"
    reboot: bool = False  # the host is restarted once that stands which is to stay
