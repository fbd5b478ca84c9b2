"""The pairs that wait, and the person's way through them.

`walk` is the queue itself, made of `run`s; `lens` is what a person wants to see of it and in which
order, and `table` what that is answered from: a few numbers of every pair.
"""
