"""The words everyone shares: frozen dataclasses and enums that cross the borders of the rooms.

Nothing here does any work. Whoever needs a word takes it from `core.model` itself.

| module | what lives there |
|---|---|
| `pictures` | what is known of a picture itself: measured, or given by a person |
| `files`, `assets` | files as a scan meets them, and images of libraries |
| `pairs`, `verdicts` | two that may be one picture, and what a close look says of them |
| `decisions` | what is wanted of them, what that will do, and what was done |
| `ledgers` | what all of that came to |
| `folders` | what holds usually, and what holds instead in some folders |
"""

from core.model.assets import *
from core.model.decisions import *
from core.model.files import *
from core.model.folders import *
from core.model.ledgers import *
from core.model.pairs import *
from core.model.pictures import *
from core.model.verdicts import *
