"""Values of assets as people read them."""

from __future__ import annotations

from core.model import Asset, PairRef
from core.rules.fields import Field, Kind
from core.rules.quantities import Unit
from core.text import human_moment, human_size, printable


def shown(field: Field, asset: Asset, now_ns: int = 0) -> str | None:
    """The value of `field`, ready for a screen; None where the asset has none."""
    value = field.reader(now_ns)(asset)
    if value is None:
        return None
    if field.kind is Kind.FLAG:
        return "yes" if value else "no"
    if field.kind is Kind.WORDS:
        return printable(", ".join(value)) or "none"
    if field.kind is not Kind.QUANTITY:
        return printable(value)
    if field.word == "taken":
        return printable(asset.metadata.taken or "")
    if field.unit is Unit.SIZE:
        return human_size(value)
    if field.unit is Unit.MOMENT:
        return human_moment(value)
    if field.unit is Unit.RATIO:
        return f"{value:.4g}"
    if field.unit is Unit.DURATION:
        return span(value)
    return f"{value:,}"


def span(nanoseconds: int) -> str:
    """A time span in the unit that fits it: ``7 days``, ``1.5 h``, ``20 ms``."""
    sizes = (("days", 86_400), ("h", 3600), ("min", 60), ("s", 1), ("ms", 0.001))
    seconds = nanoseconds / 1e9
    name, size = next((each for each in sizes if abs(seconds) >= each[1]), sizes[-1])
    return f"{seconds / size:.1f}".removesuffix(".0") + f" {name}"


def bits_apart(ref: PairRef) -> str:
    """``3 bits apart``."""
    return "nobody knows how far apart" if ref.distance is None else f"{ref.distance} bits apart"
