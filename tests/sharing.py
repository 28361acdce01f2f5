"""An agreement by which everybody sees everything that is not restricted, for tests of other things."""

from __future__ import annotations

EVERYTHING_SHARED = """
code = "everything"
version = 1
title = "Everything that is not restricted, shared with everybody"
basis = "For tests that are not about agreements"
carried_over = true
purposes = ["crime-and-disorder", "offender-management", "safeguarding", "research", "public-information"]
starts = 2000-01-01
review = 2000-01-01
ends = 2999-12-31

[[shares]]
owner = "*"
feeds = ["all"]
names = ["*"]

[[receives]]
agency = "*"
roles = [
  "analyst", "meeting-coordinator", "practitioner", "data-owner", "theme-lead", "review-chair", "auditor",
  "councillor", "administrator",
]
"""


def share_everything() -> None:
    """Record it in the workspace that is open. Those that tests make have it, unless the test is marked
    ``no_agreements``."""
    from joinedup.accounts.models import AgreementVersion

    AgreementVersion(code="everything", version=1, text=EVERYTHING_SHARED, recorded_by="tests").save()
