"""From a choice to its effect and back: plan, journal, move, undo, and repair after a crash."""
