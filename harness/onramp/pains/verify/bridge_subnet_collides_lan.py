"""Docker's own network covers the address you come from.

What you see: the SSH session freezes the moment Docker starts or a stack comes up; after that
`No route to host` or a timeout, though the host runs on.

Why it happens: Docker gives its bridges ranges such as 172.17.0.0/16 and 172.18.0.0/16. It avoids
the networks the host is in and its name servers, but cannot know what lies behind a router: an
office, a VPN, a cloud network. If your computer has such an address, answers go into the bridge.

What to do: before Docker starts, name ranges that nobody uses in /etc/docker/daemon.json:
`{"bip": "10.201.0.1/24", "default-address-pools": [{"base": "10.202.0.0/16", "size": 24}]}`. Ask
who runs the network. If it has happened, log in at the console, or from another network.

What the remedy changes: Docker's ranges of addresses; a wrong choice cuts somebody else off.
"""

from ipaddress import ip_address, ip_network

from onramp.model.pain import PainPoint, Recipe, Remedy, Situation
from onramp.model.unknown import known
from onramp.pains import daemon_json

# docker0's and the next network's; Docker leaves out a range that the host itself is in
DEFAULTS = ("172.17.0.0/16", "172.18.0.0/16")


def _foreseen(situation: Situation) -> str | None:
    facts, settings = situation.facts, daemon_json(situation.facts)
    client, server = known(facts.client_address), known(facts.server_address)
    bip = settings.get("bip")
    ranges = (bip,) if bip else () if settings or facts.engine else DEFAULTS
    for text in ranges if client and server else ():
        try:
            taken = ip_network(text, strict=False)
            own = not bip and ip_address(str(server)) in taken
            met = ip_address(str(client)) in taken
        except ValueError:
            continue
        if met and not own:
            return f"you come from {client}, in {taken}, which Docker takes for a bridge"
    return None


PAIN = PainPoint(
    id="bridge-subnet-collides-lan",
    phase="verify",
    title="Docker's subnet covers the address you come from",
    severity="major",
    cause="The range of one of Docker's bridges holds the address of the computer that logs in.",
    foresee=_foreseen,
    remedy=Remedy("human", "Give Docker ranges of addresses that nobody else uses."),
    references=("https://docs.docker.com/engine/network/drivers/bridge/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        # for the daemon's next start; nothing starts it anew here
        script="""f=/etc/docker/daemon.json; bip='"bip": "198.18.0.254/24"'
[ -s $f ] && sed -i "0,/{/s|{|{$bip,|" $f || { mkdir -p /etc/docker; echo "{$bip}" > $f; }""",
    ),
)
