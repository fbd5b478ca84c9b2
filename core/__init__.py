"""What betterhalf does, without a screen: none of it knows of `tui`.

A room imports only from those below it in this table; the check reads their order in
`pyproject.toml`.

| room | what lives there, and what may not |
|---|---|
| `process` | headless commands, one a module: from an order to stdout, stderr and an exit code |
| `workers` | asyncio tasks that drive the rooms below, and the events they send |
| `actions` | from a choice to its effect and back; only here are files of a library changed |
| `rules` | from two assets to a choice with its reasons: pure, without files, catalog or loop |
| `matching` | from fingerprints to pairs, relations and groups |
| `libraries` | folders and servers: all that touches the world outside |
| `catalog` | what is remembered; its models do not leave it |
| `imaging`, `metadata` | bytes in, facts and words out: no database, no loop, no settings |
| `settings` | one TOML file, each key declared once |
| `model`, `address`, `sides`, `text`, `errors` | the words that all of them share |
"""
