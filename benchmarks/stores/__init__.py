"""Stores that keep the same records, each in a process of its own."""
