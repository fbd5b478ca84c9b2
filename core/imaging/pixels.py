"""The pixel digest: equal exactly when two files show the same pixels.

It is computed only for pairs whose fingerprints and dimensions allow equality, because it needs
the full decode that everything else avoids.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
from blake3 import blake3
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageFile

from core.imaging.decode import (
    decoding,
    eight_bit,
    frames_of,
    open_image,
    orientation_of,
    upright,
)
from core.imaging.jxl import read_header
from core.imaging.raw import is_raw

_ROWS_AT_ONCE = 256
"""Rows that lie in memory as they are hashed."""

_WIDE = ("I;16", "I;16L", "I;16B", "I;16N", "I", "F")


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    return "srgb" in ImageCms.getProfileDescription(profile).lower()


def has_other_colours(image: Image.Image) -> bool:
    """Whether the picture carries an ICC profile that says anything but sRGB."""
    embedded = image.info.get("icc_profile")
    if not embedded:
        return False
    try:
        return not _is_srgb(ImageCms.getOpenProfile(io.BytesIO(embedded)))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return False


def to_srgb(image: Image.Image) -> Image.Image:
    """`image` through its embedded ICC profile into sRGB, where it has one that says otherwise.

    A profile that cannot be used is ignored, as viewers do. A CMYK picture without one is
    converted by Pillow's plain formula.
    """
    embedded = image.info.get("icc_profile")
    if not embedded or image.mode not in ("RGB", "CMYK", "RGBA"):
        return image
    try:
        profile = ImageCms.getOpenProfile(io.BytesIO(embedded))
        if _is_srgb(profile):
            return image
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        shown = ImageCms.profileToProfile(
            image, profile, ImageCms.createProfile("sRGB"), outputMode=mode
        )
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return shown if shown is not None else image


def pixel_digest(data: bytes) -> bytes:
    """BLAKE3 (32 bytes) over the shown pixels of `data` with their dimensions.

    Grey and colour meet as RGB; an alpha channel counts unless it is opaque everywhere, and what
    lies under full transparency does not. 16-bit and float samples stay as they are, so they
    equal no 8-bit ones, and under a colour profile only those under the same one.
    A picture of several frames equals only its own bytes: showing the same first frame is not
    showing the same. So does one whose samples have more bits than can be read of it, and a RAW.

    Raises:
        ImageError: the bytes cannot be decoded.
    """
    if is_raw(data):
        return blake3(b"raw " + data).digest()
    image = open_image(data)
    # Before the orientation is asked for: of a PNG that loads the picture.
    deep = is_deep(data, image)
    orientation = orientation_of(image)
    with decoding():
        if frames_of(image) > 1:
            return blake3(b"frames " + data).digest()
        if deep:
            halves = _halves(data)
            if halves is None:
                return blake3(b"deep " + data).digest()
            high, low = (np.asarray(upright(each, orientation)) for each in halves)
            samples = _visible(high.astype(np.uint16) << 8 | low)
            # Pillow converts colours at 8 bits only.
            other = image.info["icc_profile"] if has_other_colours(image) else b""
            return _digest(samples, other)
        image.load()
        return digest_of(image, orientation)


def is_deep(data: bytes, image: ImageFile.ImageFile) -> bool:
    """Whether `image`, opened from `data` and not loaded yet, has colour samples of more than the
    8 bits that Pillow reads of them."""
    if image.format == "AVIF":
        # AV1CodecConfigurationRecord: the third byte's second bit is high_bitdepth.
        record = data.partition(b"av1C")[2][:3]
        return len(record) == 3 and bool(record[2] & 0x40)
    if image.format == "HEIF":
        return bool(image.info.get("bit_depth", 8) > 8)
    if image.format == "JXL":
        header = read_header(data)
        return image.mode not in _WIDE and (header is None or header.bits > 8)
    return image.mode not in _WIDE and any(";16" in str(tile) for tile in image.tile)


def digest_of(image: Image.Image, orientation: int) -> bytes:
    """`pixel_digest` of a picture of one frame that has been decoded in full already."""
    if image.mode not in _WIDE:
        return _digest_of_shown(upright(eight_bit(to_srgb(image)), orientation))
    samples = np.asarray(upright(image, orientation))
    samples = samples.astype(samples.dtype.newbyteorder("="), copy=False)
    return _digest(np.broadcast_to(samples[..., None], (*samples.shape, 3)))


def _digest_of_shown(image: Image.Image) -> bytes:
    """Of an 8-bit picture: RGB where nothing shows through and else RGBA."""
    shape = image.height, image.width
    if image.mode not in ("LA", "RGBA") and "transparency" not in image.info:
        return _hashed(_strips(image, "RGB"), (*shape, 3))
    if all(_is_opaque(strip) for strip in _strips(image, "RGBA")):
        return _hashed((strip[..., :3] for strip in _strips(image, "RGBA")), (*shape, 3))
    return _hashed((_without_hidden(strip) for strip in _strips(image, "RGBA")), (*shape, 4))


def _strips(image: Image.Image, mode: str) -> Iterator[NDArray[np.uint8]]:
    """The rows of `image`, some at once: in memory it is not an array, and arrays are copies."""
    for top in range(0, image.height, _ROWS_AT_ONCE):
        box = (0, top, image.width, min(top + _ROWS_AT_ONCE, image.height))
        yield np.asarray(image.crop(box).convert(mode))


def _digest(samples: NDArray[Any], profile: bytes = b"") -> bytes:
    tops = range(0, len(samples), _ROWS_AT_ONCE)
    strips = (samples[top : top + _ROWS_AT_ONCE] for top in tops)
    return _hashed(strips, samples.shape, str(samples.dtype), profile)


def _hashed(
    strips: Iterable[NDArray[Any]],
    shape: tuple[int, ...],
    dtype: str = "uint8",
    profile: bytes = b"",
) -> bytes:
    """BLAKE3 over `strips`, which together have that shape."""
    hasher = blake3(f"{dtype} {shape} {len(profile)} ".encode() + profile)
    for strip in strips:
        hasher.update(np.ascontiguousarray(strip).reshape(-1).view(np.uint8).data)
    return hasher.digest()


_OTHER_HALF = {"B": "L", "L": "B", "N": "L" if sys.byteorder == "big" else "B"}
"""Byte order of samples to the one that makes Pillow take their lower half for the upper."""


def _halves(data: bytes) -> tuple[Image.Image, Image.Image] | None:
    """The upper and the lower bytes of 16-bit colour samples, as two pictures.

    Pillow unpacks the upper bytes; told that the samples lie the other way round, the lower ones.

    Returns:
        None for samples that Pillow unpacks in other ways.
    """
    high, low = open_image(data), open_image(data)
    found = [_SIXTEEN.fullmatch(_raw_mode(tile)) for tile in low.tile]
    if not found or None in found or "transparency" in low.info:
        return None
    low.tile = [
        tile._replace(args=_with_raw_mode(tile, match[1] + _OTHER_HALF[match[2]]))
        for tile, match in zip(low.tile, found, strict=True)
        if match is not None
    ]
    high.load()
    low.load()
    return high, low


_SIXTEEN = re.compile(r"(RGBA?;16)([BLN])")
"""Raw modes of 16-bit colour (Pillow's Unpack.c) that lose their lower halves and nothing else."""


def _raw_mode(tile: Any) -> str:
    return str(tile.args if isinstance(tile.args, str) else tile.args[0])


def _with_raw_mode(tile: Any, mode: str) -> Any:
    return mode if isinstance(tile.args, str) else (mode, *tile.args[1:])


def _visible(samples: NDArray[Any]) -> NDArray[Any]:
    """RGB or RGBA samples without an alpha channel that is opaque, and without colours under one
    that is not."""
    if samples.shape[2] == 3:
        return samples
    return samples[..., :3] if _is_opaque(samples) else _without_hidden(samples)


def _is_opaque(samples: NDArray[Any]) -> bool:
    opaque = np.iinfo(samples.dtype).max
    return bool(samples[..., 3].min(initial=opaque) == opaque)


def _without_hidden(samples: NDArray[Any]) -> NDArray[Any]:
    return np.where(samples[..., 3:] == 0, samples.dtype.type(0), samples)
