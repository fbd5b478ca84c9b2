"""A list of pairs, of which only the lines that are seen are ever made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from core.model import ListedAsset, PairRef
from tui.views import rows

_KEPT = 4000
"""Assets that are remembered."""
_BEYOND = 60
"""Lines above and below the seen ones whose assets have to be known."""
_AT_ONCE = 400
"""Lines above and below whose assets are asked for where one of those is not: a page a frame is
scrolled faster than each page could be asked for."""


class PairList(ScrollView, can_focus=False):
    """Pairs, a line each, and one of them marked."""

    DEFAULT_CSS = """
    PairList { height: 1fr; scrollbar-size-vertical: 1; }
    PairList > .pairlist--marked { background: $panel; text-style: bold; }
    PairList > .pairlist--faint { color: $faint; }
    PairList > .pairlist--glyph { color: $accent; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "pairlist--marked",
        "pairlist--faint",
        "pairlist--glyph",
    }

    class AssetsWanted(Message):
        """These are seen, and nothing is known of them."""

        def __init__(self, sender: PairList, asset_ids: set[int]) -> None:
            super().__init__()
            self.sender = sender
            self.asset_ids = asset_ids

    class Chosen(Message):
        """A line was clicked on."""

        def __init__(self, ref: PairRef) -> None:
            super().__init__()
            self.ref = ref

    def __init__(self, roots: Sequence[Path], *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._roots = roots
        self._refs: Sequence[PairRef] = ()
        self._marked = 0
        self._known: dict[int, ListedAsset] = {}
        self._asked: set[int] = set()

    def show(self, refs: Sequence[PairRef], marked: int) -> None:
        """List `refs`, which may be many and are not copied, and mark one of them."""
        moved = refs is not self._refs or len(refs) != self.virtual_size.height
        self._refs = refs
        if moved:
            self.virtual_size = Size(0, len(refs))
        self.mark(marked)
        self.refresh()

    def mark(self, place: int) -> None:
        """Mark the pair at `place`, and have it seen."""
        before, self._marked = self._marked, max(0, min(place, len(self._refs) - 1))
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if not top <= self._marked < top + height:
            self._centre()
        for line in {before, self._marked}:
            self.refresh_line(line - self.scroll_offset.y)
        self._ask()

    @property
    def marked(self) -> int:
        """The place of the marked one."""
        return self._marked

    @property
    def page(self) -> int:
        """Lines that are seen at once."""
        return max(1, self.scrollable_content_region.height)

    def learn(self, assets: Mapping[int, ListedAsset]) -> None:
        """These were asked for."""
        first = self.scroll_offset.y
        seen = {each for ref in self._refs[first : first + self.page] for each in ref.key}
        is_seen = not seen.isdisjoint(assets)
        self._known.update(assets)
        self._asked.difference_update(assets)
        while len(self._known) > _KEPT:
            del self._known[next(iter(self._known))]
        if is_seen:
            self.refresh()

    def forget(self, asset_ids: Iterable[int]) -> None:
        """These are not what they were."""
        for asset_id in asset_ids:
            self._known.pop(asset_id, None)

    def watch_scroll_y(self, before: float, after: float) -> None:
        super().watch_scroll_y(before, after)
        self._ask()

    def on_resize(self) -> None:
        self._centre()
        self.mark(self._marked)

    def on_click(self, event: Click) -> None:
        place = self.scroll_offset.y + event.y
        if place < len(self._refs):
            self.post_message(self.Chosen(self._refs[place]))

    def render_line(self, y: int) -> Strip:
        """One line of cells; `y` counts from the top of what is seen."""
        place = self.scroll_offset.y + y
        width = self.scrollable_content_region.width
        plain, marked = self._looks
        if not 0 <= place < len(self._refs):
            return Strip.blank(width, plain[""])
        ref = self._refs[place]
        pair = self._known.get(ref.asset_a), self._known.get(ref.asset_b)
        is_marked = place == self._marked
        styles = marked if is_marked else plain
        parts = rows.pair(ref, place, pair, self._roots, width, is_marked)
        strip = Strip([Segment(text, styles[style]) for text, style in parts])
        return strip.adjust_cell_length(width, styles[""])

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.__dict__.pop("_looks", None)

    @cached_property
    def _looks(self) -> tuple[dict[str, Style], dict[str, Style]]:
        """The styles of `rows.pair`, of any line and of the marked one: to work them out takes
        longer than all else about a line."""
        colours = {
            name: Style(color=self.get_component_rich_style(f"pairlist--{name}").color)
            for name in ("faint", "glyph")
        }
        plain = self.rich_style
        marked = plain + self.get_component_rich_style("pairlist--marked")
        of_base = [
            {"": base} | {name: base + colour for name, colour in colours.items()}
            for base in (plain, marked)
        ]
        return of_base[0], of_base[1]

    def _centre(self) -> None:
        """Have the marked one in the middle, so that the next steps move nothing but the mark."""
        middle = self._marked - self.scrollable_content_region.height // 2
        self.scroll_to(y=middle, animate=False, force=True, immediate=True)

    def _ask(self) -> None:
        if self._unknown(_BEYOND) and self.display:
            missing = self._unknown(_AT_ONCE)
            self._asked |= missing
            # From its own hands: what a parent has its child post stops at that parent.
            self.call_later(self._want, missing)

    def _unknown(self, beyond: int) -> set[int]:
        """The assets of the seen lines, and of so many above and below, that nobody asked for."""
        first = max(0, self.scroll_offset.y - beyond)
        last = self.scroll_offset.y + self.page + beyond
        seen = {asset_id for ref in self._refs[first:last] for asset_id in ref.key}
        return seen - self._known.keys() - self._asked

    def _want(self, asset_ids: set[int]) -> None:
        self.post_message(self.AssetsWanted(self, asset_ids))
