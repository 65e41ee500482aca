"""Docker's RPM repository has no directory for this release's number.

What you see: `Status code: 404 for https://download.docker.com/linux/centos/…/repodata/repomd.xml`,
then `Ignoring repositories: docker-ce-stable` and `No match for argument: docker-ce`.

Why it happens: the repo file says $releasever, and dnf fills in what the system calls itself:
2023.6 on Amazon Linux, 9.4 on a pinned clone, 7Server on an old RHEL. Docker has 8, 9 and 10 for
the RHEL family, and Fedora's numbers.

What to do: on a clone of RHEL write its main number in place of $releasever. Amazon Linux has a
package docker of its own: remove the repo file there, or each later dnf stumbles over it.

What the remedy changes: $releasever becomes a number in docker-ce.repo; so it asks first.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.model.unknown import known

FILE = "/etc/yum.repos.d/docker-ce.repo"
REPOMD = r"/linux/\w+/[\w.-]+/\w+/\w+/repodata/repomd\.xml"


def _pin(situation: Situation) -> RemedyPlan | None:
    facts = situation.facts
    family = {known(facts.os_id), *(known(facts.os_like) or ())}
    main = (known(facts.os_version) or "").split(".")[0]
    if not family & {"rhel", "centos"} or "amzn" in family or main not in ("8", "9", "10"):
        return None
    return RemedyPlan(actions=(Command(f"sed -i 's/\\$releasever/{main}/g' {FILE}", as_root=True),))


PAIN = PainPoint(
    id="dnf-releasever-404",
    phase="install",
    title="Release number unknown to Docker's RPM repository",
    severity="blocker",
    cause="dnf asks Docker's repository for a release it has no directory for.",
    symptoms=(
        Symptom(rf"Status code: 404 for https?://\S+?{REPOMD}", "dnf 4, 5", weight=3),
        Symptom(rf"{REPOMD}: ?\[Errno 14\] HTTPS? Error 404", "yum", weight=3),
        Symptom(r"^Ignoring repositories: docker-ce-", "dnf 4"),
        Symptom(r"repo 'docker-ce-[a-z]+': Cannot download repomd\.xml", "dnf 4"),
        Symptom(r"^No match for argument: docker-ce$", "dnf 4, 5", weight=1),
        Symptom(r"Unable to find a match: docker-ce\b", "dnf 4", weight=1),
        Symptom(r"^No package docker-ce available", "yum", weight=1),
    ),
    probe=Command(f"sed -n 's/^baseurl=//p' {FILE} | head -n 1; rpm -E '%rhel %fedora'; true"),
    remedy=Remedy(
        kind="ask",
        summary="Write the main release number into docker-ce.repo, or remove that file.",
        cure=_pin,
        commands=(f"sudo sed -i 's/$releasever/9/g' {FILE}", "sudo dnf makecache"),
        side_effects="The repository no longer follows an upgrade to the next main release.",
    ),
    explains=("amazon-linux-no-compose",),
    references=("https://docs.docker.com/engine/install/centos/#install-using-the-repository",),
    affects=("rhel",),
    # how a host is kept on one minor release
    recipe=Recipe(("rhel-like",), "mkdir -p /etc/dnf/vars && echo 9.6 > /etc/dnf/vars/releasever"),
)
