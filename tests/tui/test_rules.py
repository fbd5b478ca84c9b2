"""Rules that work beside a person: what they propose is counted, what they do is said."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.model import Distances
from core.rules.rule import Mode, Rule
from core.rules.templates import templates
from core.workers.rules import save_rules
from core.workers.session import open_session
from tests import gallery
from tests.core.desk import trashed
from tests.tui.review import reviewing


def exact(mode: Mode) -> Rule:
    (rule,) = [rule for rule in templates() if rule.name == "exact copies"]
    return replace(rule, mode=mode)


async def save(database: Path, *rules: Rule) -> None:
    async with open_session(database, [], Distances(4), 1) as (session, _):
        await save_rules(session.catalog, rules)


@pytest.fixture
def two_pairs(library: Path) -> Path:
    """Two photos, each with a copy."""
    for number, name in enumerate(("coffee", "clock")):
        photo = gallery.exact_copy(gallery.photo(name), library / f"{name}.jpg", modified=number)
        gallery.exact_copy(photo, library / f"{name} copy.jpg", modified=9)
    return library


async def test_what_a_rule_proposes_is_counted(two_pairs: Path, tmp_path: Path) -> None:
    await save(tmp_path / "c.db", exact(Mode.SEMI))
    async with reviewing([two_pairs], tmp_path / "c.db") as review:
        await review.until(lambda: "◆ 2 by rules" in review.text("header"))
        await review.until(lambda: "◆ exact copies would keep A" in review.text("suggestion"))
        await review.press("left")
        await review.until(lambda: "◆ 1 by rules" in review.text("header"))
        await review.press("u")
        await review.until(lambda: "◆ 2 by rules" in review.text("header"))
    assert trashed(two_pairs) == []


async def test_a_rule_acts_on_what_nobody_looks_at_and_says_so(
    library: Path, tmp_path: Path
) -> None:
    photo = gallery.exact_copy(gallery.photo("coffee"), library / "seen.jpg", modified=1)
    gallery.exact_copy(photo, library / "seen copy.jpg", modified=2)
    async with reviewing([library], tmp_path / "c.db") as review:
        assert review.sides() == ("seen.jpg", "seen copy.jpg")
    for number in range(6):
        other = gallery.recompressed(
            gallery.photo("clock"), library / f"x{number}.jpg", quality=90 - 9 * number
        )
        gallery.exact_copy(other, library / f"y{number}.jpg", modified=9e9)
    await save(tmp_path / "c.db", exact(Mode.AUTOMATIC))
    async with reviewing([library], tmp_path / "c.db") as review:
        # Of seven copies, as many as five have to do with the pairs that are shown or near.
        await review.until(lambda: len(trashed(library)) >= 2)
        assert "rule exact copies: " in review.text("flash")
        assert "--undo " in review.text("flash")
        pair = review.screen.pair
        assert pair is not None
        # Whatever is on the screen stays.
        assert pair.view.left.path.exists()
        assert pair.view.right.path.exists()


async def test_a_rule_that_cannot_be_read_is_said_and_only_what_is_behind_it_waits(
    two_pairs: Path, tmp_path: Path
) -> None:
    await save(tmp_path / "c.db", exact(Mode.AUTOMATIC))
    async with open_session(tmp_path / "c.db", [], Distances(4), 1) as (session, _):
        from core.catalog import rulebook

        broken = rulebook.StoredRule("from the future", "format = 99")
        await session.catalog.call(rulebook.save_rules, [broken])
        await session.catalog.call(rulebook.place_rule, "from the future", 1)
    async with reviewing([two_pairs], tmp_path / "c.db") as review:
        await review.until(lambda: list(review.app._notifications))
        (said,) = review.app._notifications
        assert "from the future" in said.message
        await review.until(lambda: "◆ 2 by rules" in review.text("header"))
        assert trashed(two_pairs) == []
        await review.press("left")
    assert len(trashed(two_pairs)) == 1
