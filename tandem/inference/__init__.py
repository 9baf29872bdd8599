"""Talks to language models: tiers, backends, lanes, routing, health."""
