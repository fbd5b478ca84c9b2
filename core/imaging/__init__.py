"""Pixels only: decode, facts, fingerprint, pixel digest, verdict, preview.

Plain functions over bytes and pictures that a worker process can run: no database, no event
loop, no settings, no file names.

| module | what lives there |
|---|---|
| `decode`, `raw`, `jxl` | the one door to the decoders, and what two formats need besides |
| `facts`, `coding`, `jpeg`, `animation` | what is measured of a file, mostly without a decode |
| `fingerprint`, `thumbhash` | what the search compares, and what a server sends ahead |
| `pixels` | whether two files show the same pixels |
| `verdict` | what two pictures are to each other |
| `preview` | what is looked at |
"""

FACTS_VERSION = 1
"""Version of what reading a file yields. Count it up together with a migration that has files of
older versions read again, as 0005 does."""
