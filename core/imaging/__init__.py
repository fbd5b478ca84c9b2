"""Pixels only: decode, facts, fingerprint, pixel digest, preview.

Plain functions over bytes and pictures that a worker process can run: no database, no event
loop, no settings, no file names.
"""

FACTS_VERSION = 1
"""Version of what reading a file yields. Count it up together with a migration that has files of
older versions read again, as 0005 does."""
