"""Acting on a server: the same plan, journal and undo, with requests where folders have moves.

A request can be done though nobody hears of it. So every operation is one that comes to the same if
it is done twice, or one whose doing can be looked up; and whoever finds a decision half-way asks
the server what has happened.
"""
