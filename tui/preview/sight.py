"""How a person looks at a pair: what keys change, and what has to be drawn for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol

from core.model import Asset, Region
from tui.preview.view import FIT, Laid, Look, Size, Stage, View, Viewport, views

if TYPE_CHECKING:
    from core.imaging.verdict.difference import Difference

_TOGETHER = (Look.SIDE_BY_SIDE, Look.LOUPE)
"""Looks that show both at once."""

_OVERLAID = (Look.FLICKER, Look.DIFFERENCE, Look.LOUPE)
"""Looks that have to know how one lies over the other."""


_MIDDLE = Region(0.499, 0.499, 0.002, 0.002)


class Pair(Protocol):
    """Whose pictures are looked at: a `core.metadata.compare.PairView`, or less than that."""

    @property
    def left(self) -> Asset: ...

    @property
    def right(self) -> Asset: ...


class Scene(NamedTuple):
    """One picture to be drawn."""

    asset: Asset
    view: View
    against: Asset | None = None
    """The other one, where differences are lit."""


@dataclass(frozen=True, slots=True)
class Sight:
    """The look at one pair."""

    look: Look = Look.SIDE_BY_SIDE
    viewport: Viewport = FIT
    side: int = 0
    """Which one is seen where only one is: 0 is A."""
    chosen: int | None = None
    """Which of the places that differ."""
    page: int | None = None
    """Of animations, which frame; None while nobody has asked for one."""
    difference: Difference | None = None
    """Of the pair, once it is known."""

    def of_next_pair(self) -> Sight:
        """The same look at another pair."""
        return Sight(self.look)

    @property
    def together(self) -> bool:
        """Whether both are seen at once, each in a place of its own."""
        return self.look in _TOGETHER

    def knowing(self, difference: Difference, stage: Stage, a: Asset, b: Asset) -> Sight:
        """The same, now that it is known where the two differ."""
        return replace(self, difference=difference)._at_strongest(stage, a, b)

    def needs_difference(self, a: Asset, b: Asset) -> bool:
        """Whether what is drawn hangs on how B lies over A, which is not known yet."""
        if self.difference is not None:
            return False
        zoomed = self.viewport.scale is not None and not _one_shape(_size(a), _size(b))
        return self.look in _OVERLAID or zoomed

    def scenes(self, a: Asset, b: Asset) -> tuple[Scene, ...]:
        """What is to be drawn of A and B: one for each place, or the one that is seen first."""
        one, other = views(self.look, _size(a), _size(b), self.viewport, self._laid)
        if self.look is Look.DIFFERENCE:
            lit = replace(one, lit=True, marked=self.places, chosen=self.chosen, label="")
            return (Scene(a, lit, b),)
        if self.look is Look.LOUPE:
            one = replace(one, marked=self.places, chosen=self.chosen, label="")
            other = replace(other, marked=self.places, chosen=self.chosen, label="")
        if self.look is Look.SINGLE:
            one, other = replace(one, label="A"), replace(other, label="B")
        both = Scene(a, self._paged(a, one)), Scene(b, self._paged(b, other))
        return both if self.together or self.side == 0 else both[::-1]

    @property
    def places(self) -> tuple[Region, ...]:
        """Where the two differ, the strongest first."""
        return self.difference.regions if self.difference is not None else ()

    def turned_to(self, stage: Stage, a: Asset, b: Asset, look: Look) -> Sight:
        """Another look at the same; the one there is, asked for again, ends."""
        if look is self.look:
            look = Look.SIDE_BY_SIDE
        viewport = FIT if Look.LOUPE in (look, self.look) else self.viewport
        turned = replace(self, look=look, viewport=viewport, chosen=None)
        return turned._at_strongest(stage, a, b)

    def turned_page(self, step: int) -> Sight:
        """So many frames of an animation further."""
        return replace(self, page=(self.page or 0) + step)

    def flipped(self) -> Sight:
        """The other side of the two."""
        return replace(self, side=1 - self.side)

    def zoomed(self, stage: Stage, a: Asset, b: Asset, steps: int) -> Sight:
        """Nearer, or further away; 0 steps show all again."""
        viewport = stage.zoomed(self.canvas(a, b), self.viewport, steps) if steps else FIT
        return replace(self, viewport=viewport)

    def panned(self, stage: Stage, a: Asset, b: Asset, across: int, down: int) -> Sight:
        """So many steps to the right and down."""
        canvas = self.canvas(a, b)
        return replace(self, viewport=stage.panned(canvas, self.viewport, across, down))

    def stepped(self, stage: Stage, a: Asset, b: Asset, step: int) -> Sight:
        """At the next place that differs, or the one before."""
        if not self.places:
            return self
        chosen = (step - 1) // 2 if self.chosen is None else self.chosen + step
        chosen %= len(self.places)
        viewport = self.viewport
        if self.look is Look.LOUPE:
            viewport = stage.around(self.canvas(a, b), self.places[chosen])
        elif viewport.scale is not None:
            place = self.places[chosen]
            x, y = place.left + place.width / 2, place.top + place.height / 2
            viewport = replace(viewport, x=x, y=y)
        return replace(self, chosen=chosen, viewport=viewport)

    def caption(self, stage: Stage, a: Asset, b: Asset) -> str:
        """What there is to know of it that cannot be seen."""
        parts = []
        if self.look is not Look.SIDE_BY_SIDE:
            parts.append(str(self.look))
        if self.viewport.scale is not None:
            scale = stage.scale(self.canvas(a, b), self.viewport)
            parts.append(f"{scale:.4g}:1" if scale >= 1 else f"1:{1 / scale:.4g}")
        if self.chosen is not None and self.places:
            parts.append(f"place {self.chosen + 1} of {len(self.places)}")
        if self.page is not None:
            frames = max(a.facts.frames, b.facts.frames)
            parts.append(f"frame {self.page % frames + 1} of {frames}")
        return " · ".join(parts)

    def canvas(self, a: Asset, b: Asset) -> Size:
        """What the scale is about."""
        return views(self.look, _size(a), _size(b), self.viewport, self._laid)[0].canvas

    def _at_strongest(self, stage: Stage, a: Asset, b: Asset) -> Sight:
        """A loupe goes where there is most to see; in the middle, where all is the same."""
        if self.look is not Look.LOUPE or self.difference is None or self.chosen is not None:
            return self
        if self.places:
            return self.stepped(stage, a, b, 1)
        return replace(self, viewport=stage.around(self.canvas(a, b), _MIDDLE))

    @property
    def _laid(self) -> Laid | None:
        if self.difference is None:
            return None
        return Laid(self.difference.turn, self.difference.place)

    def _paged(self, asset: Asset, view: View) -> View:
        return view if asset.facts.frames < 2 else replace(view, page=self.page)


def _size(asset: Asset) -> Size:
    return asset.facts.width, asset.facts.height


def _one_shape(a: Size, b: Size) -> bool:
    """Whether both have about the same ratio."""
    return abs(a[0] * b[1] / (a[1] * b[0]) - 1) < 0.01
