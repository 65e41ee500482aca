"""The lab's door: everything the rest of the harness asks of it.

lab = Lab()
lab.require()
host = lab.up("debian-12")
...
lab.down([host.name])
"""

import contextlib
import os
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from onramp import PROGRAM
from onramp.errors import HarnessError, UsageError
from onramp.model.action import Outcome
from onramp.providers import Progress
from onramp.providers.lab import (
    lab_host,
    ledger,
    locks,
    mirror,
    network,
    prerequisites,
    reachability,
    rootfs,
    servers,
    subprocesses,
)
from onramp.providers.lab.images import IMAGES, Image
from onramp.providers.lab.lab_host import LabHost, StartState
from onramp.providers.lab.mirror import Mirror
from onramp.providers.lab.tls import Interceptor

_NAME = re.compile(r"(?=.{1,50}$)[a-z0-9]+((\.|-+)[a-z0-9]+)*")


def silent(line: str) -> None:
    """The progress callback of someone who does not want to know."""


def default_cache() -> Path:
    """$ONRAMP_CACHE, or `onramp` in the user's cache folder (XDG base directories)."""
    named = os.environ.get("ONRAMP_CACHE")
    if named:
        return Path(named).absolute()
    folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(folder).absolute() / "onramp"


class Lab:
    """Clean hosts on this machine; any number of threads and processes may use it at once."""

    def __init__(self, cache: Path | None = None) -> None:
        self.cache = (cache or default_cache()).absolute() / "lab"
        self._reach: bool | None = None
        self._shared: int | None = None
        self._guard = threading.Lock()
        self._hosts = self.cache / "hosts"

    def require(self) -> None:
        """See that the lab can work here; installs missing Debian packages when it may.

        Raises HarnessError with the one command to run when it may not.
        """
        prerequisites.require()

    def up(
        self,
        image: str,
        *,
        name: str | None = None,
        progress: Progress = silent,
        own: bool = False,
        start_state: StartState = lab_host.CLEAN,
    ) -> LabHost:
        """Boot a fresh host; named after its image unless told, then `image-2`, `image-3` …

        `own`: for this process alone; it does not outlive it (the next one to look sweeps it).
        `start_state`: where it starts from, where that is not a clean system.
        """
        row = _image(image)
        _check(name or row.name, self.cache)
        self.require()
        root = rootfs.build(row, self.cache, progress)
        files = self.repositories(row, progress)
        ledger.sweep(self._hosts)
        key = self._key()
        folder, held = self._take(name or "", row)
        try:
            if own:
                ledger.own(folder)
            booted = lab_host.boot(
                lab_host.Plan(folder.name, row.name, root, key, folder, start_state, files)
            )
            ledger.write(folder, booted)
        except BaseException:
            lab_host.destroy(folder, ledger.index_in(folder))
            raise
        finally:
            locks.unlock(held)
        return booted

    def hosts(self) -> list[LabHost]:
        """The hosts that run now; what is left of dead ones is swept."""
        if self._hosts.exists():
            ledger.sweep(self._hosts)
        found = (ledger.read(folder) for folder in ledger.folders(self._hosts))
        return [entry for entry in found if entry is not None]

    def get(self, name: str) -> LabHost | None:
        """The running host of this name."""
        return ledger.read(self._hosts / name) if _NAME.fullmatch(name) else None

    def is_anothers(self, name: str) -> bool:
        """Whether this host was booted for another process alone, which is still at work."""
        owner = ledger.owner_of(self._hosts / name)
        return owner is not None and owner.pid != os.getpid() and owner.alive()

    def down_own(self) -> None:
        """Remove the hosts booted for this process alone; one still booting is left to be swept."""
        for folder in ledger.folders(self._hosts):
            owner = ledger.owner_of(folder)
            if owner is not None and owner.pid == os.getpid():
                with contextlib.suppress(HarnessError):
                    _remove(folder, timeout_s=3)

    def down(self, names: Sequence[str] | None = None) -> list[str]:
        """Remove these hosts, or everything the lab has running; returns the hosts removed."""
        wanted = [f for f in ledger.folders(self._hosts) if names is None or f.name in names]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(_remove, wanted))
        if names is None:
            ledger.sweep(self._hosts)
            servers.stop_all(self.cache / "mirror")
            network.lower_bridge()
        return [folder.name for folder in wanted]

    def restart(self, name: str, tell: Callable[[], Outcome]) -> Outcome:
        """Have a host restart that `tell` says so to: its init ends, and begins anew.

        The kernel is this machine's and goes on; a host that was not told stays as it is. Raises
        HarnessError where its init does not end.
        """
        folder = self._hosts / name
        with locks.locked(ledger.lock_of(folder)):  # dead for a moment, it must not be swept
            there, index = ledger.read(folder), ledger.index_in(folder)
            outcome = tell()
            if there and index and (outcome.ok or outcome.cut == "link-lost"):
                ledger.write(folder, lab_host.boot_again(there, folder, index))
        return outcome

    def freeze(self, name: str, target: Path) -> None:
        """Take a host down and keep its state in `target`, for others to start from."""
        folder = self._hosts / name
        with locks.locked(ledger.lock_of(folder), timeout_s=120):
            lab_host.freeze(folder, ledger.index_in(folder), target)
            lab_host.destroy(folder, ledger.index_in(folder))

    def mirror(
        self, progress: Progress = silent, *, family: str = "debian", releases: bool = False
    ) -> Mirror:
        """Where lab hosts find what Docker's documentation downloads; built and started if needed.

        About a minute and a half the first time, milliseconds afterwards.
        """
        self.require()
        self._use()
        return mirror.serve(self.cache / "mirror", progress, family, releases=releases)

    def repositories(self, image: Image, progress: Progress) -> dict[str, str]:
        """The files that tell a host of this image where its packages are."""
        if not image.repositories:
            return {}
        at = self.mirror(progress, family=image.family).address
        return {path: text.replace("{mirror}", at) for path, text in image.repositories.items()}

    def intercepting_proxy(self, progress: Progress = silent) -> Interceptor:
        """A server for Docker's names, with a certificate from an authority hosts do not trust."""
        self.require()
        self._use()
        return mirror.intercept(self.cache / "mirror", progress)

    def real_servers_answer(self) -> bool:
        """Whether Docker's package server and registry answer from here; asked once."""
        if self._reach is None:
            self._reach = reachability.real_servers_answer()
        return self._reach

    def rest(self) -> None:
        """Take mirror and network down unless a host runs or another process is at work here.

        For the end of a run, which must not pull the mirror from under another's.
        """
        with self._guard:
            if self._shared is not None:
                locks.unlock(self._shared)
                self._shared = None
        alone = locks.try_lock(self.cache / ".in-use.lock")
        if alone is not None:
            try:
                if not self.hosts():
                    self.down()
            finally:
                locks.unlock(alone)

    def clean(self) -> None:
        """Take everything down and remove the caches."""
        self.down()
        subprocesses.remove_tree(self.cache)

    def _take(self, name: str, image: Image) -> tuple[Path, int]:
        """Claim a name: its directory and the lock on it. Raises UsageError when it is in use."""
        with locks.locked(self.cache / ".names.lock"):
            for candidate in _names(name, image.name):
                folder = self._hosts / candidate
                if folder.exists():
                    continue
                held = locks.try_lock(ledger.lock_of(folder))
                if held is not None:
                    folder.mkdir(parents=True)
                    return folder, held
        raise UsageError(
            brief=f"lab host {name} is there already",
            resolution=f"{PROGRAM} lab.down --names={name}, or choose another name",
        )

    def _use(self) -> None:
        """Say, until `rest` or the end of this process, that the mirror is needed."""
        with self._guard:
            if self._shared is None:
                self._shared = locks.share(self.cache / ".in-use.lock")

    def _key(self) -> Path:
        """The key that logs in to every lab host; made on first use."""
        key = self.cache / "id_ed25519"
        with locks.locked(self.cache / ".key.lock"):
            if not key.with_name("id_ed25519.pub").exists():
                key.unlink(missing_ok=True)
                subprocesses.run(
                    ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", key]
                )
        return key


def _remove(folder: Path, timeout_s: float = 120) -> None:
    with locks.locked(ledger.lock_of(folder), timeout_s=timeout_s):
        lab_host.destroy(folder, ledger.index_in(folder))


def _names(name: str, image: str) -> list[str]:
    """Names to try: the one asked for, or the image's and then numbered ones."""
    return [name] if name else [image, *(f"{image}-{n}" for n in range(2, 1000))]


def _check(name: str, cache: Path) -> None:
    """A host's name becomes a directory and a hostname, the cache's path part of mount options."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            brief=f"{name!r} cannot name a lab host",
            resolution="use lower-case letters, digits, hyphens and dots, 50 at most",
        )
    if set(str(cache)) & set(",:\\"):
        raise UsageError(
            brief=f"the lab cannot work in {cache}: mount options allow no comma, colon, backslash",
            resolution="name another folder: export ONRAMP_CACHE=/var/cache/onramp",
        )


def _image(name: str) -> Image:
    if name not in IMAGES:
        raise UsageError(
            brief=f"the lab has no image {name!r}",
            resolution=f"it has: {', '.join(IMAGES)}",
        )
    return IMAGES[name]
