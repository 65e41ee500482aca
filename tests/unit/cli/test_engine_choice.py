"""`--engine` and what goes with it, refused in one line before anything is touched."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from onramp.cli.engine_choice import EngineChoice, chosen
from onramp.errors import UsageError


def given(**flags: Any) -> SimpleNamespace:
    return SimpleNamespace(**flags)


@pytest.mark.parametrize(
    ("flags", "choice"),
    [
        ({}, EngineChoice()),
        ({"engine": "local"}, EngineChoice()),
        ({"engine": "dask", "workers": ["a,u@b:22", "c"]}, EngineChoice("", ("a", "u@b:22", "c"))),
        (
            {"engine": "dask", "workers": ["a"], "scheduler": "192.0.2.1:8786"},
            EngineChoice("", ("a",), "", "192.0.2.1", 8786),
        ),
        (
            {"engine": "dask", "workers": ["a"], "worker_python": "/opt/py"},
            EngineChoice("", ("a",), "/opt/py"),
        ),
        ({"engine": "dask:tls://scheduler:8786"}, EngineChoice("tls://scheduler:8786")),
    ],
)
def test_what_flags_mean(flags: dict[str, Any], choice: EngineChoice) -> None:
    assert chosen(given(**flags)) == choice


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        ({"engine": "ray"}, "--engine: found 'ray', expected local, dask or dask:tls://HOST:PORT"),
        ({"engine": "dask"}, "--engine=dask: no workers · --workers=host,host"),
        ({"engine": "dask", "workers": [" , "]}, "--engine=dask: no workers"),
        ({"engine": "dask:tcp://s:8786"}, "that is not encrypted, and anybody may join"),
        ({"engine": "dask:tls://s"}, "found 'dask:tls://s', expected"),
        ({"engine": "dask:tls://u:p@s:1"}, "expected local, dask or dask:tls://HOST:PORT"),
        ({"workers": ["a"]}, "--workers goes with --engine=dask, and this is --engine=local"),
        (
            {"engine": "dask:tls://s:1", "workers": ["a"]},
            "--workers goes with --engine=dask, and this is --engine=dask:tls://s:1",
        ),
        ({"worker_python": "x"}, "--worker-python goes with --engine=dask"),
        ({"engine": "dask", "workers": ["a"], "scheduler": "a:0"}, "--scheduler: "),
    ],
)
def test_refused_in_one_line(flags: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError) as refused:
        chosen(given(**flags))
    assert says in str(refused.value)
