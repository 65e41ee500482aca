"""Onramp: how hard is it to get from a clean Linux machine to a running `docker compose up`?"""

from pathlib import Path
from typing import Final

__version__ = "0.1.0"
ROOT: Final = Path(__file__).resolve().parents[2]  # the clone
