"""Silences the process that imports it, and all that fork from it.

The process that workers are forked from is Python's own and runs nothing of ours but the imports
it is told. Until a worker has been handed its task it is Python's, too: one that is still starting
while the pool stops finds the pool's semaphores gone, or one whose parent was killed its pipe
empty, and says so with a traceback. Nobody who watches a terminal can do anything about that, and
decoders must not write on one that shows screens either.
"""

from __future__ import annotations

import os

_null = os.open(os.devnull, os.O_WRONLY)
os.dup2(_null, 1)
os.dup2(_null, 2)
os.close(_null)
