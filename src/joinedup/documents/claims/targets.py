"""Targets: whether one is judged on what the same report says cannot be compared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.statements import Role, Statement
from joinedup.documents.claims.wording import percent
from joinedup.documents.claims.wording import translated as _

_REACH = 12  # passages between what cannot be compared and the target
_CANNOT = r"(?:cannot|can\s+not|could\s+not|(?:ca|could)n['’]t)"
_IS = r"(?:was|is|were|are)"
_HOW = r"(?:(?:yet|currently|now|directly|fully|therefore)\s+)?"
_POSSIBLE = r"(?:possible|available|made|valid|meaningful|reliable|feasible|appropriate|advisable)"
_IMPOSSIBLE = r"(?:impossible|unable|unavailable|unreliable|invalid|meaningless|misleading)"
_NOT_COMPARED = re.compile(
    rf"\bcomparison\s+(?:of|for|with|in)?\s*(?P<things>[^.;]{{3,80}}?)\s+"
    rf"(?:{_CANNOT}|{_IS}(?:\s+not|n['’]t)\s+{_HOW}{_POSSIBLE}|{_IS}\s+{_HOW}{_IMPOSSIBLE})\b"
    rf"|\b(?P<those>[a-z][^.;]{{3,80}}?)\s+{_CANNOT}\s+be\s+(?:directly\s+)?compared\b",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"\b(?:due\s+to|because\s+of|because|following|as\s+a\s+result\s+of|owing\s+to)\b[^.;]*", re.IGNORECASE
)
_JUDGED = re.compile(
    r"\b(?:met|meet|meets|achieve[ds]?|achieving|exceed(?:ed)?|on\s+(?:target|track|course)|missed|hit|reached)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]{4,}")
_COMMON = frozenset([
    "incidents", "figures", "data", "levels", "number", "numbers", "crimes", "rates", "reported",
    "recorded", "this", "year", "with", "that",
])  # fmt: skip


def find_targets(statements: Sequence[Statement]) -> list[Finding]:
    """Targets that are said to be met or missed, of things that the report says cannot be compared."""
    breaks = [
        (statement, match) for statement in statements if (match := _NOT_COMPARED.search(statement.text))
    ]
    found = []
    for statement in statements:
        targets = [share for share in statement.shares if statement.role(share) is Role.TARGET]
        if not targets or not _JUDGED.search(statement.text):
            continue
        for broken, match in breaks:
            things = _things(match["things"] or match["those"] or "")
            near = abs(broken.position - statement.position) <= _REACH
            if near and len(things) > 0 and things <= _things(statement.text):
                why = _WHY.search(broken.text)
                words = _(
                    "the target of {target} cannot be judged: the report says that it cannot be compared"
                ).format(target=percent(targets[0].value, targets[0].decimals))
                words += f" ({why[0].strip()})" if why else ""
                found.append(statement.finding(About.TARGET, Verdict.DISAGREES, targets[:1], words))
                break
    return found


def _things(text: str) -> set[str]:
    return set(_WORD.findall(text.lower())) - _COMMON
