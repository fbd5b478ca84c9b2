"""Two indexes: what the search loads at its start, and what has to be searched for again."""

from typing import Any


def up(migrator: Any, db: Any) -> None:
    migrator.migrate(
        migrator.add_index("content", ("searched_turns",)),
        migrator.add_index("content", ("hash", "detail")),
    )
