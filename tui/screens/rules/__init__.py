"""The pages about rules: all of them, the making of one, and what waits for approval.

A page asks `services` and shows what it is told; what a line says is in `tui.views`.
"""
