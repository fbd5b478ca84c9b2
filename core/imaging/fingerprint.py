"""The perceptual fingerprint: what the search compares instead of pixels.

The hash follows the definition of ``imagehash.phash`` (32 x 32 luma, two-dimensional DCT-II,
the 8 x 8 lowest frequencies against their median), with one difference that costs nothing but
the time: the 32 x 32 picture comes from a reduced decode, never from the full size.

Colour has no part in the hash; a smaller thumb of it tells a recoloured copy from a faithful one.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.imaging.decode import upright
from core.model import Fingerprint

SIDE = 32
"""Edge of the luma thumb in pixels (imagehash: hash_size 8 x highfreq_factor 4)."""

CHROMA_SIDE = 8
"""Edge of the chroma thumb in pixels: enough to place a colour, an eighth of the luma's bytes."""

_COLOURLESS = bytes([128]) * (2 * CHROMA_SIDE**2)
"""Cb and Cr of grey (ITU-T T.871)."""

_LOW = 8
"""Frequencies kept per axis, 64 bits in all."""


def _dct_rows() -> NDArray[np.float64]:
    """The first 8 rows of the DCT-II matrix of length 32, shape (8, 32), unnormalised.

    X[k] = 2 sum x[n] cos(pi k (2n + 1) / 2N), as in scipy.fftpack.dct.
    """
    k = np.arange(_LOW)[:, None]
    n = np.arange(SIDE)[None, :]
    return 2 * np.cos(np.pi * k * (2 * n + 1) / (2 * SIDE))


_DCT = _dct_rows()

_ALTERNATING = np.where(np.arange(_LOW) % 2, -1.0, 1.0)
_ROWS, _COLUMNS = _ALTERNATING[:, None], _ALTERNATING[None, :]
_SIGNS = {
    1: np.ones((1, 1)),
    2: _COLUMNS,
    3: _ROWS * _COLUMNS,
    4: _ROWS,
    5: np.ones((1, 1)),
    6: _COLUMNS,
    7: _ROWS * _COLUMNS,
    8: _ROWS,
}
"""EXIF orientation to the signs of the frequencies, after 5 to 8 have exchanged the axes."""


def dct_hash(thumb: NDArray[np.uint8]) -> int:
    """64-bit hash of a 32 x 32 luma picture: bit = coefficient above the median of the 64.

    The first coefficient is the most significant bit, row by row, as ``int(str(ImageHash), 16)``.
    """
    return int(turned_hashes(thumb[None], (1,))[0, 0])


def turned_hashes(thumbs: NDArray[np.uint8], turns: Sequence[int]) -> NDArray[np.uint64]:
    """The hashes that pictures would have if they were turned; no picture is.

    Mirroring a picture changes the sign of its odd frequencies, and exchanging its axes those of
    the block of frequencies, so all eight positions follow from one DCT.

    Args:
        thumbs: shape (n, 32, 32), luma.
        turns: EXIF orientations 1..8, as `core.imaging.decode.upright` applies them.

    Returns:
        Shape (len(turns), n).
    """
    low = _DCT @ thumbs.astype(np.float64) @ _DCT.T
    found = np.empty((len(turns), len(thumbs)), dtype=np.uint64)
    for row, turn in enumerate(turns):
        block = low.transpose(0, 2, 1) if turn >= 5 else low
        block = block * _SIGNS[turn]
        above = block > np.median(block, axis=(1, 2), keepdims=True)
        packed = np.packbits(above.reshape(len(thumbs), 64), axis=1)
        found[row] = packed.view(">u8").reshape(len(thumbs))
    return found


def fingerprint(
    picture: Image.Image, extent: tuple[float, float] | None = None, orientation: int = 1
) -> Fingerprint:
    """Fingerprint of a picture in mode ``L``, ``RGB`` or ``YCbCr``; a small one is as good and
    cheaper.

    Args:
        picture: as it is stored, not yet turned.
        extent: how much of `picture` the picture covers, in its pixels. A reduced decode rounds
            up and fills the last row and column; comparing that filling would tell a picture from
            its own turned copy.
        orientation: EXIF 1..8, applied to the thumbs.
    """
    box = (0.0, 0.0, *(extent or picture.size))
    luma = picture.getchannel("Y") if picture.mode == "YCbCr" else picture.convert("L")
    small = luma.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    pixels = np.asarray(upright(small, orientation))
    chroma = _COLOURLESS if picture.mode == "L" else _chroma(picture, box, orientation)
    return Fingerprint(dct_hash(pixels), pixels.tobytes(), float(pixels.std()), chroma)


def _chroma(
    picture: Image.Image, box: tuple[float, float, float, float], orientation: int
) -> bytes:
    size = (CHROMA_SIDE, CHROMA_SIDE)
    small = picture.resize(size, Image.Resampling.BOX, box).convert("YCbCr")
    _, blue, red = upright(small, orientation).split()
    return blue.tobytes() + red.tobytes()
