"""What was said of a picture, when other bytes come to show the same: those with its new metadata.

Pairs, verdicts and denials hang on contents, so the new one gets what the old one has. Decisions
name an asset with its content, and follow the asset, there and back again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from core.catalog.rows import rows
from core.catalog.schema import Asset, Content, Decision, Denial, Operation, Pair
from core.catalog.schema import Verdict as VerdictRow
from core.catalog.verdicts import fetch_verdict, store_verdict
from core.model import DecisionState, OperationKind

_INVERSE = {6: 8, 8: 6}
"""EXIF orientations that are not their own inverse."""


def is_handed_on(before: bytes, after: bytes) -> bool:
    """Whether bytes of the digest `before` were made those of `after` by standing decisions that
    wrote into a picture."""
    query = (
        Operation.select(Operation.before, Operation.after)
        .join(Decision, on=(Operation.decision == Decision.id))
        .where(Operation.kind == OperationKind.EMBED, Decision.state == DecisionState.DONE)
    )
    next_of = {bytes(old): new_digest(new) for old, new in rows(query)}
    met = set()
    while before != after and before in next_of and before not in met:
        met.add(before)
        before = next_of[before]
    return before == after


def new_digest(after: bytes | None) -> bytes:
    """Of the picture that an operation has written into, by its `after`."""
    said = json.loads(after or b"{}")
    return bytes.fromhex(said.get("digest", ""))


def hand_on(path: Path, before: bytes, after: bytes) -> None:
    """The asset at `path` shows by the bytes of the digest `after` what it showed by those of
    `before`."""
    found = _ids(path, before, after)
    if found is None:
        return
    asset_id, old, new = found
    _follow(asset_id, old, new)
    _count_as_searched(old, new)
    for other, values in _pairs_of(old):
        _insert_pair(new, other, values)
    _insert_pair(new, old, _EQUAL)
    for a, b, method in _verdicts_of(old):
        other = b if a == old else a
        verdict = fetch_verdict(old, other, method)
        if verdict is not None and other != new:
            store_verdict(new, other, method, verdict)
    _copy_denials(old, new)


def hand_back(path: Path, before: bytes, after: bytes) -> None:
    """The inverse of `hand_on`; what the new content has got it keeps, as nothing has it now."""
    found = _ids(path, before, after)
    if found is not None:
        asset_id, old, new = found
        _follow(asset_id, new, old)


def _ids(path: Path, before: bytes, after: bytes) -> tuple[int, int, int] | None:
    asset = Asset.select(Asset.id).where(Asset.path == path).tuples().first()
    contents = [
        Content.select(Content.id).where(Content.digest == digest).tuples().first()
        for digest in (before, after)
    ]
    if asset is None or None in contents:
        return None
    (old,), (new,) = contents
    return asset[0], old, new


def _follow(asset_id: int, old: int, new: int) -> None:
    for asset, content in (
        (Decision.asset_a, Decision.content_a),
        (Decision.asset_b, Decision.content_b),
    ):
        Decision.update({content: new}).where(asset == asset_id, content == old).execute()


def _count_as_searched(old: int, new: int) -> None:
    """What looks the same has the same neighbours."""
    searched, turns = next(
        rows(Content.select(Content.searched, Content.searched_turns).where(Content.id == old))
    )
    Content.update(searched=searched, searched_turns=turns).where(Content.id == new).execute()


_VALUES = ("distance", "correlation", "turn", "colour_distance", "aspect_difference")
_EQUAL = {
    "distance": 0,
    "correlation": 1.0,
    "turn": 1,
    "colour_distance": 0.0,
    "aspect_difference": 0.0,
    "pixels_equal": True,
}


def _pairs_of(content: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """(the other content, columns) of each of its pairs, turned so that it comes first."""
    columns = [getattr(Pair, name) for name in (*_VALUES, "pixels_equal")]
    for a, b, *found in _either(Pair, content, *columns):
        values = dict(zip((*_VALUES, "pixels_equal"), found, strict=True))
        if b == content:
            values["turn"] = _INVERSE.get(values["turn"], values["turn"])
        yield (b if a == content else a), values


def _insert_pair(first: int, other: int, values: dict[str, Any]) -> None:
    """`values` as seen with `first` before `other`."""
    if first == other:
        return
    low, high = sorted((first, other))
    turn = values["turn"] if low == first else _INVERSE.get(values["turn"], values["turn"])
    columns = values | {"turn": turn, "content_a": low, "content_b": high}
    Pair.insert(**columns).on_conflict_ignore().execute()


def _verdicts_of(content: int) -> list[tuple[int, int, int]]:
    found = _either(VerdictRow, content, VerdictRow.method)
    return [(a, b, method) for a, b, method in found]


def _either(table: Any, content: int, *columns: Any) -> list[tuple[Any, ...]]:
    """The two contents, and `columns`, of the rows that have `content` on one side."""
    # One after the other: asked for either, the database may walk all rows.
    sides = (table.content_a, table.content_b)
    query = table.select(*sides, *columns)
    return [row for side in sides for row in rows(query.where(side == content))]


def _copy_denials(old: int, new: int) -> None:
    for a, b, rule, when in _either(Denial, old, Denial.rule, Denial.denied_at):
        # Of two copies, of which one is another content now, no assets need be told apart.
        low, high = sorted((new, b if a == old else a))
        Denial.insert(
            rule=rule, content_a=low, content_b=high, asset_a=0, asset_b=0, denied_at=when
        ).on_conflict_ignore().execute()
