"""What may be done on a host, and what was seen when it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal

from msgspec import Struct, field

from onramp.model.discreet import Discreet

Cut = Literal["timeout", "silence", "link-lost", "cancelled"]


Role = Literal["survey", "try", "apply", "verify", "probe", "remedy", "recipe"]


class Command(Discreet, frozen=True):
    """A POSIX sh script for one host. Never holds remote output; values in it are quoted.

    `display` is what a person would type (shown in reports; defaults to the script).
    `env` is exported before the script, out of sight of process lists; its values may be secret.
    `silence_s`: give up after so many seconds without a byte of output (None: no limit).
    """

    UNSHOWN: ClassVar[tuple[str, ...]] = ("env",)

    script: str
    as_root: bool = False
    timeout_s: float = 120.0
    silence_s: float | None = None
    sensitive: bool = False
    display: str = ""
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown(self) -> str:
        """What a person would type: with sudo where it needs root and fits on a line."""
        prefix = "sudo " if self.as_root and "\n" not in self.script.strip() else ""
        return self.display or prefix + self.script.strip()


class Upload(Struct, frozen=True):
    """Files to put on the host, below `directory` (made if missing) as the login user."""

    directory: str
    files: Mapping[str, bytes]  # relative POSIX path -> content
    modes: Mapping[str, int] = field(default_factory=dict)
    display: str = ""

    @property
    def shown(self) -> str:
        return self.display or f"copy {len(self.files)} files to {self.directory}"


class Relogin(Struct, frozen=True):
    """Log in again: a user's groups are fixed when sshd starts the session."""

    display: str = "log out and in again"

    @property
    def shown(self) -> str:
        return self.display


class Restart(Struct, frozen=True):
    """Restart the host by `script`, run as root, and log in again once it is back.

    Its Outcome has exit code 0 where another boot answers. `within_s`: how long that may take.
    """

    script: str
    within_s: float = 300.0

    @property
    def shown(self) -> str:
        return f"sudo {self.script}"


class Check(Struct, frozen=True):
    """A question to the engine or the deployed stack, answered by the shell (engine.py).

    `what` names the question ("snapshot", "running", "http", "counter", "leftovers", …);
    `with_` its parameters. Its Outcome has exit code 0 where the expectation held.
    """

    what: str
    with_: Mapping[str, Any] = field(default_factory=dict)
    display: str = ""
    timeout_s: float = 60.0

    @property
    def shown(self) -> str:
        return self.display or self.what


Action = Command | Upload | Relogin | Restart | Check


class Outcome(Struct, frozen=True):
    """What was seen when an action was performed.

    `exit_code` is None when the action never ended by itself; `cut` then says why.
    Output is decoded UTF-8 with replacement, bounded; `dropped_bytes` counts what was left out.
    """

    command: str
    exit_code: int | None
    stdout: str = ""
    stderr: str = ""
    seconds: float = 0.0
    cut: Cut | None = None
    dropped_bytes: int = 0
    as_root: bool = False
    noise: str = ""  # what rc files and banners printed before it; never parsed

    @property
    def ok(self) -> bool:
        return self.exit_code == 0

    @property
    def text(self) -> str:
        """stdout and stderr, one after the other: what diagnosis reads."""
        return (
            f"{self.stdout}\n{self.stderr}"
            if self.stdout and self.stderr
            else (self.stdout or self.stderr)
        )
