"""Colour themes, one TOML file each. A theme is data: `tui.theming` reads it."""
