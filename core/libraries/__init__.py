"""Everything that touches the world outside: listing, reading and moving files, and asking servers.

Nothing here knows what was decided, or of the catalog.

| module | what lives there |
|---|---|
| `opening` | what a person names as a library |
| `folder`, `formats`, `companions`, `watch` | which images are there, what lies beside them |
| `reader`, `judging` | one read of a file, and a close look at two, in worker processes |
| `moves`, `sidecars` | moving without overwriting, writing without tearing |
| `cache` | what can be made again |
| `immich` | Immich servers |
"""
