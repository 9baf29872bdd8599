"""URLs in, pages out: scope, politeness, fetching and reading."""
