"""What betterhalf remembers, in a Peewee database. Gives out frozen dataclasses, never models.

What changes anything runs on the database thread, handed to `Catalog.call`; what only looks may go
to `Catalog.read`, beside it. Neither waits for anything else.

| module | what lives there |
|---|---|
| `database`, `schema`, `migrations` | connections, tables, and how older ones become these |
| `rows`, `prepared`, `scope` | how queries are asked and read, and below which folders |
| `assets`, `saying`, `overview`, `libraries` | what is known of assets, in full or in short |
| `known`, `recording`, `servers` | what a scan holds against the catalog, and writes down |
| `pairs`, `verdicts` | what the search and the close looks found |
| `journal`, `reading`, `history` | decisions: written ahead, read back, asked for |
| `relations`, `handing_on` | what holds of contents, and of others that come in their place |
| `held`, `traces`, `ledger` | what lies in trashes, what is left on disks, what it came to |
| `rulebook` | saved rules, and what people denied them |
| `health` | whether the catalog itself is whole |
"""
