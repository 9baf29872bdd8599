"""Finds the wanted fields: structured data, learned selectors, a scorer, and a model that only points."""
