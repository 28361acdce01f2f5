"""Checks a report's passages: every statement found, judged, in the order in which it stands."""

from __future__ import annotations

from collections.abc import Sequence

from joinedup.documents.claims.changes import find_changes
from joinedup.documents.claims.dating import find_dates
from joinedup.documents.claims.editions import find_editions
from joinedup.documents.claims.finding import Finding
from joinedup.documents.claims.parts import find_parts
from joinedup.documents.claims.passages import Passage
from joinedup.documents.claims.shares import judge_shares
from joinedup.documents.claims.statements import Statement
from joinedup.documents.claims.sums import find_sums
from joinedup.documents.claims.tables import find_in_tables
from joinedup.documents.claims.targets import find_targets


def check_passages(passages: Sequence[Passage], statements: Sequence[Statement]) -> list[Finding]:
    """Everything that can be said of a report by its own numbers, in the order of its passages.

    ``statements`` are the sentences of the passages.
    """
    shares = judge_shares(statements)
    found = [
        *(one.to_finding() for one in shares),
        *find_changes(statements),
        *find_parts(statements, shares),
        *find_sums(passages, statements),
        *find_editions(passages, statements),
        *find_dates(passages, statements),
        *find_targets(statements),
        *find_in_tables(passages),
    ]
    return sorted(found, key=lambda one: (one.page or 0, one.paragraph))
