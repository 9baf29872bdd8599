"""Reads bodies that are no HTML: PDF, text, JSON, feeds and other XML, tables, pictures."""
