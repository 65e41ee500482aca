"""lab.up, list, ssh, down, clean: the embedded lab by hand."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from onramp import PROGRAM
from onramp.cli import flags
from onramp.config.host_patterns import words
from onramp.errors import UsageError
from onramp.providers.lab.embedded_lab import Lab
from onramp.providers.lab.images import IMAGES
from onramp.providers.lab.lab_host import LabHost


def up(options: SimpleNamespace) -> int:
    """Boots hosts, one after the other, and says how to log in to each."""
    images = words(options.image or ["debian-12"])
    if options.name and len(images) != 1:
        raise UsageError("--name goes with one --image", f"found {len(images)} images")
    lab = Lab()
    hosts = [lab.up(image, name=options.name, progress=_say) for image in images]
    _show(hosts, as_json=options.json)
    return 0


def list_(options: SimpleNamespace) -> int:
    """The hosts that are up."""
    hosts = Lab().hosts()
    _show(hosts, as_json=options.json)
    if not hosts and not options.json:
        print(f"no lab host is up ({PROGRAM} lab.up --image=debian-12 boots one)")
    return 0


def ssh(options: SimpleNamespace) -> int:
    """Becomes ssh(1), with the lab's key and the host's real host key."""
    lab = Lab()
    running = {host.name: host for host in lab.hosts()}
    name = options.name or (next(iter(running)) if len(running) == 1 else None)
    if name not in running:
        raise UsageError(
            f"--name={name or ''}: no such lab host is up",
            resolution=f"up: {', '.join(running) or 'none'}",
        )
    arguments = _ssh(running[name]) + ([options.command] if options.command else [])
    sys.stdout.flush()
    os.execvp("ssh", arguments)


def down(options: SimpleNamespace) -> int:
    """Removes hosts; without names everything of the lab but its caches."""
    lab = Lab()
    names = words(options.names or [])
    flags.all_up(names, {host.name for host in lab.hosts()}, "lab host")
    removed = lab.down(names or None)
    print(f"removed: {', '.join(removed) or 'nothing was up'}")
    return 0


def clean(options: SimpleNamespace) -> int:
    """lab.down, and the caches: the next lab.up builds everything anew."""
    Lab().clean()
    print("the lab and its caches are gone")
    return 0


def _say(line: str) -> None:
    print(line, file=sys.stderr)


def _ssh(host: LabHost) -> list[str]:
    return [
        "ssh", "-i", str(host.private_key), "-p", str(host.port),
        "-o", f"UserKnownHostsFile={host.known_hosts}", "-o", "StrictHostKeyChecking=yes",
        "-o", "IdentitiesOnly=yes", f"{host.user}@{host.address}",
    ]  # fmt: skip


def _show(hosts: Iterable[LabHost], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps([_row(host) for host in hosts], indent=2))
        return
    for host in hosts:
        about = IMAGES[host.image].about if host.image in IMAGES else ""
        words = [host.name, host.image, f"{host.user}@{host.address}", *([about] if about else [])]
        print("\t".join(words))
        print(f"  {PROGRAM} lab.ssh --name={host.name}", file=sys.stderr)


def _row(host: LabHost) -> dict[str, Any]:
    return {
        "name": host.name,
        "image": host.image,
        "address": host.address,
        "port": host.port,
        "user": host.user,
        "private_key": str(host.private_key),
        "known_hosts": str(host.known_hosts),
    }
