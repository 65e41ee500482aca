"""What a stack downloads when it is built and started, as far as its own files say it. Pure.

Images of the compose file and of Dockerfiles, and requirements files of Python. What a RUN line
downloads by other means is named, so that nobody finds out on the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from posixpath import basename, join, normpath
from typing import Any, Final

from msgspec import Struct

from onramp.airgap.image_names import Reference, reference
from onramp.config import compose_file, yaml_file
from onramp.errors import UsageError
from onramp.model.stack import Stack

_CONTINUED: Final = re.compile(r"\\[ \t]*\n")
_REQUIREMENTS: Final = re.compile(r"requirements[\w.-]*\.txt")
_FETCHES: Final = re.compile(
    r"\b(apt-get|apt|apk|dnf|yum|npm|yarn|pnpm|cargo|go|gem|curl|wget|git|uv|poetry)\s+"
    r"(?:install|add|ci|get|download|clone|update|sync|https?:|-)"
)


class Needs(Struct, frozen=True):
    """`fetches`: programs in RUN lines whose downloads are not known here."""

    images: tuple[Reference, ...]
    requirements: Mapping[str, bytes]
    fetches: tuple[str, ...]


def of(stack: Stack, env: Mapping[str, str]) -> Needs:
    """Raises UsageError for an image whose name is not known, or that no mirror can stand for."""
    document = yaml_file.parse(_text(stack, stack.compose_file), shown=stack.compose_file)
    services = compose_file.services(document, shown=stack.compose_file)
    images: dict[Reference, None] = {}
    fetches: dict[str, None] = {}
    for name, body in services.items():
        if "build" not in body:
            images[_image(str(body.get("image", "")), {**stack.env, **env}, name)] = None
            continue
        file, arguments = _dockerfile(body["build"], {**stack.env, **env})
        text = _text(stack, file)
        images.update(dict.fromkeys(reference(word) for word in bases(text, arguments)))
        fetches.update(dict.fromkeys(_FETCHES.findall(_runs(text))))
    wanted = {p: data for p, data in stack.files.items() if _REQUIREMENTS.fullmatch(basename(p))}
    return Needs(tuple(images), wanted, tuple(fetches))


def _text(stack: Stack, path: str) -> str:
    if path not in stack.files:
        raise UsageError(f"stack {stack.name}: no {path} among its files")
    return stack.files[path].decode("utf-8", "replace")


def _image(text: str, env: Mapping[str, str], service: str) -> Reference:
    name = compose_file.interpolated(text, env)
    if not name:
        raise UsageError(
            f"services.{service}.image: {text} has no value here",
            resolution="--set stack.env.NAME=value",
        )
    return reference(name)


def _dockerfile(build: Any, env: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The path of a service's Dockerfile in the stack, and its build arguments."""
    if not isinstance(build, Mapping):
        return normpath(join(str(build), "Dockerfile")), {}
    file = join(str(build.get("context", ".")), str(build.get("dockerfile", "Dockerfile")))
    stated = build.get("args") or {}
    pairs = (
        stated.items() if isinstance(stated, Mapping) else (r.partition("=")[::2] for r in stated)
    )
    values = {str(k): compose_file.interpolated(str(v), env) for k, v in pairs}
    return normpath(file), {name: value for name, value in values.items() if value is not None}


def bases(dockerfile: str, arguments: Mapping[str, str]) -> Iterator[str]:
    """The images a Dockerfile builds on, its own stages left out."""
    stages: set[str] = {"scratch"}
    known = dict(arguments)
    if syntax := re.match(r"#\s*syntax\s*=\s*(\S+)", dockerfile, re.IGNORECASE):
        yield syntax[1]
    for line in _CONTINUED.sub(" ", dockerfile).splitlines():
        word, _, rest = line.strip().partition(" ")
        if word.upper() == "ARG" and "=" in rest:
            name, _, value = rest.strip().partition("=")
            known.setdefault(name, value.strip("\"'"))
        found = _FROM.match(line) or _COPY.search(line)
        image = compose_file.interpolated(found["image"], known) if found else None
        if image and image.lower() not in stages and not image.isdigit():
            yield image
        if found and found.groupdict().get("stage"):
            stages.add(found["stage"].lower())


_FROM: Final = re.compile(
    r"\s*FROM\s+(?:--\S+\s+)*(?P<image>\S+)(?:\s+AS\s+(?P<stage>\S+))?\s*\Z", re.IGNORECASE
)
_COPY: Final = re.compile(r"^\s*(?:COPY|ADD)\s.*--from=(?P<image>\S+)", re.IGNORECASE)


def _runs(dockerfile: str) -> str:
    lines = _CONTINUED.sub(" ", dockerfile).splitlines()
    return "\n".join(line for line in lines if line.strip().upper().startswith("RUN "))
