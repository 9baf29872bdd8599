"""Tandem: crawl politely on your own machine, and report what the pages say."""
