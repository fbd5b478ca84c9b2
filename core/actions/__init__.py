"""From a choice to its effect and back: plan, journal, move, undo, and repair after a crash.

Nowhere else is a file of a library moved, written or removed, if by what `core.libraries` has for
that. Nothing is done before it is on record, nothing goes before what stays has been seen, and no
picture is removed but by `emptying`.

| module | what lives there |
|---|---|
| `holdings` | what is open, and what its owner wants and allows |
| `planning`, `grouping`, `merging`, `leading` | what choices will do, worked out beforehand |
| `consistency`, `losses` | what must not be done, or not without asking |
| `carrying`, `effects`, `links`, `embedding` | doing it, one operation after the other |
| `undo`, `redo`, `recovery`, `written` | back, again, after a crash, and what had been changed |
| `trash`, `trashes`, `betters`, `emptying` | what lies in trashes, and when it may go |
| `unbroken` | work that nobody can leave half-way |
| `doctor` | everything held against each other |
| `servers` | the same on servers |
"""
