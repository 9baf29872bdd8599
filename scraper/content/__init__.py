"""What a page says: its type, its main content, its metadata."""
