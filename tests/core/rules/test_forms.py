"""The forms of a rule, as they are made from its keys."""

from __future__ import annotations

import pytest

from core.rules.draft import Draft, Group, Join, Line
from core.rules.forms import Row, RowKind, choices, rows, shown_value, text_at, turned, written
from core.rules.keys import KEYS, Shape, Step
from core.rules.rule import Matching
from core.rules.templates import templates


def form(draft: Draft, step: Step) -> list[Row]:
    return rows(draft, step, draft.read()[1])


def row(draft: Draft, key: str, step: Step) -> Row:
    (found,) = [each for each in form(draft, step) if each.key == key and not each.at]
    return found


def comparison(*tests: Line | Group) -> Draft:
    return Draft.blank("r").with_value("comparison", tests)


@pytest.mark.parametrize("rule", templates(), ids=lambda rule: rule.name)
def test_every_key_of_a_rule_is_in_a_form(rule: object) -> None:
    draft = Draft.of(rule)  # type: ignore[arg-type]
    shown = {each.key for step in Step for each in form(draft, step)}
    hidden = {name for name, key in KEYS.items() if key.shape is Shape.ONE}
    assert set(KEYS) - hidden <= shown
    assert {name for name in draft.said if name in hidden} <= shown


def test_a_value_is_turned_through_all_there_are_and_back() -> None:
    draft = Draft.blank("r")
    seen = []
    for _ in range(len(KEYS["search.verdict"].words) + 1):
        verdict = row(draft, "search.verdict", Step.SEARCH)
        seen.append(verdict.shown)
        draft = turned(draft, verdict, 1)
    assert seen == ["any", *map(str, KEYS["search.verdict"].words)]
    assert draft == Draft.blank("r")
    assert turned(turned(draft, verdict, -1), verdict, 1) == draft


def test_a_flag_a_mode_and_the_kinds_are_turned() -> None:
    draft = Draft.blank("r")
    paused = row(draft, "paused", Step.NAME)
    assert turned(draft, paused, 1).value("paused") is True
    kinds = row(draft, "search.kinds", Step.SEARCH)
    assert kinds.shown == "all"
    assert turned(draft, kinds, 1).value("search.kinds") == ["exact", "pixels"]
    assert len(choices(KEYS["search.kinds"])) == 7


def test_how_two_files_are_searched_for_is_turned_and_shows_its_tests() -> None:
    draft = Draft.blank("r").with_value("search.both", (Line("type is JPEG"),))
    first = form(draft, Step.SEARCH)[0]
    assert first.kind is RowKind.MATCHING
    one_each = turned(draft, first, 1)
    assert one_each.matching is Matching.ONE_EACH
    heads = [each.key for each in form(one_each, Step.SEARCH) if each.kind is RowKind.HEAD]
    assert heads == ["search.one", "search.other"]


def test_a_tree_is_shown_as_it_stands() -> None:
    draft = comparison(
        Line("A has EXIF"),
        Group(Join.ANY, (Line("A size > B size"), Group(Join.NOT, (Line("B has GPS"),)))),
    )
    tree = form(draft, Step.COMPARISON)
    shown = [(each.kind, each.depth, each.label, each.shown) for each in tree]
    assert shown == [
        (RowKind.HEAD, 0, "all of", ""),
        (RowKind.TEST, 1, "", "A has EXIF"),
        (RowKind.GROUP, 1, "any of", ""),
        (RowKind.TEST, 2, "", "A size > B size"),
        (RowKind.TEST, 2, "not", "B has GPS"),
        (RowKind.ADD, 1, "", "+ add test"),
    ]
    assert text_at(draft, tree[4]) == ((1, 1, 0), "B has GPS")


def test_what_is_wrong_stands_at_its_row() -> None:
    draft = comparison(Line("A has EXIF"), Group(Join.NOT, (Line("B hsa GPS"),)))
    draft = written(draft, KEYS["search.distance"], "far")
    wrong = {each.shown: each.fault for step in Step for each in form(draft, step) if each.fault}
    assert set(wrong) == {"B hsa GPS", "far"}
    assert 'did you mean "has ..."' in wrong["B hsa GPS"] or "no test" in wrong["B hsa GPS"]


def test_what_no_pair_can_pass_is_said_of_all_of_them() -> None:
    draft = comparison(Line("A size > B size"), Line("A size < B size"))
    head = form(draft, Step.COMPARISON)[0]
    assert "no pair can pass" in head.fault


def test_a_preset_is_shown_as_what_it_stands_for() -> None:
    draft = Draft.blank("r").with_value("keep", "immich")
    texts = [each.shown for each in form(draft, Step.ACTION) if each.kind is RowKind.CRITERION]
    assert texts == ["larger size", "larger EXIF count", "is suggested by its server"]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("waiting_at_most", "7", 7),
        ("waiting_at_most", "no limit", "no limit"),
        ("search.distance", "", None),
        ("merge", "", None),
        ("merge", "nothing", "nothing"),
        ("note", "", ""),
    ],
)
def test_what_is_written_is_kept_as_a_file_would_say_it(
    name: str, text: str, value: object
) -> None:
    draft = written(Draft.blank("r"), KEYS[name], text)
    assert draft.said.get(name) == value
    assert draft.read()[1] == ()


def test_what_nothing_is_said_of_is_shown_as_what_holds() -> None:
    draft = Draft.blank("r")
    shown = {name: shown_value(draft, key) for name, key in KEYS.items()}
    assert shown["merge"] == "as the library says"
    assert shown["search.distance"] == "any"
    assert shown["audit"] == "50"
