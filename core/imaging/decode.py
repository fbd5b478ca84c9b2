"""One door to the decoders, so that hostile bytes meet the same guards everywhere.

The header is read first: a picture that claims more pixels than a machine should ever hold is
refused before a byte of it is decoded, and every decoder's complaint becomes an `ImageError`
that a person can act on.
"""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pillow_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from core.errors import ImageError
from core.imaging import jxl

pillow_heif.register_heif_opener(thumbnails=False)
with contextlib.suppress(ImportError):
    # The extra `jxl`; registers itself.
    import pillow_jxl  # noqa: F401

FORMATS = (
    JpegImagePlugin.JpegImageFile.format,
    PngImagePlugin.PngImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    pillow_heif.HeifImageFile.format,
    TiffImagePlugin.TiffImageFile.format,
    GifImagePlugin.GifImageFile.format,
    AvifImagePlugin.AvifImageFile.format,
    BmpImagePlugin.BmpImageFile.format,
    *(["JXL"] if "JXL" in Image.OPEN else []),
)
"""Decoders offered to unknown bytes, by Pillow's names; the others stay out of reach.

Naming them loads just these plug-ins, which is a third of loading them all.
"""

MAX_PIXELS = 1 << 28
"""268 megapixels: above the largest phone sensor (200 MP), below what a worker can hold."""

OTHER_SIZE = "its picture is not of the size its header says"

_OTHER_SIZE = ("does not have the size signaled", "exceeds the maximum image size")
"""How libheif says so: of the latter it makes a matter of memory, as the header is its limit."""

_ORIENTATION_TAG = 0x0112

_TRANSPOSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF orientation (Exif 2.32, tag 0x0112) to the turn that shows the picture upright."""

# The limit above is checked on the header by `open_image`, with a message of our own.
Image.MAX_IMAGE_PIXELS = None


def _jpeg_precision(data: bytes) -> int | None:
    """Sample precision in bits of the first frame header (SOFn) of a JPEG, if it has one."""
    position = 2
    while position + 4 < len(data) and data[position] == 0xFF:
        marker = data[position + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return data[position + 4]
        position += 2 + int.from_bytes(data[position + 2 : position + 4], "big")
    return None


def _unidentified(data: bytes) -> ImageError:
    if not data:
        return ImageError("", "the file is empty", "restore it from a backup")
    if data.startswith((jxl.CODESTREAM, jxl.CONTAINER)):
        return ImageError("", "this is JPEG XL", "install betterhalf with its extra jxl")
    if data.startswith(b"\xff\xd8"):
        precision = _jpeg_precision(data)
        if precision not in (None, 8):
            return ImageError(
                "", f"a JPEG of {precision} bits a sample", "convert it to 8 bits to compare it"
            )
    if not any(data[:512]):
        return ImageError("", "it holds only zeros", "restore it from a backup")
    return ImageError("", "its bytes are no picture of a known format", "check what the file is")


@contextmanager
def decoding() -> Iterator[None]:
    """Turn whatever a decoder raises into an `ImageError`.

    Decoders answer bad bytes with every kind of exception (OSError, ValueError, SyntaxError,
    struct.error, RuntimeError, MemoryError ...), hence the breadth.
    """
    try:
        with warnings.catch_warnings():
            # Broken EXIF beside sound pixels is the metadata room's business.
            warnings.simplefilter("ignore")
            yield
    except ImageError:
        raise
    except MemoryError as error:
        raise ImageError("", "decoding it takes too much memory", "open it elsewhere") from error
    except Exception as error:
        text = str(error).lower()
        if "truncated" in text or "unexpected end" in text or "premature" in text:
            cause = "the picture is cut off"
        elif any(told in text for told in _OTHER_SIZE):
            cause = OTHER_SIZE
        else:
            detail = " ".join(str(error).split()) or type(error).__name__
            # libjxl's own message is advice on building libjxl.
            told = "" if "libjxl" in detail else f" ({detail})"
            cause = f"its picture data is damaged{told}"
        raise ImageError("", cause, "restore it from a backup") from error


def open_image(data: bytes) -> ImageFile.ImageFile:
    """The picture of `data` with its header read and nothing decoded.

    Raises:
        ImageError: unknown format, unsupported precision, or more than `MAX_PIXELS`.
    """
    with decoding():
        if data.startswith((jxl.CODESTREAM, jxl.CONTAINER)):
            _check_jxl(data)
        try:
            image = Image.open(io.BytesIO(data), formats=FORMATS)
        except UnidentifiedImageError as error:
            raise _unidentified(data) from error
        _check_size(*image.size)
        return image


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS:
        raise ImageError(
            "",
            f"it claims {width} × {height} pixels, more than {MAX_PIXELS / 1e6:.0f} million",
            "check that it is no decompression bomb",
        )


def _check_jxl(data: bytes) -> None:
    header = jxl.read_header(data)
    if header is None:
        return
    _check_size(header.width, header.height)
    if header.moving:
        raise ImageError(
            "", "an animated JPEG XL, of which only the end can be read", "convert it to compare it"
        )


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation 1..8 still to be applied; 1 where it is absent or nonsense.

    libheif and libjxl apply their own turns while decoding, Pillow's TIFF reader applies them as
    it loads, and its AVIF reader states them as EXIF.
    """
    if image.format in (TiffImagePlugin.TiffImageFile.format, "JXL"):
        return 1
    try:
        with decoding():
            value = image.getexif().get(_ORIENTATION_TAG, 1)
    except ImageError as error:
        if isinstance(error.__cause__, SyntaxError):
            # Broken EXIF beside sound pixels; the metadata room says so.
            return 1
        # Of a PNG this decodes the pixels, which come before the EXIF at its end.
        raise
    return value if value in range(1, 9) else 1


def frames_of(image: Image.Image) -> int:
    """Pictures in an animation or a page stack, 1 for a single picture."""
    # An MPO's further pictures are previews and depth maps of the first.
    return 1 if image.format == "MPO" else int(getattr(image, "n_frames", 1))


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """`image` turned as EXIF `orientation` asks."""
    turn = _TRANSPOSE.get(orientation)
    return image.transpose(turn) if turn is not None else image


def eight_bit(image: Image.Image) -> Image.Image:
    """`image` as ``L``, ``LA``, ``RGB`` or ``RGBA``; wider samples are scaled, not clipped.

    Pillow clips when it converts 16-bit and float modes, which would turn most scans white.
    """
    if image.mode.startswith("I") or image.mode == "F":
        samples = np.asarray(image).astype(np.float64)
        top = 1.0 if image.mode == "F" and samples.max(initial=0) <= 1.0 else 255.0
        if samples.max(initial=0) > 255:
            top = 65535.0
        return Image.fromarray((samples.clip(0, top) * (255 / top)).round().astype(np.uint8))
    if image.mode in ("L", "LA", "RGB", "RGBA"):
        return image
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("PA", "La", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("RGB")


def flattened(image: Image.Image, background: int = 255) -> Image.Image:
    """`eight_bit` of the image, without transparency: laid over a grey of `background`."""
    image = eight_bit(image)
    if image.mode in ("L", "RGB") and "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode not in ("LA", "RGBA"):
        return image
    image = image.convert("RGBA")
    base = Image.new("RGBA", image.size, (background, background, background, 255))
    return Image.alpha_composite(base, image).convert("RGB")
