"""The pixel digest: equal exactly when two files show the same pixels.

It is computed only for pairs whose fingerprints and dimensions allow equality, because it needs
the full decode that everything else avoids.
"""

from __future__ import annotations

import io

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

    8-bit grey and colour meet as RGB; an alpha channel counts unless it is opaque everywhere,
    and what lies under full transparency does not; 16-bit and float samples stay as they are.
    A picture of several frames equals only its own bytes: showing the same first frame is not
    showing the same. So does one of 16-bit colour, of which Pillow reads the upper half.

    Raises:
        ImageError: the bytes cannot be decoded.
    """
    image = open_image(data)
    orientation = orientation_of(image)
    with decoding():
        if frames_of(image) > 1:
            return blake3(b"frames " + data).digest()
        if is_deep(image):
            return blake3(b"deep " + data).digest()
        image.load()
        return digest_of(image, orientation)


def is_deep(image: ImageFile.ImageFile) -> bool:
    """Whether a picture that is not loaded yet has colour samples that Pillow cuts to 8 bits."""
    return image.mode not in _WIDE and any(";16" in str(tile) for tile in image.tile)


def digest_of(image: Image.Image, orientation: int) -> bytes:
    """`pixel_digest` of a picture of one frame that has been decoded in full already."""
    if image.mode in _WIDE:
        samples = np.asarray(upright(image, orientation))
        kind = str(samples.dtype.newbyteorder("=")).encode()
    else:
        samples = _shown(upright(eight_bit(to_srgb(image)), orientation))
        kind = b"8"
    shape = "x".join(str(length) for length in samples.shape).encode()
    hasher = blake3(kind + b" " + shape + b" ")
    return hasher.update(np.ascontiguousarray(samples).reshape(-1).view(np.uint8).data).digest()


def _shown(image: Image.Image) -> NDArray[np.uint8]:
    """The samples of an 8-bit picture, RGB where nothing shows through and else RGBA."""
    if image.mode in ("LA", "RGBA") or "transparency" in image.info:
        image = image.convert("RGBA")
        samples = np.asarray(image)
        if samples[..., 3].min(initial=255) < 255:
            return np.where(samples[..., 3:] == 0, np.uint8(0), samples)
    return np.asarray(image.convert("RGB"))
