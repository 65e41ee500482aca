"""A run on more than one machine: Dask (`distributed`) carries shards of hosts to workers.

`dask_engine.run_all` has the contract of `pipeline.pool.run_all`. What a worker sees is streamed
to the controller, whose run directory is the only truth. Dask is an optional extra and is imported
when a run asks for it.
"""

from __future__ import annotations

from importlib.util import find_spec

from onramp.errors import UsageError


def require() -> None:
    """Raises UsageError where Dask is not installed."""
    if find_spec("distributed") is None:
        raise UsageError(
            "--engine=dask: Dask is not installed here", resolution="pip install 'onramp[fleet]'"
        )
