from __future__ import annotations

from pathlib import Path

from core.catalog import pairs
from tests import gallery
from tests.core.desk import Desk


def test_what_was_searched_farther_or_in_more_turns_stays_searched(
    desk: Desk, library: Path
) -> None:
    gallery.exact_copy(gallery.photo("chelsea"), library / "photo.jpg")
    desk.scan()
    (content,) = (row.content_id for row in desk.ask(pairs.search_rows))
    assert desk.ask(pairs.unsearched, 4) == []
    assert desk.ask(pairs.unsearched, 8) == [content]
    assert desk.ask(pairs.unsearched, 4, (3, 6)) == [content]
    desk.ask(pairs.store_candidates, [], [content], 8, (3, 6))
    desk.ask(pairs.store_candidates, [], [content], 2, (2,))
    assert desk.ask(pairs.unsearched, 8, (2, 3, 6)) == []
    assert desk.ask(pairs.unsearched, 8, (2, 3, 6, 8)) == [content]
