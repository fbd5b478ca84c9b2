"""Asyncio tasks that drive the rooms below, and the events they send."""
