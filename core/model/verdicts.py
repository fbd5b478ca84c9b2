"""What a close look at the pixels says of two pictures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Judgement(StrEnum):
    """What a close look at the pixels says of two pictures."""

    PIXELS = "pixel duplicate"
    """They show the same pixels."""
    VISUAL = "visual duplicate"
    """The same picture, coded or resized again."""
    ALTERNATE = "alternate"
    """The same picture with changed content."""
    DIFFERENT = "different"


class Confidence(StrEnum):
    """How sure a visual duplicate is; rules may trust *almost certain* and better."""

    NEAR_PERFECT = "near perfect"
    ALMOST_CERTAIN = "almost certain"
    VERY_PROBABLE = "very probable"


class Change(StrEnum):
    """What makes an alternate one."""

    CROP = "crop"
    BORDER = "border"
    MARK = "watermark or text"
    EDIT = "local edit"
    RECOLOUR = "recolour"
    GREYSCALE = "greyscale"
    TONE = "brightness or contrast"
    MIRRORED = "mirrored"
    ROTATED = "rotated"
    TRANSPARENCY = "transparency"
    RATIO = "other ratio"
    MOMENT = "another moment"


class Role(StrEnum):
    """What one side of a pair is to the other."""

    LARGER = "larger original"
    UPSCALE = "upscale"
    REENCODED = "re-encode of lower quality"
    MARKED = "one with the mark"
    CROPPED = "cropped one"
    WITHOUT_PROFILE = "one without its colour profile"


@dataclass(frozen=True, slots=True)
class Direction:
    """Which side is what."""

    side: str
    """``a`` or ``b``."""
    role: Role


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a picture, in shares of its shown width and height."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Where it ends."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """Where it ends."""
        return self.top + self.height

    @property
    def percent(self) -> float:
        """Of the picture's area."""
        return 100 * self.width * self.height

    def shared(self, other: Region) -> Region | None:
        """What both cover, if anything."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        width = min(self.right, other.right) - left
        height = min(self.bottom, other.bottom) - top
        return Region(left, top, width, height) if width > 0 and height > 0 else None

    def seen_from(self, whole: Region) -> Region:
        """The same part in shares of another one."""
        return Region(
            (self.left - whole.left) / whole.width,
            (self.top - whole.top) / whole.height,
            self.width / whole.width,
            self.height / whole.height,
        )

    def pixels(self, size: tuple[int, int]) -> tuple[float, float, float, float]:
        """Left, top, right and bottom edge in a picture of that width and height."""
        width, height = size
        return self.left * width, self.top * height, self.right * width, self.bottom * height


WHOLE = Region(0.0, 0.0, 1.0, 1.0)
"""All of a picture."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What two pictures are to each other, and why."""

    judgement: Judgement
    confidence: Confidence | None
    """Of a visual duplicate, else None."""
    change: Change | None
    """Of an alternate, where it can be told."""
    directions: tuple[Direction, ...]
    """The most telling first."""
    reasons: tuple[str, ...]
    """Sentences for people, the most telling first; ``A`` and ``B`` are the sides."""
    score: float
    """The largest measurement in units of its limit: up to 1 is *almost certain* or better."""
    regions: tuple[Region, ...] = ()
    """Where they differ, the strongest first."""
    measurements: tuple[tuple[str, float], ...] = ()
    """By name, each in units of its limit."""
    blur: float | None = None
    """Octaves of detail that A shows less of than B, below 0 where B shows less, of a visual
    duplicate; by `core.imaging.verdict.sharpness`. None: not asked, or too small to tell."""
    noise: float | None = None
    """Standard deviation of A's noise minus that of B's, in levels of 255; None as above."""
    real_size: tuple[int, int] | None = None
    """Of an upscale: width and height that would show at least as much as it does."""

    @property
    def is_sure(self) -> bool:
        """Whether a rule may trust in the two being one picture."""
        sure = (Confidence.NEAR_PERFECT, Confidence.ALMOST_CERTAIN)
        return self.judgement is Judgement.PIXELS or self.confidence in sure
