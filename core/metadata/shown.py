"""The fields of an asset as people read them: one short text each, empty where there is nothing.

The texts are as they were read; whoever shows them makes them printable.
"""

from __future__ import annotations

from core.model import Asset, CompanionKind


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
    """Latitude and longitude in degrees."""
    if asset.metadata.location is None:
        return ""
    latitude, longitude = asset.metadata.location
    return f"{latitude:.4f}, {longitude:.4f}"


def stars(asset: Asset) -> str:
    """``★★★☆☆`` or ``rejected``."""
    rating = asset.metadata.rating
    if rating is None:
        return ""
    return "rejected" if rating < 0 else "★" * rating + "☆" * (5 - rating)


def favorite(asset: Asset) -> str:
    """``yes`` or nothing: that something is no favorite need not be said."""
    return "yes" if asset.metadata.favorite else ""


def companions(asset: Asset) -> str:
    """Names of the files beside it, and what they are where that is no sidecar."""
    return ", ".join(
        each.path.name if each.kind is CompanionKind.SIDECAR else f"{each.path.name} ({each.kind})"
        for each in asset.companions
    )
