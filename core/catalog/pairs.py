"""Potential pairs: what the search has stored. Which of them wait for a decision is told by
`core.matching.open_pairs`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, cast

from peewee import fn

from core.catalog.assets import CHUNK, PRESENT, oldest_present
from core.catalog.rows import listed, rows, stored
from core.catalog.schema import Asset, Content, Pair, database
from core.catalog.scope import Scope, below

_LISTED = 5_000
"""Ids that one statement may list."""


class SearchRow(NamedTuple):
    """What the search needs of a content: a tuple, as there may be a million of them."""

    content_id: int
    hash: int
    """Signed 64 bits."""
    detail: float
    """As `core.model.Fingerprint.detail`."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What else tells likely pairs from unlikely ones; by the names of `core.model.PairRef`."""

    colour_distance: float | None
    aspect_difference: float | None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two contents within the radius, `content_a` < `content_b`."""

    content_a: int
    content_b: int
    distance: int
    correlation: float
    pixels_equal: bool | None
    """None: only a decode of both can tell."""
    evidence: Evidence
    turn: int = 1
    """The EXIF orientation that, applied to `content_b`, lays it over `content_a`."""


@dataclass(frozen=True, slots=True)
class LookRow:
    """What decides cheaply whether two contents can show the same pixels."""

    size: tuple[int, int]
    """Shown pixels."""
    orientation: int
    coding: str
    stream: bytes | None
    thumb: bytes
    chroma: bytes | None
    """As `core.model.Fingerprint.chroma`; None where it was read before there were any."""


@dataclass(frozen=True, slots=True)
class PixelQuestion:
    """A pair whose pixels may be equal, with a present file of each content."""

    pair_id: int
    contents: tuple[int, int]
    paths: tuple[str, str]
    digests: tuple[bytes | None, bytes | None]
    """Pixel digests known so far."""


def search_rows(after: int = 0) -> list[SearchRow]:
    """Every content with a fingerprint whose id is above `after`, by id."""
    query = Content.select(Content.id, Content.hash, Content.detail).where(
        Content.hash.is_null(False)
    )
    if after:
        query = query.where(Content.id > after)
    # Sorted here: asked to sort, the database reads whole contents instead of its index.
    return sorted(map(SearchRow._make, stored(query)), key=itemgetter(0))


def unsearched(distance: int, turns: Sequence[int] = ()) -> list[int]:
    """Ids of the contents whose neighbours up to `distance`, and turned by `turns`, have not all
    been looked for."""
    wanted = turns_of(turns)
    lacking = [turned for turned in _searched_turns() if turned & wanted != wanted]
    found: set[int] = set()
    # One after the other: asked for either, the database walks all contents.
    for missing in (Content.searched < distance, Content.searched_turns.in_(lacking)):
        query = Content.select(Content.id).where(missing, Content.hash.is_null(False))
        found.update(content_id for (content_id,) in stored(query))
    return sorted(found)


def _searched_turns() -> Iterator[int]:
    """The values of `Content.searched_turns`: a handful, found by leaps through its index."""
    value = -1
    while True:
        query = Content.select(fn.MIN(Content.searched_turns)).where(Content.searched_turns > value)
        value = query.scalar()
        if value is None:
            return
        yield value


def stored_with(content_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Every stored pair that has one of these contents, whatever became of it."""
    found: set[tuple[int, int]] = set()
    for start in range(0, len(content_ids), CHUNK):
        few = list(content_ids[start : start + CHUNK])
        for side in (Pair.content_a, Pair.content_b):
            query = Pair.select(Pair.content_a, Pair.content_b).where(side.in_(few))
            found.update(stored(query))
    return found


def present_pairs() -> Iterator[tuple[int, int]]:
    """The contents of all pairs that lie alike and are both there."""

    def is_present(side: Any) -> Any:
        return fn.EXISTS(Asset.select(1).where(Asset.content == side, Asset.state == PRESENT))

    query = Pair.select(Pair.content_a, Pair.content_b).where(
        Pair.turn == 1, is_present(Pair.content_a), is_present(Pair.content_b)
    )
    return cast(Iterator[tuple[int, int]], stored(query))


