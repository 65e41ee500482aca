"""This host already runs containers for somebody else: Kubernetes, k3s, MicroK8s, CRI-O.

What you see: nothing at first. `conflicting packages are installed` names containerd or runc that
nobody here remembers installing; ports 6443 or 10250 are taken; `docker ps` is empty while
containers run.

Why it happens: a node of a cluster has a container runtime, often the distribution's containerd.
Docker's containerd.io takes its place, restarts it and replaces its configuration: the node drops
out of the cluster.

What to do: stop here and ask whoever runs the cluster. Use another host for Docker; or run
your stack in the cluster; or use nerdctl, which speaks to the containerd that is there.

What the remedy changes: nothing; this tool does not touch a node of a cluster.
"""

from onramp.journey.survey.login_rights import CLUSTERS
from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom
from onramp.model.unknown import known

PORTS = {6443: "kube-apiserver", 10250: "kubelet", 16443: "MicroK8s"}


def _foreseen(situation: Situation) -> str | None:
    there = [*(known(situation.facts.clusters) or ())]
    for listener in known(situation.facts.listeners) or ():
        if listener.port in PORTS:
            there.append(f"port {listener.port} ({PORTS[listener.port]})")
    return f"there is {', '.join(dict.fromkeys(there))}" if there else None


def _confirmed(situation: Situation) -> bool | None:
    return bool(situation.probe.stdout.strip()) if situation.probe else None


PAIN = PainPoint(
    id="k8s-or-other-runtime-host", phase="preflight", title="Another container runtime at work",
    severity="blocker", cause="The host's containerd or runc serves Kubernetes or another program.",
    symptoms=(Symptom(r"^(?:containerd|runc|cri-o) \d\S*$", "dpkg-query", ("install-engine",), 1),),
    foresee=_foreseen,
    probe=Command(f"ls -d {CLUSTERS} 2>/dev/null; true", as_root=True),
    confirm=_confirmed,
    remedy=Remedy("human", "Ask whoever runs the cluster, and use another host for Docker.",
                  commands=("sudo ctr namespaces ls", "ls -d /etc/kubernetes /var/lib/rancher"),
                  side_effects="Docker's containerd.io would take the node out of its cluster."),
    explains=("distro-docker-installed",),
    references=("https://kubernetes.io/docs/setup/production-environment/container-runtimes/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        # a container as kubelet has them made: by containerd, in the namespace k8s.io
        script="""apt-get update -q && apt-get install -y -q --no-install-recommends containerd
mkdir -p /srv/pod && tar -C / -ch bin/sleep $(ldd /bin/sleep | grep -o '/lib[^ ]*' |
    sed 's#^/##') | tar -C /srv/pod -x; sleep 3
ctr -n k8s.io run -d --cpu-shares 0 --rootfs /srv/pod pause /bin/sleep 9999""",
    ),
)  # fmt: skip
