"""What fills the terminal, or lies over it: the review, and the dialogs `question` and `text`.

A screen is given dataclasses and posts the messages of `tui.messages`; the app answers them.
"""