def look_rows(content_ids: Iterable[int]) -> dict[int, LookRow]:
    """`LookRow` by content id."""
    found: dict[int, LookRow] = {}
    wanted = list(content_ids)
    for start in range(0, len(wanted), CHUNK):
        query = Content.select(
            Content.id,
            Content.width,
            Content.height,
            Content.orientation,
            Content.coding,
            Content.stream,
            Content.thumb,
            Content.chroma,
        ).where(Content.id.in_(wanted[start : start + CHUNK]))
        for content_id, width, height, orientation, coding, stream, thumb, chroma in rows(query):
            found[content_id] = LookRow(
                (width, height),
                orientation,
                coding,
                stream and bytes(stream),
                bytes(thumb),
                chroma and bytes(chroma),
            )
    return found


def turns_of(turns: Sequence[int]) -> int:
    """EXIF orientations as the bits of `Content.searched_turns`."""
    return sum(1 << turn for turn in turns)


def store_candidates(
    candidates: Sequence[Candidate],
    searched: Sequence[int],
    radius: int,
    turns: Sequence[int] = (),
) -> None:
    """Store `candidates`, and that the contents `searched` have been compared up to `radius` and
    turned by `turns`."""
    rows = [
        {
            "content_a": candidate.content_a,
            "content_b": candidate.content_b,
            "distance": candidate.distance,
            "correlation": candidate.correlation,
            "pixels_equal": candidate.pixels_equal,
            "turn": candidate.turn,
            "colour_distance": candidate.evidence.colour_distance,
            "aspect_difference": candidate.evidence.aspect_difference,
        }
        for candidate in candidates
    ]
    with database.atomic():
        for start in range(0, len(rows), CHUNK):
            Pair.insert_many(rows[start : start + CHUNK]).on_conflict_ignore().execute()
        for start in range(0, len(searched), CHUNK):
            few = Content.id.in_(list(searched[start : start + CHUNK]))
            # Who has been searched farther, or in more turns, stays so.
            Content.update(searched=radius).where(few, Content.searched < radius).execute()
            Content.update(searched_turns=Content.searched_turns.bin_or(turns_of(turns))).where(
                few
            ).execute()


def without_evidence() -> list[tuple[int, int, int, int]]:
    """(pair id, content a, content b, turn) of the pairs found before there were chroma thumbs,
    whose two contents have got theirs since."""
    left, right = Content.alias(), Content.alias()
    query = (
        Pair.select(Pair.id, Pair.content_a, Pair.content_b, Pair.turn)
        .join(left, on=(Pair.content_a == left.id))
        .switch(Pair)
        .join(right, on=(Pair.content_b == right.id))
        .where(
            Pair.colour_distance.is_null(),
            left.chroma.is_null(False),
            right.chroma.is_null(False),
        )
    )
    return [(pair_id, a, b, turn) for pair_id, a, b, turn in rows(query)]


def store_evidence(found: Iterable[tuple[int, Evidence]]) -> None:
    """(pair id, its evidence)."""
    with database.atomic():
        for pair_id, evidence in found:
            Pair.update(
                colour_distance=evidence.colour_distance,
                aspect_difference=evidence.aspect_difference,
            ).where(Pair.id == pair_id).execute()


def pixel_questions(roots: Scope) -> list[PixelQuestion]:
    """Pairs below `roots` whose pixels may be equal and have not been compared."""
    present = (
        Asset.select(Asset.content, fn.MIN(Asset.path))
        .where(below(roots), Asset.state == PRESENT)
        .group_by(Asset.content)
    )
    where = dict(rows(present))
    left, right = Content.alias(), Content.alias()
    query = (
        Pair.select(Pair.id, Pair.content_a, Pair.content_b, left.pixel_digest, right.pixel_digest)
        .join(left, on=(Pair.content_a == left.id))
        .switch(Pair)
        .join(right, on=(Pair.content_b == right.id))
        .where(Pair.pixels_equal.is_null(True))
        .order_by(Pair.id)
    )
    return [
        PixelQuestion(
            pair_id,
            (a, b),
            (where[a], where[b]),
            (digest_a and bytes(digest_a), digest_b and bytes(digest_b)),
        )
        for pair_id, a, b, digest_a, digest_b in rows(query)
        if a in where and b in where
    ]


