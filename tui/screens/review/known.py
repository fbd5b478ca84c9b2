"""What has been loaded of the pairs around the current one, the way round the person has them."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import replace
from typing import Any

from core.errors import ImageError
from core.metadata.compare import PairView
from core.model import PairRef, Verdict
from core.sides import swapped

_KEPT = 64
"""Pairs whose text is kept, and as many whose verdict is."""

Key = tuple[int, int]


class KnownPairs:
    """Views and verdicts by pair; what has not been asked for in a while is dropped."""

    def __init__(self) -> None:
        self._views: dict[Key, PairView] = {}
        self._verdicts: dict[Key, Verdict | ImageError] = {}
        """As the pair is stored, or why there is none."""
        self._swapped: set[Key] = set()

    def view(self, ref: PairRef) -> PairView | None:
        """The pair as it is shown; None until it is loaded."""
        view = self._views.get(ref.key)
        if view is None:
            return None
        if view.ref != ref:
            # Their pixels have been compared since.
            view = replace(view, ref=ref)
        return view.swapped() if ref.key in self._swapped else view

    def verdict(self, ref: PairRef) -> Verdict | ImageError | None:
        """Its verdict as it is shown, or why there is none; None until one has been given."""
        verdict = self._verdicts.get(ref.key)
        if isinstance(verdict, Verdict) and ref.key in self._swapped:
            return swapped(verdict)
        return verdict

    def swap(self, ref: PairRef) -> None:
        """From now on its sides are shown the other way round."""
        self._swapped ^= {ref.key}

    def learn_view(self, ref: PairRef, view: PairView | None) -> None:
        """A pair has been loaded; None where it is gone."""
        self._views.pop(ref.key, None)
        if view is not None:
            self._views[ref.key] = view
        _trim(self._views)

    def learn_verdict(self, ref: PairRef, verdict: Verdict | ImageError) -> None:
        """A pair's verdict has been given, or cannot be."""
        self._verdicts[ref.key] = verdict
        _trim(self._verdicts)

    def forget(self, ref: PairRef) -> None:
        """What is known of a pair may no longer be true."""
        self._views.pop(ref.key, None)
        self._verdicts.pop(ref.key, None)

    def assets_changed(self, asset_ids: Set[int]) -> None:
        """The files of these assets are not what they were."""
        for known in (self._views, self._verdicts):
            for key in [key for key in known if not asset_ids.isdisjoint(key)]:
                known.pop(key)


def _trim(known: dict[Key, Any]) -> None:
    while len(known) > _KEPT:
        del known[next(iter(known))]
