"""Logged-in crawling: what a host is told so that it shows what it shows to its users."""
