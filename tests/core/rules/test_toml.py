"""Rules as a file that people share: written, read back, and refused by what was meant."""

from __future__ import annotations

import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.model import PairKind, RelationKind
from core.rules.check import errors
from core.rules.rule import Fate, Matching, Mode, Pixels, Rule
from core.rules.scoring import IMMICH
from core.rules.toml_form import RulesFileError, read_rules, write_rules
from tests.core.rules import drawn

RULE = """
format = 1

[[rule]]
name = "mine"
note = "what it does"
mode = "automatic"
paused = true
search.one = ["type is JPEG", "width > 128"]
search.other = [{ any = ["type is PNG", { not = "has EXIF" }] }]
search.kinds = ["similar", "pixels"]
search.pixels = "excluded"
search.distance = 4
search.verdict = "near perfect"
comparison = ["A type is JPEG", { any = [{ all = ["A size > B size", "same type"] }, "B is seen"] }]
action = "better"
b = "trash"
merge = "nothing"
keep = "immich"
waiting_at_most = "no limit"
acts_at_most_per_run = 7
audit = 0
"""


def test_a_rule_is_what_its_file_says() -> None:
    (rule,) = read_rules(RULE, "rules.toml")
    assert (rule.name, rule.note, rule.mode, rule.paused) == (
        "mine",
        "what it does",
        Mode.AUTOMATIC,
        True,
    )
    search = rule.search
    assert search.matching is Matching.ONE_EACH
    assert str(search.first) == "(type is JPEG and width > 128)"
    assert str(search.second) == "(type is PNG or not (has EXIF))"
    assert search.kinds == (PairKind.PIXELS, PairKind.SIMILAR)
    assert (search.pixels, search.distance, search.verdict) == (Pixels.EXCLUDED, 4, "near perfect")
    assert [str(each) for each in rule.comparison] == [
        "A type is JPEG",
        "((A size > B size and same type) or B is seen)",
    ]
    action = rule.action
    assert (action.kind, action.a, action.b) == (RelationKind.BETTER, Fate.KEEP, Fate.TRASH)
    assert (action.merge, rule.keep) == ("nothing", IMMICH)
    limits = rule.waiting_at_most, rule.acts_at_most_per_run, rule.acts_at_most_per_day, rule.audit
    assert limits == (None, 7, 5000, 0)


def test_what_a_rule_does_not_say_is_the_careful_choice() -> None:
    text = 'format = 1\n[[rule]]\nname = "r"\naction = "better"\ncomparison = ["A size > B size"]'
    (rule,) = read_rules(text, "rules.toml")
    assert rule.mode is Mode.SEMI
    assert rule.action.b is Fate.KEEP
    assert (rule.waiting_at_most, rule.audit) == (500, 50)


@given(st.lists(drawn.rules, max_size=2, unique_by=lambda rule: rule.name.casefold()))
def test_what_is_exported_is_imported_as_it_was(rules: list[Rule]) -> None:
    assume(not any(map(errors, rules)))
    assert list(read_rules(write_rules(rules), "rules.toml")) == rules


@pytest.mark.parametrize("name", ["👩\u200d👧 family", "[bold]x[/bold]", "日本語", "o'\"\\"])
def test_a_rule_may_be_called_by_what_people_write(name: str) -> None:
    (rule,) = read_rules(
        _changed('name = "mine"', f"name = {json.dumps(name, ensure_ascii=False)}"), ""
    )
    assert rule.name == name
    assert list(read_rules(write_rules([rule]), "")) == [rule]


def test_an_export_says_what_each_key_means() -> None:
    (rule,) = read_rules(RULE, "rules.toml")
    text = write_rules([rule])
    comments = "".join(line for line in text.splitlines(True) if line.startswith("#"))
    keys = [line.split(" = ")[0] for line in text.splitlines() if line[:1].isalpha()]
    assert len(keys) > 15
    for key in set(keys) - {"format"}:
        assert key.removeprefix("search.") in comments


def refused(text: str) -> str:
    with pytest.raises(RulesFileError) as caught:
        read_rules(text, "rules.toml")
    return str(caught.value)


def _changed(old: str, new: str) -> str:
    assert old in RULE
    return RULE.replace(old, new)


