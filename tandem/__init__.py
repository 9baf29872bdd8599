"""Tandem: crawl politely on your own machine, and report what the pages say."""

__version__ = "0.1.0"
