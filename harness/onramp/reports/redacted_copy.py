"""A copy of a run that may be shown to anybody: redacted at the source, rendered anew.

Events, logs and whatever other text lies in the run are rewritten; the reports are then made from
the rewritten events, as reports always are. What is no text is left out. The copy appears under
its name only when it is whole and a last look found nothing in it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from onramp.errors import HarnessError, UsageError
from onramp.evidence import find_runs, reviews
from onramp.evidence.files import write_atomically
from onramp.evidence.own_files import lies_within, own_file
from onramp.evidence.stored_events import read_events
from onramp.model.pain import Catalogue
from onramp.model.run import HostRun
from onramp.reports import build as reports
from onramp.reports import formats
from onramp.text.file_names import file_name, free_name
from onramp.text.redact import allowlist
from onramp.text.redact.redactor import Redactor

_RENDERED: Final = frozenset(
    name for one in formats.reporters().values() for name in (one.host_file, one.run_file) if name
)
_LARGEST_BYTES: Final = 64 * 1024 * 1024  # of one file; a larger one is left out


class Copy(Struct, frozen=True):
    """Where the copy is, what was left out of it, and what could not be rendered."""

    path: Path
    left_out: tuple[str, ...]
    faults: tuple[str, ...]


def redacted(run: Path, to: Path, catalogue: Catalogue) -> Copy:
    """Writes the copy. Raises UsageError where `to` is there already or cannot be written."""
    if os.path.lexists(to):
        raise UsageError(f"--to={to}: is there already", resolution="name a folder that is not")
    if lies_within(to, run):
        raise UsageError(f"--to={to}: lies within the run it is to be a copy of")
    draft = to.with_name(f".{to.name}.{os.getpid()}")
    try:
        draft.mkdir(parents=True)
        copy = _Copying(run, draft, to.name, catalogue)
        copy.write()
        os.replace(draft, to)
    except OSError as error:
        raise UsageError(f"--to={to}: cannot be written", str(error)) from None
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return Copy(to, tuple(copy.left_out), copy.faults)


class _Copying:
    """One copy while it is made."""

    def __init__(self, run: Path, draft: Path, id: str, catalogue: Catalogue) -> None:
        self.run, self.draft, self.id, self.catalogue = run, draft, id, catalogue
        self.left_out: list[str] = []
        self.faults: tuple[str, ...] = ()
        self.summary = find_runs.summary(run)
        self.folders = find_runs.host_folders(run)
        self.events = {folder: read_events(folder / "events.jsonl") for folder in self.folders}
        steps = {text for told in self.events.values() for event in told for text in _steps(event)}
        words = allowlist.words(catalogue, steps)
        self.redactor = Redactor(words, allowlist.texts(catalogue))
        self._host_names: dict[str, str] = {}  # folder -> folder in the copy

    def write(self) -> None:
        """Learns everything first, then writes."""
        events = self.events
        for told in events.values():
            learn_host(self.redactor, told)
        for named in self._summary_hosts():
            _learn_name(self.redactor, str(named.get("name") or ""))
        files = dict(self._texts())
        for told in events.values():
            for event in told:
                self.redactor.learn_value(event)
        self.redactor.learn_value(self.summary)
        self.id = self._part(self.id)  # the folder may be named after the host
        for path, text in files.items():
            self.redactor.learn(str(path))
            self.redactor.learn_value(_parsed(path, text))
        for folder, told in events.items():
            self._write_events(folder, told)
        self._write_summary()
        for path, text in files.items():
            self._write_text(path, text)
        self._render()
        self._look_again()

    def _texts(self) -> Iterator[tuple[Path, str]]:
        """Every file that is neither events nor rendered: path below the run, and its text."""
        for path in sorted(self.run.rglob("*")):
            place = path.relative_to(self.run)
            if not own_file(self.run, place):
                continue
            if place.name in (*_RENDERED, "events.jsonl") or str(place) == "run.json":
                continue
            raw = path.read_bytes() if path.stat().st_size <= _LARGEST_BYTES else None
            if raw is None or (b"\0" in raw and place.suffix != ".log"):
                self.left_out.append(self.redactor.text(str(place)))
                continue
            yield place, raw.decode("utf-8", "replace")

    def _folder(self, name: str) -> str:
        return self._host_names.get(name) or self._part(name)

    def _part(self, name: str) -> str:
        clean = self.redactor.text(name)
        return name if clean == name else file_name(clean)

    def _place(self, place: Path) -> Path:
        parts = list(place.parts)
        if parts[0] == "hosts" and len(parts) > 1:
            return Path("hosts", self._folder(parts[1]), *map(self._part, parts[2:]))
        if parts[0] == "reviews" and len(parts) == 2:
            return Path("reviews", self._folder(place.stem) + place.suffix)
        return Path(*map(self._part, parts))

    def _write_events(self, folder: Path, told: list[dict[str, Any]]) -> None:
        clean = [redacted_event(self.redactor, event) for event in told]
        named = [
            event["name"] for event in clean if event.get("event") == "host" and "name" in event
        ]
        wanted = file_name(named[-1]) if named else self._part(folder.name)
        free = free_name(wanted, self._host_names.values())
        self._host_names[folder.name] = free
        for event in clean if free != wanted else ():  # another host has that stand-in
            if event.get("event") == "host":
                event["name"] = free
        lines = (json.dumps(event, ensure_ascii=False) + "\n" for event in clean)
        write_atomically(self.draft / "hosts" / free / "events.jsonl", "".join(lines))

    def _write_summary(self) -> None:
        clean = self.redactor.value({**self.summary, "hosts": []})
        listed = [self._listed(host) for host in self._summary_hosts()]
        named = {host["path"] for host in listed}
        for folder in self._host_names.values():  # a run that died lists none: in their order
            if f"hosts/{folder}" not in named:
                listed.append({"name": folder, "status": None, "path": f"hosts/{folder}"})
        clean |= {"id": self.id, "hosts": listed}
        text = json.dumps(clean, indent=2, ensure_ascii=False) + "\n"
        write_atomically(self.draft / "run.json", text)

    def _listed(self, host: Mapping[str, Any]) -> dict[str, Any]:
        """A host's row: its name is a name here, even where it is a common word elsewhere."""
        name, spec = str(host.get("name") or ""), str(host.get("spec") or "")
        shown = self.redactor.name("host", name)
        folder = self._folder(Path(str(host.get("path") or "")).name)
        if folder in self._host_names.values() and file_name(shown) != folder:
            shown = folder
        return {
            **self.redactor.value(host),
            "name": shown,
            "spec": shown if spec == name else self.redactor.text(spec),
            "path": f"hosts/{folder}",
        }

    def _summary_hosts(self) -> list[Mapping[str, Any]]:
        hosts = self.summary.get("hosts")
        return [host for host in hosts if isinstance(host, dict)] if isinstance(hosts, list) else []

    def _write_text(self, place: Path, text: str) -> None:
        read = _parsed(place, text)
        if place.name == "facts.json" and isinstance(read, Mapping):
            read = redacted_event(self.redactor, {**read, "event": "facts"})
            read.pop("event")
            clean = json.dumps(read, indent=2) + "\n"
        elif isinstance(read, str):
            clean = self.redactor.text(read)
        else:
            clean = json.dumps(self.redactor.value(read), indent=2, ensure_ascii=False) + "\n"
        write_atomically(self.draft / self._place(place), clean)

    def _render(self) -> None:
        told = find_runs.summary(self.draft)
        result = reports.build(
            list(map(self._reviewed, find_runs.host_runs(self.draft))),
            id=self.id,
            command=str(told.get("command") or ""),
            started=str(told.get("started") or ""),
            seconds=find_runs.took_s(self.summary),
            catalogue=self.catalogue,
        )
        result = find_runs.as_it_ended(result, told)
        self.faults = formats.write_all(result, self.draft, self.catalogue)

    def _reviewed(self, run: HostRun) -> HostRun:
        """With what a person thought of it; without, where that cannot be read."""
        try:
            return reviews.laid_over(run, reviews.kept(self.draft, run.name))
        except UsageError:
            return run

    def _look_again(self) -> None:
        """Refuses a copy in which anything that was learned is still to be read."""
        for path in sorted(self.draft.rglob("*")):
            place = str(path.relative_to(self.draft))
            text = place + "\n" + (path.read_text("utf-8", "replace") if path.is_file() else "")
            if left := self.redactor.leaks(text, rendered=path.name in _RENDERED):
                raise HarnessError(
                    f"not redacted: {self.redactor.text(place)} still names {', '.join(left[:5])}",
                    resolution="nothing was written; please report this",
                )


