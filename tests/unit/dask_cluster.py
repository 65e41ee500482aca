"""A Dask cluster as somebody has one: a scheduler and workers, with TLS files of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import dask
from distributed import Client

import onramp
from onramp.fleet.authority import Authority

PATHS = str(Path(onramp.__file__).parent.parent)


class Cluster:
    """A scheduler and two workers, started as their documentation has it.

    `namespaces` are those of workers that are to be elsewhere; `host` is the scheduler's address.
    """

    def __init__(
        self,
        folder: Path,
        paths: str = PATHS,
        *,
        host: str = "127.0.0.1",
        namespaces: Sequence[str] = ("", ""),
    ) -> None:
        self.paths = paths
        identity = Authority("somebody's").identity("everybody")
        files = {"ca": identity.authority, "cert": identity.certificate, "key": identity.key}
        for name, text in files.items():
            (folder / f"{name}.pem").write_text(text)
        self.config = {"distributed.comm.tls.ca-file": str(folder / "ca.pem")}
        for role in ("client", "scheduler", "worker"):
            for name in ("cert", "key"):
                self.config[f"distributed.comm.tls.{role}.{name}"] = str(folder / f"{name}.pem")
        self.address = folder / "scheduler.json"
        self.folder = folder
        self._started: list[subprocess.Popen[bytes]] = []
        words = ["scheduler", "--protocol=tls", f"--host={host}", "--port=0", "--no-dashboard"]
        self.scheduler = self._start(*words, f"--scheduler-file={self.address}")
        self.workers = [self._worker(f"n{n}", within) for n, within in enumerate(namespaces)]

    def _worker(self, name: str, namespace: str) -> subprocess.Popen[bytes]:
        words = ["--protocol=tls", "--no-nanny", "--nthreads=2", "--no-dashboard", f"--name={name}"]
        file = f"--scheduler-file={self.address}"
        within = ("ip", "netns", "exec", namespace) if namespace else ()
        return self._start("worker", file, *words, within=within)

    @property
    def environment(self) -> dict[str, str]:
        """The TLS files, as `DASK_…__…`."""
        return {
            f"DASK_{name.upper().replace('.', '__').replace('-', '_')}": value
            for name, value in self.config.items()
        }

    def _start(self, *words: str, within: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        env = {**os.environ, **self.environment, "PYTHONPATH": self.paths}
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(
                [*within, sys.executable, "-m", "dask", *words],
                stdout=log, stderr=log, env=env, cwd=self.folder,
            )  # fmt: skip
        self._started.append(process)
        return process

    @property
    def url(self) -> str:
        until = time.monotonic() + 90
        while not (self.address.exists() and self.address.read_text().endswith("}")):
            assert time.monotonic() < until, (self.folder / "log").read_text()
            time.sleep(0.1)
        found = str(json.loads(self.address.read_text())["address"])
        with dask.config.set(self.config), Client(found, set_as_default=False) as client:
            client.wait_for_workers(len(self.workers), timeout=90)
        return found

    def stop(self) -> None:
        for process in self._started:
            process.kill()
            process.wait()
