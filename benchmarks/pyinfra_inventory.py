"""pyinfra's inventory: the hosts of ONRAMP_BENCH_HOSTS (a JSON file the bench task writes)."""

import json
import os
from pathlib import Path

hosts = [
    (
        host["name"],
        {
            "ssh_hostname": host["address"],
            "ssh_port": host["port"],
            "ssh_user": host["user"],
            "ssh_key": host["private_key"],
            "ssh_known_hosts_file": host["known_hosts"],
            "ssh_strict_host_key_checking": "yes",
            "ssh_allow_agent": False,
            "ssh_look_for_keys": False,
        },
    )
    for host in json.loads(Path(os.environ["ONRAMP_BENCH_HOSTS"]).read_text())
]
