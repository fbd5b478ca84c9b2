"""The relations as they are now, made anew only as far as decisions came or went.

Of a decision nothing ever changes but whether it holds, whoever changes that, in this process or
another. So what was made of some decisions is right as long as the same ones hold, and their ids,
which are all that is asked for first, tell. Where a decision has written into a picture, all that
name the picture name other bytes as long as it holds, and are taken in anew when it comes or goes.
"""

from __future__ import annotations

from core.catalog.relations import (
    connection,
    embedding_ids,
    live,
    live_ids,
    moment,
    naming_assets_of,
)
from core.catalog.rows import without_collection
from core.matching.relations import Relations

_AT_ONCE = 1000
"""Decisions that are taken in one by one; of more, all is made anew."""

_made: tuple[object, object, Relations, frozenset[int]] = (None, None, Relations(), frozenset())
"""The connection to the catalog, when it was asked, what held in it then, and what of that has
written into pictures."""


def current_relations() -> Relations:
    """What follows from the decisions that hold now. Runs on the database thread, and never in a
    transaction that may be taken back."""
    global _made
    opened, asked, relations, embedded = _made
    now, is_known = moment(), opened is connection()
    if is_known and asked == now:
        return relations
    embedding = embedding_ids()
    if not is_known:
        relations, embedded = Relations(), embedding
    ids = live_ids()
    gone, come = relations.ids - ids, ids - relations.ids
    if embedding != embedded:
        others = naming_assets_of(embedding ^ embedded) & ids
        gone, come = gone | (others & relations.ids), come | others
    if len(gone) + len(come) > _AT_ONCE:
        relations = made_anew()
    elif gone or come:
        relations = relations.changed(gone, list(live(come)))
    _made = connection(), now, relations, embedding
    return relations


def made_anew() -> Relations:
    """What follows from the decisions that hold now, from all of them. Runs on the database
    thread."""
    with without_collection():
        return Relations(live())
