"""Pixels only: decode, facts, fingerprint, pixel digest, preview.

Plain functions over bytes and pictures that a worker process can run: no database, no event
loop, no settings, no file names.
"""
