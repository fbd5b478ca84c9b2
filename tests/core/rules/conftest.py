"""How the tests of rules are drawn: the same every time, and as slow as the machine is."""

from hypothesis import settings

settings.register_profile("rules", deadline=None, derandomize=True, database=None, max_examples=60)
settings.load_profile("rules")
