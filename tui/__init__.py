"""The terminal user interface and the command line.

`cli` chooses between the screens and a headless run; `app` is the only module that talks to the
core's services. Screens and widgets take frozen dataclasses and post messages.
"""