def _nested(depth: int) -> str:
    return "{ not = " * depth + '"B is seen"' + " }" * depth


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("format = ", "rules.toml: this is no TOML"),
        (RULE.replace("format = 1", ""), "rules.toml: format: it is missing"),
        (RULE.replace("format = 1", "format = 2"), "written for a newer betterhalf"),
        (RULE.replace("format = 1", 'format = "1"'), "is no format"),
        ("format = 1\nrules = []", 'rules.toml: rules: there is no such key; did you mean "rule"?'),
        ("format = 1\nrule = 3", "[[rule]]"),
        (_changed('name = "mine"', 'name = " "'), "rule 1: name: a rule needs a name"),
        (_changed('name = "mine"', 'name = "two\\nlines"'), "rule 1: name: a rule needs a name"),
        (RULE + RULE.replace("format = 1", ""), "two rules have this name"),
        (_changed('"B is seen"', _nested(30)), "mine: comparison: its tests are nested too deeply"),
        (_changed('"B is seen"', _nested(5000)), "rules.toml: its tables are nested too deeply"),
        (_changed('"B is seen"', ", ".join(['"B is seen"'] * 300)), "it names 30"),
        (_changed("paused", "pausd"), 'mine: pausd: there is no such key; did you mean "paused"?'),
        (_changed("paused = true", "paused = 1"), "mine: paused: this needs true or false"),
        (_changed("search.pixels", "search.pixel"), "search.pixel: there is no such key; did you"),
        (_changed('"excluded"', '"exclude"'), 'did you mean "excluded"?'),
        (_changed('"similar", ', '"simlar", '), 'search.kinds: "simlar" is unknown'),
        (_changed("distance = 4", "distance = 65"), "search.distance: this needs a number"),
        (_changed('"near perfect"', '"perfect"'), 'did you mean "near perfect"?'),
        (_changed('"better"', '"beter"'), 'action: "beter" is unknown; did you mean "better"?'),
        (_changed('action = "better"', ""), "action: it is missing"),
        (_changed('b = "trash"', 'b = "delete"'), 'b: "delete" is unknown'),
        (_changed('keep = "immich"', 'keep = "imich"'), 'did you mean "immich"?'),
        (_changed('merge = "nothing"', 'merge = "mine"'), "merge: there is no preset 'mine'"),
        (_changed('"better"', '"stacked"'), 'action: "stacked" is unknown'),
        (_changed('keep = "immich"', 'keep = ["bigger size"]'), "nothing to keep by"),
        (_changed('= "no limit"', "= 0"), "waiting_at_most: this needs a number from 1 on"),
        (_changed("audit = 0", "audit = -1"), "audit: this needs"),
        (_changed("type is JPEG", "typ is JPEG"), 'search.one: "typ is JPEG" is no test'),
        (_changed('"B is seen"', '"is seen"'), "say of which side"),
        (_changed('"width > 128"', '"A width > 128"'), "belongs into the comparison"),
        (_changed("{ any = [", "{ some = ["), 'search.other: "some" joins no tests'),
        (_changed('"has EXIF" }', '"has EXIF", all = [] }'), "a test is a text"),
        (_changed('"B is seen"', "7"), "a test is a text"),
        (_changed('any = ["type is PNG", { not = "has EXIF" }]', "any = []"), "names no test"),
        (_changed("search.one = [", 'search.both = ["is seen"]\nsearch.one = ['), "exclude each"),
        (_changed("search.distance = 4", 'search = "all"'), "no TOML"),
    ],
)
def test_what_is_wrong_with_a_file_names_rule_key_and_the_word_that_was_meant(
    text: str, said: str
) -> None:
    assert said in refused(text)


def test_all_that_is_wrong_is_said_at_once() -> None:
    text = _changed("paused", "pausd").replace('"better"', '"beter"').replace("128", "12 MB")
    with pytest.raises(RulesFileError) as caught:
        read_rules(text, "rules.toml")
    subjects = [problem.subject for problem in caught.value.problems]
    assert sorted(subjects) == [
        "rules.toml: mine: action",
        "rules.toml: mine: pausd",
        "rules.toml: mine: search.one",
    ]
    assert "3 mistakes" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_rule_that_can_never_fit_is_refused() -> None:
    text = RULE.replace('"width > 128"', '"width > 128", "width < 100"')
    assert 'search.one: no picture can pass "width > 128" together with "width < 100"' in refused(
        text
    )
