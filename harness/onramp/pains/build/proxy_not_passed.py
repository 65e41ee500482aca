"""A proxy is the only way out, and the daemon or the build does not know of it.

What you see: curl works and `docker compose build` times out; or `proxyconnect tcp`, `407 Proxy
Authentication Required`, `Could not resolve proxy`, where somebody was told a wrong one.

Why it happens: http_proxy in your shell is for what you start there. The daemon is started by
the system and inherits nothing, sudo drops it, and a build runs in a container.

What to do: name the proxy to the daemon (`"proxies"` in /etc/docker/daemon.json since 23.0; before,
a drop-in with Environment=), restart it, and name it to builds under `proxies` in
~/.docker/config.json. Onramp does all of it when told `--set proxy.https=http://…`.

What the remedy changes: the daemon restarts, and a password in the address lies in its file.
"""

import re

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known
from onramp.pains.build import LAB, NO_MIRROR, PRUNE, SHARED, rewritten

NAMES = {"http-proxy", "https-proxy", "no-proxy"}
PROXY = PRUNE + "echo https_proxy=http://192.0.2.1:3128 >> /etc/environment"
OWN = r"proxyconnect tcp|407 Proxy Auth|Could not resolve proxy|Cannot connect to proxy"


def _proxies(situation: Situation) -> dict[str, str]:
    """The login's own, by daemon.json's names."""
    env = known(situation.facts.proxy_env) or {}
    named = {name.lower().replace("_", "-"): value for name, value in env.items()}
    kept = {name: named[name] for name in sorted(NAMES & named.keys())}
    valid = all(re.fullmatch(r"[\w.:/@%,*\[\]-]{1,500}", value) for value in kept.values())
    return kept if valid and kept.keys() - {"no-proxy"} else {}


def _confirmed(situation: Situation) -> bool:
    if situation.attempt and re.search(OWN, situation.attempt.text):
        return True
    said = situation.probe.stdout.strip() if situation.probe else ""
    return said == "daemon:" and bool(_proxies(situation))


def _tell(situation: Situation) -> RemedyPlan | None:
    proxies = _proxies(situation)
    return rewritten(situation, {"proxies": proxies}) if proxies else None


PAIN = PainPoint(
    id="proxy-not-passed",
    phase="build",
    title="A proxy the daemon does not know of",
    severity="blocker",
    cause="The way out leads through a proxy that the daemon or the build was not told of.",
    symptoms=(Symptom(OWN, "Go, pip, curl", weight=3), *SHARED),
    probe=Command("docker info -f 'daemon:{{.HTTPProxy}}{{.HTTPSProxy}}'", as_root=True),
    confirm=_confirmed,
    remedy=Remedy("ask", "Name the login's proxy to the daemon and restart it.", _tell),
    explains=("daemon-dns-or-network-failure", "pip-timeout-or-hash", "apt-dns-or-no-route"),
    references=("https://docs.docker.com/engine/daemon/proxy/",),
    recipe=Recipe(LAB, PROXY, starts="ready", settings=NO_MIRROR),
)
