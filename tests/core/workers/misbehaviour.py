"""What decoders do to their process, in functions that a worker can import."""

from __future__ import annotations

import os
import sys

from core.errors import ImageError
from core.workers.pool import WORKER_MEMORY


class _CannotTravel(Exception):
    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("this exception stays here")


def abort(path: str) -> None:
    os.abort()


def run_out_of_memory(path: str) -> None:
    raise MemoryError


def raise_something_else(path: str) -> None:
    raise ZeroDivisionError("odd")


def raise_what_cannot_travel(path: str) -> None:
    raise _CannotTravel


def raise_an_image_error(path: str) -> None:
    raise ImageError(path, "a cause", "a remedy")


def chatter(path: str) -> str:
    print("noise")
    print("more noise", file=sys.stderr)
    os.write(1, b"noise below Python")
    os.write(2, b"more noise below Python")
    return path


def hang(path: str) -> None:
    while True:
        pass


def swell(path: str) -> int:
    return len(bytearray(WORKER_MEMORY))
