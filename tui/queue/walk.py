"""The pairs a person walks through: a stable order, a place in it, nothing shown twice.

New pairs of a running scan join at the end, so that a number once read on the screen stays true.
A pair whose decision is on its way is out at once, and so are the others of a file that leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set

import numpy as np
from numpy.typing import NDArray

from core.model import PairRef
from tui.queue.lens import Lens
from tui.queue.run import Run

Key = tuple[int, int]


class ReviewQueue:
    """Open pairs and the one that is looked at."""

    def __init__(self) -> None:
        self._all = Run()
        self._shown = self._all
        """What the lens lets through, in its order; all of them where there is none."""
        self._index = 0
        self._deciding: dict[Key, int | None] = {}
        self.lens = Lens()
        self.unplaced = False
        """Whether pairs have come that the lens has not been asked about."""

    def __len__(self) -> int:
        return len(self.shown)

    @property
    def position(self) -> int:
        """Of the current pair, from 1; 0 when there is none."""
        return self._index + 1 if self.shown else 0

    @property
    def current(self) -> PairRef | None:
        """The pair that is looked at."""
        return self.shown[self._index] if self.shown else None

    @property
    def shown(self) -> Sequence[PairRef]:
        """The walk, from its beginning. It changes under the hands of who keeps it."""
        return self._shown.refs

    @property
    def everything(self) -> Sequence[PairRef]:
        """All that waits, in the order in which it came; as `shown`."""
        return self._all.refs

    def around(self, behind: int, ahead: int) -> list[PairRef]:
        """The pairs next to the current one, nearest first ahead, then behind."""
        refs = self.shown
        if not refs:
            return []
        steps = [*range(1, ahead + 1), *range(-1, -behind - 1, -1)]
        indices = [(self._index + step) % len(refs) for step in steps]
        return [refs[index] for index in dict.fromkeys(indices) if index != self._index]

    def update(self, fresh: Run) -> None:
        """Take over what is open now: known pairs keep their places, new ones join at the end, or
        under a lens wait for `arrange`."""
        self._take_out_leaving(fresh)
        gone, merged = self._all.renewed(fresh)
        self.unplaced |= len(merged.refs) > len(self._all.refs) - len(gone)
        if self._shown is self._all:
            self._shown = merged
        else:
            gone = self._shown.renewed(fresh)[0]
            self._shown.drop(gone)
        self._all = merged
        self._index -= int((gone < self._index).sum())
        self._index = min(self._index, max(0, len(self.shown) - 1))

    def exchange(self, concerned: Set[int], open_refs: Iterable[PairRef]) -> None:
        """Of the pairs with one of the assets `concerned` these are open now; as `update`."""
        fresh = {ref.key: ref for ref in open_refs if not self._leaving(ref)}
        for run in self._runs:
            places = run.having(concerned)
            gone = [place for place in places.tolist() if run.refs[place].key not in fresh]
            for place in places.tolist():
                run.refs[place] = fresh.get(run.refs[place].key, run.refs[place])
            if run is self._all:
                known = {run.refs[place].key for place in places.tolist()}
                new = [ref for key, ref in fresh.items() if key not in known]
            self._drop(run, np.array(gone, np.intp))
        for ref in new:
            self._all.insert(len(self._all.refs), ref)
        self.unplaced |= bool(new)
        self._index = min(self._index, max(0, len(self.shown) - 1))

    def arrange(self, lens: Lens, order: Sequence[PairRef] | None) -> None:
        """Walk through `order`, which is what `lens` makes of all pairs; None: all as they came.

        What is new begins at its first pair; else the person stays at theirs.
        """
        current = self.current if lens.is_plain or lens == self.lens else None
        self.lens, self.unplaced = lens, False
        self._shown = self._all if order is None else Run(order)
        if order is not None:
            self._take_out_leaving(self._shown)
        self._index = 0
        if current is not None:
            self.go_to(current.key)

    def move(self, step: int) -> None:
        """Go `step` pairs on, around the ends."""
        if self.shown:
            self._index = (self._index + step) % len(self.shown)

    def go_to(self, key: Key) -> bool:
        """Go to the pair with these assets, in this order; whether it is there."""
        at = self._shown.find(*key)
        if at is not None:
            self._index = at
        return at is not None

    def deciding(self, ref: PairRef, leaves: int | None) -> None:
        """A decision of `ref` is on its way; asset `leaves`, if any, goes to the trash."""
        self._deciding[ref.key] = leaves
        for run in self._runs:
            self._drop(run, self._places_of(run, ref.key, leaves))
        # The place that the current pair leaves is the next one's.
        if self._index >= len(self.shown):
            self._index = 0

    def settled(self, ref: PairRef) -> None:
        """The decision of `ref` has been carried out or refused: the catalog knows best again."""
        self._deciding.pop(ref.key, None)

    def put_back(self, ref: PairRef) -> None:
        """Show `ref` again, now."""
        self.settled(ref)
        if not self.bring(*ref.key):
            for run in self._runs:
                run.insert(min(self._index, len(run.refs)), ref)

    def bring(self, asset_a: int, asset_b: int) -> bool:
        """Put the pair of these two assets in front of the current one, whatever the lens; whether
        it is there."""
        found = self._find(self._shown, asset_a, asset_b)
        if found is not None:
            ref = self._shown.refs[found]
            self._shown.drop(np.array([found]))
            self._index -= found < self._index
        else:
            found = self._find(self._all, asset_a, asset_b)
            if found is None:
                return False
            ref = self._all.refs[found]
        self._shown.insert(self._index, ref)
        return True

    @property
    def _runs(self) -> tuple[Run, ...]:
        return (self._all,) if self._shown is self._all else (self._all, self._shown)

    def _find(self, run: Run, a: int, b: int) -> int | None:
        found = run.find(a, b)
        return run.find(b, a) if found is None else found

    def _places_of(self, run: Run, key: Key, leaves: int | None) -> NDArray[np.intp]:
        """Where the pair `key` stands, and the others of a file that leaves."""
        if leaves is not None:
            return run.having({leaves})
        at = run.find(*key)
        return np.array([] if at is None else [at], np.intp)

    def _drop(self, run: Run, places: NDArray[np.intp]) -> None:
        run.drop(places)
        if run is self._shown:
            # The current place stays its own pair's, or becomes that of the one after it.
            self._index -= int((places < self._index).sum())

    def _take_out_leaving(self, run: Run) -> None:
        for key, leaves in self._deciding.items():
            run.drop(self._places_of(run, key, leaves))

    def _leaving(self, ref: PairRef) -> bool:
        return ref.key in self._deciding or any(
            leaves in ref.key for leaves in self._deciding.values() if leaves is not None
        )
