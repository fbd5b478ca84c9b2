"""From dataclasses to styled text: pure, so that what a screen says can be tested without one.

| module | what it says |
|---|---|
| `lines` | the top and the bottom line of a screen, and what has just been done |
| `pair`, `rows` | which files a pair is, why it is one, which side is suggested; in one line |
| `group` | what is marked in a group, what differs in it, and what that comes to |
| `decisions` | what was decided, and what can be chosen where a decision asks |
| `fields` | what differs; `marks` finds which words of two texts do |
| `rules`, `wizard`, `offers` | rules in a line each, one being made, those on offer |
| `history`, `trash`, `ledger` | what was decided, what lies in trashes, what it came to |
| `libraries`, `keys` | libraries, what could not be read, settings with what they mean, and keys |
| `plot` | values over time, in block characters |
| `cells` | nothing: it cuts and pads by the cells that characters take |

Styles are the themes' meanings (`$keep`, `$better` ...), and every one of them goes with a glyph:
nothing is said by colour alone.
"""
