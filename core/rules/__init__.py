"""Rules: facts of two assets in, a choice with its reasons out. Pure, and never random."""
