"""Two files to a verdict, in a worker process that remembers the files it has looked at.

Looking at a file costs several times what comparing two looks does, and pairs come in clusters:
one photo has five near-copies. So a worker keeps in memory what it has seen, as long as the file
stays as it is, and in a folder what it saw of contents, for other workers and later runs.
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

from blake3 import blake3

from core.errors import ImageError, explain_os_error
from core.libraries.cache import Cache
from core.libraries.reader import read_whole
from core.model import Verdict

if TYPE_CHECKING:
    from core.imaging.verdict.subject import Subject

T = TypeVar("T")

_MEMORY_BYTES = 96_000_000
"""Of subjects that a worker keeps: some two hundred pictures."""


_KEPT_BYTES = 1_000_000_000
"""Of subjects in the folder: some six thousand pictures."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What comparing two files came to."""

    verdict: Verdict
    distance: int | None
    """Hamming distance of the fingerprints, 0..64, where it was asked for."""
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
    kept: int
    """How many of the depths were known when it was last kept; -1 where it never was."""
    size: int = 0
    """Bytes of the subject."""


@dataclass(frozen=True, slots=True)
class File:
    """A file, and its bytes where they have been read for this verdict."""

    seen: Seen
    data: bytes | None

    def ask(self, question: Callable[[bytes], T]) -> T:
        """What `question` says of its bytes, read again where they are gone.

        Raises:
            ImageError: it cannot be read or decoded, or has changed; names it.
        """
        data, path = self.data, self.seen.path
        if data is None:
            data, _ = read_whole(path)
            if blake3(data).digest() != self.seen.digest:
                raise ImageError(path, "it changed while it was compared", "compare it again")
        try:
            return question(data)
        except ImageError as error:
            raise ImageError(path, error.cause, error.remedy) from error


_Key = tuple[str, int, int, int]
"""Path, inode, bytes and modification time in ns."""


class Memory:
    """The files last looked at, bounded in bytes; behind it a folder that others share."""

    def __init__(self, limit: int) -> None:
        """`limit` is how many bytes of subjects it keeps."""
        self._limit = limit
        self._seen: OrderedDict[_Key, Seen] = OrderedDict()

    def look(self, path: str, cache: Cache | None) -> File:
        """The file at `path`.

        Raises:
            ImageError: it cannot be read or decoded; names it.
        """
        key = _key(path)
        seen = self._seen.get(key)
        if seen is not None:
            self._seen.move_to_end(key)
            return File(seen, None)
        data, _ = read_whole(path)
        seen = self._seen[key] = _look(path, data, cache)
        self._measure(seen)
        return File(seen, data)

    def keep(self, seen: Seen, cache: Cache | None) -> None:
        """Take note of what has been learnt of a file since it was looked at."""
        if seen.kept == seen.subject.depths.known:
            return
        self._measure(seen)
        if cache is not None:
            from core.imaging.verdict.packing import pack

            cache.put(seen.digest, pack(seen.subject))
        seen.kept = seen.subject.depths.known

    def _measure(self, seen: Seen) -> None:
        seen.size = len(pickle.dumps(seen.subject))
        size = sum(each.size for each in self._seen.values())
        while size > self._limit and len(self._seen) > 1:
            size -= self._seen.popitem(last=False)[1].size


_memory = Memory(_MEMORY_BYTES)
"""This process's."""


def judge_files(
    a: str,
    b: str,
    folder: str | None = None,
    with_distance: bool = False,
    memory: Memory = _memory,
) -> Comparison | ImageError:
    """The verdict of the files at `a` and `b`, or why there is none: the error names its file.

    Args:
        a: path of one file.
        b: path of the other.
        folder: where looks are kept; None: nowhere.
        with_distance: whether to tell it, though a JPEG has to be decoded once more for it.
        memory: what has been seen.
    """
    # Loads OpenCV, which workers that only read do without.
    from core.imaging.verdict.compare import compare
    from core.imaging.verdict.judge import pixel_duplicate
    from core.imaging.verdict.subject import Deeper

    started = time.process_time()
    cache = _cache(folder)
    distance = None
    try:
        files = memory.look(a, cache), memory.look(b, cache)
        one, other = (file.seen for file in files)
        if one.digest == other.digest:
            verdict = pixel_duplicate()
        else:
            verdict = compare(one.subject, other.subject, files)
        if with_distance:
            hashes = [Deeper(file.seen.subject.depths, file).hash() for file in files]
            distance = (hashes[0] ^ hashes[1]).bit_count()
    except ImageError as error:
        return error
    for seen in (one, other):
        memory.keep(seen, cache)
    seconds = time.process_time() - started
    return Comparison(verdict, distance, (one.digest, other.digest), seconds)


def _cache(folder: str | None) -> Cache | None:
    if folder is None:
        return None
    from core.imaging.verdict.packing import VERSION

    return Cache(folder, VERSION, _KEPT_BYTES)


@dataclass(frozen=True, slots=True)
class Drawn:
    """The difference picture of two files."""

    png: bytes | None
    """Over a grey version of A; None where B cannot be laid over A."""
    note: str
    """A sentence on how B was laid over A, or why it cannot be."""


def draw_difference(a: str, b: str, folder: str | None = None) -> Drawn | ImageError:
    """Where the files at `a` and `b` differ, or why nobody knows: the error names its file."""
    from core.imaging.verdict.difference import difference_picture, over_grey

    try:
        one, other = (_memory.look(path, _cache(folder)).seen.subject for path in (a, b))
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
    _memory.look(path, None)


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


def _look(path: str, data: bytes, cache: Cache | None) -> Seen:
    from core.imaging.verdict.subject import subject_of

    digest = blake3(data).digest()
    kept = None if cache is None else _kept(digest, cache)
    if kept is not None:
        return Seen(path, digest, kept, kept.depths.known)
    try:
        return Seen(path, digest, subject_of(data), -1)
    except ImageError as error:
        raise ImageError(path, error.cause, error.remedy) from error


def _kept(digest: bytes, cache: Cache) -> Subject | None:
    from core.imaging.verdict.packing import unpack

    data = cache.get(digest)
    try:
        return None if data is None else unpack(data)
    except Exception:
        # Of another form than its version says. That must not cost the file its verdict.
        return None
