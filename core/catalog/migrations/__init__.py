"""Numbered scripts that bring an older catalog to today's tables.

A new catalog is made from `core.catalog.schema` and starts with every script marked as applied.
A script is called ``0001_what_it_does.py``, defines ``up(migrator, db)`` for `playhouse.migrations`
and carries its own frozen copy of what it touches. A catalog that lists a script which is not here
was written by a newer betterhalf, and is left alone.
"""
