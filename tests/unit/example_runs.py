"""Hosts as they really go, as events: what the reporters' tests render."""

from __future__ import annotations

from typing import Any

from onramp.evidence import event_lines, replay
from onramp.model.facts import Facts
from onramp.model.pain import Evidence, Finding, PainPoint, Remedy, Unexplained
from onramp.model.run import HostRun

Event = dict[str, Any]

CATALOGUE = {
    pain.id: pain
    for pain in (
        PainPoint(
            id="docker-sock-permission-denied",
            phase="group",
            title="The plain user may not open docker.sock",
            severity="major",
            cause="The socket belongs to `root:docker`; a user who is not in the group is refused.",
            remedy=Remedy(
                "safe",
                "Put the user into group `docker` and log in again.",
                commands=("sudo usermod -aG docker $USER",),
                side_effects="Group docker is as good as root.",
            ),
            references=("https://docs.docker.com/engine/install/linux-postinstall/",),
        ),
        PainPoint(
            id="daemon-not-running",
            phase="daemon",
            title="The Docker daemon is not running",
            severity="major",
            cause="The package starts nothing where `systemd` is not PID 1.",
            remedy=Remedy("safe", "Start it.", commands=("sudo service docker start",)),
        ),
        PainPoint(
            id="stop-timeout-sigkill",
            phase="stop",
            title="Stop waits ten seconds, then kills",
            severity="notice",
            cause="PID 1 of the container ignores SIGTERM.",
            remedy=Remedy("human", "Use the exec form of `CMD`, or `init: true`."),
        ),
        PainPoint(
            id="apt-dns-or-no-route",
            phase="install",
            title="apt cannot reach its servers",
            severity="blocker",
            cause="No name resolution or no route.",
            remedy=Remedy("human", "Mend the network or set `proxy.http`."),
        ),
        PainPoint(
            id="ssh-connection-refused-timeout",
            phase="connect",
            title="Nobody answers on the SSH port",
            severity="blocker",
            cause="The host is down, or sshd listens elsewhere.",
            remedy=Remedy("human", "Check address and port.", commands=("ssh -v user@host",)),
        ),
    )
}

STEPS = [
    ("connect", "Connect over SSH", ["ssh user@host"]),
    ("survey", "Look at the host", []),
    (
        "install-engine",
        "Install Docker Engine from Docker's repository",
        ["sudo apt-get update", "sudo apt-get install docker-ce docker-ce-cli containerd.io"],
    ),
    ("start-daemon", "Start the daemon", ["sudo systemctl enable --now docker"]),
    ("use-without-sudo", "Use Docker without sudo", ["sudo usermod -aG docker $USER"]),
    ("copy-stack", "Copy the stack hello-world", []),
    ("build", "Build the images", ["docker compose build"]),
    ("up", "Bring the stack up", ["docker compose up -d"]),
    ("verify", "See that it works", ["docker compose ps", "curl http://127.0.0.1:8000/"]),
    ("stop", "Stop the stack", ["docker compose stop"]),
    ("down", "Take the stack down", ["docker compose down"]),
    ("down-volumes", "Take the volumes down too", ["docker compose down -v"]),
    ("leftovers", "Look for leftovers", []),
]
FACTS = Facts(
    os_id="debian",
    os_version="12",
    os_pretty="Debian GNU/Linux 12 (bookworm)",
    arch="x86_64",
    kernel="6.1.0-28-amd64",
    init="systemd",
    memory_bytes=4_102_000_000,
    virtualization=None,
    disk_free_bytes={"/var/lib": 21_400_000_000},
    user="newcomer",
    groups=("newcomer",),
)
SOCKET = (
    "permission denied while trying to connect to the Docker daemon socket at "
    'unix:///var/run/docker.sock: Get "http://%2Fvar%2Frun%2Fdocker.sock/v1.51/version": dial '
    "unix /var/run/docker.sock: connect: permission denied"
)


def host(name: str, address: str = "10.99.0.2", **more: Any) -> Event:
    return {
        "event": "host",
        "name": name,
        "address": address,
        "user": "newcomer",
        "stack": "hello-world",
        "t": "2026-11-23T06:25:11.000Z",
        **more,
    }


def plan() -> Event:
    steps = [
        {"id": id_, "title": title, "documented": documented} for id_, title, documented in STEPS
    ]
    return {"event": "plan", "method": "repository", "steps": steps}


def command(step: str, shown: str, role: str = "apply", **more: Any) -> Event:
    return {
        "event": "command",
        "step": step,
        "role": role,
        "shown": shown,
        "script": shown,
        "as_root": False,
        "exit_code": 0,
        "cut": None,
        "seconds": 1.25,
        "attempt": 1,
        "pain": "",
        "log": f"logs/0001-{step}-{role}.log",
        **more,
    }


