"""Worker processes for everything that touches an image's bytes.

A decoder is a large program fed with strangers' data: one that crashes or hangs takes its own
process with it, costs the file it was at, and nothing else.
"""

from __future__ import annotations

import asyncio
import ctypes
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from multiprocessing import forkserver, resource_tracker
from typing import Concatenate, ParamSpec, TypeVar

from pebble import ProcessExpired, ProcessPool

from core.errors import ImageError, UnavailableError

P = ParamSpec("P")
T = TypeVar("T")

FILE_SECONDS = 60.0
"""How long one file may take before its worker is ended."""

WORKER_MEMORY = 4 << 30
"""Bytes of address space of a worker: three times what the largest picture admitted needs."""

_KEPT_MEMORY = 256 << 20
"""Bytes that a worker keeps for its next picture: those of one of 12 megapixels in WebP, twice."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""malloc.h of glibc."""

_PRELOADED = ["core.workers.silence", "core.libraries.reader"]
"""What the process that workers are forked from imports, in this order."""

_THREADS = (
    "OPENBLAS_NUM_THREADS",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
)
"""How the libraries below numpy are told how many threads to start as they load."""


def _prepare_worker() -> None:
    # An interrupt is the parent's to handle.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # The screen of whoever waits for the pictures comes first.
    os.nice(5)
    resource.setrlimit(resource.RLIMIT_AS, (WORKER_MEMORY, WORKER_MEMORY))
    keep_memory()


def keep_memory() -> None:
    """Have freed memory stay with this process, where the system's C library can be told so.

    A decoder asks for tens of megabytes and gives them back, picture after picture. Handed to the
    system each time, they come back page by page: a fifth of the time of a PNG or a WebP.
    """
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)
    if set_option is not None:
        set_option(_M_MMAP_THRESHOLD, _KEPT_MEMORY)
        set_option(_M_TRIM_THRESHOLD, _KEPT_MEMORY)


class WorkerPool:
    """Runs functions of `core.libraries.reader` in processes of their own, with a time limit."""

    def __init__(self, workers: int, file_seconds: float = FILE_SECONDS) -> None:
        """`file_seconds` is how long one file may take before its worker is ended."""
        self._file_seconds = file_seconds
        self.workers = workers
        # Forks of a process that has loaded the decoders once and holds no thread or lock.
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(_PRELOADED)
        self._pool: ProcessPool | None = None

    def warm_up(self, *modules: str) -> None:
        """Start the process that the workers are forked from, and return at once.

        It loads the decoders, and `modules`, while the caller goes on. It also has to happen
        before Textual takes stderr over: multiprocessing hands that file on to its helpers, and
        Textual's is none.
        """
        # A process a processor is all the threads there should be.
        for name in _THREADS:
            os.environ.setdefault(name, "1")
        self._context.set_forkserver_preload([*_PRELOADED, *modules])
        # A terminal that closes hangs up on everybody; ending the helpers is left to us.
        before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGHUP})
        try:
            resource_tracker.ensure_running()
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)

    def _started(self) -> ProcessPool:
        if self._pool is None:
            self._pool = ProcessPool(
                self.workers, context=self._context, initializer=_prepare_worker
            )
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
            ImageError: it failed, crashed its worker or took too long.
            UnavailableError: no worker can be started.
        """
        try:
            # Scheduling starts workers, which fails as running does.
            future = self._started().schedule(
                function, args=[path, *args], kwargs=kwargs, timeout=self._file_seconds
            )
            return await asyncio.wrap_future(future)
        except FutureTimeout as error:
            raise ImageError(
                path, f"it took longer than {self._file_seconds:.0f} s to read", "check the file"
            ) from error
        except ProcessExpired as error:
            raise ImageError(path, "a decoder crashed on it", "check the file") from error
        except BrokenExecutor as error:
            raise UnavailableError(
                "worker processes", "they end as soon as they start", "check memory and limits"
            ) from error
        except ImageError:
            raise
        except Exception as error:
            # Out of memory, or a mistake of ours or a library's: it costs this file, not the run.
            cause = f"reading it failed ({str(error) or type(error).__name__})"
            raise ImageError(path, cause, "check the file") from error

    def stop(self) -> None:
        """End all workers now, whatever they are doing."""
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()
            self._pool = None
