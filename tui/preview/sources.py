"""Pictures decoded from their files, kept as long as a person moves about in them. Threads only."""

from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

from PIL import Image

from core.imaging.preview import Frames, Shown, shown
from core.model import WHOLE, Asset, Region

if TYPE_CHECKING:
    from core.imaging.verdict.difference import Difference

_BYTES = 128_000_000
"""Of pixels kept: two whole pictures of 16 megapixels, and some of their parts."""

_KEPT_PIXELS = 16_000_000
"""Of a larger picture, this much is kept around what is looked at."""

_LARGE = 40_000_000
"""Pixels of which only one picture is decoded at a time: each takes hundreds of megabytes."""

_SLACK = 1e-6
"""By which rounding may be off."""

_ANIMATIONS, _DIFFERENCES = 2, 8

Key = tuple[str, int]
K = TypeVar("K")
V = TypeVar("V")


def key_of(asset: Asset) -> Key:
    """What tells the bytes of an asset from all others."""
    return str(asset.path), asset.modified_ns


class Sources:
    """Decodes; any thread may ask."""

    def __init__(self) -> None:
        self._files: dict[Key, Path] = {}
        self._lock = Lock()
        self._large = Lock()
        self._kept: OrderedDict[Key, Shown] = OrderedDict()
        """With all their pixels."""
        self._animations: OrderedDict[Key, tuple[Lock, Frames]] = OrderedDict()
        self._differences: OrderedDict[tuple[Key, Key], Difference] = OrderedDict()
        self._difference_lock = Lock()

    def found(self, asset: Asset, file: Path) -> None:
        """The picture of `asset`, which is on a server, is in `file`."""
        self._files[key_of(asset)] = file

    def _read(self, asset: Asset) -> bytes:
        with open(os.fspath(self._files.get(key_of(asset), asset.path)), "rb") as file:
            return file.read()

    def picture(self, asset: Asset, width: int, region: Region, keep: bool) -> Shown:
        """At least `region` of a picture, decoded so that all of it were `width` pixels wide.

        Args:
            asset: whose first or only frame it is.
            width: fewer if it has no more.
            region: in shares of it.
            keep: whether other parts of it are likely to be asked for next.

        Raises:
            ImageError: it cannot be decoded.
            OSError: it cannot be read.
        """
        key = key_of(asset)
        width = min(width, asset.facts.width)
        with self._lock:
            found = self._kept.get(key)
            if found is not None and _holds(found.region, region):
                self._kept.move_to_end(key)
                return found
        if keep:
            region, width = _roomy(asset, region), asset.facts.width
        data = self._read(asset)
        if asset.facts.pixels > _LARGE:
            with self._large:
                found = shown(data, width, region)
        else:
            found = shown(data, width, region)
        if keep:
            with self._lock:
                self._kept[key] = found
                self._kept.move_to_end(key)
                while len(self._kept) > 1 and sum(map(_bytes, self._kept.values())) > _BYTES:
                    self._kept.popitem(last=False)
        return found

    def frame(self, asset: Asset, number: int, width: int, region: Region) -> tuple[Shown, int]:
        """A frame of an animation, and the milliseconds it stays; else as `picture`."""
        lock, frames = self._once(
            self._animations,
            key_of(asset),
            _ANIMATIONS,
            partial(self._frames, asset),
        )
        with lock:
            return frames.frame(number % frames.count, width, region)

    def _frames(self, asset: Asset) -> tuple[Lock, Frames]:
        return Lock(), Frames(self._read(asset))

    def difference(self, a: Asset, b: Asset) -> Difference:
        """Where two pictures differ; errors as of `picture`."""
        # OpenCV: nobody should wait for it who only looks.
        from core.imaging.verdict.difference import difference_picture
        from core.imaging.verdict.subject import subject_of

        with self._difference_lock:
            return self._once(
                self._differences,
                (key_of(a), key_of(b)),
                _DIFFERENCES,
                lambda: difference_picture(subject_of(self._read(a)), subject_of(self._read(b))),
            )

    def _once(self, kept: OrderedDict[K, V], key: K, most: int, make: Callable[[], V]) -> V:
        with self._lock:
            if key in kept:
                kept.move_to_end(key)
                return kept[key]
        made = make()
        with self._lock:
            kept[key] = made
            while len(kept) > most:
                kept.popitem(last=False)
        return made


class Given(Sources):
    """One small picture that is at hand, for whatever is asked for."""

    def __init__(self, image: Image.Image) -> None:
        super().__init__()
        self._image = image

    def picture(self, asset: Asset, width: int, region: Region, keep: bool) -> Shown:
        return Shown(self._image, WHOLE)


def _bytes(picture: Shown) -> int:
    return picture.image.width * picture.image.height * len(picture.image.getbands())


def _holds(has: Region, region: Region) -> bool:
    across = has.left <= region.left + _SLACK and has.right >= region.right - _SLACK
    down = has.top <= region.top + _SLACK and has.bottom >= region.bottom - _SLACK
    return across and down


def _roomy(asset: Asset, region: Region) -> Region:
    """`region` with as much around it as is kept."""
    share = (_KEPT_PIXELS / asset.facts.pixels) ** 0.5
    if share >= 1:
        return WHOLE
    width = min(1.0, max(share, region.width))
    height = min(1.0, max(share, region.height))
    left = min(max(0.0, region.left + (region.width - width) / 2), 1 - width)
    top = min(max(0.0, region.top + (region.height - height) / 2), 1 - height)
    return Region(left, top, width, height)
