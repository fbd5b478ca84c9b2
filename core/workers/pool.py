"""Worker processes for everything that touches an image's bytes.

A decoder is a large program fed with strangers' data: one that crashes or hangs takes its own
process with it, costs the file it was at, and nothing else.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing.context import BaseContext
from typing import Concatenate, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from core.errors import ImageError

P = ParamSpec("P")
T = TypeVar("T")

FILE_SECONDS = 60.0
"""How long one file may take before its worker is ended."""

_WORKER_MODULE = "core.libraries.reader"


def _prepare_worker() -> None:
    # An interrupt is the parent's to handle, and decoders must not write on a terminal that shows
    # screens.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    os.close(null)


class WorkerPool:
    """Runs functions of `core.libraries.reader` in processes of their own, with a time limit."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._pool: ProcessPool | None = None

    def _started(self) -> ProcessPool:
        if self._pool is None:
            forks = "forkserver" in multiprocessing.get_all_start_methods()
            context: BaseContext = multiprocessing.get_context("forkserver" if forks else "spawn")
            if forks:
                # Forks of a process that has loaded the decoders once and holds no thread or lock.
                context.set_forkserver_preload([_WORKER_MODULE])
            self._pool = ProcessPool(self.workers, context=context, initializer=_prepare_worker)
        return self._pool

    async def run(
        self,
        function: Callable[Concatenate[str, P], T],
        path: str,
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """`function(path, ...)` in a worker.

        Raises:
            ImageError: it raised one, crashed its worker or took longer than `FILE_SECONDS`.
        """
        future = self._started().schedule(
            function, args=[path, *args], kwargs=kwargs, timeout=FILE_SECONDS
        )
        try:
            return await asyncio.wrap_future(future)
        except FutureTimeout as error:
            raise ImageError(
                path, f"it took longer than {FILE_SECONDS:.0f} s to read", "check the file"
            ) from error
        except ProcessExpired as error:
            raise ImageError(path, "a decoder crashed on it", "check the file") from error

    def stop(self) -> None:
        """End all workers now, whatever they are doing."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None
