"""A person's question: what is asked of a model, and what of its answer may be shown."""
