"""The catalogue: one pain point a file, in the folder of the phase it belongs to.

Each module exports one `PainPoint`, collected by `onramp.plugins.collect`. Its docstring is its
page and always has the same four paragraphs: what a newcomer sees, why it happens, what to do,
and what the remedy changes.
"""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from onramp.model.facts import Facts
from onramp.model.pain import Catalogue, PainPoint
from onramp.model.unknown import known

# Where a clean host shows it by itself, whatever its system.
EVERY_SYSTEM = (
    "debian-12",
    "debian-13",
    "debian-12-sysv",
    "debian-sid",
    "ubuntu-like",
    "fedora-like",
    "rhel-like",
    "suse-like",
    "arch-like",
    "alpine-3.23",
)

# A second compose file, under which the example's services start with the machine
RESTART_ALWAYS = "services: {web: {restart: always}, redis: {restart: always}}\n"

# How shells begin the line "NAME: not found". Anchored, so that a Dockerfile's own shell, whose
# lines Docker numbers, does not count. Older recordings have "eval: " before the name.
SHELL = (
    r"^(?:-?(?:ba|da|a|z|k)?sh: |(?:/usr)?/bin/(?:ba|da)?sh: |sudo(?:-rs)?: |env: "
    r"|[\w./-]{1,100}: line |[\w./-]{1,100}: \d+: )?"  # dash, of a script
    r"(?:(?:line|Zeile|ligne|linha|riga) )?(?:\d+: )?(?:eval: )?"
)
# … and end it, in the languages shells are most used in
NOT_FOUND = (
    r"(?:(?:command )?not found|(?:Befehl|Kommando) nicht gefunden|commande introuvable"
    r"|no se encontró la orden|orden no encontrada|comando não encontrado|comando non trovato"
    r"|opdracht niet gevonden|nie znaleziono polecenia|команда не найдена|未找到命令"
    r"|コマンドが見つかりません)"
)


@cache
def catalogue() -> Catalogue:
    """Every pain point, by id. Read once: each is a module of its own."""
    import onramp.pains
    from onramp.plugins import collect

    return collect(onramp.pains, PainPoint)


class WhenAsked(Mapping[str, PainPoint]):
    """The catalogue, read when it is first looked into: hosts are asked before it is needed."""

    def __getitem__(self, id: str) -> PainPoint:
        return catalogue()[id]

    def __iter__(self) -> Iterator[str]:
        return iter(catalogue())

    def __len__(self) -> int:
        return len(catalogue())


def daemon_json(facts: Facts) -> Mapping[str, Any]:
    """The daemon's configuration file as it was found; empty where it is absent or no JSON."""
    text = known(facts.daemon_json)
    try:
        found = json.loads(text or "{}")
    except json.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def module_of(pain: PainPoint) -> str:
    """The full name of the module that exports it."""
    return f"onramp.pains.{pain.phase}.{pain.id.replace('-', '_')}"


def answering(port: int, status: str, kind: str, body: str, folder: str = "/srv/answer") -> str:
    """A recipe's script: a server on the host itself that answers so, whatever it is asked.

    `status` as in "503 Service Unavailable", `kind` a media type; Perl is on every Debian.
    """
    number, _, why = status.partition(" ")
    return f"""mkdir -p {folder} && cat > {folder}/body <<'END'
{body}
END
cat > {folder}/server.pl <<'END'
use IO::Socket::INET;
my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:{port}", Listen => 9, ReuseAddr => 1) or die;
my $why = "{why}";
my $t = do {{ local (@ARGV, $/) = "{folder}/body"; <> }};
while (my $c = $s->accept) {{
    while (<$c>) {{ last if /^\\s*$/ }}
    print $c "HTTP/1.1 {number} $why\\r\\nContent-Type: {kind}\\r\\nConnection: close\\r\\n",
        "Content-Length: ", length $t, "\\r\\n\\r\\n$t"; close $c;
}}
END
setsid perl {folder}/server.pl </dev/null >/dev/null 2>&1 &
"""
