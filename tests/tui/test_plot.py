"""Plots of block characters, and what ledgers come to over time."""

from __future__ import annotations

from datetime import date

import pytest
from rich.cells import cell_len

from core.model import Ledger, LedgerDay
from core.workers.records import Book
from tui.views import ledger, plot
from tui.views.ledger import EVERYBODY, Accounts, Quantity, Span


def drawn(values: list[float | None], height: int, most: float) -> list[str]:
    return ["".join(line) for line in plot.bars(values, height, most)]


def test_bars_are_as_high_as_their_values() -> None:
    assert drawn([0, 2, 4, 6, 8], 1, 8) == [" ▂▄▆█"]
    assert drawn([4, 8, 12, 16], 2, 16) == ["  ▄█", "▄███"]


def test_the_least_is_seen_and_nothing_is_not() -> None:
    assert drawn([1, None, 0, 10**9], 2, 10**9) == ["   █", "▁  █"]


def test_without_a_value_nothing_is_drawn() -> None:
    assert drawn([None, 0], 2, 0) == ["  ", "  "]


@pytest.mark.parametrize(("width", "height", "count"), [(80, 8, 12), (30, 3, 60), (20, 2, 1)])
def test_a_plot_keeps_to_its_room(width: int, height: int, count: int) -> None:
    runs = plot.merged(count, plot.room(width, str, count))
    values = [float(run[-1]) for run in runs]
    lines = plot.plot(values, [f"{run[0]}" for run in runs], lambda value: "10", width, height)
    assert len(lines) == height
    assert max(cell_len(line.plain) for line in lines) <= width


def test_the_tallest_and_the_times_are_named() -> None:
    lines = plot.plot([1, 4], ["2026-01", "2026-02"], lambda value: f"{value:.0f} MB", 40, 3)
    assert lines[0].plain.strip().startswith("4 MB │")
    assert lines[-1].plain.strip().startswith("2026-01")


def test_neighbours_are_taken_together_where_there_is_no_room_for_each() -> None:
    assert plot.merged(5, 5) == [range(0, 1), range(1, 2), range(2, 3), range(3, 4), range(4, 5)]
    assert plot.merged(5, 3) == [range(0, 1), range(1, 3), range(3, 5)]
    assert plot.merged(1, 9) == [range(0, 1)]


BOOK = Book(
    (
        LedgerDay("mine", "2025-11", Ledger(acted=10, freed=100)),
        LedgerDay(None, "2025-11", Ledger(acted=1, freed=900)),
        LedgerDay("mine", "2026-02", Ledger(acted=5, undone=1, denied=4, freed=50)),
    ),
    1000,
)


def test_ledgers_are_added_up_for_each_and_everybody() -> None:
    rows = Accounts.of(BOOK).rows
    assert list(rows) == [EVERYBODY, None, "mine"]
    assert rows["mine"] == Ledger(acted=15, undone=1, denied=4, freed=150)
    assert rows[EVERYBODY].freed == 1050


def test_months_without_anything_are_there_all_the_same() -> None:
    months = ledger.times(BOOK, Span.ALL, date(2026, 3, 9))
    assert months == ["2025-11", "2025-12", "2026-01", "2026-02", "2026-03"]
    assert [each.acts for each in ledger.over_time("mine", BOOK.days, months)] == [10, 0, 0, 5, 0]
    assert len(ledger.times(BOOK, Span.DAYS, date(2026, 3, 9))) == 30


def test_each_quantity_is_told_at_each_time() -> None:
    months = ledger.times(BOOK, Span.ALL, date(2026, 2, 28))
    found = ledger.over_time("mine", BOOK.days, months)
    files = ledger.files_at(months, {"": 100, "2025-12-24": 50, "2026-02-28": 30})
    assert files == [100, 150, 150, 180]
    assert ledger.values(Quantity.FREED, 0, found, files) == [100, 0, 0, 50]
    assert ledger.values(Quantity.RIGHT, 0, found, files) == [
        100,
        None,
        None,
        pytest.approx(44.4, 0.01),
    ]
    assert ledger.values(Quantity.ONE_PER, 0, found, files) == [10, 15, 15, 12]
