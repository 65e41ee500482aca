"""Every question of the evaluation form is answered with its source, or listed as open."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec
import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

import example_runs as examples
from onramp.config.evaluation_file import Answers
from onramp.evidence import replay, reviews
from onramp.model.pain import PainPoint
from onramp.model.run import HostRun
from onramp.pains import catalogue
from onramp.reports import formats
from onramp.reports.build import host_report
from onramp.reports.form import filled_form, questions
from onramp.reports.formats import Printed
from places import RATED, ROOT

PAGE = ROOT / "docs/evaluation-form.md"
# The form as it was handed in: its headings, and what it asks (or tells) below each, in order.
ORIGINAL = {
    "The tool": [
        ("tool", "A container orchestration framework … (what the tool is)"),
    ],
    "Overview of Exploration": [
        ("tools", "What tool(s) were used"),
        ("configured", "How were they configured"),
        ("configuration", "(and why) were they configured"),
        ("alternatives", "Are there other ways of configuring the tool?"),
        ("mlops", "Where is this tool best applied in the MLops infrastructure? (If it can)"),
        ("interaction", "What way(s) did you interact with the tool (script, command line, UI)"),
    ],
    "Procedure": [("procedure", "how it went, set up to clean up")],
    "Requirements": [
        ("requirements", "Does the tool meet the requirements needed for MLOps innately?"),
        (
            "missing",
            "If missing requirements, can they be added with other tools or with internal "
            "development by MLOps team?",
        ),
        ("compatibility", "Is the tool compatible with other planned infrastructure?"),
    ],
    "User Experience": [
        ("easy_set_up", "How easy was the set up/implementation? (1-10 scale with user insight)"),
        ("easy_task", "How easy was it to accomplish the desired task (1-10 scale)"),
        ("easy_shut_down", "How easy was the shut down/clean up process?"),
        ("useful_documentation", "Was there useful documentation?"),
    ],
    "Strengths": [
        ("strengths", "What are the advantages of this tool?"),
        ("wishlist", "Are there wishlist items that ship with the tool?"),
        ("flexible", "Is it flexible and versatile?"),
        ("straightforward", "Is implementation straightforward?"),
    ],
    "Weaknesses": [
        ("weaknesses", "What are the disadvantages of this tool?"),
        ("missing_requirements", "Are there missing requirements?"),
        ("difficult", "Is it difficult to use?"),
        ("integration", "Is integration difficult?"),
    ],
    "Concerns": [("concerns", "what gives concern: pause")],
    "Recommendation": [
        ("recommendation", "User recommendation on the tool for MLOps integration: notes, caveats"),
    ],
}  # fmt: skip
PARTS = ["wishlist", "flexible", "straightforward", "missing_requirements", "difficult",
         "integration"]  # fmt: skip
KINDS = examples.all_kinds()
STATUSES = [f"{run.status}-{run.name}" for run in KINDS]
# Keys a host cannot answer by itself: where nobody has said anything they are always open.
PERSONAL = {"tool", "configuration", "mlops", "missing", "flexible", "integration"}


def rendered(run: HostRun, pains: dict[str, PainPoint] = examples.CATALOGUE) -> str:
    render = formats.reporters()["markdown"].host
    assert render
    return render(host_report(run, pains), pains, lambda name: Printed())


def parsed(source: str) -> list[Token]:
    return MarkdownIt("commonmark").enable("table").parse(source)


def headings(source: str) -> list[tuple[str, str]]:
    tokens = parsed(source)
    return [
        (token.tag, tokens[place + 1].content)
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def below(source: str, heading: str) -> str:
    """The part of a report under a heading of the second rank."""
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", source, re.M | re.S)
    assert found, heading
    return found[1]


def said_to(source: str, key: str) -> str:
    """What stands at a question, up to the next one."""
    section, question = next(
        (one, question) for one in questions.FORM for question in one.questions
        if question.key == key
    )  # fmt: skip
    wording = filled_form.text(question.wording)
    found = re.search(
        rf"^ *- \*\*{re.escape(wording)}\*\*(.*?)(?=^ *- \*\*[^*\n]+\?\*\*|\n\n|\Z)",
        below(source, section.title),
        re.M | re.S,
    )
    assert found, key
    return found[1].strip()


def words(text: str) -> set[str]:
    plain = text.lower().replace("set up", "set-up").replace("shut down", "shut-down")
    return set(re.findall(r"[a-z-]{4,}", plain.replace("clean up", "clean-up")))


# --- the data ---------------------------------------------------------------------------------


def test_the_form_has_every_section_and_question_in_their_order() -> None:
    assert {one.title: [question.key for question in one.questions] for one in questions.FORM} == {
        title: [key for key, _ in asked] for title, asked in ORIGINAL.items()
    }
    assert [one.key for one in questions.questions() if one.key in PARTS and one.under] == PARTS


@pytest.mark.parametrize(("key", "original"), [row for rows in ORIGINAL.values() for row in rows])
def test_a_question_is_recognised_in_our_words(key: str, original: str) -> None:
    ours = next(one.wording for one in questions.questions() if one.key == key)
    shared = words(ours) & words(original)
    assert len(shared) >= min(2, len(words(ours))), (ours, original)


def test_an_answer_can_be_given_to_each_question_and_to_nothing_else() -> None:
    fields = [field.name for field in msgspec.structs.fields(Answers)]
    assert fields == ["ratings", *questions.KEYS]
    assert len(set(questions.KEYS)) == len(questions.KEYS)


def test_the_page_for_authors_lists_the_questions_as_they_are_asked() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \|", PAGE.read_text(), re.M)
    assert rows == [(one.key, one.wording) for one in questions.questions()]


# --- answered or open -------------------------------------------------------------------------


@pytest.mark.parametrize("run", KINDS, ids=STATUSES)
def test_every_question_is_answered_or_open(run: HostRun) -> None:
    source = rendered(run)
    left = below(source, "Questions still open")
    unanswered = set()
    for question in questions.questions():
        said = said_to(source, question.key)
        is_open = said == filled_form.OPEN
        assert is_open or len(said) > 10, question.key
        assert (f"(`{question.key}`)" in left) == is_open
        unanswered |= {question.key} if is_open else set()
    assert unanswered >= PERSONAL
    assert source.count(filled_form.OPEN) == len(unanswered)


def test_what_was_not_seen_is_not_answered() -> None:
    seen = {"alternatives", "procedure"}
    for run in (examples.unreachable(), examples.planned()):
        source = rendered(run)
        for key in questions.KEYS:
            if key not in seen | {"weaknesses", "difficult", "concerns"}:
                assert said_to(source, key) == filled_form.OPEN, (run.status, key)


def test_a_clean_run_is_not_called_difficult() -> None:
    source = rendered(examples.clean())
    assert "Nothing got in the way" in said_to(source, "difficult")
    assert "**10 of 10**: nothing got in the way" in said_to(source, "easy_set_up")


def test_three_voices_each_under_its_name_in_one_order() -> None:
    events = [
        examples.host("h", reviewer={"easy_set_up": ["Of the *author*.", "Twice."], "tool": "T."}),
        *examples.set_up(),
        *examples.group_stumble(),
        *examples.stack(),
        examples.end("passed"),
    ]
    review = reviews.Review(easy_set_up="I lost `my` place.", notes="A note | of mine.")
    review = msgspec.structs.replace(review, ratings=reviews.Scores(set_up=4, documentation=9))
    source = rendered(reviews.laid_over(replay.host_run(events), review))
    said = said_to(source, "easy_set_up")
    assert re.search(
        r"- \*\*\d of 10\*\*: .*\(\[events\]\(events.jsonl\)\)\.\n"
        r" +- _The stack's author:_ Of the \\\*author\\\*\. Twice\.\n"
        r" +- _A reviewer of this host:_ 4 of 10\. I lost `my` place\.$",
        said,
    ), said
    assert said_to(source, "tool") == "_The stack's author:_ T."
    assert "_A reviewer of this host:_ 9 of 10." in said_to(source, "useful_documentation")
    assert r"_A reviewer of this host:_ A note \| of mine." in below(source, "User Experience")
    assert "(`tool`)" not in below(source, "Questions still open")


def test_a_rating_stands_under_the_name_of_who_gave_it() -> None:
    told = {"ratings": {"task": 6, "set_up": 5}}
    run = replay.host_run([examples.host("h", reviewer=told), examples.end("passed")])
    review = reviews.Review(ratings=reviews.Scores(set_up=2))
    source = rendered(reviews.laid_over(run, review))
    assert "_The stack's author:_ 6 of 10." in said_to(source, "easy_task")
    assert "_A reviewer of this host:_ 2 of 10." in said_to(source, "easy_set_up")
    assert "_The stack's author:_" not in said_to(source, "easy_set_up")


def test_hello_worlds_author_is_heard() -> None:
    from onramp.config import load_stack

    root = ROOT
    stack = load_stack.load("hello-world", cwd=root, project_root=root)
    events = [examples.host("h", reviewer=stack.reviewer), examples.end("passed")]
    source = rendered(replay.host_run(json.loads(json.dumps(events))))
    assert "single host machine" in said_to(source, "tool")
    assert "`sudo service docker start`" in said_to(source, "procedure")
    assert "data and database endpoints" in said_to(source, "integration")
    for key in ("mlops", "flexible", "missing"):  # what nobody said
        assert said_to(source, key) == filled_form.OPEN


def test_requirements_are_counted_and_named_with_their_evidence() -> None:
    def tried(id_: str, status: str, **more: object) -> dict[str, object]:
        return {"event": "requirement", "id": id_, "title": f"The {id_}", "status": status, **more}

    events = [
        examples.host("h"),
        tried("logs", "met", evidence={"command": "x", "exit_code": 0, "log": "logs/1.log"}),
        tried("secrets", "missing", because="no secrets here"),
        tried("gpu", "untestable", because="no GPU"),
        examples.end("passed"),
    ]
    source = rendered(replay.host_run(events))
    assert "1 of 2 tried are met; 1 could not be tested here" in said_to(source, "requirements")
    assert "[The logs](logs/1.log)" in said_to(source, "wishlist")
    assert said_to(source, "missing_requirements") == "The secrets."
    assert "no secrets here" in below(source, "Requirements")


# --- the first screen, and the way about ------------------------------------------------------


def test_the_first_screen_says_what_matters() -> None:
    first = rendered(examples.passed()).partition("\n## ")[0]
    assert "**debian-12 passed in 41 s" in first
    assert "On Debian GNU/Linux 12 (bookworm) it works, with one obstacle" in first
    assert re.search(r"^\| Measured \| \*\*\d+\*\* \|", first, re.M)
    major, notice = re.findall(r"^- \*\*(?:major|notice)\*\* .*$", first, re.M)
    assert "remedied: `sudo usermod -aG docker newcomer`" in major
    assert "noted: Use the exec form of `CMD`, or `init: true`." in notice
    assert "[From nothing to the stack, by hand](#from-nothing-to-the-stack-by-hand)" in first
    assert len(first.splitlines()) < 25
    assert "unexplained" in rendered(examples.unexplained()).partition("\n## ")[0]


def recorded(path: Path) -> HostRun:
    return replay.host_run(map(json.loads, path.read_text().splitlines()))


@pytest.mark.parametrize("path", sorted(RATED.glob("*.jsonl")), ids=lambda path: path.stem)
def test_old_runs_still_render_with_every_question(path: Path) -> None:
    source = rendered(recorded(path), dict(catalogue()))
    for key in questions.KEYS:
        assert said_to(source, key)
    links_resolve(source)


@pytest.mark.parametrize("run", [*KINDS, examples.hostile()], ids=[*STATUSES, "hostile"])
def test_every_link_within_the_report_leads_to_a_heading(run: HostRun) -> None:
    links_resolve(rendered(run))


def links_resolve(source: str) -> None:
    tokens = parsed(source)
    there = {
        anchored(tokens[place + 1])
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    }
    for token in tokens:
        for inner in token.children or ():
            target = str(inner.attrs.get("href", ""))
            if target.startswith("#"):
                assert target in there, target


def anchored(heading: Token) -> str:
    """As GitHub names a heading: its text in lower case, without punctuation, joined by hyphens."""
    shown = "".join(inner.content for inner in heading.children or ())
    return "#" + "".join(
        "-" if letter == " " else letter
        for letter in shown.lower()
        if letter.isalnum() or letter in " -_"
    )
