"""What a report shows of a failure holds the line that says why, wherever that was printed."""

from __future__ import annotations

from onramp.diagnosis import matching
from onramp.diagnosis.findings import findings, unexplained
from onramp.model.action import Outcome
from onramp.model.facts import Facts
from onramp.model.pain import Situation
from onramp.model.settings import Settings
from onramp.model.step import Attempt
from onramp.pains import catalogue

AT = Situation(Facts(), Settings())
ILL = "service-unhealthy"
UP = Outcome(
    "docker compose up -d",
    1,
    stderr="dependency failed to start: container shop-redis-1 is unhealthy",
)
PAGE = Outcome("curl http://localhost:8000/", 1, stdout="inside: no answer (TimeoutError)")
LOGS = Outcome(
    "docker compose logs",
    0,
    stdout="web-1  | KeyError: 'GREETING'\nredis-1  | 1:C # WARNING a save may fail\nweb-1  | bye",
)


def shown(probe: str) -> str:
    attempt = Attempt("up", 1, "apply", UP)
    pains = {ILL: catalogue()[ILL]}
    asked = Outcome("docker inspect", 0, stdout=probe)
    (found,) = findings(attempt, matching.matches(attempt, pains), {ILL: asked}, AT)
    return found.evidence.excerpt


def test_what_the_engine_answered_stands_beside_last_words() -> None:
    why = 'exec: "curl": executable file not found in $PATH'
    assert shown(f"/shop-redis-1 unhealthy\n{why}\n") == f"{UP.text}\n[docker inspect]\n" + (
        f"/shop-redis-1 unhealthy\n{why}"
    )


def test_an_answer_that_says_nothing_of_it_is_not_shown() -> None:
    assert shown("/shop-redis-1 unhealthy\n\n") == UP.text


def test_the_services_log_stands_beside_a_page_that_kept_silent() -> None:
    seen = unexplained(Attempt("verify", 1, "try", PAGE, context=(LOGS,))).evidence.excerpt
    assert seen.startswith(f"{PAGE.text}\n[docker compose logs]\nweb-1  | KeyError: 'GREETING'")


def test_a_page_that_kept_silent_may_be_an_application_that_fails() -> None:
    attempt = Attempt("verify", 1, "try", PAGE, context=(LOGS,))
    found = findings(attempt, matching.matches(attempt, catalogue()), {}, AT)
    assert [one.pain for one in found] == ["application-error"]
