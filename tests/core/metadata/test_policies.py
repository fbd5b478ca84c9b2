from __future__ import annotations

import pytest

from core.errors import UsageError
from core.metadata.policies import PRESETS, WAYS, Field, Policy, Reach, Way


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_is_its_name(preset: str) -> None:
    assert str(Policy.parse(preset)) == preset
    assert Policy.parse(preset) == Policy(preset)


def test_the_default_is_what_immich_does_now() -> None:
    assert Policy() == Policy.parse("immich-3")
    assert Policy().reach is Reach.ONLY


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("immich-3, tags keep, location ask", "immich-3, location ask, tags keep"),
        ("  Immich-3 ,Location   ASK", "immich-3, location ask"),
        ("immich-3, title copy if empty", "immich-3, title copy if empty"),
        ("immich-3, tags union, title keep", "immich-3"),
        ("nothing, rating best", "nothing, rating best"),
    ],
)
def test_a_policy_is_written_as_a_preset_and_what_differs(text: str, canonical: str) -> None:
    policy = Policy.parse(text)
    assert str(policy) == canonical
    assert Policy.parse(canonical) == policy


@pytest.mark.parametrize("field", Field)
def test_every_way_that_makes_sense_survives_its_text(field: Field) -> None:
    for preset in PRESETS:
        for way in WAYS[field]:
            policy = Policy(preset, ((field, way),))
            assert policy.way(field) is way
            assert Policy.parse(str(policy)) == policy


def test_what_a_preset_does_not_name_is_kept() -> None:
    assert Policy("immich-3").way(Field.TITLE) is Way.KEEP
    assert {Policy("nothing").way(field) for field in Field} == {Way.KEEP}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "merge policy: there is no preset ''; begin with one of immich-3, immich-2.7,"),
        ("immich", "there is no preset 'immich'"),
        ("tags keep", "there is no preset 'tags keep'"),
        ("immich-3,", "'' names no field that is merged; write one of albums, favorite,"),
        ("immich-3, colour keep", "'colour keep' names no field that is merged"),
        ("immich-3, tags", "it says no way for tags; write tags and one of union, copy if empty,"),
        ("immich-3, tags often", "'often' is no way to merge tags"),
        ("immich-3, location union", "location cannot be merged by union; write location and one"),
        ("immich-3, rating combine", "rating cannot be merged by combine"),
        ("immich-3, tags keep, tags ask", "it names a field twice"),
        ("hydrus-better, tags move", "moving would take it from a file that the trash can give"),
    ],
)
def test_what_is_no_policy_is_refused_with_a_way_out(text: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        Policy.parse(text)
    assert message in str(refused.value)
