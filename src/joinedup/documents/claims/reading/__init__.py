"""Reading a report: text, Word or PDF, made into passages. Its door: ``read``."""

from joinedup.documents.claims.reading.reports import read

__all__ = ["read"]
