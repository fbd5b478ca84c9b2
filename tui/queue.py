"""The pairs a person walks through: a stable order, a place in it, nothing shown twice.

New pairs of a running scan join at the end, so that a number once read on the screen stays true.
A pair whose decision is on its way is out at once, and so are the others of a file that leaves.
"""

from __future__ import annotations

from collections.abc import Iterable

from core.model import PairRef


class ReviewQueue:
    """Open pairs and the one that is looked at."""

    def __init__(self) -> None:
        self._refs: list[PairRef] = []
        self._index = 0
        self._deciding: dict[tuple[int, int], int | None] = {}

    def __len__(self) -> int:
        return len(self._refs)

    @property
    def position(self) -> int:
        """Of the current pair, from 1; 0 when there is none."""
        return self._index + 1 if self._refs else 0

    @property
    def current(self) -> PairRef | None:
        """The pair that is looked at."""
        return self._refs[self._index] if self._refs else None

    def around(self, behind: int, ahead: int) -> list[PairRef]:
        """The pairs next to the current one, nearest first ahead, then behind."""
        if not self._refs:
            return []
        steps = [*range(1, ahead + 1), *range(-1, -behind - 1, -1)]
        indices = [(self._index + step) % len(self._refs) for step in steps]
        return [self._refs[index] for index in dict.fromkeys(indices) if index != self._index]

    def update(self, open_refs: Iterable[PairRef]) -> None:
        """Take over what is open now: known pairs keep their places, new ones join at the end."""
        fresh = {ref.key: ref for ref in open_refs if not self._leaving(ref)}
        current = self.current
        before = self._index
        known = [fresh.pop(ref.key) for ref in self._refs if ref.key in fresh]
        self._refs = [*known, *fresh.values()]
        keys = [ref.key for ref in self._refs]
        if current is not None and current.key in keys:
            self._index = keys.index(current.key)
        else:
            self._index = min(before, max(0, len(self._refs) - 1))

    def move(self, step: int) -> None:
        """Go `step` pairs on, around the ends."""
        if self._refs:
            self._index = (self._index + step) % len(self._refs)

    def deciding(self, ref: PairRef, leaves: int | None) -> None:
        """A decision of `ref` is on its way; asset `leaves`, if any, goes to the trash."""
        self._deciding[ref.key] = leaves
        gone = [at for at, each in enumerate(self._refs) if self._leaving(each)]
        self._refs = [each for each in self._refs if not self._leaving(each)]
        # The place that the current pair leaves is the next one's.
        self._index -= sum(1 for at in gone if at < self._index)
        if self._index >= len(self._refs):
            self._index = 0

    def settled(self, ref: PairRef) -> None:
        """The decision of `ref` has been carried out or refused: the catalog knows best again."""
        self._deciding.pop(ref.key, None)

    def put_back(self, ref: PairRef) -> None:
        """Show `ref` again, now."""
        self.settled(ref)
        if not self.bring(*ref.key):
            self._refs.insert(self._index, ref)

    def bring(self, asset_a: int, asset_b: int) -> bool:
        """Put the pair of these two assets in front of the current one; whether it is there."""
        for at, ref in enumerate(self._refs):
            if set(ref.key) == {asset_a, asset_b}:
                del self._refs[at]
                self._index -= at < self._index
                self._refs.insert(self._index, ref)
                return True
        return False

    def _leaving(self, ref: PairRef) -> bool:
        return ref.key in self._deciding or any(
            leaves in ref.key for leaves in self._deciding.values() if leaves is not None
        )
