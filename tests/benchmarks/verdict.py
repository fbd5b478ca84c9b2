"""What a verdict costs: processor time for two files never seen, and for two seen before, with and
without the direction; and what it takes to fetch what an earlier run saw of a file.

The second file is the first coded again, which is the dearest case: nothing short of every
measurement tells that they are one picture. Pictures are enlarged and given a sensor's grain,
so that their files are of the size that a camera's are.
"""

from __future__ import annotations

import io
import os
import tempfile
import time
from collections.abc import Callable

# Before numpy loads, as workers do: threads that wait for each other burn processor time.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
from PIL import Image

from core.imaging.verdict.compare import compare
from core.imaging.verdict.judge import judge
from core.imaging.verdict.packing import VERSION, pack, unpack
from core.imaging.verdict.subject import Subject, subject_of
from core.libraries.cache import Cache
from core.workers.pool import keep_memory
from tests.benchmarks.measure import Measure, spread
from tests.core.imaging.judged import Held, compare_bytes
from tests.gallery import photo

_PHOTOS = "astronaut", "chelsea", "coffee"
_TARGETS = {2: "<= 100 ms", 12: "<= 250 ms"}
"""By megapixels, of two JPEGs."""
_GRAIN = 3.0
"""Levels."""
_QUALITIES = 92, 80
_ROUNDS = 5


def run() -> list[Measure]:
    """Pairs of two sizes and two formats, cold and known."""
    # As in a worker, where verdicts are given.
    keep_memory()
    lines = []
    for megapixels, target in _TARGETS.items():
        pictures = [_photograph(name, megapixels) for name in _PHOTOS]
        for form, aim in (("JPEG", target), ("PNG", "")):
            pairs = [_pair(picture, form) for picture in pictures]
            cold = [_cost(lambda pair=pair: compare_bytes(*pair)) for pair in pairs]
            kept = [(subject_of(a), subject_of(b)) for a, b in pairs]
            known = [_cost(lambda two=two: judge(two[0].look, two[1].look)) for two in kept]
            first = [_told(*pair) for pair in pairs]
            told = [
                _cost(lambda two=two, pair=pair: compare(*two, (Held(pair[0]), Held(pair[1]))))
                for two, pair in zip(kept, pairs, strict=True)
            ]
            fetched, sizes = zip(*(_fetched(subject) for subject, _ in kept), strict=True)
            name = f"{megapixels} MP {form}: verdict of two files, CPU"
            lines += [
                Measure(name, aim, spread(cold)),
                Measure("  both seen before", "<= 10 ms", spread(known, digits=1)),
                Measure("  and which is the original", "<= 10 ms", spread(told, digits=1)),
                Measure("  ... asked for the first time", "", spread(first, digits=1)),
                Measure("  one fetched from the cache", "<= 3 ms", spread(fetched, digits=1)),
                Measure("  its size there", "", spread(sizes, "kB")),
            ]
    return lines


def _photograph(name: str, megapixels: int) -> Image.Image:
    with Image.open(photo(name)) as small:
        factor = (megapixels * 1e6 / (small.width * small.height)) ** 0.5
        size = round(small.width * factor), round(small.height * factor)
        large = np.asarray(small.convert("RGB").resize(size, Image.Resampling.LANCZOS))
    grain = np.random.default_rng(megapixels).normal(0, _GRAIN, large.shape[:2])
    return Image.fromarray((large + grain[..., None]).clip(0, 255).astype(np.uint8))


def _pair(picture: Image.Image, form: str) -> tuple[bytes, bytes]:
    """`picture` and what coding with loss makes of it, as files of one format."""
    a, b = (_coded(picture, "JPEG", quality=quality) for quality in _QUALITIES)
    if form == "JPEG":
        return a, b
    with Image.open(io.BytesIO(b)) as lossy:
        return _coded(picture, form), _coded(lossy, form)


def _coded(picture: Image.Image, form: str, **options: int) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _told(a: bytes, b: bytes) -> float:
    """With the full decodes that only the direction takes."""

    def forgetful() -> tuple[Subject, Subject]:
        return subject_of(a), subject_of(b)

    pairs = iter([forgetful() for _ in range(_ROUNDS)])
    return _cost(lambda: compare(*next(pairs), (Held(a), Held(b))))


def _fetched(subject: Subject) -> tuple[float, float]:
    """Milliseconds that it takes to fetch `subject` from a folder, and its kilobytes there."""
    packed = pack(subject)
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(os.path.join(folder, "looks"), VERSION, 1 << 30)
        key = bytes(32)
        cache.put(key, packed)
        return _cost(lambda: unpack(cache.get(key) or b"")), len(packed) / 1000


def _cost(work: Callable[[], object]) -> float:
    """Milliseconds of processor time at best: others on the machine only add to it."""

    def once() -> float:
        started = time.process_time()
        work()
        return (time.process_time() - started) * 1000

    return min(once() for _ in range(_ROUNDS))
