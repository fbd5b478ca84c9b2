"""The fields of an asset as people read them: one short text each, empty where there is nothing.

The texts are as they were read; whoever shows them makes them printable.
"""

from __future__ import annotations

from core.model import Asset, CompanionKind
from core.text import human_size


def dimensions(asset: Asset) -> str:
    """``4032 × 3024``."""
    return f"{asset.facts.width} × {asset.facts.height}"


def size(asset: Asset) -> str:
    """``2.1 MB``."""
    return human_size(asset.facts.size)


def exact_size(asset: Asset) -> str:
    """``2,104,718 B``."""
    return f"{asset.facts.size:,} B"


def format_of(asset: Asset) -> str:
    """``PNG``, ``JPEG CMYK``, ``JPEG q92 4:2:0 progressive``."""
    facts = asset.facts
    words = [facts.format]
    # RGB in eight bits is what everyone expects; only what is unusual is worth a word.
    if facts.mode not in ("RGB", "YCbCr"):
        words.append(facts.mode)
    if facts.quality is not None:
        words.append(f"q{facts.quality}")
    if facts.subsampling is not None and facts.subsampling != "grey":
        words.append(facts.subsampling)
    if facts.progressive:
        words.append("progressive")
    return " ".join(words)


def frames(asset: Asset) -> str:
    """``12``, and ``12 in 1.25 s`` where they move."""
    facts = asset.facts
    if facts.frames == 1:
        return ""
    took = f" in {facts.duration / 1000:.2f} s" if facts.duration is not None else ""
    return f"{facts.frames}{took}"


def place(asset: Asset) -> str:
    """Latitude and longitude in degrees, to some ten metres."""
    return _degrees(asset, 4)


def exact_place(asset: Asset) -> str:
    """The same as it was written, to 0.1 m."""
    return _degrees(asset, 6)


def _degrees(asset: Asset, digits: int) -> str:
    location = asset.metadata.location
    return ", ".join(f"{each:.{digits}f}" for each in location) if location is not None else ""


def stars(asset: Asset) -> str:
    """``★★★☆☆`` or ``rejected``."""
    rating = asset.metadata.rating
    if rating is None:
        return ""
    return "rejected" if rating < 0 else "★" * rating + "☆" * (5 - rating)


def favorite(asset: Asset) -> str:
    """``yes`` or nothing: that something is no favorite need not be said."""
    return "yes" if asset.metadata.favorite else ""


def on_server(asset: Asset) -> str:
    """What only its server knows of it: ``it keeps this one, external``."""
    if asset.remote is None:
        return ""
    suggested = asset.remote.suggested and asset.remote.group is not None
    said = ("it keeps this one" if suggested else "", "external" if asset.remote.external else "")
    return ", ".join(filter(None, said))


def exposure(asset: Asset) -> str:
    """Lens and settings, where a server tells of them."""
    return asset.remote.exposure if asset.remote is not None else ""


def town(asset: Asset) -> str:
    """City, state and country, where a server tells of them."""
    return asset.remote.town if asset.remote is not None else ""


def people(asset: Asset) -> str:
    """How many, where a server knows some."""
    return str(asset.remote.people or "") if asset.remote is not None else ""


def companions(asset: Asset) -> str:
    """Names of the files beside it, and what they are where that is no sidecar."""
    return ", ".join(
        each.path.name if each.kind is CompanionKind.SIDECAR else f"{each.path.name} ({each.kind})"
        for each in asset.companions
    )
