"""The pages about the past: what was decided and denied, what lies in trashes, and what it came
to."""
