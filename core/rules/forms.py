"""The forms of a rule: what can be filled in at each step, made from the keys and the draft."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.rules.draft import Branch, Draft, Group, Join, Line
from core.rules.keys import KEYS, NO_LIMIT, SEARCHES, Key, Shape, Step
from core.rules.rule import Matching
from core.rules.scoring import PRESETS
from core.rules.table import At, Fault


class RowKind(StrEnum):
    """What can be done with a row."""

    MATCHING = "matching"
    """How two files are searched for."""
    VALUE = "value"
    HEAD = "head"
    """What the tests or criteria below it are of."""
    GROUP = "group"
    """All, any or not."""
    TEST = "test"
    CRITERION = "criterion"
    ADD = "add"
    """The place of one more test or criterion."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a form."""

    kind: RowKind
    key: str
    """Of `core.rules.keys.KEYS`."""
    at: At
    """Of a test or criterion: its place. Of what adds one: the place that it would have."""
    label: str
    shown: str
    means: str
    fault: str = ""
    """What is wrong with it."""

    @property
    def depth(self) -> int:
        """How far in a test stands."""
        return len(self.at)

    @property
    def place(self) -> tuple[RowKind, str, At]:
        """What the row is of, whatever it says."""
        return self.kind, self.key, self.at


MATCHINGS: Mapping[Matching, str] = {
    Matching.BOTH: "both files pass these tests",
    Matching.ONE_EACH: "one file passes these tests, and the other those",
    Matching.AT_LEAST_ONE: "at least one file passes these tests",
}

_JOINS = {
    Join.ALL: ("all of", "every one of them has to hold"),
    Join.ANY: ("any of", "at least one of them has to hold"),
    Join.NOT: ("not", "it has to be known not to hold"),
}


def rows(draft: Draft, step: Step, faults: Sequence[Fault]) -> list[Row]:
    """The form of one step."""
    wrong: dict[tuple[str, At], str] = {}
    for each in faults:
        wrong.setdefault((each.key, each.at), each.reason)
    found: list[Row] = []
    if step is Step.SEARCH:
        shown = MATCHINGS[draft.matching]
        means = "which of the two files the search is asked of"
        row = Row(RowKind.MATCHING, "search", (), "asked of", shown, means)
        found.append(row)
        for name in SEARCHES[draft.matching]:
            found += _tests(draft, KEYS[name], wrong)
    for name, key in KEYS.items():
        if key.step is not step or key.shape is Shape.ONE:
            continue
        if key.shape is Shape.PAIR:
            found += _tests(draft, key, wrong)
        elif key.shape is Shape.CRITERIA:
            found += _criteria(draft, key, wrong)
        else:
            fault = wrong.get((name, ()), "")
            shown = shown_value(draft, key)
            found.append(Row(RowKind.VALUE, name, (), key.label, shown, _means(key), fault))
    return found


def shown_value(draft: Draft, key: Key) -> str:
    """What is said under a key, or holds where nothing is, in words."""
    value = draft.value(key.name)
    if key.shape is Shape.FLAG:
        return "yes" if value else "no"
    if key.shape is Shape.WORDS:
        return "all" if len(value) == len(key.words) else ", ".join(value)
    if key.shape is Shape.WORD and value is not None:
        return f"{value}"
    if value is None:
        return {Shape.POLICY: "as the library says"}.get(key.shape, "any")
    return str(value) if value != "" else "—"


def _means(key: Key) -> str:
    return key.means.removesuffix("; or").removesuffix(", and")


def _tests(draft: Draft, key: Key, wrong: Mapping[tuple[str, At], str]) -> Iterator[Row]:
    head = key.label if key.shape is Shape.ONE else "all of"
    # What is wrong with none of them in particular is said of all.
    fault = wrong.get((key.name, ()), "")
    yield Row(RowKind.HEAD, key.name, (), head, "", _means(key), fault)
    yield from _branches(draft.tests(key.name), key.name, (), wrong)


