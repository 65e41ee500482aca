"""What a user may set under `onramp:` in the inventory or with `--set key=value`.

One place for names, units and defaults. Validation is msgspec's; an unknown name is answered
with the nearest known one. Every problem is one line naming where it was found, the setting, what
was found and what was expected; the value of a `stack.env` entry is never repeated.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, Literal, get_args, get_origin

import msgspec
from msgspec.structs import replace

from onramp.config import suggest
from onramp.errors import UsageError
from onramp.model.host import Host
from onramp.model.settings import (
    DEEPEST,
    OneLine,
    Seconds,
    Settings,
    Url,
    User,
    Word,
    merge,
    names,
    nested,
)


def parse(raw: Mapping[str, Any], *, where: str) -> Settings:
    """Validated settings. `raw` is nested (`{"docker": {"method": …}}`); `where` is for messages.

    Raises UsageError naming the setting, what was found and what was expected.
    """
    try:
        settings = msgspec.convert(_with_env_as_text(raw), Settings, strict=False)
    except msgspec.ValidationError as error:
        raise _explained(error, raw, where) from None
    check_env(settings.stack.env, f"{where}: onramp.stack.env")
    _check_daemon(settings.docker.daemon, f"{where}: onramp.docker.daemon")
    return settings


def configured(host: Host, raw: Mapping[str, Any], *, where: str) -> Host:
    """The host with these settings, validated: the one way a host comes by its settings.

    Raises UsageError as `parse`.
    """
    return replace(host, settings=parse(raw, where=where), raw_settings=raw)


def pairs(texts: Iterable[str], *, flag: str = "--set") -> dict[str, Any]:
    """`--set docker.method=auto` as nested settings; the last of two for one name wins.

    Values are typed as YAML types a plain scalar; `[…]`, `{…}` and quoted ones are read as YAML.
    Values of `stack.env` stay text. One flag may carry several pairs, comma-separated.
    Raises UsageError naming the pair's setting.
    """
    found: dict[str, Any] = {}
    for text in texts:
        for pair in _ANOTHER_PAIR.split(text):
            name, equals, value = pair.strip().partition("=")
            if not equals or not name.strip():
                raise UsageError(
                    f"{flag}: found {suggest.quoted(pair)}, expected name=value",
                    resolution=f"such as {flag} docker.method=distribution",
                )
            if name.count(".") > DEEPEST:
                raise UsageError(f"{flag}: a name nested deeper than {DEEPEST} levels")
            one = nested({name.strip(): _typed(name.strip(), value, flag)})
            parse(one, where=flag)
            found = merge(found, one)
    return found


def overlaid(settings: Settings, pairs: Mapping[str, Any]) -> Settings:
    """The same settings with dotted names set anew."""
    base: dict[str, Any] = msgspec.to_builtins(settings)
    return parse(merge(base, nested(pairs)), where="settings")


# --- reading ---------------------------------------------------------------------------------

_ALONE: Final = tuple(name for name in names() if "." not in name)
_GROUPS: Final = tuple(name for name in Settings.__struct_fields__ if name not in _ALONE)
_ANOTHER_PAIR: Final = re.compile(
    rf",(?=\s*(?:(?:{'|'.join(_GROUPS)})\.[\w.-]+|{'|'.join(_ALONE)})=)"
)
_ENV_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def _typed(name: str, value: str, flag: str) -> Any:
    if name.startswith("stack.env.") or not value:
        return value
    from onramp.config import yaml_file  # brings in PyYAML, which most commands do without

    if value.lstrip()[:1] in ("[", "{", "'", '"'):
        try:
            return yaml_file.parse(value, shown=name)
        except UsageError as error:
            raise UsageError(f"{flag} {error.brief}", resolution=error.resolution) from None
    return yaml_file.scalar(value.strip())


def _with_env_as_text(raw: Mapping[str, Any]) -> dict[str, Any]:
    stack = raw.get("stack")
    env = stack.get("env") if isinstance(stack, Mapping) else None
    if not isinstance(env, Mapping):
        return dict(raw)
    return merge(raw, {"stack": {"env": env_as_text(env)}})


def env_as_text(env: Mapping[Any, Any]) -> dict[Any, Any]:
    """`PORT: 8000` means the text "8000"; YAML here keeps whole numbers as written."""
    return {key: str(value) if type(value) is int else value for key, value in env.items()}


def check_env(env: Mapping[str, str], place: str) -> None:
    """Names and values a process environment can hold; `place` opens the UsageError."""
    for name, value in env.items():
        if not _ENV_NAME.fullmatch(name):
            raise UsageError(
                f"{place}: {suggest.quoted(name)} is no variable name",
                resolution="letters, digits and _ are allowed, not starting with a digit",
            )
        if "\0" in value:
            raise UsageError(f"{place}.{name}: holds a NUL character")


def _check_daemon(value: Any, place: str) -> None:
    """What cannot stand in daemon.json: YAML knows infinity, bytes, sets and numbers as names."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if not isinstance(key, str):
                found = suggest.quoted(key)
                raise UsageError(f"{place}: found {found} as a name, expected text (in quotes)")
            _check_daemon(inner, f"{place}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            _check_daemon(inner, f"{place}[{number}]")
    elif isinstance(value, float) and not math.isfinite(value):
        raise UsageError(f"{place}: found {value}, expected a finite number")
    elif not isinstance(value, (str, int, float, type(None))):
        raise UsageError(f"{place}: found {suggest.kind(value)}, expected what JSON can hold")


# --- explaining ------------------------------------------------------------------------------

_MESSAGE: Final = re.compile(r"(?P<what>.*?)(?: - at `(?P<path>.*)`)?", re.DOTALL)
_EXPECTED: Final = (
    (Url, "a URL beginning with http:// or https://"),
    (Word, "text (in quotes) of letters, digits and .+~:_-"),
    (User, "a user name"),
    (OneLine, "one line of text"),
    (Seconds, "seconds above 0, at most 86400"),
)


def _explained(error: msgspec.ValidationError, raw: Mapping[str, Any], where: str) -> UsageError:
    match = _MESSAGE.fullmatch(str(error))
    what = match["what"] if match else str(error)
    parts = _path((match and match["path"]) or "$", raw)
    unknown = re.search(r"unknown field `(.*)`", what, re.DOTALL)
    if unknown:
        name = ".".join([*parts, unknown[1]])
        brief = f"{where}: unknown setting {suggest.quoted('onramp.' + name)}"
        return UsageError(brief, resolution=_nearest(parts, unknown[1]))
    place = ".".join(["onramp", *parts])
    value = _value(raw, parts)
    if isinstance(value, Mapping) and (odd := [key for key in value if not isinstance(key, str)]):
        found = suggest.quoted(odd[0])
        return UsageError(f"{where}: {place}: found {found} as a name, expected text (in quotes)")
    return UsageError(
        f"{where}: {place}: found {_found(value, parts)}, expected {_expected(parts)}"
    )


def _path(text: str, raw: Mapping[str, Any]) -> list[str]:
    """`$.stack.env[...]` as names; msgspec does not name a mapping's key, so it is looked up."""
    parts = [part for part in text.replace("[...]", ".…").split(".")[1:] if part]
    if parts[:2] == ["stack", "env"] and parts[-1:] == ["…"]:
        env = _value(raw, parts[:2])
        bad = [key for key, value in env.items() if type(value) not in (str, int)]
        parts[-1] = str(bad[0]) if bad and isinstance(bad[0], str) else "…"
    return parts


def _value(raw: Any, parts: Iterable[str]) -> Any:
    for part in parts:
        raw = raw.get(part) if isinstance(raw, Mapping) else None
    return raw


def _found(value: Any, parts: list[str]) -> str:
    private = parts[:1] in (["stack"], ["proxy"]) or "@" in str(value)
    if isinstance(value, (str, int, float)) and not private:
        return suggest.quoted(value)
    return suggest.kind(value)


def _expected(parts: list[str]) -> str:
    if parts[:2] == ["stack", "env"]:
        return "text (in quotes)" if len(parts) > 2 else "a mapping of names to text"
    whole = len(parts) == 2 or parts[0] in _ALONE if parts else False
    kind = _annotation(parts) if whole else None
    if kind is None:
        return "a mapping of settings"
    for plain in (kind, *get_args(kind)):
        for alias, says in _EXPECTED:
            if plain == alias:
                return says
    if get_origin(kind) is Literal:
        return f"one of {', '.join(get_args(kind))}"
    return "a mapping" if get_origin(kind) is dict else "text"


def _annotation(parts: list[str]) -> Any:
    """The declared type of a setting, or None where the path leads nowhere."""
    struct: Any = Settings
    for part in parts[:2]:
        fields = {field.name: field.type for field in msgspec.structs.fields(struct)}
        struct = fields.get(part)
    return struct


def _nearest(parents: list[str], word: str) -> str:
    """The nearest name at that level, else a setting of that name elsewhere, else all there are."""
    prefix = "".join(f"{part}." for part in parents)
    level = sorted({n[len(prefix) :].split(".")[0] for n in names() if n.startswith(prefix)})
    if nearest := suggest.near(word, level):
        return f"did you mean {' or '.join(prefix + name for name in nearest)}?"
    elsewhere = [name for name in names() if name.rpartition(".")[2] == word]
    if elsewhere:
        return f"did you mean {' or '.join(elsewhere)}?"
    return suggest.hint(prefix + word, names(), noun="known settings")
