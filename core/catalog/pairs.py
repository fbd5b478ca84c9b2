"""Potential pairs: what the search has stored, and which of it still waits for a decision."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter

from peewee import fn

from core.catalog.assets import CHUNK, PRESENT, present_contents
from core.catalog.rows import rows
from core.catalog.schema import Asset, Content, Decision, Pair, database
from core.catalog.scope import Scope, below
from core.model import DecisionState, PairKind, PairRef, RelationKind


@dataclass(frozen=True, slots=True)
class SearchRow:
    """What the search needs of a content."""

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
    query = (
        Content.select(Content.id, Content.hash, Content.detail)
        .where(Content.hash.is_null(False), Content.id > after)
        .order_by(Content.id)
    )
    return [SearchRow(*row) for row in rows(query)]


def unsearched(distance: int, turns: Sequence[int] = ()) -> list[int]:
    """Ids of the contents whose neighbours up to `distance`, and turned by `turns`, have not all
    been looked for."""
    wanted = _bits(turns)
    missing = Content.searched < distance
    if wanted:
        missing |= Content.searched_turns.bin_and(wanted) != wanted
    query = Content.select(Content.id).where(missing, Content.hash.is_null(False))
    # Sorted here: asked to sort, the database walks all contents in order instead of its index.
    return sorted(content_id for (content_id,) in rows(query))


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


def _bits(turns: Sequence[int]) -> int:
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
            Content.update(searched=radius, searched_turns=_bits(turns)).where(
                Content.id.in_(list(searched[start : start + CHUNK]))
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


def open_pairs(roots: Scope, distance: int) -> list[PairRef]:
    """Pairs below `roots` that wait for a decision: exact, pixel-equal, then by likelihood.

    The oldest copy of a content stands for all of them in its pairs, and the others pair up with
    that one as exact copies. A pair's older asset comes first, so that the same library shows the
    same pairs in the same order, however it was read.
    """
    first: dict[int, tuple[int, int]] = {}
    exact: list[PairRef] = []
    decided = _Decided()
    for age, (asset_id, content_id) in enumerate(present_contents(roots)):
        _, oldest = first.setdefault(content_id, (age, asset_id))
        if oldest != asset_id and not decided.assets(oldest, asset_id):
            exact.append(PairRef(oldest, asset_id, PairKind.EXACT, 0))
    query = Pair.select(
        Pair.content_a,
        Pair.content_b,
        Pair.distance,
        Pair.correlation,
        Pair.turn,
        Pair.pixels_equal,
        Pair.colour_distance,
        Pair.aspect_difference,
    ).where((Pair.distance <= distance) | (Pair.pixels_equal == True))  # noqa: E712
    near = [
        (
            (not equal, turn != 1, between, -correlation, turn, *sorted((first[a], first[b]))),
            (colours, aspect),
        )
        for a, b, between, correlation, turn, equal, colours, aspect in rows(query)
        if a in first and b in first and not decided.contents(a, b)
    ]
    near.sort(key=itemgetter(0))
    return exact + [
        PairRef(
            a,
            b,
            PairKind.SIMILAR if differs else PairKind.PIXELS,
            between,
            -correlation,
            turn,
            colours,
            aspect,
        )
        for (differs, _, between, correlation, turn, (_, a), (_, b)), (colours, aspect) in near
    ]


class _Decided:
    """Pairs that a live decision has answered for good.

    *Better* is not among them: it is answered by the other file's absence, and a new copy of it
    is a new question.
    """

    _FINAL = (RelationKind.SAME_QUALITY, RelationKind.ALTERNATES, RelationKind.NOT_RELATED)

    def __init__(self) -> None:
        query = Decision.select(
            Decision.asset_a, Decision.asset_b, Decision.content_a, Decision.content_b
        ).where(Decision.state == DecisionState.DONE, Decision.kind.in_(self._FINAL))
        self._assets: set[tuple[int, int]] = set()
        self._contents: set[tuple[int, int]] = set()
        for asset_a, asset_b, content_a, content_b in rows(query):
            if content_a == content_b:
                self._assets.add(_ordered(asset_a, asset_b))
            else:
                self._contents.add(_ordered(content_a, content_b))

    def assets(self, a: int, b: int) -> bool:
        return _ordered(a, b) in self._assets

    def contents(self, a: int, b: int) -> bool:
        return _ordered(a, b) in self._contents


def _ordered(a: int, b: int) -> tuple[int, int]:
    return (a, b) if a < b else (b, a)
