"""The definitions, one file for each theme; a file put here is found."""