def _steps(event: Mapping[str, Any]) -> Iterator[str]:
    """Ids of steps and titles of platforms: words of Onramp's own."""
    if event.get("event") == "plan":
        yield from (str(step.get("id")) for step in event.get("steps") or ())
    if event.get("event") in ("step", "platform"):
        yield from (str(event.get("id")), str(event.get("step")))


def learn_host(redactor: Redactor, events: list[dict[str, Any]]) -> None:
    """What a host's own fields name: itself, its users, addresses and servers."""
    for event in events:
        if event.get("event") == "host":
            _learn_name(redactor, str(event.get("name") or ""))
            _learn_name(
                redactor, str(event.get("address") or ""), like=str(event.get("name") or "")
            )
            _learn_user(redactor, event.get("user"))
        if event.get("event") == "facts":
            _learn_facts(redactor, event)


def _learn_name(redactor: Redactor, name: str, *, like: str = "") -> None:
    if not name or allowlist.address(name):
        return
    same = (
        redactor.name("host", like)
        if like and not _is_address(name) and not _is_address(like)
        else ""
    )
    stand_in = redactor.name("host", name, like=same)
    short, dot, domain = name.partition(".")
    if dot and not _is_address(name):
        redactor.name("host", short, like=stand_in)
        if "." in domain and not allowlist.domain(domain):
            redactor.name("domain", domain)
            redactor.name("domain", domain.split(".")[-2])  # the company's own name


