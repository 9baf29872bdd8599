"""A server of what goes wrong on the web, each at a path of its own with the outcome it must have."""
