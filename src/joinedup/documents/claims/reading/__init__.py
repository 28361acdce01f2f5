"""Reading a report: text, Word or PDF, made into passages. Its door: ``read``."""

from joinedup.documents.claims.reading.reports import MOST_BYTES, read

__all__ = ["MOST_BYTES", "read"]
