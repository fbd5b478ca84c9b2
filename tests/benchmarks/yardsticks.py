"""What the scan is measured against: the least that has to be done, and a script people write.

Each runs as a program of its own (`python -m tests.benchmarks.yardsticks NAME FILE...`, or the
files on stdin), so that its processor time is measured as the scan's is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable

from PIL import Image

_SIDE = 256
"""Pixels asked of a reduced decode; a camera's JPEG then comes at an eighth of its size."""


def decode(paths: Iterable[str]) -> None:
    """Nothing but the decoding: reduced and grey where the format can, else whole."""
    for path in paths:
        with Image.open(path) as image:
            image.draft("L", (_SIDE, _SIDE))
            image.load()


def phash(paths: Iterable[str]) -> None:
    """`imagehash.phash` of every file, as scripts for duplicates do it."""
    import imagehash

    for path in paths:
        with Image.open(path) as image:
            imagehash.phash(image)


YARDSTICKS: dict[str, Callable[[Iterable[str]], None]] = {"decode": decode, "phash": phash}


if __name__ == "__main__":
    YARDSTICKS[sys.argv[1]](sys.argv[2:] or map(str.rstrip, sys.stdin))
