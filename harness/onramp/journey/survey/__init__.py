"""What a host is, in one round trip, without Python on it.

`probe_command(token)` is one POSIX sh script; `parse(outcome, token)` is pure. Sections start with
a line holding a token made for this run, so that nothing a host prints (a banner, an rc file, an
os-release with odd lines) can pass for a section. A section that was not printed leaves its
fields UNKNOWN. A fact is a section (its script and what reads it, together) of one of the modules.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import Any, Final

from onramp.journey.survey import docker_state, login_rights, network_state, system
from onramp.journey.survey.docker_state import PLUGINS
from onramp.journey.survey.login_rights import NOISE_CHARS
from onramp.journey.survey.section import Section
from onramp.model.action import Command, Outcome
from onramp.model.facts import Facts

LONGEST_CHARS = 4000  # of one value; of daemon.json, which is read as a whole, more
DAEMON_JSON_CHARS = 100_000
_FILES: Final = ("daemon_json", "rootless_json")
_MOST = 1000  # values of one fact
_TOKEN: Final = "@TOKEN@"
SECTIONS: Final[tuple[Section, ...]] = (
    *system.SECTIONS,
    *login_rights.SECTIONS,
    *network_state.SECTIONS,
    *docker_state.SECTIONS,
)


def probe_command(token: str) -> Command:
    """The probe. `token`: letters and digits made for this call."""
    script = _script(_TOKEN).replace(_TOKEN, token)
    return Command(script=script, timeout_s=120.0, display="survey the host")


@lru_cache(maxsize=1)
def _script(token: str) -> str:
    """What starts Docker's programs runs beside the rest, and is printed after it."""
    script = _group(token, "")
    for beside in sorted({one.beside for one in SECTIONS} - {""}):
        script = f"{_group(token, beside)} | {{\n{script}\ncat\n}}"
    return f"{PLUGINS}\n{script}\nprintf '\\n%s %s\\n' {token} end\n"


def _group(token: str, beside: str) -> str:
    sections = _scripts(token, (one for one in SECTIONS if one.beside == beside))
    return f"{{\n{sections}\n}} </dev/null"


def _scripts(token: str, sections: Iterable[Section]) -> str:
    return "\n".join(
        f"printf '\\n%s %s\\n' {token} {one.name}; {{ {one.script}; }} 2>/dev/null"
        for one in sections
    )


def parse(outcome: Outcome, token: str) -> Facts:
    """Facts from what the probe printed. Sections that never came leave UNKNOWN."""
    sections = split(outcome.stdout, token)
    noise = f"{outcome.noise}\n{sections.pop('', '')}".strip()[:NOISE_CHARS]
    values: dict[str, Any] = {"noise": noise}
    for section in SECTIONS:
        if section.name in sections:
            values |= section.read(sections[section.name].strip("\n"))
    return Facts(**{name: _bounded(name, value) for name, value in values.items()})


def _bounded(name: str, value: Any) -> Any:
    """A value no longer than anything real: facts stand in every report of the host."""
    if isinstance(value, str):
        return value[: DAEMON_JSON_CHARS if name in _FILES else LONGEST_CHARS]
    if isinstance(value, (tuple, frozenset)):
        return type(value)([_bounded(name, inner) for inner in islice(value, _MOST)])
    if isinstance(value, dict):
        pairs = islice(value.items(), _MOST)
        return {_bounded(name, key): _bounded(name, inner) for key, inner in pairs}
    return value


def split(text: str, token: str) -> dict[str, str]:
    """Sections by name; what stood before the first is under the empty name."""
    before, *parts = f"\n{text}".split(f"\n{token} ")
    sections = {name: rest for name, _, rest in (part.partition("\n") for part in parts)}
    last = next(reversed(sections), "")
    if last != "end":  # cut short: the last section may be half of one
        sections.pop(last, None)
    sections.pop("end", None)
    return {"": before.removeprefix("\n"), **sections}
