"""The writers with a model: pages are read in batches, and every claim has to pass both gates."""