def _branches(
    parts: Sequence[Branch], name: str, outer: At, wrong: Mapping[tuple[str, At], str]
) -> Iterator[Row]:
    for place, branch in enumerate(parts):
        at = (*outer, place)
        inner, text = _text(branch, at)
        fault = wrong.get((name, at), "") or wrong.get((name, inner), "")
        if text is not None:
            negated = "not" if inner != at else ""
            yield Row(RowKind.TEST, name, at, negated, text or "…", "", fault)
        elif isinstance(branch, Group):
            label, means = _JOINS[branch.join]
            yield Row(RowKind.GROUP, name, at, label, "", means, fault)
            yield from _branches(branch.parts, name, at, wrong)
    if not outer:
        means = "one more test; it is found by any word of it"
        yield Row(RowKind.ADD, name, (len(parts),), "", "+ add test", means)


def _text(branch: Branch, at: At) -> tuple[At, str | None]:
    """Of one test, negated or not: where its text stands, and what it is; None of anything else."""
    if isinstance(branch, Line):
        return at, branch.text
    if branch.join is Join.NOT and len(branch.parts) == 1 and isinstance(branch.parts[0], Line):
        return (*at, 0), branch.parts[0].text
    return at, None


def text_at(draft: Draft, row: Row) -> tuple[At, str]:
    """Where the text of a test's row stands, and what it is."""
    inner, text = _text(draft.test(row.key, row.at), row.at)
    return inner, text or ""


def _criteria(draft: Draft, key: Key, wrong: Mapping[tuple[str, At], str]) -> Iterator[Row]:
    fault = wrong.get((key.name, ()), "")
    yield Row(RowKind.HEAD, key.name, (), key.label, "", _means(key), fault)
    texts = criteria(draft)
    for place, text in enumerate(texts):
        fault = wrong.get((key.name, (place,)), "")
        yield Row(RowKind.CRITERION, key.name, (place,), "", text or "…", "", fault)
    means = "one more criterion, for what those above leave open"
    yield Row(RowKind.ADD, key.name, (len(texts),), "", "+ add criterion", means)


def criteria(draft: Draft) -> list[str]:
    """What a draft keeps of a group, a preset by what it stands for."""
    found = draft.value("keep")
    if isinstance(found, str):
        return [str(each) for each in PRESETS.get(found, ())]
    return list(found)


# Changing values


def turned(draft: Draft, row: Row, step: int) -> Draft:
    """The same with the next value of a row that has only so many, or with the one before."""
    if row.kind is RowKind.MATCHING:
        ways = list(Matching)
        return draft.with_matching(ways[(ways.index(draft.matching) + step) % len(ways)])
    if row.kind is RowKind.GROUP:
        return draft.rejoined(row.key, row.at)
    key = KEYS.get(row.key)
    if key is None or row.kind is not RowKind.VALUE:
        return draft
    if key.shape is Shape.FLAG:
        return draft.with_value(key.name, not draft.value(key.name))
    options = [value for value, _ in choices(key)]
    if not options:
        return draft
    value = draft.value(key.name)
    place = options.index(value) if value in options else -1 if step > 0 else 0
    return draft.with_value(key.name, options[(place + step) % len(options)])


def choices(key: Key) -> list[tuple[object, str]]:
    """The values that a key may have, where they are few, each with what it means; None: nothing
    is said."""
    if key.shape is Shape.WORD:
        found: list[tuple[object, str]] = [(str(word), said) for word, said in key.words.items()]
        # What has no default may be left out, but for the action, which has to be said.
        optional = key.default is None and key.name != "action"
        return [(None, "no matter"), *found] if optional else found
    if key.shape is Shape.WORDS:
        words = [str(word) for word in key.words]
        sets = [
            [word for bit, word in enumerate(words) if number & (1 << bit)]
            for number in range(1, 1 << len(words))
        ]
        ordered = sorted(sets, key=lambda each: (-len(each), [words.index(word) for word in each]))
        return [(each, " and ".join(each)) for each in ordered]
    return []


def written(draft: Draft, key: Key, text: str) -> Draft:
    """The same with what a person wrote under a key; what is no value is kept, and is a fault."""
    text = text.strip()
    if key.shape in (Shape.BITS, Shape.LIMIT, Shape.COUNT):
        if not text:
            value: object = None
        elif text == NO_LIMIT or not text.isdecimal():
            value = text
        else:
            value = int(text)
        return draft.with_value(key.name, value)
    if not text and key.shape is Shape.POLICY:
        return draft.with_value(key.name, None)
    return draft.with_value(key.name, text)
