"""Says what a run does while it does it."""
