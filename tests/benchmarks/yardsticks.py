"""What the scan is measured against: the least that has to be done, and a script people write.

Each runs as a program of its own (`python -m tests.benchmarks.yardsticks NAME FILE...`, or the
files on stdin), so that its processor time is measured as the scan's is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from itertools import combinations

from PIL import Image

_SIDE = 256
"""Pixels asked of a reduced decode; a camera's JPEG then comes at an eighth of its size."""

_NEAR = 4
"""Bits between two hashes of a pair."""


def decode(paths: Iterable[str]) -> None:
    """Nothing but the decoding: reduced and grey where the format can, else whole."""
    for path in paths:
        with Image.open(path) as image:
            image.draft("L", (_SIDE, _SIDE))
            image.load()


def phash(paths: Iterable[str]) -> None:
    """`imagehash.phash` of every file against every other, as scripts for duplicates do it."""
    import imagehash

    hashes = []
    for path in paths:
        with Image.open(path) as image:
            hashes.append(imagehash.phash(image))
    sum(a - b <= _NEAR for a, b in combinations(hashes, 2))


YARDSTICKS: dict[str, Callable[[Iterable[str]], None]] = {"decode": decode, "phash": phash}


if __name__ == "__main__":
    YARDSTICKS[sys.argv[1]](sys.argv[2:] or map(str.rstrip, sys.stdin))