def step(id_: str, status: str, *commands: Event, seconds: float = 2.5, **more: Any) -> list[Event]:
    return [
        {"event": "step", "id": id_, "state": "started"},
        *commands,
        {
            "event": "step",
            "id": id_,
            "state": "finished",
            "status": status,
            "seconds": seconds,
            "attempts": 1,
            **more,
        },
    ]


def finding(pain: str, at: str, shown: str, code: int | None, excerpt: str, **more: Any) -> Event:
    evidence = Evidence(shown, code, excerpt, f"logs/0004-{at}-try.log")
    return {
        "event": "finding",
        **event_lines.fields(Finding(pain, at, more.pop("how", "encountered"), evidence, **more)),
    }


def requirement(id_: str, status: str, because: str, code: int = 0, **more: Any) -> Event:
    raw = {"command": f"try {id_}", "exit_code": code, "excerpt": because, "log": ""}
    needed = {"title": f"There is {id_}", "why": "A team needs it.", "seconds": 1.2}
    return {
        "event": "requirement",
        **needed,
        "id": id_,
        "status": status,
        "because": because,
        "evidence": raw,
        **more,
    }


def end(status: str, total_s: float = 41.2) -> Event:
    return {
        "event": "end",
        "status": status,
        "total_s": total_s,
        "on_host_s": total_s * 0.9,
        "t": "2026-11-23T06:25:52.200Z",
    }


def group_stumble() -> list[Event]:
    return step(
        "use-without-sudo",
        "changed",
        command("use-without-sudo", "docker version", "try", exit_code=1),
        finding(
            "docker-sock-permission-denied",
            "use-without-sudo",
            "docker version",
            1,
            SOCKET,
            outcome="remedied",
            remedy_commands=("sudo usermod -aG docker newcomer",),
            seconds_lost=3.2,
            extra_commands=1,
            because=("the user is not in group docker",),
        ),
        command(
            "use-without-sudo",
            "usermod -aG docker newcomer",
            "remedy",
            as_root=True,
            pain="docker-sock-permission-denied",
        ),
        command(
            "use-without-sudo",
            "log out and in again",
            "remedy",
            script="",
            pain="docker-sock-permission-denied",
        ),
        command("use-without-sudo", "docker version", "try"),
    )


def stack() -> list[Event]:
    here = "cd ~/onramp/hello-world && docker compose"
    return [
        *step(
            "copy-stack",
            "changed",
            command("copy-stack", "copy 5 files to ~/onramp/hello-world", script=""),
        ),
        *step(
            "build",
            "changed",
            command(
                "build",
                "docker compose build",
                script=f"{here} build --build-arg PIP_INDEX_URL",
                env={"PIP_INDEX_URL": "http://newcomer:********@pip/simple"},
            ),
        ),
        *step("up", "changed", command("up", "docker compose up -d", script=f"{here} up -d")),
        *step("verify", "satisfied", command("verify", "docker compose ps", "try", script="")),
        {"event": "counter", "value": 1},
        {"event": "counter", "value": 2},
        {"event": "answer", "url": "http://10.99.0.2:8000/", "way": "direct"},
        requirement("logs", "met", "both streams of an ended service are there"),
        requirement("memory-limit", "missing", "told to hold 32 MB, Docker set no limit", code=1),
        requirement("gpu-reservation", "untestable", "this host has no NVIDIA GPU", code=77),
        *step(
            "stop",
            "changed",
            command("stop", "docker compose stop", script=f"{here} stop"),
            seconds=10.4,
        ),
        finding(
            "stop-timeout-sigkill",
            "stop",
            "docker compose ps --all",
            0,
            "hello-world-web-1   exited (137)",
            outcome="noted",
        ),
        *step("down", "changed", command("down", "docker compose down", script=f"{here} down")),
        *step(
            "down-volumes",
            "changed",
            command("down-volumes", "docker compose down -v", script=f"{here} down -v"),
        ),
        *step("leftovers", "satisfied"),
        {"event": "leftovers", "items": []},
    ]


def set_up() -> list[Event]:
    return [
        *step("connect", "satisfied", seconds=0.3),
        *step(
            "survey",
            "satisfied",
            command("survey", "look at the host", "survey", script="echo probe | sh"),
            seconds=0.4,
        ),
        {"event": "facts", **event_lines.fields(FACTS)},
        {"event": "platform", "id": "debian", "title": "Debian"},
        plan(),
        *step(
            "install-engine",
            "changed",
            command("install-engine", "apt-get update", as_root=True),
            command(
                "install-engine",
                "sudo tee /etc/apt/sources.list.d/docker.sources",
                as_root=True,
                script="cat > /etc/apt/sources.list.d/docker.sources <<'E'\n"
                "Types: deb\nURIs: https://download.docker.com/linux/debian\nE",
            ),
            seconds=22.0,
        ),
        *step("start-daemon", "satisfied", command("start-daemon", "docker info", "try")),
        {"event": "versions", "engine": "28.5.2", "compose": "2.40.0", "buildx": "0.29.1"},
    ]


