"""Records: the record book: append-only, every version, as known on any date."""
