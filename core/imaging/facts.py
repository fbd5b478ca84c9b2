"""Facts and fingerprint from one decode at the smallest scale that still tells pictures apart.

Entropy decoding is most of the cost of a JPEG and cannot be avoided; everything after it can:
`draft` lets libjpeg skip the inverse DCT of detail that the fingerprint would average away.
"""

from __future__ import annotations

from PIL import Image, ImageFile

from core.errors import ImageError
from core.imaging.animation import duration_of
from core.imaging.coding import LOSSLESS, RAW, coding_of, has_luma
from core.imaging.decode import (
    OTHER_SIZE,
    decoding,
    flattened,
    frames_of,
    open_image,
    orientation_of,
)
from core.imaging.fingerprint import fingerprint
from core.imaging.jpeg import jpeg_of
from core.imaging.pixels import digest_of, has_other_colours, is_deep, to_srgb
from core.imaging.raw import Raw, read_raw
from core.model import Facts, Fingerprint

_OPAQUE = 255
"""Alpha of a pixel that shows nothing but itself."""

_DRAFT_SIDE = 128
"""Pixels the shorter edge of a reduced decode must keep: four times the luma thumb."""


def draft_size(size: tuple[int, int], side: int) -> tuple[int, int]:
    """The size to ask of `Image.draft` so that the shorter edge keeps `side` pixels."""
    shorter = min(size)
    if shorter <= side:
        return size
    return size[0] * side // shorter, size[1] * side // shorter


def examine(data: bytes) -> tuple[Facts, Fingerprint]:
    """Facts and fingerprint of the picture in `data`.

    What only the metadata room knows of the facts is left open.

    Args:
        data: the whole file.

    Raises:
        ImageError: the bytes cannot be decoded to their end.
    """
    facts, found, _ = examine_and_keep(data)
    return facts, found


def examine_and_keep(
    data: bytes,
) -> tuple[Facts, Fingerprint, ImageFile.ImageFile | None]:
    """`examine`, and the loaded picture where it had to be decoded at its full size anyway."""
    raw = read_raw(data)
    if raw is not None:
        return _raw_facts(raw, len(data)), _raw_fingerprint(raw), None
    image = open_image(data)
    name = "JPEG" if image.format == "MPO" else image.format or "?"
    stored, mode = image.size, image.mode
    # Before the orientation is asked for: of a PNG that loads the picture.
    deep = is_deep(data, image)
    orientation = orientation_of(image)
    with decoding():
        coding = coding_of(data, image)
        frames = frames_of(image)
        jpeg = jpeg_of(image)
        found = _fingerprint(image, orientation)
        # What cannot be decoded at a smaller scale is decoded in full here, and only once.
        whole = coding.name == LOSSLESS and frames == 1 and not deep
        pixels = digest_of(image, orientation) if whole else None
        transparent = _lets_through(image, frames)
    width, height = _shown_size(stored, orientation)
    facts = Facts(
        format=name,
        size=len(data),
        width=width,
        height=height,
        orientation=orientation,
        mode=mode,
        frames=frames,
        coding=coding.name,
        stream=coding.stream,
        pixel_digest=pixels,
        duration=duration_of(data, image.format) if frames > 1 else None,
        transparent=transparent,
        quality=jpeg.quality if jpeg else None,
        subsampling=jpeg.subsampling if jpeg else None,
        progressive=jpeg.progressive if jpeg else None,
    )
    return facts, found, image if image.size == stored else None


def _fingerprint(image: ImageFile.ImageFile, orientation: int) -> Fingerprint:
    """Loads `image`, at a smaller scale where its format can."""
    stored = image.size
    drafted = image.draft(
        "YCbCr" if has_luma(image) and not has_other_colours(image) else "RGB",
        draft_size(stored, _DRAFT_SIDE),
    )
    image.load()
    if not drafted and image.size != stored:
        raise ImageError("", OTHER_SIZE, "restore it from a backup")
    extent = drafted[1][2:] if drafted else stored
    return fingerprint(*_reduced(image, extent), orientation)


def _lets_through(image: Image.Image, frames: int) -> bool | None:
    """`Facts.transparent` of a loaded picture; of an animation only the first frame is loaded."""
    if image.getbands()[-1] not in ("A", "a"):
        if "transparency" not in image.info:
            # Later frames of a GIF may bring a transparent colour of their own.
            return None if frames > 1 and image.format == "GIF" else False
        if image.mode not in ("1", "L", "P", "RGB"):
            # Pillow lays no such colour over wide samples.
            return None
        image = image.convert("RGBA")
    least, _ = image.getchannel(image.getbands()[-1]).getextrema()
    if least == _OPAQUE:
        return None if frames > 1 else False
    return True


def _shown_size(stored: tuple[int, int], orientation: int) -> tuple[int, int]:
    return (stored[1], stored[0]) if orientation >= 5 else stored


def _raw_facts(raw: Raw, size: int) -> Facts:
    width, height = _shown_size(raw.size, raw.orientation)
    return Facts(
        format=raw.format,
        size=size,
        width=width,
        height=height,
        orientation=raw.orientation,
        coding=RAW,
        transparent=False,
    )


def _raw_fingerprint(raw: Raw) -> Fingerprint:
    try:
        image = open_image(raw.preview)
        with decoding():
            return _fingerprint(image, raw.orientation)
    except ImageError as error:
        cause = f"the preview of this {raw.format} cannot be read ({error.cause})"
        raise ImageError("", cause, "develop it to compare it") from error


def _reduced(
    image: Image.Image, extent: tuple[float, float]
) -> tuple[Image.Image, tuple[float, float]]:
    """`image` as `fingerprint` takes it, reduced where that saves converting, and its extent."""
    if image.mode == "YCbCr" or (image.mode == "L" and "transparency" not in image.info):
        return image, extent
    factor = min(image.size) // _DRAFT_SIDE
    if factor > 1 and image.mode in ("RGB", "RGBA", "CMYK", "LA"):
        profile = image.info.get("icc_profile")
        image = image.reduce(factor)
        image.info["icc_profile"] = profile
        extent = extent[0] / factor, extent[1] / factor
    # Two files that show the same colours through different profiles have to meet.
    return flattened(to_srgb(image)), extent
