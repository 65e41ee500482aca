"""Stamps read back, from files that anybody may have written. Pure."""

from __future__ import annotations

from datetime import UTC, datetime


def moment(stamp: str) -> datetime | None:
    """A stamp, as it stands in a file that anybody may have written; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(stamp)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def between_s(first: str, last: str) -> float:
    """Seconds from one stamp to another; 0 where one is none, or the clock was set back."""
    began, ended = moment(first), moment(last)
    if began is None or ended is None:
        return 0.0
    return max(0.0, round((ended - began).total_seconds(), 3))
