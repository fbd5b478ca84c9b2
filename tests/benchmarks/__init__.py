"""How fast betterhalf is: measurements to read, not tests to pass.

Nothing here fails on a slow machine. `python -m tests.benchmarks` (or `make benchmarks`) prints
what it measured beside what it should be; processor time and ratios taken within one run say more
than the clock where the machine has other work.
"""
