"""Dask's own words for our certificates, and what of Dask is switched off."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import dask
from distributed import Client, Scheduler, Worker
from distributed.security import Security
from distributed.versions import VersionMismatchWarning

from onramp.fleet.authority import Identity
from onramp.fleet.kit import in_memory

SETTINGS: Final = {
    "distributed.scheduler.allowed-failures": 0,  # who begins a host again is ours to decide
    "distributed.scheduler.work-stealing": False,
    "distributed.scheduler.worker-saturation": 1.0,  # no shard waits behind another on a worker
    "distributed.scheduler.preload": [],
    "distributed.worker.preload": [],
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
    "distributed.worker.profile.enabled": False,
    "distributed.comm.require-encryption": True,
    "distributed.comm.tls.min-version": 1.3,
    "distributed.diagnostics.nvml": False,
}


def settled() -> None:
    """Dask as we need it, whatever the user's own files say of it; it logs nothing."""
    dask.config.set(SETTINGS)
    silent()


def silent() -> None:
    """Dask logs nothing: what it has to say of a run is said in words of ours."""
    warnings.filterwarnings("ignore", category=VersionMismatchWarning)  # likeness.py tells better
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL)


@contextmanager
def reaching(client: Client) -> Iterator[None]:
    """Within it a client that has given its scheduler up raises ConnectionError, as others do.

    Dask has then forgotten the scheduler, and stumbles over that: an AttributeError.
    """
    try:
        yield
    except AttributeError:
        if client.scheduler is not None:
            raise
        raise ConnectionError("the scheduler is gone") from None


def security(identity: Identity) -> Security:
    """For all roles; its files are on no disk."""
    files: dict[str, Any] = {"tls_ca_file": in_memory(identity.authority.encode())}
    certificate = in_memory(identity.certificate.encode())
    key = in_memory(identity.key.encode())
    for role in ("client", "scheduler", "worker"):
        files |= {f"tls_{role}_cert": certificate, f"tls_{role}_key": key}
    return Security(require_encryption=True, **files)


class QuietScheduler(Scheduler):
    """Without an HTTP server, which Dask starts even where there is no dashboard."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Nothing listens but what speaks TLS."""


class QuietWorker(Worker):
    """Without an HTTP server."""

    def start_http_server(self, *_: Any, **__: Any) -> None:
        """Nothing listens but what speaks TLS."""
