"""The libraries, what of them could not be read, and the settings."""
