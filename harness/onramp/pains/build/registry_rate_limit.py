"""The registry has counted enough pulls from this address for now.

What you see: `toomanyrequests: You have reached your unauthenticated pull rate limit`, or
`429 Too Many Requests` where the builder asks for an image.

Why it happens: Docker Hub lets anybody pull a limited number of images in six hours and counts by
address. Behind a company's or a cloud's shared address others use up the share. Mirrors and
other registries have limits of their own.

What to do: `docker login` with a free account counts for you alone and allows more. Or pull
through a mirror that the network offers (`registry-mirrors` in /etc/docker/daemon.json), or
wait: the count falls again within six hours. Trying over and over only adds to it.

What the remedy changes: nothing by itself. Logging in writes the password into
~/.docker/config.json, merely encoded, unless a credential helper is set up.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom
from onramp.pains.build import STEPS

SERVER = r"""use IO::Socket::INET;
my $why = "Too Many Requests";
my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:5000", Listen => 9, ReuseAddr => 1) or die;
while (my $c = $s->accept) {
    while (<$c>) { last if /^\s*$/ }
    my $t = q({"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]});
    print $c "HTTP/1.1 429 $why\r\nContent-Type: application/json\r\nConnection: close\r\n",
        "Content-Length: ", length $t, "\r\n\r\n$t"; close $c;
}"""

PAIN = PainPoint(
    id="registry-rate-limit",
    phase="build",
    title="The registry's pull rate limit",
    severity="blocker",
    cause="The registry refuses further pulls from this address for some hours.",
    symptoms=(
        Symptom(r"\btoomanyrequests: ", "all, Docker Hub's and others'", weight=3),
        Symptom(r"\b429 Too Many Requests| request to \S+: 429 ", "BuildKit", STEPS, weight=3),
    ),
    remedy=Remedy(
        kind="human",
        summary="Log in to the registry, pull through a mirror, or wait.",
        commands=("docker login",),
        side_effects="The password is kept in ~/.docker/config.json.",
    ),
    explains=("registry-mirror-misconfigured", "daemon-dns-or-network-failure"),
    references=("https://docs.docker.com/docker-hub/usage/pulls/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv"),
        starts="ready",
        # a registry of the host's own that has had enough
        script=f"cat > /srv/registry.pl <<'END'\n{SERVER}\nEND\n"
        "setsid perl /srv/registry.pl </dev/null >/dev/null 2>&1 &",
        before="build",
        stack={"Dockerfile": ("FROM python", "FROM localhost:5000/library/python")},
    ),
)
