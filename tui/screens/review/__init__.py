"""The review of one pair after the other.

| module | what lives there |
|---|---|
| `screen` | the screen: all of the below, and the commands that are about neither |
| `base` | the queue, its current pair drawn, and what is asked for ahead of need |
| `answers` | what the app tells: pairs, verdicts, progress, what became of decisions |
| `looking` | commands that change how the pair is looked at |
| `moving` | commands that go to other pairs, or choose which there are |
| `seeing` | commands that change how its pictures are seen |
| `deciding` | commands that decide; `draft` is a choice before it is made |

What has been loaded of a pair is in `tui.known`, what a line says in `tui.views`, and what draws
more than a line in `tui.widgets`.
"""
