"""Pages and records in, reports and answers out."""
