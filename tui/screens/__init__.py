"""One screen a file, its styles beside it. Screens post messages; they know no services."""
