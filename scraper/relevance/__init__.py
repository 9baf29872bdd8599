"""How much a page has to do with a job's topic, and which of its links are asked first."""
