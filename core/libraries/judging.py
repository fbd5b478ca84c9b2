"""Two files to a verdict, in a worker process that remembers the files it has looked at.

Looking at a file costs ten times what comparing two looks does, and pairs come in clusters: one
photo has five near-copies. So a worker keeps what it has seen, as long as the file stays as it is.
"""

from __future__ import annotations

import io
import os
import pickle
import stat
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray

from core.errors import ImageError, explain_os_error
from core.imaging.pixels import pixel_digest
from core.libraries.reader import read_whole
from core.model import Verdict

if TYPE_CHECKING:
    from core.imaging.verdict.compare import Subject

T = TypeVar("T")

_MEMORY_BYTES = 96_000_000
"""Of subjects that a worker keeps: some two hundred pictures."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What comparing two files came to."""

    verdict: Verdict
    distance: int
    """Hamming distance of the fingerprints, 0..64."""
    digests: tuple[bytes, bytes]
    """BLAKE3 of the bytes that were judged."""
    seconds: float
    """Processor time it took."""


@dataclass(slots=True)
class Seen:
    """A file as it was when it was looked at."""

    path: str
    digest: bytes
    subject: Subject
    size: int
    """Bytes of the subject."""
    pixels: bytes | None
    """`pixel_digest`, once it has been needed."""


_Key = tuple[str, int, int, int]
"""Path, inode, bytes and modification time in ns."""


class Memory:
    """The files last looked at, bounded in bytes."""

    def __init__(self, limit: int) -> None:
        """`limit` is how many bytes of subjects it keeps."""
        self._limit = limit
        self._seen: OrderedDict[_Key, Seen] = OrderedDict()
        self._bytes = 0

    def look(self, path: str) -> tuple[Seen, bytes | None]:
        """The file at `path`, and its bytes where they had to be read.

        Raises:
            ImageError: it cannot be read or decoded; names it.
        """
        key = _key(path)
        seen = self._seen.get(key)
        if seen is not None:
            self._seen.move_to_end(key)
            return seen, None
        data, _ = read_whole(path)
        seen = _look(path, data)
        self._seen[key] = seen
        self._bytes += seen.size
        while self._bytes > self._limit and len(self._seen) > 1:
            self._bytes -= self._seen.popitem(last=False)[1].size
        return seen, data


_memory = Memory(_MEMORY_BYTES)
"""This process's."""


def judge_files(a: str, b: str) -> Judged | ImageError:
    """The verdict of the files at `a` and `b`, or why there is none: the error names its file."""
    # Loads OpenCV, which workers that only read do without.
    from core.imaging.verdict.compare import compare

    started = time.process_time()
    try:
        (one, its_bytes), (other, others_bytes) = _memory.look(a), _memory.look(b)
        deeper = _Deeper(one, its_bytes, other, others_bytes)
        verdict = compare(one.subject, other.subject, deeper)
    except ImageError as error:
        return error
    bits = one.subject.fingerprint.hash ^ other.subject.fingerprint.hash
    seconds = time.process_time() - started
    return Judged(verdict, bits.bit_count(), (one.digest, other.digest), seconds)


@dataclass(frozen=True, slots=True)
class _Deeper:
    """Two files and their bytes, where they have been read for this verdict."""

    one: Seen
    data: bytes | None
    other: Seen
    other_data: bytes | None

    def pixels_equal(self) -> bool:
        return self.one.digest == self.other.digest or _pixels(self.one, self.data) == _pixels(
            self.other, self.other_data
        )

    def luma(self, side: str) -> NDArray[np.uint8]:
        from core.imaging.verdict.look import full_luma

        seen, data = (self.one, self.data) if side == "a" else (self.other, self.other_data)
        return _of(seen, data, full_luma)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The difference picture of two files."""

    png: bytes | None
    """Over a grey version of A; None where B cannot be laid over A."""
    note: str
    """A sentence on how B was laid over A, or why it cannot be."""


def draw_difference(a: str, b: str) -> Drawn | ImageError:
    """Where the files at `a` and `b` differ, or why nobody knows: the error names its file."""
    from core.imaging.verdict.difference import difference_picture, over_grey

    try:
        one, other = (_memory.look(path)[0].subject for path in (a, b))
    except ImageError as error:
        return error
    found = difference_picture(one, other)
    if found.picture is None:
        return Drawn(None, found.note)
    png = io.BytesIO()
    over_grey(one.look, found.picture).save(png, "PNG")
    return Drawn(png.getvalue(), found.note)


def look_at_file(path: str) -> None:
    """Have this worker look at one file, to tell whether it can be.

    Raises:
        ImageError: it cannot; names it.
    """
    _memory.look(path)


def _key(path: str) -> _Key:
    try:
        status = os.stat(path)
    except FileNotFoundError as error:
        raise ImageError(path, "there is no such file", "check its name") from error
    except OSError as error:
        raise ImageError(path, *explain_os_error(error)) from error
    except ValueError as error:
        # A zero byte, or a character that stands for no byte.
        raise ImageError(path, f"this is no path ({error})", "check its name") from error
    if not stat.S_ISREG(status.st_mode):
        raise ImageError(path, "it is no regular file", "name an image file")
    return path, status.st_ino, status.st_size, status.st_mtime_ns


def _look(path: str, data: bytes) -> Seen:
    from core.imaging.verdict.compare import subject_of

    try:
        subject = subject_of(data)
    except ImageError as error:
        raise ImageError(path, error.cause, error.remedy) from error
    size = len(pickle.dumps(subject))
    return Seen(path, blake3(data).digest(), subject, size, subject.facts.pixel_digest)


def _pixels(seen: Seen, data: bytes | None) -> bytes:
    if seen.pixels is None:
        seen.pixels = _of(seen, data, pixel_digest)
    return seen.pixels


def _of(seen: Seen, data: bytes | None, ask: Callable[[bytes], T]) -> T:
    """What `ask` says of the bytes of `seen`, read again where they are gone."""
    if data is None:
        data, _ = read_whole(seen.path)
        if blake3(data).digest() != seen.digest:
            raise ImageError(seen.path, "it changed while it was compared", "compare it again")
    try:
        return ask(data)
    except ImageError as error:
        raise ImageError(seen.path, error.cause, error.remedy) from error
