"""What is left over, in words; and which services are amiss."""

from __future__ import annotations

from dataclasses import replace

from harness import engine, looks
from harness.engine import Container, Snapshot

WEB = Container("1", "t-web-1", "web", "running", None, 0, 0, "")


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
        return looks._amiss(seen, wanted, "t")

    job = replace(WEB, service="job", name="t-job-1", state="exited")
    assert amiss(WEB) == amiss(WEB, job) == []
    assert amiss(replace(WEB, health="healthy")) == []
    assert amiss() == ["project t: no containers"]
    assert amiss(WEB, wanted=("web", "db")) == ["service db: no container"]
    assert amiss(WEB, job, wanted=("job",)) == ["service job: t-job-1 exited (0)"]
    sick = replace(WEB, health="starting", restarts=2)
    assert amiss(sick) == ["service web: t-web-1 running, starting, restarted 2 times"]
    assert amiss(replace(job, exit_code=1)) == ["service job: t-job-1 exited (1)"]
