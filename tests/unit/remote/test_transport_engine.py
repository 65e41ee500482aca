"""What is left over, in words; and which services are amiss."""

from __future__ import annotations

from msgspec.structs import replace

from onramp.model.action import Check, Command, Outcome
from onramp.pipeline import engine_checks, page_checks
from onramp.pipeline.check_run import CheckRun
from onramp.remote import engine
from onramp.remote.engine import Container, Snapshot

WEB = Container("1", "t-web-1", "web", "running", None, 0, 0)


def test_compare_names_what_is_new_only() -> None:
    before = Snapshot({"c1": "old"}, {"n1": "bridge"}, {"v": "v"}, {"i1": "redis:alpine"})
    after = Snapshot(
        {"c1": "old", "c2": "new"}, {"n1": "bridge"}, {"w": "data"}, {"i2": "python:3"}
    )
    assert engine.compare(before, after) == ("container new", "volume data", "image python:3")
    assert engine.compare(after, after) == ()
    assert Snapshot.from_json(after.to_json()) == after


def test_amiss() -> None:
    def amiss(*seen: Container, wanted: tuple[str, ...] = ()) -> list[str]:
        return engine_checks.amiss(seen, wanted, "t")

    job = replace(WEB, service="job", name="t-job-1", state="exited")
    assert amiss(WEB) == amiss(WEB, job) == []
    assert amiss(replace(WEB, health="healthy")) == []
    assert amiss() == ["project t: no containers"]
    assert amiss(WEB, wanted=("web", "db")) == ["service db: no container"]
    assert amiss(WEB, job, wanted=("job",)) == ["service job: t-job-1 exited (0)"]
    sick = replace(WEB, health="starting", restarts=2)
    assert amiss(sick) == ["service web: t-web-1 running, starting, restarted 2 times"]
    assert amiss(replace(job, exit_code=1)) == ["service job: t-job-1 exited (1)"]


def test_a_container_is_given_up_where_nothing_starts_it_again() -> None:
    ended = replace(WEB, state="exited", exit_code=1)
    assert engine_checks.lost(replace(ended, policy="no"))
    assert not engine_checks.lost(replace(ended, policy="no", exit_code=0))
    assert not engine_checks.lost(replace(ended, policy="always", restarts=3))
    assert engine_checks.lost(replace(ended, state="restarting", policy="always", restarts=10))


def test_who_listens_in_a_container_is_said() -> None:
    class Host:
        def run(self, _: Command) -> Outcome:
            return Outcome("cat", 0, self.table)

        def __init__(self, *sockets: str) -> None:
            head = "1767225665\n  sl  local_address rem_address   st\n"
            self.table = head + "".join(f"0: {s} 00000000:0000 0A\n" for s in sockets)

    def said(*sockets: str) -> str:
        view = CheckRun(Check("http"), Host(*sockets), {}, None, 0.0)  # type: ignore[arg-type]
        began = replace(WEB, started_at="2026-01-01T00:00:05.123456789Z", pid=7)
        return page_checks.listening(view, began, 8000)

    dns = "0B00007F:9C41"
    assert said(dns) == "nothing listens on port 8000, 60 s after it was started"
    assert said("0100007F:1F40", dns) == "on port 8000 it listens on 127.0.0.1 alone"
    assert said("00000000:1F40") == "on port 8000 it listens on 0.0.0.0"
    assert said("00000000:1388").startswith("nothing listens on port 8000, but on 5000, 60 s")
