"""The commands that change the draft of a rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import on

from core.rules.draft import Draft, Group, Join, Line
from core.rules.forms import (
    MATCHINGS,
    Row,
    RowKind,
    choices,
    criteria,
    text_at,
    turned,
    written,
)
from core.rules.keys import KEYS, Shape
from core.rules.rule import Matching
from core.rules.table import At
from tui.screens.dialogs import AskLine, Pick
from tui.screens.page import ListPage
from tui.screens.rules.writing import Writing
from tui.widgets.listing import Listing

_TREE = (RowKind.TEST, RowKind.GROUP)


class Making(ListPage):
    """What a key does to the row that is marked."""

    draft: Draft
    rows: Sequence[Row] = ()
    """Of the form that is shown."""

    def changed(self, draft: Draft, at: tuple[RowKind, str, At] | None = None) -> None:
        """The draft is this now; mark the row of that place, where there is one."""
        raise NotImplementedError

    @property
    def row(self) -> Row | None:
        """The row that is marked."""
        raise NotImplementedError

    # Values

    def action_next_value(self) -> None:
        self._turn(1)

    def action_previous_value(self) -> None:
        self._turn(-1)

    def _turn(self, step: int) -> None:
        row = self.row
        if row is None:
            return
        draft = turned(self.draft, row, step)
        if draft != self.draft:
            self.changed(draft)
        elif row.kind in (RowKind.VALUE, RowKind.TEST, RowKind.CRITERION):
            self.flash("⏎ writes this")

    @on(Listing.Chosen)
    def action_edit(self) -> None:
        row = self.row
        if row is None:
            return
        if row.kind is RowKind.MATCHING:
            self._pick_matching()
        elif row.kind is RowKind.VALUE:
            self._edit_value(row)
        elif row.kind is RowKind.TEST:
            self._edit_test(row)
        elif row.kind is RowKind.CRITERION:
            self._edit_criterion(row)
        elif row.kind is RowKind.GROUP:
            self._turn(1)
        else:
            self.action_add()

    def _pick_matching(self) -> None:
        ways = list(Matching)

        def picked(place: int | None) -> None:
            if place is not None:
                self.changed(self.draft.with_matching(ways[place]))

        options = [(str(each), MATCHINGS[each]) for each in ways]
        marked = ways.index(self.draft.matching)
        self.app.push_screen(Pick("What the search is asked of", options, marked), picked)

    def _edit_value(self, row: Row) -> None:
        key = KEYS[row.key]
        options = choices(key)
        if key.shape is Shape.FLAG:
            self._turn(1)
        elif options:
            values = [value for value, _ in options]
            value = self.draft.value(key.name)

            def picked(place: int | None) -> None:
                if place is not None:
                    self.changed(self.draft.with_value(key.name, values[place]))

            names = [("any" if each is None else _named(each), said) for each, said in options]
            marked = values.index(value) if value in values else 0
            self.app.push_screen(Pick(key.label, names, marked), picked)
        else:
            self._write_value(row)

    def _write_value(self, row: Row) -> None:
        key = KEYS[row.key]
        value = self.draft.said.get(key.name, key.default)
        text = "" if value is None else str(value)

        def done(text: str | None) -> None:
            if text is not None:
                self.changed(written(self.draft, key, text))

        if key.shape is Shape.POLICY:
            self.app.push_screen(Writing(text, key.shape), done)
            return

        def check(text: str) -> str:
            faults = written(self.draft, key, text).read()[1]
            return next((each.reason for each in faults if each.key == key.name), "")

        title = f"{key.label}: {key.means}"
        self.app.push_screen(AskLine(title, text, check=check, goes_on=True), done)

    # Tests and criteria

    def _edit_test(self, row: Row) -> None:
        at, text = text_at(self.draft, row)

        def done(text: str | None) -> None:
            if text:
                self.changed(self.draft.replaced(row.key, at, Line(text)))

        self.app.push_screen(Writing(text, KEYS[row.key].shape, KEYS[row.key].label), done)

    def _edit_criterion(self, row: Row) -> None:
        found = criteria(self.draft)

        def done(text: str | None) -> None:
            if text:
                found[row.at[0]] = text
                self.changed(self.draft.with_value("keep", found))

        self.app.push_screen(Writing(found[row.at[0]], Shape.CRITERIA), done)

    def action_add(self) -> None:
        row = self._row_to_add_at()
        if row is None:
            self.flash("`a` adds a test at the steps search and comparison")
            return
        shape = KEYS[row.key].shape
        at = self._place_to_add(row)

        def done(text: str | None) -> None:
            if not text:
                return
            if shape is Shape.CRITERIA:
                found = criteria(self.draft)
                found.insert(at[0], text)
                self.changed(self.draft.with_value("keep", found), (RowKind.CRITERION, row.key, at))
            else:
                draft = self.draft.inserted(row.key, at, Line(text))
                self.changed(draft, (RowKind.TEST, row.key, at))

        self.app.push_screen(Writing("", shape, KEYS[row.key].label), done)

    def _row_to_add_at(self) -> Row | None:
        """The marked row, or else the next that one more can be added at."""
        row = self.row
        if row is None or row.kind not in (RowKind.MATCHING, RowKind.VALUE):
            return row
        place = self.listing.place
        around = [*self.rows[place:], *reversed(self.rows[:place])]
        return next((each for each in around if each.kind is RowKind.ADD), None)

    def _place_to_add(self, row: Row) -> At:
        if row.kind is RowKind.ADD:
            return row.at
        if row.kind is RowKind.HEAD:
            return (0,)
        if row.kind is RowKind.GROUP:
            group = self.draft.test(row.key, row.at)
            assert isinstance(group, Group)
            if group.join is not Join.NOT:
                return (*row.at, len(group.parts))
        *outer, last = row.at
        return (*outer, last + 1)

    def action_remove(self) -> None:
        row = self.row
        if row is not None and row.kind in _TREE:
            self.changed(self.draft.replaced(row.key, row.at))
        elif row is not None and row.kind is RowKind.CRITERION:
            found = criteria(self.draft)
            del found[row.at[0]]
            self.changed(self.draft.with_value("keep", found or None))
        elif row is not None and row.kind is RowKind.VALUE:
            # As if nothing were said.
            key = KEYS[row.key]
            if key.default is not None or key.shape is not Shape.LINE:
                self.changed(self.draft.with_value(row.key, None))

    def action_negate(self) -> None:
        self._in_tree(lambda row: self.draft.wrapped(row.key, row.at, Join.NOT))

    def action_any(self) -> None:
        self._wrap(Join.ANY)

    def action_all(self) -> None:
        self._wrap(Join.ALL)

    def _wrap(self, join: Join) -> None:
        row = self.row
        if row is None or row.kind not in _TREE:
            return
        branch = self.draft.test(row.key, row.at)
        if isinstance(branch, Group) and branch.join not in (join, Join.NOT):
            self.changed(self.draft.rejoined(row.key, row.at))
            return
        draft = self.draft.wrapped(row.key, row.at, join)
        self.changed(draft, (RowKind.GROUP, row.key, row.at))
        self.flash("`a` adds another test to the group")

    def action_apart(self) -> None:
        self._in_tree(lambda row: self.draft.unwrapped(row.key, row.at))

    def _in_tree(self, edit: Callable[[Row], Draft]) -> None:
        row = self.row
        if row is not None and row.kind in _TREE:
            self.changed(edit(row))

    def action_earlier(self) -> None:
        self._move(-1)

    def action_later(self) -> None:
        self._move(1)

    def _move(self, step: int) -> None:
        row = self.row
        if row is None:
            return
        if row.kind in _TREE:
            draft, at = self.draft.moved(row.key, row.at, step)
            self.changed(draft, (row.kind, row.key, at))
        elif row.kind is RowKind.CRITERION:
            found = criteria(self.draft)
            here, there = row.at[0], row.at[0] + step
            if 0 <= there < len(found):
                found[here], found[there] = found[there], found[here]
                draft = self.draft.with_value("keep", found)
                self.changed(draft, (row.kind, row.key, (there,)))


def _named(value: object) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)
