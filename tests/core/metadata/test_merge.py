from __future__ import annotations

import math
from typing import Any

import pytest

from core.errors import UsageError
from core.metadata.fields import TEXT_LIMIT
from core.metadata.merge import merge
from core.metadata.policies import Field, Policy
from core.model import Metadata

LISBON = (38.7223, -9.1393)
HERE = (38.722304, -9.139296)
"""Half a metre from `LISBON`."""
PORTO = (41.1579, -8.6291)


def one(field: str, mine: Any, *theirs: Any, policy: str) -> Any:
    """The value of `field` of one kept asset whose others go, under `policy`."""
    others = [Metadata(**{field: each}) for each in theirs]
    (kept,) = merge([Metadata(**{field: mine})], others, Policy.parse(policy)).kept
    return getattr(kept.metadata, field)


IMMICH = [
    # Album: every album that the others belong to.
    ("albums", ("a",), (("b",), ("a", "c")), ("a", "b", "c")),
    ("albums", (), (("b",),), ("b",)),
    ("albums", ("a",), ((),), ("a",)),
    # Favorite: if any of them is.
    ("favorite", False, (True,), True),
    ("favorite", None, (False, True), True),
    ("favorite", True, (False, None), True),
    ("favorite", False, (None,), False),
    # Rating: the highest; none and rejected never win.
    ("rating", 2, (5, 3), 5),
    ("rating", 4, (None, -1), 4),
    ("rating", None, (3,), 3),
    ("rating", None, (-1,), None),
    ("rating", -1, (None,), -1),
    ("rating", -1, (1,), 1),
    # Description: combined line by line without repeats.
    ("description", "  Alpha \r\nBeta\n\n", ("Beta\nGamma",), "Alpha\nBeta\nGamma"),
    ("description", None, ("one", "two", "one"), "one\ntwo"),
    ("description", "mine", ("theirs\nmine",), "mine\ntheirs"),
    ("description", "case", ("Case",), "case\nCase"),
    ("description", None, (" \n ",), None),
    ("description", "First.\n\nSecond.", ("Second.",), "First.\n\nSecond."),
    # Visibility: the most restrictive.
    ("visibility", "timeline", ("archive",), "archive"),
    ("visibility", "archive", ("locked", "timeline"), "locked"),
    ("visibility", "locked", ("archive",), "locked"),
    ("visibility", None, ("archive",), "archive"),
    ("visibility", "archive", (None,), "archive"),
    ("visibility", "hidden", ("timeline",), "timeline"),
    ("visibility", "hidden", (None,), "hidden"),
    ("visibility", None, (None,), None),
    # Location: copied if all that have one agree.
    ("location", None, (LISBON, None, LISBON), LISBON),
    ("location", None, (LISBON, PORTO), None),
    ("location", LISBON, (PORTO,), LISBON),
    ("location", LISBON, (None,), LISBON),
    ("location", None, (LISBON, HERE), LISBON),
    ("location", None, ((math.nan, 1.0), LISBON), LISBON),
    ("location", None, ((0.0, 0.0),), None),
    ("location", None, ((0.0, 180.0), (0.0, -180.0)), (0.0, 180.0)),
    # Tag: all tags of all.
    ("tags", ("sea",), (("sun",), ("Places/Lisbon", "sea")), ("Places/Lisbon", "sea", "sun")),
    ("tags", (), ((),), ()),
    # Immich merges nothing else.
    ("title", None, ("theirs",), None),
    ("taken", None, ("2020-01-01 00:00:00",), None),
]


@pytest.mark.parametrize("policy", ["immich-3", "immich-2.7"])
@pytest.mark.parametrize(("field", "mine", "theirs", "result"), IMMICH)
def test_one_kept_asset_gets_what_both_immich_documents_say(
    field: str, mine: Any, theirs: tuple[Any, ...], result: Any, policy: str
) -> None:
    assert one(field, mine, *theirs, policy=policy) == result


RICH = Metadata(
    albums=("a",),
    favorite=True,
    rating=5,
    description="theirs",
    visibility="archive",
    location=LISBON,
    tags=("t",),
)
SEVEN = tuple(field for field in Field if field not in (Field.TITLE, Field.TAKEN))


@pytest.mark.parametrize("field", SEVEN)
def test_several_kept_assets_stay_in_immich_3_and_all_receive_in_immich_2_7(field: Field) -> None:
    for kept, others in (
        ([Metadata(), Metadata()], [RICH]),
        ([RICH, Metadata()], [Metadata()]),
    ):
        before = [getattr(each, field) for each in kept]
        three = merge(kept, others, Policy("immich-3")).kept
        assert [getattr(each.metadata, field) for each in three] == before
        assert not any(each.changed for each in three)
        two = merge(kept, others, Policy("immich-2.7")).kept
        assert [getattr(each.metadata, field) for each in two] == [getattr(RICH, field)] * 2


def test_nothing_goes_so_immich_3_merges_nothing_and_2_7_does() -> None:
    assert merge([Metadata(), RICH], [], Policy("immich-3")).kept[0].metadata == Metadata()
    assert merge([Metadata(), RICH], [], Policy("immich-2.7")).kept[0].metadata == RICH


