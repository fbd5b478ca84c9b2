"""Holding catalog, journal, trash and files against each other; what is provably safe is repaired.

What looks wrong is looked at again while nobody moves files, as somebody may just have done so.
"""
