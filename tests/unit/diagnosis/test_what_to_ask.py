"""Where nothing is recognised, it is said what the text is and what would tell more."""

from __future__ import annotations

import pytest

from onramp.diagnosis import what_to_ask
from onramp.diagnosis.findings import unexplained
from onramp.model.action import Outcome
from onramp.model.step import Attempt
from onramp.pains import catalogue
from onramp.text.excerpt import decisive_line
from onramp.text.pasted import reading

APT_ENDS = "E: Sub-process /usr/bin/dpkg returned an error code (1)"


def advised(text: str) -> what_to_ask.Advice:
    return what_to_ask.advice(reading.read(text), catalogue())


@pytest.mark.parametrize(
    ("text", "kind", "command"),
    [
        (
            "#7 1.2 gcc: fatal error: moon.h is gone\nfailed to solve: x",
            "a build",
            "docker compose build",
        ),
        (
            "2025-11-18T09:14:07Z Err:5 https://a.example\nE: gremlins",
            "apt or dpkg",
            "sudo apt-get",
        ),
        ("web-1  | Error: gremlins", "services printed", "docker compose ps"),
        ("Nov 18 09:14:07 a dockerd[8]: fatal: gremlins", "the daemon's log", "sudo journalctl"),
        ("fatal: [a]: FAILED! => {}", "an Ansible task", "ansible-playbook"),
    ],
)
def test_the_kind_of_a_text_says_what_to_ask(text: str, kind: str, command: str) -> None:
    found = advised(text)
    assert kind in found.kind
    assert 1 <= len(found.commands) <= 3
    assert any(one.startswith(command) for one in found.commands)


def test_an_empty_text_and_mere_last_words_are_told_what_is_missing() -> None:
    assert "no text" in (advised("").missing or "")
    assert advised("").commands == []
    assert "stands above it" in (advised(APT_ENDS).missing or "")
    assert advised(f"mv: cannot move '/a' to '/b'\n{APT_ENDS}").missing is None


def test_near_pain_points_are_named() -> None:
    assert "docker-group-missing" in advised("error: could not resolve group 'docker' here").nearest


def test_the_decisive_line_is_not_a_tools_last_words() -> None:
    text = (
        "mv: cannot move '/etc/localtime.dpkg-new' to '/etc/localtime': Device or resource busy\n"
        "dpkg: error processing package tzdata (--configure):\n"
        " installed tzdata package post-installation script subprocess returned error\n"
        f"{APT_ENDS}"
    )
    assert (decisive_line(text) or "").startswith("mv: cannot move")


def test_an_unexplained_failure_shows_the_reason_where_it_stands() -> None:
    page = Outcome(
        "ask the page",
        1,
        "HTTP 500, expected 200\n<p>Internal Server Error</p>",
    )
    log = Outcome("docker compose logs", 0, "web-1  | gremlins.WireError: DENIED by the moon")
    shown = unexplained(Attempt("verify", 1, "verify", page, context=(log,))).evidence.excerpt
    assert "DENIED by the moon" in shown
    assert "HTTP 500" in shown
