"""Fabric in threads, one connection a host, one check script: the floor for Python over SSH.

python fabric_threads.py HOSTS.json SCRIPT [HOSTS-AT-ONCE]
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import paramiko
from fabric import Connection  # type: ignore[import-untyped]


def ready(host: dict[str, Any], script: str) -> bool:
    """Whether the host answers every question of the script."""
    connection = Connection(
        host["address"],
        user=host["user"],
        port=host["port"],
        connect_timeout=20,
        connect_kwargs={
            "key_filename": host["private_key"],
            "allow_agent": False,
            "look_for_keys": False,
        },
    )
    connection.client.load_host_keys(host["known_hosts"])
    connection.client.set_missing_host_key_policy(paramiko.RejectPolicy())
    with connection:
        result = connection.run(script, hide=True, warn=True, in_stream=False)
    if not result.ok:
        print(f"{host['name']}: exit {result.exited}: {result.stderr}", file=sys.stderr)
    return bool(result.ok) and result.stdout.endswith("ready\n")


def main() -> int:
    """0 when all hosts are ready."""
    hosts: list[dict[str, Any]] = json.loads(Path(sys.argv[1]).read_text())
    script = Path(sys.argv[2]).read_text()
    at_once = int(sys.argv[3]) if len(sys.argv) > 3 else len(hosts)
    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(lambda host: ready(host, script), hosts))
    print(f"{sum(answers)} of {len(answers)} ready")
    return 0 if all(answers) else 1


if __name__ == "__main__":
    sys.exit(main())
