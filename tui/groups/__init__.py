"""The groups that wait, and what a person has marked in them.

`walk` is the way through them, `draft` one group's marks, and `service` what the screens ask of
the core: it knows of both.
"""
