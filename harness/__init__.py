"""Onramp: how hard is it to get from a clean Linux machine to a running `docker compose up`?"""

__version__ = "0.1.0"
