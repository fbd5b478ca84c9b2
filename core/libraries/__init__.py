"""Everything that touches the world outside: listing, reading and moving files."""
