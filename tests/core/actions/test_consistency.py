"""What contradicts an earlier decision is asked about; who overrules it can take that back."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.errors import Contradiction
from core.model import DecisionState, Fate, RelationKind
from tests import gallery
from tests.core.desk import Desk, snapshot


@pytest.fixture
def three(library: Path) -> list[Path]:
    first = gallery.exact_copy(gallery.photo("clock"), library / "a.jpg", modified=1)
    more = [gallery.recompressed(first, library / f"{n}.jpg", quality=n) for n in (90, 80)]
    return [first, *more]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (RelationKind.NOT_RELATED, RelationKind.BETTER),
        (RelationKind.ALTERNATES, RelationKind.SAME_QUALITY),
        (RelationKind.SAME_QUALITY, RelationKind.NOT_RELATED),
        (RelationKind.SAME_QUALITY, RelationKind.ALTERNATES),
        (RelationKind.ALTERNATES, RelationKind.NOT_RELATED),
    ],
)
def test_what_says_otherwise_is_named_and_ends_only_where_it_is_overruled(
    desk: Desk, library: Path, three: list[Path], before: RelationKind, after: RelationKind
) -> None:
    desk.scan()
    files = snapshot(library)
    first = desk.decide(*three[:2], kind=before)
    with pytest.raises(Contradiction) as raised:
        desk.decide(*three[:2], kind=after)
    assert raised.value.decisions == (first.id,)
    assert desk.history() == [first]
    assert snapshot(library) == files
    second = desk.decide(*three[:2], kind=after, overrules=raised.value.decisions)
    assert desk.decision(first.id).state is DecisionState.DISSOLVED
    desk.undo(second)
    assert desk.decision(first.id).state is DecisionState.DONE
    assert snapshot(library) == files


def test_what_follows_from_several_decisions_counts_as_much(desk: Desk, three: list[Path]) -> None:
    desk.scan()
    a, b, c = three
    one = desk.decide(a, b, kind=RelationKind.SAME_QUALITY)
    other = desk.decide(b, c, kind=RelationKind.SAME_QUALITY)
    with pytest.raises(Contradiction) as raised:
        desk.decide(a, c, kind=RelationKind.NOT_RELATED)
    assert set(raised.value.decisions) == {one.id, other.id}


def test_a_group_must_agree_with_what_was_said_before_and_with_itself(
    desk: Desk, library: Path, three: list[Path]
) -> None:
    desk.scan()
    files = snapshot(library)
    a, b, c = three
    desk.decide(b, c, kind=RelationKind.SAME_QUALITY)
    with pytest.raises(Contradiction):
        desk.decide_group(keep=[a], trash=[b], unrelated=[c])
    assert snapshot(library) == files


def test_a_circle_of_better_ones_is_asked_about(desk: Desk, three: list[Path]) -> None:
    desk.scan()
    a, b, c = three
    for better, worse in ((a, b), (b, c)):
        desk.decide(better, worse, fate=Fate.KEEP)
    with pytest.raises(Contradiction):
        desk.decide(c, a, fate=Fate.KEEP)
    desk.decide(a, c, fate=Fate.KEEP)


def test_to_say_the_same_again_contradicts_nothing(desk: Desk, three: list[Path]) -> None:
    desk.scan()
    for kind in (RelationKind.NOT_RELATED, RelationKind.NOT_RELATED):
        desk.decide(three[0], three[1], kind=kind)
    assert len(desk.history()) == 2
