"""What a page says to machines: typed things with properties, each with the place it stands in."""
