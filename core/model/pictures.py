"""What is known of a picture itself.

What is measured from bytes (`Facts`, `Fingerprint`) is kept apart from what a person gave
(`Metadata`): facts are never merged, metadata is.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Facts:
    """What is measured from an image's bytes; true as long as the bytes are the same."""

    format: str
    """The decoder's name of it: ``JPEG``, ``PNG``, ``HEIF`` ..., whatever the file is called."""
    size: int
    """Bytes."""
    width: int
    """Pixels as shown, after the EXIF orientation."""
    height: int
    """Pixels as shown, after the EXIF orientation."""
    orientation: int = 1
    """EXIF orientation 1..8 that was still to be applied to the stored pixels."""
    mode: str = "RGB"
    """Pillow's mode of the stored pixels: ``RGB``, ``L``, ``CMYK``, ``I;16`` ..."""
    frames: int = 1
    """Pictures in an animation or a page stack; only the first is compared."""
    coding: str = ""
    """How the pixels are coded, by `core.imaging.coding`."""
    stream: bytes | None = None
    """Digest of all that decides a JPEG's pixels, by `core.imaging.coding`."""
    pixel_digest: bytes | None = None
    """By `core.imaging.pixels`, where reading the file decoded it in full anyway."""
    headers: tuple[str, ...] = ()
    """Which of ``EXIF``, ``GPS``, ``ICC``, ``IPTC``, ``XMP`` the file carries, sorted."""
    duration: int | None = None
    """Milliseconds that an animation takes; None where nothing moves."""
    transparent: bool | None = None
    """Whether a shown pixel lets through what is behind it; None where nobody has looked."""
    exif_count: int | None = None
    """Of the 22 fields that Immich counts, those that say something; None: not counted."""
    quality: int | None = None
    """Of a JPEG, 1..100 on the IJG scale, estimated from its quantisation tables."""
    subsampling: str | None = None
    """Of a JPEG's chroma: ``4:4:4``, ``4:2:2``, ``4:2:0`` ...; ``grey`` where it has none."""
    progressive: bool | None = None
    """Whether a JPEG is coded in several passes; None of anything else."""
    hearsay: bool = False
    """Somebody's word for a file whose bytes nobody here has read: what they cannot tell stands at
    its default, and means nothing."""

    @property
    def pixels(self) -> int:
        """Width times height."""
        return self.width * self.height


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What the search compares."""

    hash: int
    """64-bit DCT hash, unsigned; see `core.imaging.fingerprint`."""
    thumb: bytes
    """32 x 32 luma of the shown picture, uint8, row by row."""
    detail: float
    """Standard deviation of the thumb in levels of 255: below some, the hash is rounding noise."""
    chroma: bytes
    """8 x 8 Cb of the shown picture, then as much Cr, uint8, row by row; 128 is colourless."""


@dataclass(frozen=True, slots=True)
class Metadata:
    """What people and devices wrote about a picture, embedded and from its sidecar."""

    taken: str | None = None
    """Capture time, ``YYYY-MM-DD HH:MM:SS`` in the camera's zone, with ``+HH:MM`` where known."""
    camera: str | None = None
    """Make and model, as the device wrote them; shown and never merged."""
    title: str | None = None
    description: str | None = None
    rating: int | None = None
    """0..5 stars, -1 rejected."""
    tags: tuple[str, ...] = ()
    """Sorted, without repeats."""
    location: tuple[float, float] | None = None
    """Latitude and longitude in degrees, WGS 84."""
    favorite: bool | None = None
    albums: tuple[str, ...] = ()
    """Sorted, without repeats."""
    visibility: str | None = None
    """``timeline``, ``archive``, ``hidden`` or ``locked``, the first where None."""
    problem: str | None = None
    """Why a part of it could not be read, if so."""
