"""The perceptual fingerprint: what the search compares instead of pixels.

The hash follows the definition of ``imagehash.phash`` (32 x 32 luma, two-dimensional DCT-II,
the 8 x 8 lowest frequencies against their median), with one difference that costs nothing but
the time: the 32 x 32 picture comes from a reduced decode, never from the full size.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from core.imaging.decode import upright
from core.model import Fingerprint

SIDE = 32
"""Edge of the luma thumb in pixels (imagehash: hash_size 8 x highfreq_factor 4)."""

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


def dct_hash(thumb: NDArray[np.uint8]) -> int:
    """64-bit hash of a 32 x 32 luma picture: bit = coefficient above the median of the 64.

    The first coefficient is the most significant bit, row by row, as ``int(str(ImageHash), 16)``.
    """
    low = _DCT @ thumb.astype(np.float64) @ _DCT.T
    bits = (low > np.median(low)).flatten()
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def fingerprint(
    luma: Image.Image, extent: tuple[float, float] | None = None, orientation: int = 1
) -> Fingerprint:
    """Fingerprint of a picture in mode ``L``; a small one is as good and cheaper.

    Args:
        luma: the stored picture, not yet turned.
        extent: how much of `luma` the picture covers, in its pixels. A reduced decode rounds up
            and fills the last row and column; comparing that filling would tell a picture from
            its own turned copy.
        orientation: EXIF 1..8, applied to the thumb.
    """
    box = (0.0, 0.0, *(extent or luma.size))
    small = luma.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box, reducing_gap=3.0)
    pixels = np.asarray(upright(small, orientation))
    return Fingerprint(dct_hash(pixels), pixels.tobytes(), float(pixels.std()))
