"""A few numbers of every open pair, so that a hundred thousand are filtered and sorted at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from core.model import Confidence, Judgement, ListedAsset, PairKind, PairRef
from core.rules.fields import TYPE_ALIASES
from tui.queue.lens import Lens, Sort

VERDICTS = (
    "exact copies",
    "pixel duplicates",
    *(str(each) for each in Confidence),
    "alternates",
    "different",
    "no verdict yet",
)

_SURE = {PairKind.EXACT: "exact copies", PairKind.PIXELS: "pixel duplicates"}

_JUDGED = {
    Judgement.PIXELS: "pixel duplicates",
    Judgement.ALTERNATE: "alternates",
    Judgement.DIFFERENT: "different",
}

FREED = (0, 100_000, 1_000_000, 3_000_000, 10_000_000, 30_000_000, 100_000_000)
"""Bytes that a lens may ask for at least."""

Mask = NDArray[np.bool_]
Column = NDArray[np.int32]


class _Words:
    """Texts, each of them kept once and known by its number; 0 is what is not known."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {"": 0}

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers))

    def where(self, column: NDArray[np.int32], fits: Callable[[str], bool]) -> Mask:
        """Where in `column` stands a text that `fits`."""
        good = np.array([bool(text) and fits(text) for text in self.numbers])
        found: Mask = good[column]
        return found


class PairTable:
    """The columns of some pairs."""

    def __init__(
        self,
        refs: Sequence[PairRef],
        entries: Mapping[int, ListedAsset],
        judged: Mapping[tuple[int, int], str],
        rules: Mapping[tuple[int, int], str],
        roots: Sequence[str],
    ) -> None:
        """Takes about a second for a hundred thousand pairs.

        Args:
            refs: the pairs, the likeliest first.
            entries: their assets by id; nothing is known of what is missing.
            judged: of similar pairs, by their contents, the lower first: one of `VERDICTS`.
            rules: by pair, the rule that wants it.
            roots: the libraries' folders.
        """
        self.refs = list(refs)
        self.roots = list(roots)
        self._folders, self._types, self._rules = _Words(), _Words(), _Words()
        rows = len(self.refs)
        self._folder, self._type, self._date = (np.zeros((2, rows), np.int32) for _ in range(3))
        self._freed = np.zeros(rows, np.int64)
        self._verdict, self._distance, self._rule = (np.zeros(rows, np.int32) for _ in range(3))
        self._paths: list[str] = []
        for row, ref in enumerate(self.refs):
            pair = entries.get(ref.asset_a), entries.get(ref.asset_b)
            for side, entry in enumerate(pair):
                if entry is not None:
                    folder = entry.path.rpartition("/")[0]
                    self._folder[side, row] = self._folders.number(folder)
                    name = TYPE_ALIASES.get(entry.format, entry.format)
                    self._type[side, row] = self._types.number(name)
                    self._date[side, row] = _day(entry)
            a, b = pair
            self._freed[row] = min(a.size, b.size) if a and b else 0
            contents = (a.content_id, b.content_id) if a and b else (0, 0)
            verdict = _SURE.get(ref.kind) or judged.get((min(contents), max(contents)))
            self._verdict[row] = VERDICTS.index(verdict or "no verdict yet")
            self._distance[row] = ref.distance
            self._rule[row] = self._rules.number(rules.get(ref.key, ""))
            self._paths.append("\n".join(each.path for each in pair if each))
        self._rank = np.empty(rows, np.int32)
        self._rank[sorted(range(rows), key=self._paths.__getitem__)] = np.arange(
            rows, dtype=np.int32
        )

    def select(self, lens: Lens) -> list[PairRef]:
        """What `lens` shows, in its order."""
        rows = np.flatnonzero(self._mask(lens))
        match lens.sort:
            case Sort.FREED:
                rows = rows[np.argsort(-self._freed[rows], kind="stable")]
            case Sort.NEWEST:
                rows = rows[np.argsort(-self._date.max(axis=0)[rows], kind="stable")]
            case Sort.FOLDER:
                rows = rows[np.argsort(self._rank[rows], kind="stable")]
        return [self.refs[row] for row in rows.tolist()]

    def count(self, lens: Lens) -> int:
        """How many pairs `lens` shows."""
        return int(self._mask(lens).sum())

    def named(self, text: str) -> set[tuple[int, int]]:
        """The pairs with `text` in a path of theirs, in any case."""
        part = text.casefold()
        return {
            ref.key
            for ref, paths in zip(self.refs, self._paths, strict=True)
            if part in paths.casefold()
        }

    def options(self) -> dict[str, Sequence[str | int | None]]:
        """By the names of a lens, the values that there are to choose from."""
        distances = sorted(set(self._distance.tolist()))
        most = int(self._freed.max(initial=0))
        return {
            "library": ["", *self.roots],
            "verdict": ["", *(VERDICTS[each] for each in sorted(set(self._verdict.tolist())))],
            "distance": [None, *distances],
            "rule": sorted(self._rules.numbers),
            "type": sorted(self._types.numbers),
            "frees": [each for each in FREED if each <= most],
        }

    def _mask(self, lens: Lens) -> Mask:
        found = np.ones(len(self.refs), bool)
        if lens.library:
            inside = lens.library + "/"
            found &= self._either(
                self._folders, self._folder, lambda t: (t + "/").startswith(inside)
            )
        if lens.folder:
            part = lens.folder.casefold()
            found &= self._either(self._folders, self._folder, lambda text: part in text.casefold())
        if lens.type:
            found &= self._either(self._types, self._type, lambda text: text == lens.type)
        if lens.verdict:
            found &= self._verdict == VERDICTS.index(lens.verdict)
        if lens.distance is not None:
            found &= self._distance <= lens.distance
        if lens.rule:
            found &= self._rules.where(self._rule, lambda text: text == lens.rule)
        if lens.date:
            first, last = day_range(lens.date)
            found &= np.any((self._date >= first) & (self._date <= last), axis=0)
        if lens.frees:
            found &= self._freed >= lens.frees
        return found

    def _either(self, words: _Words, column: Column, fits: Callable[[str], bool]) -> Mask:
        found: Mask = words.where(column, fits).any(axis=0)
        return found


def day_range(text: str) -> tuple[int, int]:
    """The first and the last day, as 20190714, of a year, a month or a day as a lens has it.

    Raises:
        ValueError: it is none of them.
    """
    digits = text.replace("-", "")
    if len(digits) not in (4, 6, 8) or not (digits.isascii() and digits.isdecimal()):
        raise ValueError("a date is a year, a month or a day: 2019, 2019-07, 2019-07-14")
    return int(digits.ljust(8, "0")), int(digits.ljust(8, "9"))


def _day(entry: ListedAsset) -> int:
    if entry.taken is not None:
        return int(entry.taken.replace("-", ""))
    day = datetime.fromtimestamp(entry.modified_ns // 1_000_000_000)
    return day.year * 10_000 + day.month * 100 + day.day


def verdict_name(judgement: Judgement, confidence: Confidence | None) -> str:
    """What a lens calls a verdict, one of `VERDICTS`."""
    return _JUDGED.get(judgement) or str(confidence or Confidence.VERY_PROBABLE)
