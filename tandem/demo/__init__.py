"""The demo shop: an invented outdoor shop on loopback that knows its own truth."""
