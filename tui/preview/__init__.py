"""Pictures in a terminal: decoded and encoded off the event loop, cached, drawn, and taken away.

| module | what lives there |
|---|---|
| `sight`, `view` | how a person looks at a pair, as values; start here |
| `sources`, `compose`, `picture` | from files to pixels to something a terminal draws, in threads |
| `half`, `sixel`, `kitty` | the three ways to draw; `protocol` names them |
| `loader` | asks the threads, keeps what they made |
| `widget` | the place of one picture on a screen |
| `pen`, `mirror` | what the terminal shows, so that only what differs is written |
| `link`, `wire` | how fast it takes what it is sent, and kitty's pictures on their way |

`tui/display.py` joins them to Textual, `tui/terminal.py` finds out what the terminal can do.
"""
