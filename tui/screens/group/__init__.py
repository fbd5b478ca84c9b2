"""The review of one group after the other.

| module | what lives there |
|---|---|
| `screen` | the screen: all of the below, and the commands that are about none of it |
| `base` | the current group drawn, its focused picture, and what is asked for ahead of need |
| `answers` | what the app tells: groups, verdicts, plans, what became of decisions |
| `looking` | commands that move the focus, and change how the group is looked at |
| `marking` | commands that say what is to become of the pictures |
| `deciding` | from marks to a decision, by way of a question where one is due |
| `compare` | two of them side by side, looked at in all the ways that a pair is |
| `everything` | the dialog that follows all suggestions at once |

The walk through the groups and what is marked in them is in `tui.groups`, what a line says in
`tui.views.group`.
"""
