"""From measurements to a verdict in words.

Certainty is only claimed where it was measured: whatever cannot be registered, is too small or
differs by more than coding explains is left to a person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.imaging.verdict.kinds import (
    Finding,
    likeness,
    other_frame,
    painted_border,
    same_frame,
    turn_of,
    turned,
)
from core.imaging.verdict.limits import ALIKE, ALMOST_CERTAIN, NEAR_PERFECT, VERY_PROBABLE
from core.imaging.verdict.look import Look
from core.imaging.verdict.measure import LEAST_SIDE, Measurements, measure
from core.imaging.verdict.regions import regions_of
from core.model import Change, Confidence, Direction, Judgement, Role, Verdict

_WORDS = {
    "luma": "brightness differs in places, {0:.1f} times what coding explains",
    "red": "colour differs in places, {0:.1f} times what coding explains",
    "blue": "colour differs in places, {0:.1f} times what coding explains",
    "tone": "brightness differs as a whole, {0:.1f} times what coding explains",
    "colour": "colours differ as a whole, {0:.1f} times what coding explains",
    "structure": "some place shows other shapes ({0:.1f} times the limit)",
    "flow": "some place is moved ({0:.1f} times the limit)",
    "shift": "one is moved against the other ({0:.1f} times the limit)",
    "stretch": "one is stretched against the other ({0:.1f} times the limit)",
    "detail": "some place has lost or gained fine detail ({0:.1f} times the limit)",
    "noise": "laid over each other, they differ all over ({0:.1f} times the limit)",
    "unexplained": "laid over each other, they agree too little ({0:.1f} times the limit)",
}
"""By the first word of a measurement. None begins with the article: to `core.sides`, "A" is a
side."""

_OF_THE_FRAME = ("shift", "stretch", "noise", "unexplained")
"""Measurements that a change at one place moves little and another cut moves much."""

_FRAMED = (Change.CROP, Change.BORDER, Change.RATIO, Change.ROTATED)
"""Changes that say all: what differs of two pictures that do not lie over each other is no news."""

_FAR = 99.0
"""The score where nothing could be measured."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A verdict and the measurements it rests on, where pictures could be registered."""

    verdict: Verdict
    measured: Measurements | None


def pixel_duplicate() -> Verdict:
    """The verdict of two files that show the same pixels."""
    reason = "They show the same pixels."
    return Verdict(Judgement.PIXELS, None, None, (), (reason,), 0.0)


def judge(a: Look, b: Look) -> Judged:
    """The verdict of two pictures that do not show the same pixels; no word on quality yet."""
    if not one_ratio((a.width, a.height), (b.width, b.height)):
        return Judged(_alternate(other_frame(a, b)), None)
    if min(*a.shown.luma.shape, *b.shown.luma.shape) < LEAST_SIDE:
        return Judged(_too_small(a, b), None)
    turn = turn_of(a.shown.luma, b.shown.luma)
    if turn != 1:
        return Judged(_alternate(turned(turn)), None)
    resized = (a.width, a.height) != (b.width, b.height)
    slack = max(a.slack, b.slack)
    measured = measure(a.shown, b.shown, resized, slack)
    if a.over_black is not None or b.over_black is not None:
        over_black = measure(a.over_black or a.shown, b.over_black or b.shown, resized, slack)
        one_only = (a.over_black is None) != (b.over_black is None)
        clearer = max(measured, over_black, key=lambda each: each.score)
        if clearer.score > VERY_PROBABLE and (one_only or clearer is over_black):
            finding = Finding(Change.TRANSPARENCY, (), "They are transparent in different places.")
            return Judged(_alternate(finding, clearer), clearer)
        measured = clearer
    profile: tuple[Direction, ...] = ()
    if measured.score > ALMOST_CERTAIN and (a.unmanaged is None) != (b.unmanaged is None):
        stored = measure(a.unmanaged or a.shown, b.unmanaged or b.shown, resized, slack)
        if stored.score < measured.score and stored.score <= ALMOST_CERTAIN:
            side = "a" if a.unmanaged is None else "b"
            measured, profile = stored, (Direction(side, Role.WITHOUT_PROFILE),)
    return Judged(_measured(a, b, measured, profile), measured)


