"""Demo: the demonstration partnership, on real open data."""
