"""A program on the host listens on the port the stack publishes.

What you see: `failed to bind host port for 0.0.0.0:8000: address already in use`; before 28,
`Error starting userland proxy: listen tcp4 0.0.0.0:8000: bind: address already in use`.

Why it happens: a web server, a development server or another application has the port. Docker
can publish only what is free.

What to do: `sudo ss -ltnp 'sport = :8000'` names the program. Stop it, or change the left number
under `ports:` in the compose file.

What the remedy changes: whatever you stop; nothing is stopped for you.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known


def _foreseen(situation: Situation) -> str | None:
    facts, stack = situation.facts, situation.stack
    if not stack or known(facts.daemon_active) or known(facts.engine):
        return None  # it may well be a container's
    taken = {listener.port for listener in known(facts.listeners) or ()} & set(stack.ports)
    return f"something listens on port {min(taken)}, which the stack publishes" if taken else None


PAIN = PainPoint(
    id="port-in-use-by-process",
    phase="up",
    title="Host port taken by a program",
    severity="blocker",
    cause="A program on the host listens on a port that the stack publishes.",
    symptoms=(
        Symptom(r"Error starting userland proxy: listen \S+ \S+ bind: address", "<= 27", weight=3),
        Symptom(r"failed to bind (?:host )?port .{0,200}address already in use", ">= 27", weight=3),
        Symptom(r"exposing port [^\n]{1,200}address already in use", "Docker Desktop", weight=3),
        Symptom(r"rootlessport listen \S+ \S+ bind: address already in use", "podman", weight=3),
        Symptom(r"failed to listen on tcp socket: address already in use", ">= 28", weight=3),
        Symptom(r"bind: address already in use", "Go programs, podman", ("up",)),
    ),
    foresee=_foreseen,
    probe=Command("ss -Hltnp", as_root=True),
    remedy=Remedy(
        kind="human",
        summary="Stop the program, or publish another port.",
        commands=("sudo ss -ltnp 'sport = :8000'",),
    ),
    references=("https://docs.docker.com/engine/network/port-publishing/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        before="up",
        script="setsid perl -MIO::Socket::INET -e '"
        '$s = IO::Socket::INET->new(Listen => 5, LocalAddr => "0.0.0.0:8000", ReuseAddr => 1)'
        " or die; close $_ while $_ = $s->accept' </dev/null >/dev/null 2>&1 &",
    ),
)