def store_pixel_digests(digests: Iterable[tuple[int, bytes]]) -> None:
    """(content id, pixel digest) pairs."""
    with database.atomic():
        for content_id, digest in digests:
            Content.update(pixel_digest=digest).where(Content.id == content_id).execute()


def settle_pixels(answers: Iterable[tuple[int, bool]]) -> None:
    """(pair id, whether its pixels are equal)."""
    with database.atomic():
        for pair_id, equal in answers:
            Pair.update(pixels_equal=equal).where(Pair.id == pair_id).execute()


NearRow = tuple[int, int, int | None, float | None, int, bool | None, float | None, float | None]
"""A stored pair as the driver gives it: its contents, the lower one first, distance, correlation,
turn, whether its pixels are equal, colour distance and difference of aspect, as in
`core.model.PairRef`."""


_NEAR = (
    Pair.content_a,
    Pair.content_b,
    Pair.distance,
    Pair.correlation,
    Pair.turn,
    Pair.pixels_equal,
    Pair.colour_distance,
    Pair.aspect_difference,
)


def near_rows(
    distance: int, among: int | None = None, touching: Collection[int] | None = None
) -> list[NearRow]:
    """Stored pairs up to `distance`, and those whose pixels are equal.

    Args:
        distance: in bits.
        among: so many at most, whichever come to hand first.
        touching: only the pairs that one of these contents stands in; None: all.
    """
    query = (
        Pair.select(*_NEAR)
        .where((Pair.distance <= distance) | (Pair.pixels_equal == True))  # noqa: E712
        .limit(among)
    )
    if touching is None:
        return cast(list[NearRow], list(stored(query)))
    # One after the other: asked for either, the database walks all pairs.
    sides = (Pair.content_a, Pair.content_b)
    found = [row for side in sides for row in stored(query.where(side.in_(listed(touching))))]
    return list({row[:2]: cast(NearRow, row) for row in found}.values())


def rows_of(wanted: Collection[tuple[int, int]]) -> list[NearRow]:
    """The stored ones of the pairs `wanted`, by their contents, the lower one first."""
    lower = sorted({low for low, _ in wanted})
    return [
        cast(NearRow, row)
        for start in range(0, len(lower), _LISTED)
        for row in stored(
            Pair.select(*_NEAR).where(Pair.content_a.in_(listed(lower[start : start + _LISTED])))
        )
        if row[:2] in wanted
    ]


def oldest_paired(
    roots: Scope,
    without: Set[int] = frozenset(),
    contents: Collection[int] | None = None,
    others: Collection[int] = (),
) -> dict[int, tuple[int, int, bytes]]:
    """As `oldest_present`, of the contents that stand in a pair.

    Args:
        roots: the libraries.
        without: assets to take as gone.
        contents: only these, all of which stand in a pair; None: all there are.
        others: also these, as far as they are pictures.
    """
    pictures = Content.select(Content.id).where(
        Content.id.in_(listed(others)), Content.format.is_null(False)
    )
    if contents is not None:
        here = {content for (content,) in stored(pictures)} if others else set()
        return oldest_present(listed(here.union(contents)), roots, without)
    paired: Any = Pair.select(Pair.content_a).union_all(Pair.select(Pair.content_b))
    return oldest_present(paired.union_all(pictures) if others else paired, roots, without)


def hashes(content_ids: Iterable[int]) -> dict[int, int]:
    """The fingerprints' 64 bits by content, signed."""
    query = Content.select(Content.id, Content.hash).where(
        Content.id.in_(listed(content_ids)), Content.hash.is_null(False)
    )
    return dict(stored(query))


def last_content() -> int:
    """The highest content id; 0 before there is one."""
    return Content.select(fn.MAX(Content.id)).scalar() or 0


def distances(contents: Collection[int]) -> dict[tuple[int, int], int]:
    """The stored distances of all pairs between two of `contents`, the lower one first."""
    among = listed(contents)
    query = Pair.select(Pair.content_a, Pair.content_b, Pair.distance).where(
        Pair.content_a.in_(among), Pair.content_b.in_(among)
    )
    return {(a, b): distance for a, b, distance in stored(query)}
