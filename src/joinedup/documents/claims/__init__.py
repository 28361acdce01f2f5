"""Checking the figures of a published report: which do not add up, and what the records say.

Its door: ``check_report``.
"""

from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.reading import MOST_BYTES
from joinedup.documents.claims.report import CheckedReport, check_report

__all__ = ["MOST_BYTES", "About", "CheckedReport", "Finding", "Verdict", "check_report"]
