"""What each decision freed, and an index that ledgers are added up from."""

from __future__ import annotations

from peewee import BigIntegerField, Database
from playhouse.migrate import SchemaMigrator


def up(migrator: SchemaMigrator, db: Database) -> None:
    """Add column and index; what was decided before gets its bytes from its contents."""
    migrator.migrate(migrator.add_column("decision", "freed", BigIntegerField(default=0)))
    db.execute_sql(  # type: ignore[no-untyped-call]
        "UPDATE decision SET freed ="
        " (SELECT size FROM content WHERE content.id = decision.content_b_id)"
        " WHERE id IN (SELECT decision_id FROM operation WHERE kind = 'trash')"
    )
    migrator.migrate(
        migrator.add_index("decision", ("rule", "decided_at", "approved", "state", "freed"))
    )
