"""Two pictures of a group, looked at in all the ways that a pair is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.binding import BindingType

from core.errors import ImageError
from core.matching.potential import Bonds
from core.metadata.compare import PairView
from core.model import Asset, PairKind, PairRef
from tui.commands import bindings
from tui.groups.draft import GroupDraft
from tui.messages import GroupVerdictsWanted
from tui.preview.loader import PictureLoader
from tui.queue.run import Run
from tui.screens.review.looking import LookingCommands
from tui.screens.review.seeing import SeeingCommands
from tui.screens.usual import UsualCommands
from tui.views.group import met


class CompareScreen(LookingCommands, SeeingCommands, UsualCommands):
    """A review of one pair in which nothing is decided: that is done in the group."""

    CSS_PATH = "../review/review.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings("compare")]
    NAME = "compare"

    def __init__(
        self,
        draft: GroupDraft,
        left: Asset,
        right: Asset,
        roots: Sequence[Path],
        loader: PictureLoader,
    ) -> None:
        super().__init__(roots, 0, loader)
        found = Bonds(draft.known.group).pair(left.id, right.id)
        # Two that are no pair can be looked at like any other.
        self._ref = found or PairRef(left.id, right.id, PairKind.SIMILAR, 0)
        self._is_pair = found is not None
        self._draft = draft
        sides = (draft.known.assets[each] for each in self._ref.key)
        self.queue.update(Run([self._ref]))
        self.known.learn_view(self._ref, PairView.of(self._ref, *sides))
        if self._ref.asset_a != left.id:
            self.known.swap(self._ref)
        self._learn()

    def verdict_given(self, ref: PairRef) -> None:
        """More is known of the group."""
        self._learn()
        self.refresh_pair()

    def refresh_pair(self) -> None:
        super().refresh_pair()
        pair = self.pair
        if pair is not None and not self._is_pair and self.is_mounted:
            self.panel.evidence.update(met(pair.verdict), layout=False)

    def refresh_place(self) -> None:
        """It has no place among others."""

    def action_leave(self) -> None:
        if not self.look_plainly():
            self.action_close()

    def action_close(self) -> None:
        self.dismiss(None)

    def _learn(self) -> None:
        known = self._draft.known
        if known.contents(self._ref) in known.verdicts:
            verdict = known.verdict(self._ref)
            none = ImageError("", "no verdict can be given", "compare them by eye")
            self.known.learn_verdict(self._ref, verdict or none)

    def _want_more(self) -> None:
        if self._ref.kind is PairKind.SIMILAR and not self.known.has_verdict(self._ref):
            self.post_message(GroupVerdictsWanted([self._ref]))
