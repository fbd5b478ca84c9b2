"""Verdicts on a server's pictures by their previews: for a person who looks, never for a rule."""

from __future__ import annotations

from dataclasses import replace

from core.model import Confidence, Judgement, Role, Verdict

_SEEN = (Role.CROPPED, Role.MARKED)
"""Roles that a small picture shows as well as the original."""

_SAID = "judged by their previews; a rule looks at the originals"


def by_previews(verdict: Verdict) -> Verdict:
    """What `verdict`, given on previews, says of the originals.

    A server makes every preview anew: what is equal in them, or worse in one, tells nothing of the
    files that they were made of.
    """
    alike = verdict.judgement in (Judgement.PIXELS, Judgement.VISUAL)
    confidence = verdict.confidence
    if alike and confidence in (None, Confidence.NEAR_PERFECT):
        confidence = Confidence.ALMOST_CERTAIN
    return replace(
        verdict,
        judgement=Judgement.VISUAL if alike else verdict.judgement,
        confidence=confidence,
        directions=tuple(each for each in verdict.directions if each.role in _SEEN),
        reasons=(_SAID,) if alike else (*verdict.reasons, _SAID),
        blur=None,
        noise=None,
        real_size=None,
    )