def one_ratio(a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether some scale takes one size (width, height) to the other, to within a pixel."""
    if a[0] * a[1] < b[0] * b[1]:
        a, b = b, a
    least = max((b[0] - 1) / a[0], (b[1] - 1) / a[1])
    return least <= min((b[0] + 1) / a[0], (b[1] + 1) / a[1])


def _measured(a: Look, b: Look, measured: Measurements, profile: tuple[Direction, ...]) -> Verdict:
    score = measured.score
    details = tuple(sorted(measured.values.items(), key=lambda entry: -entry[1]))
    if score > VERY_PROBABLE:
        return _alternate(_finding(a, b, measured), measured)
    reasons = []
    if profile:
        reasons.append(f"{profile[0].side.upper()} has lost its colour profile.")
    if score <= NEAR_PERFECT:
        confidence = Confidence.NEAR_PERFECT
        reasons.append("Nothing differs that coding or resizing would not explain.")
    elif score <= ALMOST_CERTAIN:
        confidence = Confidence.ALMOST_CERTAIN
        reasons.append("What differs is within what coding and resizing explain.")
    else:
        confidence = Confidence.VERY_PROBABLE
        reasons.append(f"They seem one picture, but {_worst(measured)}.")
    if profile and confidence is Confidence.NEAR_PERFECT:
        confidence = Confidence.ALMOST_CERTAIN
    regions = regions_of(measured.excess, 1.0) if score > ALMOST_CERTAIN else ()
    return Verdict(
        Judgement.VISUAL, confidence, None, profile, tuple(reasons), score, regions, details
    )


def _finding(a: Look, b: Look, measured: Measurements) -> Finding:
    border = painted_border(a.shown, b.shown)
    if border is not None:
        return border
    alike = likeness(a.shown.luma, b.shown.luma)
    if abs(alike) < ALIKE:
        return other_frame(a, b)
    found = same_frame(a.shown, b.shown, measured)
    if found.change is None:
        framed = other_frame(a, b)
        if framed.change is not None or framed.different:
            return framed
        return Finding(Change.MOMENT, (), "They resemble each other, but differ all over.")
    if found.change in (Change.EDIT, Change.MARK) and _is_loose(measured):
        framed = other_frame(a, b)
        return framed if framed.change is not None else found
    return found


def _is_loose(measured: Measurements) -> bool:
    """Whether even what is no edit does not lie well over the other."""
    return any(measured.values[name] > VERY_PROBABLE for name in _OF_THE_FRAME)


def _alternate(found: Finding, measured: Measurements | None = None) -> Verdict:
    judgement = Judgement.DIFFERENT if found.different else Judgement.ALTERNATE
    reasons = [found.reason]
    if measured is None:
        return Verdict(judgement, None, found.change, found.directions, tuple(reasons), _FAR)
    if not found.different and found.change not in _FRAMED:
        reasons.append(_worst(measured)[0].upper() + _worst(measured)[1:] + ".")
    return Verdict(
        judgement,
        None,
        found.change,
        found.directions,
        tuple(reasons),
        measured.score,
        regions_of(measured.excess, 1.0),
        tuple(sorted(measured.values.items(), key=lambda entry: -entry[1])),
    )


def _too_small(a: Look, b: Look) -> Verdict:
    if likeness(a.shown.luma, b.shown.luma) < 0.9:
        return _alternate(Finding(None, (), "They show different pictures.", different=True))
    reason = "They look alike, but one is too small to be sure."
    return Verdict(Judgement.VISUAL, Confidence.VERY_PROBABLE, None, (), (reason,), VERY_PROBABLE)


def _worst(measured: Measurements) -> str:
    name, value = max(measured.values.items(), key=lambda entry: entry[1])
    return _WORDS[name.split()[0]].format(value)


def of_first_frames(verdict: Verdict) -> Verdict:
    """A visual duplicate's `verdict` where there are further frames, which nobody has compared."""
    reason = "Only the first frames were compared."
    reasons = (*verdict.reasons, reason)
    score = max(verdict.score, VERY_PROBABLE)
    return replace(verdict, confidence=Confidence.VERY_PROBABLE, reasons=reasons, score=score)


def with_directions(verdict: Verdict, more: tuple[Direction, ...], *reasons: str) -> Verdict:
    """`verdict` with further directions and reasons, behind its own."""
    return replace(
        verdict,
        directions=(*verdict.directions, *more),
        reasons=(*verdict.reasons, *reasons),
    )
