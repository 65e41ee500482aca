"""An excerpt shows the line that decided, briefly and without anything a terminal would obey."""

from __future__ import annotations

import pytest

from onramp.text.excerpt import CHARACTERS, LINES, decisive_line, excerpt, says_why
from onramp.text.sanitize import one_line, plain


def test_the_matched_line_is_in_it_with_its_neighbours() -> None:
    text = "\n".join(f"line {number}" for number in range(1000))
    shown = excerpt(text, 500).split("\n")
    assert "line 500" in shown
    assert shown[0] == "line 497"
    assert len(shown) <= LINES


def test_without_a_match_the_last_line_that_looks_like_an_error() -> None:
    noise = "\n".join(f"Get:{number} http://deb/ x" for number in range(300))
    text = f"{noise}\nE: Unable to locate package docker-ce\n" + "\n".join(["done"] * 30)
    assert "E: Unable to locate package docker-ce" in excerpt(text)


LAST_WORDS = (
    "#8 0.774 FAILED (failures=1)",
    "=== 1 failed, 7 passed in 0.31s ===",
    "dependency failed to start: container shop-redis-1 is unhealthy",
    "direct: no answer (timed out)",
    "[ERROR] Failed to start docker.service. Run `journalctl -n 20` to show the error log.",
)
WARNS = "redis-1  | 1:C 29 Nov # WARNING Without it, a background save may fail"


@pytest.mark.parametrize("last", LAST_WORDS)
def test_last_words_and_warnings_are_passed_over(last: str) -> None:
    why = "AssertionError: 3 != 4"
    assert decisive_line(f"{why}\n{WARNS}\n{last}") == why
    assert decisive_line(f"{WARNS}\n{last}") == WARNS
    assert decisive_line(last) == last
    assert says_why(why)
    assert not says_why(f"{WARNS}\n{last}")


def test_without_any_error_the_end() -> None:
    assert excerpt("\n".join(f"row {number}" for number in range(50)) + "\n\n").endswith("row 49")
    assert len(excerpt("\n".join(["row"] * 50)).split("\n")) == LINES


def test_nothing_stays_nothing() -> None:
    assert excerpt("") == ""
    assert excerpt("\n \n") == ""
    assert excerpt("one", 7) == "one"


def test_a_megabyte_line_is_cut() -> None:
    assert len(excerpt("x" * 1_000_000)) < CHARACTERS
    assert len(excerpt("\n".join(["y" * 10_000] * 50), 20)) <= CHARACTERS + LINES


def test_terminal_escapes_and_controls_are_gone() -> None:
    hostile = (
        "\x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\"
        " \x9b31m\x00\x08\x7f \u202egnp.exe \ud800 \x1bc"
    )
    assert plain(hostile).split() == ["red", "link", "gnp.exe", "\ufffd"]
    assert plain(hostile).isprintable()


def test_an_unfinished_escape_hides_no_later_line() -> None:
    assert plain("\x1b]0;never closed\nE: the cause") == "\nE: the cause"


def test_a_progress_bar_leaves_what_a_terminal_would_show() -> None:
    assert plain("10%\r50%\r100% done\r\ncurl: (60) SSL\n") == "100% done\ncurl: (60) SSL\n"


def test_one_line_cuts_at_a_word() -> None:
    assert one_line("a  b\n\tc") == "a b c"
    assert one_line("word " * 100, 30) == "word word word word word…"
