"""Transcripts, recorded: what of a run's evidence they hold."""

from __future__ import annotations

import pytest

from onramp.diagnosis import transcripts


@pytest.mark.parametrize(
    ("provider", "image", "ran_on"),
    [
        ("lab", "debian-13", "debian-13"),
        ("vm", "debian-13", "vagrant:debian-13"),  # a file of its own beside the lab's
        ("static", None, None),
    ],
)
def test_a_machine_and_a_lab_host_of_one_image_are_told_apart(
    provider: str, image: str | None, ran_on: str | None
) -> None:
    events = [{"event": "run"}, {"event": "host", "image": image, "provider": provider}]
    assert transcripts.ran_on(events) == ran_on