def _learn_facts(redactor: Redactor, facts: Mapping[str, Any]) -> None:
    _learn_user(redactor, facts.get("user"))
    members = facts.get("docker_group_members")
    for user in members if isinstance(members, list) else ():
        _learn_user(redactor, user)
    home = facts.get("home")
    if isinstance(home, str) and home.count("/") > 1:
        _learn_user(redactor, home.rpartition("/")[2])
    for name in ("client_address", "server_address"):
        if isinstance(facts.get(name), str):
            redactor.name("host", facts[name])


def _learn_user(redactor: Redactor, user: Any) -> None:
    if isinstance(user, str) and user.lower() not in allowlist.WORDS:
        redactor.name("user", user)


def redacted_event(redactor: Redactor, event: Mapping[str, Any]) -> dict[str, Any]:
    """One event; a name in a field made for names is replaced even where it is a common word."""
    clean: dict[str, Any] = redactor.value(event)
    clean["event"] = event.get("event")
    if event.get("event") == "host":
        for field in ("name", "address"):
            if isinstance(event.get(field), str):
                clean[field] = redactor.name("host", event[field])
    user = event.get("user")
    if isinstance(user, str) and user.lower() not in allowlist.WORDS:
        clean["user"] = redactor.name("user", user)
    return clean


def _is_address(name: str) -> bool:
    return name.replace(".", "").isdigit() or ":" in name


def _parsed(path: Path, text: str) -> Any:
    """What a JSON file holds; of any other file, its text."""
    parsers: Mapping[str, Callable[[str], Any]] = {".json": json.loads}
    try:
        return parsers[path.suffix](text)
    except (KeyError, ValueError, RecursionError):
        return text
