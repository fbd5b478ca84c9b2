"""A file as verdicts see it: what one look tells, and what full decodes tell once they are asked.

All of it hangs on the file's bytes alone and never on the other side of a pair, so that it can be
kept and serves every pair the file is in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from core.errors import ImageError
from core.imaging.coding import RAW, Coding, coding_of
from core.imaging.decode import frames_of, open_image, orientation_of
from core.imaging.facts import examine, examine_and_keep
from core.imaging.jpeg import Jpeg, jpeg_of
from core.imaging.pixels import pixel_digest
from core.imaging.raw import Raw, read_raw
from core.imaging.verdict.descent import Strengths, strengths
from core.imaging.verdict.look import Look, Plane, full_luma, look_at
from core.imaging.verdict.resolution import detail_beyond, real_size

T = TypeVar("T")


@dataclass(slots=True)
class Depths:
    """What a look does not tell of a file, as far as it has been asked for."""

    hash: int | None = None
    """Of its fingerprint."""
    pixels: bytes | None = None
    """Its `pixel_digest`."""
    strengths: Strengths | None = None
    beyond: dict[tuple[int, int], float | None] = field(default_factory=dict)
    """`detail_beyond` by width and height."""
    real: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """`real_size` by width and height."""

    @property
    def known(self) -> int:
        """How many things are known."""
        first = (self.hash, self.pixels, self.strengths)
        return sum(each is not None for each in first) + len(self.beyond) + len(self.real)


@dataclass(frozen=True, slots=True)
class Subject:
    """All that a verdict needs of a file: made once, good for every pair the file is in."""

    coding: Coding
    frames: int
    mode: str
    """Pillow's, of the stored pixels."""
    orientation: int
    """EXIF 1..8, of the stored pixels."""
    jpeg: Jpeg | None
    """What the header says of its quality, where it is a JPEG."""
    look: Look
    depths: Depths


class File(Protocol):
    """A file whose bytes may be far away."""

    def ask(self, question: Callable[[bytes], T]) -> T:
        """What `question` says of its bytes.

        Raises:
            ImageError: by `question`, or because the bytes are gone.
        """


def subject_of(data: bytes) -> Subject:
    """The subject of the file `data`.

    Raises:
        ImageError: the bytes cannot be decoded to their end.
    """
    raw = read_raw(data)
    if raw is not None:
        look, depths = _look_at_raw(raw), Depths()
        return Subject(Coding(RAW), 1, "", raw.orientation, None, look, depths)
    image = open_image(data)
    jpeg = jpeg_of(image)
    if jpeg is not None:
        # Its fingerprint is made of a decode at a smaller scale: a second pass over its data,
        # which only the distance of a pair needs.
        coding, frames, mode = coding_of(data, image), frames_of(image), image.mode
        orientation = orientation_of(image)
        look, depths = look_at(image, orientation), Depths()
        return Subject(coding, frames, mode, orientation, jpeg, look, depths)
    facts, fingerprint, loaded = examine_and_keep(data)
    return Subject(
        Coding(facts.coding, facts.stream),
        facts.frames,
        facts.mode,
        facts.orientation,
        jpeg,
        look_at(image if loaded is None else loaded, facts.orientation),
        Depths(fingerprint.hash, facts.pixel_digest),
    )


def _look_at_raw(raw: Raw) -> Look:
    try:
        return look_at(open_image(raw.preview), raw.orientation)
    except ImageError as error:
        cause = f"the preview of this {raw.format} cannot be read ({error.cause})"
        raise ImageError("", cause, "develop it to compare it") from error


class Deeper:
    """Asks a file for its depths, each once: only where the answer hangs on it, since most of them
    need a full decode."""

    def __init__(self, depths: Depths, file: File) -> None:
        """`depths` are those known; what is asked joins them."""
        self._known = depths
        self._file = file
        self._plane: Plane | None = None

    def hash(self) -> int:
        """Of the fingerprint that the search would compare."""
        if self._known.hash is None:
            self._known.hash = self._file.ask(lambda data: examine(data)[1].hash)
        return self._known.hash

    def pixels(self) -> bytes:
        """`pixel_digest`."""
        if self._known.pixels is None:
            self._known.pixels = self._file.ask(pixel_digest)
        return self._known.pixels

    def strengths(self) -> Strengths:
        """`descent.strengths`."""
        if self._known.strengths is None:
            self._known.strengths = strengths(self._luma())
        return self._known.strengths

    def detail_beyond(self, width: int, height: int) -> float | None:
        """`resolution.detail_beyond` that size."""
        size = width, height
        if size not in self._known.beyond:
            self._known.beyond[size] = detail_beyond(self._luma(), size)
        return self._known.beyond[size]

    def real_size(self, width: int, height: int) -> tuple[int, int]:
        """`resolution.real_size` beside a picture of that size."""
        size = width, height
        if size not in self._known.real:
            self._known.real[size] = real_size(self._luma(), size)
        return self._known.real[size]

    def _luma(self) -> Plane:
        if self._plane is None:
            self._plane = self._file.ask(full_luma)
        return self._plane