def test_camera_and_problem_are_never_merged() -> None:
    mine, other = Metadata(camera="Canon"), Metadata(camera="Nikon", problem="damaged")
    assert merge([mine], [other], Policy("immich-3")).kept[0].metadata == mine


def test_hydrus_gives_to_the_better_one_only_and_to_both_of_the_same_quality() -> None:
    a = Metadata(tags=("a",), rating=2, description="one", taken="2020-01-02 00:00:00")
    b = Metadata(tags=("b",), rating=4, description="two", taken="2020-01-01 00:00:00")
    both = Metadata(tags=("a", "b"), rating=4, description="one\ntwo", taken="2020-01-01 00:00:00")
    better = merge([a], [b], Policy("hydrus-better")).kept
    assert [each.metadata for each in better] == [both]
    better = merge([a, b], [], Policy("hydrus-better")).kept
    assert [each.metadata for each in better] == [both, b]
    same = merge([a, b], [], Policy("hydrus-same-quality")).kept
    assert [each.metadata for each in same] == [both, both]


def test_nothing_changes_nothing_and_says_what_stays_behind() -> None:
    (kept,) = merge([Metadata()], [RICH], Policy("nothing")).kept
    assert kept.metadata == Metadata()
    assert kept.changed == ()
    assert {each.field: each.left for each in kept.outcomes} == {
        field: (getattr(RICH, field),) for field in SEVEN
    }


@pytest.mark.parametrize(
    ("mine", "theirs", "result"),
    [
        ("2020-01-02 00:00:00", "2020-01-01 23:59:59", "2020-01-01 23:59:59"),
        ("2020-01-01 00:00:00", "2020-01-02 00:00:00", "2020-01-01 00:00:00"),
        (None, "2020-01-02 00:00:00", "2020-01-02 00:00:00"),
        # Noon in Tokyo is before noon in Lisbon.
        ("2020-06-01 12:00:00+01:00", "2020-06-01 12:30:00+09:00", "2020-06-01 12:30:00+09:00"),
        # The same reading with its zone says more.
        ("2020-06-01 12:00:00", "2020-06-01 12:00:00+09:00", "2020-06-01 12:00:00+09:00"),
        ("2020-06-01 12:00:00+09:00", "2020-06-01 12:00:00", "2020-06-01 12:00:00+09:00"),
        # Without its zone nobody knows which is earlier; a day and more apart everybody does.
        ("2020-06-01 12:00:00+09:00", "2020-06-01 11:00:00", "2020-06-01 12:00:00+09:00"),
        ("2020-06-03 12:00:00+09:00", "2020-06-01 11:00:00", "2020-06-01 11:00:00"),
        ("2020-06-01 12:00:00", "2020-06-01 11:00:00+00:00", "2020-06-01 12:00:00"),
        ("2020-06-01 12:00:00", "2020-05-31 11:00:00+00:00", "2020-05-31 11:00:00+00:00"),
        ("2020-06-01 12:00:00", "0000-00-00 00:00:00", "2020-06-01 12:00:00"),
        ("9999-12-31 23:59:59-10:00", "9999-12-31 23:59:59", "9999-12-31 23:59:59-10:00"),
        ("0001-01-01 00:00:00", "0001-01-01 00:00:00+14:00", "0001-01-01 00:00:00+14:00"),
    ],
)
def test_a_date_moves_only_to_what_is_surely_earlier(
    mine: str | None, theirs: str, result: str
) -> None:
    assert one("taken", mine, theirs, policy="immich-3, taken best") == result


@pytest.mark.parametrize(
    ("field", "mine", "theirs", "result"),
    [
        ("title", None, ("theirs",), "theirs"),
        ("title", "mine", ("theirs",), "mine"),
        ("title", None, ("one", "other"), None),
        ("rating", None, (3, 3), 3),
        ("rating", 1, (3,), 1),
        ("rating", None, (3, 4), None),
        ("tags", (), (("a",), ("b",)), ("a", "b")),
        ("tags", ("c",), (("a",),), ("c",)),
        ("description", None, ("one", " one\n"), "one"),
        ("favorite", None, (False,), False),
        ("taken", None, ("2020-01-01 00:00:00", "2021-01-01 00:00:00"), None),
    ],
)
def test_copying_fills_what_is_empty_with_what_the_others_agree_on(
    field: str, mine: Any, theirs: tuple[Any, ...], result: Any
) -> None:
    assert one(field, mine, *theirs, policy=f"nothing, {field} keep") == mine
    copied = one(field, mine, *theirs, policy=f"immich-3, {field} copy if empty")
    assert copied == result


def test_every_change_says_what_was_what_will_be_and_why() -> None:
    mine, other = Metadata(rating=2, location=LISBON), Metadata(rating=5, location=PORTO)
    (kept,) = merge([mine], [other], Policy()).kept
    rating, location = kept.outcomes
    assert (rating.before, rating.after, rating.reason) == (2, 5, "the highest rating")
    assert rating.left == ()
    assert (location.before, location.after) == (LISBON, LISBON)
    assert location.left == (PORTO,)
    assert kept.changed == (Field.RATING,)