def passed(name: str = "debian-12") -> HostRun:
    return replay.host_run([host(name), *set_up(), *group_stumble(), *stack(), end("passed")])


def clean(name: str = "clean") -> HostRun:
    quiet = [event for event in stack() if event["event"] != "finding"]
    return replay.host_run(
        [host(name), *set_up(), *step("use-without-sudo", "satisfied"), *quiet, end("passed")]
    )


def failed(name: str = "web3") -> HostRun:
    text = (
        "Err:1 http://mirror.example/debian bookworm InRelease\n"
        "  Temporary failure resolving 'mirror.example'\nE: Unable to fetch some archives"
    )
    before = set_up()[:8]
    return replay.host_run(
        [
            host(name),
            *before,
            plan(),
            *step(
                "install-engine",
                "failed",
                command("install-engine", "apt-get update", as_root=True, exit_code=100),
                seconds=61,
            ),
            finding(
                "apt-dns-or-no-route",
                "install-engine",
                "apt-get update",
                100,
                text,
                outcome="needs-human",
                because=("`getent hosts` found nothing",),
                confidence=0.9,
                rivals=("proxy-required",),
            ),
            end("failed", 65.0),
        ]
    )


def unexplained(name: str = "web5") -> HostRun:
    failure = Unexplained(
        "up",
        Evidence("docker compose up -d", 17, "boom: ````\nnobody knows", "logs/0009-up-apply.log"),
    )
    return replay.host_run(
        [
            host(name),
            *set_up(),
            *step("use-without-sudo", "satisfied"),
            *step("up", "failed", command("up", "docker compose up -d", exit_code=17)),
            {"event": "unexplained", **event_lines.fields(failure)},
            end("failed"),
        ]
    )


def unreachable(name: str = "10.0.0.9-2222") -> HostRun:
    return replay.host_run(
        [
            host(name, "10.0.0.9"),
            *step("connect", "failed"),
            finding(
                "ssh-connection-refused-timeout",
                "connect",
                "ssh newcomer@10.0.0.9 -p 2222",
                None,
                "[Errno 111] Connection refused",
                outcome="needs-human",
            ),
            end("unreachable", 10.1),
        ]
    )


def interrupted(name: str = "web6") -> HostRun:
    return replay.host_run(
        [
            host(name),
            *set_up(),
            {"event": "step", "id": "build", "state": "started", "t": "2026-11-23T06:25:41.000Z"},
        ]
    )


def planned(name: str = "web7") -> HostRun:
    return replay.host_run([host(name), plan(), end("planned", 0.8)])


def all_kinds() -> list[HostRun]:
    return [unreachable(), failed(), passed(), interrupted(), unexplained(), planned(), clean()]


HOSTILE = (
    "</code></pre><script>alert(1)</script> <img src=x onerror=alert(1)> ```\n````` | a | b |\n"
    "# heading\n- [x](javascript:alert(1)) ![i](http://evil/i.png) &lt; `tick` $(reboot) "
    "'; rm -rf ~; '\n\x1b[31mred\x1b]0;title\x07\x1b]8;;http://evil\x1b\\l\x1b]8;;\x1b\\ "
    "\x00\x08\u202e\ud800\ufffd [red]markup[/red] <!-- ]]> -->\n*/ EOF\n" + "x" * 100_000
)


def hostile() -> HostRun:
    """A host all of whose words are hostile."""
    bad = HOSTILE
    return replay.host_run(
        [
            host(bad, bad, user=bad, stack=bad),
            {
                "event": "facts",
                **event_lines.fields(
                    Facts(
                        os_pretty=bad,
                        arch=bad,
                        kernel=bad,
                        init=bad,
                        virtualization=bad,
                        disk_free_bytes={bad: 1},
                    )
                ),
            },
            {"event": "platform", "id": bad, "title": bad, "note": bad},
            {
                "event": "plan",
                "method": "distribution",
                "steps": [{"id": "up", "title": bad, "documented": [bad]}],
            },
            *step(
                "up",
                "failed",
                command("up", bad, exit_code=1, env={"A": bad}),
                command("up", bad, "remedy", script="", pain=bad),
                command("up", bad, "try", as_root=True, exit_code=None),
                note=bad,
            ),
            finding(
                "daemon-not-running", "up", bad, 1, bad, because=(bad,), remedy_commands=(bad,)
            ),
            finding(bad, bad, bad, 1, bad, rivals=(bad,), consequences=(bad,)),
            {
                "event": "unexplained",
                "step": bad,
                "evidence": {"command": bad, "exit_code": 1, "excerpt": bad, "log": ""},
            },
            {"event": "versions", "engine": bad, "compose": bad},
            {"event": "leftovers", "items": [bad]},
            {"event": "answer", "url": bad, "way": bad},
            requirement(bad, "missing", bad, title=bad, why=bad),
            {"event": "note", "text": bad},
            {"event": "fault", "text": bad, "details": bad},
            end("failed"),
        ]
    )
