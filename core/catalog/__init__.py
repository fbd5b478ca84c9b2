"""What betterhalf remembers, in a Peewee database. Gives out frozen dataclasses, never models."""
