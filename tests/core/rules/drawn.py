"""Assets, pairs and rules as hypothesis draws them, from few values so that they often meet."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from hypothesis import strategies as st

from core.model import (
    Asset,
    Change,
    Confidence,
    Direction,
    Facts,
    Judgement,
    Metadata,
    PairKind,
    PairRef,
    RelationKind,
    Role,
    Verdict,
)
from core.rules import language as lang
from core.rules.fields import FIELDS, TYPES, Field, Kind
from core.rules.quantities import Unit, Value
from core.rules.rule import Action, Case, Fate, Matching, Mode, Pixels, Rule, Search
from core.rules.scoring import (
    Criterion,
    More,
    Prefer,
    PreferFlag,
    PreferFolder,
    PreferType,
    allows,
)

NOW = 1_700_000_000_000_000_000
DAY = 86_400_000_000_000
FOLDERS = ("/photos/a", "/photos/b", "/phone", "/")

_words = st.sampled_from(["cat", "people/Anna", "people:Bo", "a or b", "x, y", 'q"t', "é"])
_texts = st.one_of(
    _words, st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)
)
_headers = st.sets(st.sampled_from(["EXIF", "XMP", "IPTC", "ICC", "GPS"]))


def _possible(found: Facts) -> Facts:
    """`found` without what only a JPEG has, where it is none."""
    if found.format == "JPEG" and found.coding != "raw":
        return found
    return replace(found, quality=None, subsampling=None, progressive=None)


facts = st.builds(
    Facts,
    format=st.sampled_from(["JPEG", "PNG", "HEIF", "CR2"]),
    size=st.integers(1, 4).map(lambda n: n * 1_000_000),
    width=st.integers(1, 4).map(lambda n: n * 100),
    height=st.integers(1, 4).map(lambda n: n * 100),
    frames=st.integers(1, 2),
    coding=st.sampled_from(["", "raw", "lossless"]),
    headers=_headers.map(lambda each: tuple(sorted(each))),
    duration=st.sampled_from([None, 1000, 2000]),
    transparent=st.sampled_from([None, True, False]),
    exif_count=st.sampled_from([None, 0, 5, 9]),
    quality=st.sampled_from([None, 60, 80, 95]),
    subsampling=st.sampled_from([None, "4:4:4", "4:2:0", "grey"]),
    progressive=st.sampled_from([None, True, False]),
).map(_possible)
metadata = st.builds(
    Metadata,
    taken=st.sampled_from(
        [
            None,
            "2020-01-01 10:00:00",
            "2020-01-01 10:00:00+02:00",
            "2020-01-01 09:00:00+01:00",
            "2020-02-31 10:00:00",
        ]
    ),
    camera=st.sampled_from([None, "Canon EOS 5D", "a or b"]),
    rating=st.sampled_from([None, -1, 3, 5]),
    tags=st.sets(_words).map(lambda each: tuple(sorted(each))),
    favorite=st.sampled_from([None, True, False]),
    albums=st.sets(st.sampled_from(["Summer", "Best of"])).map(lambda each: tuple(sorted(each))),
    visibility=st.sampled_from([None, "archive"]),
    description=st.sampled_from([None, "said"]),
)


def assets(number: int) -> st.SearchStrategy[Asset]:
    """Assets of the id `number`, whose paths never meet those of other ids."""
    return st.builds(
        Asset,
        id=st.just(number),
        path=st.sampled_from(FOLDERS).map(lambda folder: Path(folder, f"IMG_{number}.jpg")),
        modified_ns=st.sampled_from([NOW, NOW - DAY, NOW - 10 * DAY]),
        digest=st.just(b"d"),
        content_id=st.just(number),
        facts=facts,
        metadata=metadata,
        first_seen_ns=st.sampled_from([None, NOW - DAY, NOW - 10 * DAY]),
        library=st.sampled_from([None, Path("/photos")]),
        has_sidecar=st.booleans(),
        seen=st.booleans(),
    )


_ROLES = {
    Judgement.VISUAL: (Role.LARGER, Role.UPSCALE, Role.REENCODED, Role.WITHOUT_PROFILE),
    Judgement.ALTERNATE: (Role.MARKED, Role.CROPPED),
}


_measures = st.sampled_from([None, 0.0, 0.1, 0.7, -0.7, 4.0, -4.0])


@st.composite
def verdicts(draw: st.DrawFn) -> Verdict:
    """A verdict on what does not show the same pixels, or that it does."""
    judgement = draw(st.sampled_from(Judgement))
    visual = judgement is Judgement.VISUAL
    alternate = judgement is Judgement.ALTERNATE
    roles = _ROLES.get(judgement, ())
    named = draw(st.lists(st.sampled_from(roles), max_size=2, unique=True)) if roles else []
    if Role.LARGER in named and Role.UPSCALE in named:
        named.remove(Role.UPSCALE)
    return Verdict(
        judgement,
        draw(st.sampled_from(Confidence)) if visual else None,
        draw(st.sampled_from([None, *Change])) if alternate else None,
        tuple(Direction(draw(st.sampled_from("ab")), role) for role in named),
        ("What differs is said here.",),
        1.0,
        blur=draw(_measures) if visual else None,
        noise=draw(_measures) if visual else None,
    )


@st.composite
def cases(draw: st.DrawFn, asked: bool | None = None) -> Case:
    """Two assets of the ids 1 and 2; with a verdict if `asked`, by chance if that is None."""
    kind = draw(st.sampled_from(PairKind))
    ref = PairRef(1, 2, kind, draw(st.integers(0, 8)) if kind is PairKind.SIMILAR else 0)
    asked = draw(st.booleans()) if asked is None else asked
    verdict = draw(verdicts()) if asked else None
    return Case(draw(assets(1)), draw(assets(2)), ref, verdict)


def values(unit: Unit) -> st.SearchStrategy[Value]:
    """What a field of `unit` may be compared with."""
    if unit is Unit.MOMENT:
        return st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(
            lambda each: each.replace(microsecond=0)
        )
    if unit is Unit.RATIO:
        return st.one_of(st.just(1.0), st.floats(0.001, 1e6))
    if unit is Unit.DURATION:
        return st.one_of(st.just(DAY), st.integers(0, 1000 * DAY))
    if unit is Unit.NUMBER:
        return st.one_of(st.sampled_from([3, 80, 200]), st.integers(-1, 10**6))
    return st.one_of(st.sampled_from([2_000_000, 20_000]), st.integers(0, 10**12))


def _of_kind(*kinds: Kind) -> st.SearchStrategy[Field]:
    return st.sampled_from([field for field in FIELDS.values() if field.kind in kinds])


_quantities = _of_kind(Kind.QUANTITY)
_folders = st.lists(st.sampled_from([*FOLDERS, "~/x or y"]), min_size=1, max_size=3).map(tuple)


def _words_of(field: Field) -> st.SearchStrategy[tuple[str, ...]]:
    one = st.sampled_from(field.known) if field.known else _texts
    if field.kind is Kind.PATH:
        one = st.sampled_from(FOLDERS)
    return st.lists(one, min_size=1, max_size=3).map(tuple)


one_leaves: st.SearchStrategy[lang.OneLeaf] = st.one_of(
    _of_kind(Kind.FLAG).map(lambda field: lang.Flag(field.word)),
    _quantities.flatmap(
        lambda field: st.builds(
            lang.Amount, st.just(field.word), st.sampled_from(lang.Op), values(field.unit)
        )
    ),
    _quantities.flatmap(
        lambda field: st.tuples(values(field.unit), values(field.unit)).map(
            lambda ends: lang.Between(field.word, *sorted(ends))  # type: ignore[type-var]
        )
    ),
    _of_kind(Kind.WORD, Kind.PATH).flatmap(
        lambda field: _words_of(field).map(lambda words: lang.Is(field.word, words))
    ),
    _of_kind(Kind.PATH).flatmap(
        lambda field: _folders.map(lambda folders: lang.IsIn(field.word, folders))
    ),
    st.builds(
        lang.Matches,
        st.sampled_from(["name", "camera", "tag"]),
        st.one_of(st.just("IMG_*"), _texts),
    ),
    st.builds(lang.Matches, st.just("path"), st.sampled_from(["**/a/*", "/phone/**", "~/*.jpg"])),
    st.builds(lang.Has, st.sampled_from(["tag", "album"]), _texts),
    st.builds(lang.HasTagOf, _texts),
)


def _scaled(field: Field, plain: bool = False) -> st.SearchStrategy[lang.Scaled]:
    deltas: st.SearchStrategy[int | float] = (
        st.sampled_from([0, DAY, -DAY, 1_000_000_000])
        if field.unit in (Unit.MOMENT, Unit.DURATION)
        else st.integers(-5, 5)
    )
    if field.unit is Unit.RATIO:
        deltas = st.sampled_from([0, 0.5, -0.25])
    factors = st.just(1.0)
    if field.unit is not Unit.MOMENT and not plain:
        factors = st.sampled_from([1.0, 0.5, 1.25, 2.0])
    return st.builds(lang.Scaled, st.just(field.word), factors, deltas)


def _spans(field: Field) -> st.SearchStrategy[int | float]:
    if field.unit in (Unit.MOMENT, Unit.DURATION):
        return st.sampled_from([0, 2_000_000_000, DAY])
    return st.sampled_from([0.0, 0.5]) if field.unit is Unit.RATIO else st.integers(0, 10**6)


verdict_leaves: st.SearchStrategy[lang.VerdictLeaf] = st.one_of(
    st.builds(lang.VerdictAtLeast, st.sampled_from(lang.Level)),
    st.builds(
        lang.VerdictIs, st.lists(st.sampled_from(Judgement), min_size=1, max_size=2).map(tuple)
    ),
    st.builds(lang.Plays, st.sampled_from(lang.Side), st.sampled_from(Role)),
    st.just(lang.NoRoles()),
    st.builds(lang.ChangeIs, st.lists(st.sampled_from(Change), min_size=1, max_size=2).map(tuple)),
    st.builds(lang.Alike, st.sampled_from(lang.Trait), st.sampled_from([0.0, 0.2, 1.0])),
    st.builds(
        lang.Worse,
        st.sampled_from(lang.Side),
        st.sampled_from(lang.Trait),
        st.sampled_from([0.2, 0.5, 3.0]),
    ),
)

pair_leaves: st.SearchStrategy[lang.PairLeaf] = st.one_of(
    st.builds(lang.Of, st.sampled_from(lang.Side), one_leaves),
    _quantities.flatmap(
        lambda field: st.builds(lang.Relative, st.sampled_from(lang.Op), _scaled(field))
    ),
    _quantities.filter(lambda field: field.unit is not Unit.MOMENT).flatmap(
        lambda field: st.builds(
            lang.WithinPercent, st.sampled_from([1.0, 2.5, 50.0]), _scaled(field)
        )
    ),
    _quantities.flatmap(lambda field: st.builds(lang.Within, _spans(field), _scaled(field))),
    st.builds(lang.Same, _of_kind(Kind.WORD, Kind.PATH, Kind.FLAG).map(lambda field: field.word)),
    st.builds(lang.Different, st.sampled_from(["type", "camera", "taken", "has EXIF"])),
    st.builds(lang.Shares, st.sampled_from(["tag", "album"])),
    st.builds(lang.SharesTagOf, _texts),
    st.builds(lang.FolderOrder, _folders),
    st.just(lang.BetterJpeg()),
    st.just(lang.RanksAbove()),
    st.builds(lang.Distance, st.sampled_from(lang.Op), st.integers(0, 8)),
    st.builds(lang.Equal, st.sampled_from([PairKind.EXACT, PairKind.PIXELS])),
    verdict_leaves,
)


def trees(leaves: st.SearchStrategy[lang.Leaf]) -> st.SearchStrategy[lang.Node]:
    """`leaves` joined by AND, OR and NOT."""
    parts = st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=1, max_size=3).map(lambda each: lang.All(tuple(each))),
            st.lists(inner, min_size=1, max_size=3).map(lambda each: lang.AnyOf(tuple(each))),
            inner.map(lang.Not),
        ),
        max_leaves=4,
    )
    return parts


criteria: st.SearchStrategy[tuple[Criterion, ...]] = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(More), _quantities)
        .filter(lambda each: allows(each[0], each[1].word))
        .map(lambda each: Prefer(each[0], each[1].word)),
        _of_kind(Kind.FLAG).map(lambda field: PreferFlag(field.word)),
        st.builds(PreferFolder, _folders),
        st.lists(st.sampled_from(TYPES), min_size=1, max_size=3, unique=True).map(
            lambda each: PreferType(tuple(each))
        ),
    ),
    max_size=3,
).map(tuple)


@st.composite
def searches(draw: st.DrawFn) -> Search:
    """Any search that says something, and nothing that contradicts itself in kind and pixels."""
    matching = draw(st.sampled_from(Matching))
    first = draw(trees(one_leaves)) if matching is not Matching.BOTH else None
    if matching is Matching.BOTH:
        first = draw(st.one_of(st.none(), trees(one_leaves)))
    second = draw(trees(one_leaves)) if matching is Matching.ONE_EACH else None
    return Search(
        first,
        second,
        matching,
        pixels=draw(st.sampled_from(Pixels)),
        distance=draw(st.sampled_from([None, 2, 4])),
        verdict=draw(st.sampled_from([None, *lang.Level])),
    )


_actions = st.sampled_from(
    [
        Action(RelationKind.BETTER, b=Fate.TRASH),
        Action(RelationKind.BETTER, merge="nothing"),
        Action(RelationKind.SAME_QUALITY, a=Fate.HARD_LINK),
        Action(RelationKind.SAME_QUALITY),
        Action(RelationKind.ALTERNATES),
        Action(RelationKind.NOT_RELATED),
    ]
)

rules: st.SearchStrategy[Rule] = st.builds(
    Rule,
    name=_texts.filter(lambda text: text.strip() == text and text.isprintable()),
    search=searches(),
    comparison=st.lists(trees(pair_leaves), max_size=3).map(tuple),
    action=_actions,
    mode=st.sampled_from(Mode),
    paused=st.booleans(),
    waiting_at_most=st.sampled_from([None, 100, 500]),
    keep=criteria,
    note=st.one_of(st.just(""), _texts),
    acts_at_most_per_run=st.sampled_from([None, 10, 1000]),
    acts_at_most_per_day=st.sampled_from([None, 20, 5000]),
    audit=st.sampled_from([0, 50]),
)