def test_a_location_the_others_disagree_about_is_shown_as_left() -> None:
    (kept,) = merge(
        [Metadata()], [Metadata(location=LISBON), Metadata(location=PORTO)], Policy()
    ).kept
    (outcome,) = kept.outcomes
    assert outcome.reason == "the others disagree"
    assert outcome.left == (LISBON, PORTO)


def test_a_description_is_not_combined_into_what_cannot_be_read_back() -> None:
    half = TEXT_LIMIT * 2 // 3
    (kept,) = merge(
        [Metadata(description="a" * half)], [Metadata(description="b" * half)], Policy()
    ).kept
    assert kept.metadata.description == "a" * half
    assert kept.outcomes[0].reason == "together they are longer than 20,000 characters"
    assert kept.outcomes[0].left == ("b" * half,)


@pytest.mark.parametrize(
    ("field", "mine", "theirs", "choices"),
    [
        ("rating", 2, 5, (5, 2)),
        ("title", "mine", "theirs", ("mine", "theirs")),
        ("title", None, "theirs", ("theirs",)),
        ("location", LISBON, PORTO, (LISBON, PORTO)),
        ("tags", ("a",), ("b",), (("a", "b"), ("a",), ("b",))),
        ("description", "a", "b", ("a\nb", "a", "b")),
        ("favorite", None, True, (True,)),
    ],
)
def test_asking_waits_for_a_person_and_does_what_they_say(
    field: str, mine: Any, theirs: Any, choices: tuple[Any, ...]
) -> None:
    kept, others = [Metadata(**{field: mine})], [Metadata(**{field: theirs})]
    policy = Policy.parse(f"immich-3, {field} ask")
    asked = merge(kept, others, policy)
    (conflict,) = asked.conflicts
    assert conflict.field == field
    assert conflict.choices == choices
    assert asked.kept[0].metadata == kept[0]
    settled = merge(kept, others, policy, {field: theirs})
    assert settled.conflicts == ()
    assert getattr(settled.kept[0].metadata, field) == theirs


@pytest.mark.parametrize(
    ("field", "mine", "theirs"),
    [
        ("rating", 5, 3),
        ("rating", 3, None),
        ("favorite", True, False),
        ("location", LISBON, HERE),
        ("tags", ("a", "b"), ("a",)),
        ("description", "a\nb", "b"),
        ("taken", "2020-01-01 00:00:00", "2021-01-01 00:00:00"),
        ("visibility", "archive", "timeline"),
    ],
)
def test_there_is_nothing_to_ask_where_nothing_would_be_lost(
    field: str, mine: Any, theirs: Any
) -> None:
    kept, others = [Metadata(**{field: mine})], [Metadata(**{field: theirs})]
    assert merge(kept, others, Policy.parse(f"immich-3, {field} ask")).conflicts == ()


def test_what_a_person_chose_holds_for_all_that_stay_whatever_the_policy() -> None:
    kept = [Metadata(title="a"), Metadata(title="b")]
    merged = merge(kept, [Metadata()], Policy(), {"title": "c", "tags": ("z", "a", "z")})
    assert [each.metadata for each in merged.kept] == [Metadata(title="c", tags=("a", "z"))] * 2
    assert {each.reason for result in merged.kept for each in result.outcomes} == {"chosen by hand"}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("colour", "red", "colour: this is no field that is merged; settle one of albums,"),
        ("rating", 99, "rating: it cannot be 99; choose -1 to 5 or nothing"),
        ("rating", True, "rating: it cannot be True"),
        ("tags", "sea", "tags: it cannot be 'sea'; choose texts"),
        ("tags", (" ",), "tags: it cannot be"),
        ("location", (91.0, 0.0), "location: it cannot be (91.0, 0.0)"),
        ("location", (math.nan, 0.0), "location: it cannot be"),
        ("visibility", "secret", "visibility: it cannot be 'secret'"),
        ("taken", "yesterday", "taken: it cannot be 'yesterday'; choose YYYY-MM-DD"),
        ("favorite", "yes", "favorite: it cannot be 'yes'"),
    ],
)
def test_a_choice_that_the_field_cannot_have_is_refused(
    name: str, value: Any, message: str
) -> None:
    with pytest.raises(UsageError) as refused:
        merge([Metadata()], [], Policy(), {name: value})
    assert message in str(refused.value)


def test_merging_once_more_changes_nothing() -> None:
    others = [RICH, Metadata(description="more", rating=3, tags=("u",), location=PORTO)]
    for name in ("immich-3", "immich-2.7", "hydrus-better, location copy if empty"):
        policy = Policy.parse(name)
        once = merge([Metadata(description="mine")], others, policy).kept[0]
        assert once.changed
        twice = merge([once.metadata], others, policy).kept[0]
        assert twice.metadata == once.metadata
        assert twice.changed == ()
