"""Editions: whether a report calls one and the same thing the fifth here and the sixth there."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.number_words import ORDINALS
from joinedup.documents.claims.passages import Passage, Shape
from joinedup.documents.claims.statements import Statement
from joinedup.documents.claims.wording import translated as _

_NAMED = re.compile(
    rf"\b(?P<ordinal>{'|'.join(ORDINALS)}|\d{{1,2}}(?:st|nd|rd|th))\s+(?:(?:annual|biennial|edition\s+of\s+the)\s+)?"
    r"(?P<name>(?:[A-Z][\w'’-]+\s+){1,6}[A-Z][\w'’-]+)"
)
_ANOTHER = re.compile(
    r"\b(?:previous|last|next|following|earlier|former|forthcoming|coming|future|before|since|after|compared|and|to|or)\b"
    r"[^.;]{0,40}$",
    re.IGNORECASE,
)
_OF_A_DOCUMENT = re.compile(
    r"\b(?:assessment|report|plan|strategy|survey|audit|bulletin|profile|newsletter)$", re.IGNORECASE
)
_THIS_ONE = re.compile(r"\b(?:copy\s+of|this|attached|here)\b[^.;]{0,20}$", re.IGNORECASE)
_YEAR = re.compile(r"\s+(?:19|20)\d\d.*$")


@dataclass(frozen=True)
class _Mention:
    """Where a document is called the fifth: the number, the word, the sentence, whether this one is meant."""

    place: int
    ordinal: str
    statement: Statement
    is_this: bool


def find_editions(passages: Sequence[Passage], statements: Sequence[Statement]) -> list[Finding]:
    """One finding for each document that two places of a report count differently.

    Only of the report itself: what its heading names, or what it calls "this" or "a copy of".
    """
    titles = " ".join(each.text.lower() for each in passages if each.shape is Shape.HEADING)
    said: dict[str, list[_Mention]] = {}
    for statement in statements:
        for match in _NAMED.finditer(statement.text):
            name = _YEAR.sub("", match["name"]).lower().removeprefix("annual ")
            before = statement.text[: match.start()]
            if not _ANOTHER.search(before) and _OF_A_DOCUMENT.search(name):
                is_this = name in titles or bool(_THIS_ONE.search(before))
                said.setdefault(name, []).append(
                    _Mention(_place(match["ordinal"]), match["ordinal"], statement, is_this)
                )
    return [
        _told(mentions)
        for mentions in said.values()
        if len({one.place for one in mentions}) > 1 and any(one.is_this for one in mentions)
    ]


def _place(ordinal: str) -> int:
    return ORDINALS.get(ordinal.lower()) or int(ordinal[:-2])


def _told(mentions: Sequence[_Mention]) -> Finding:
    first = mentions[0]
    other = next(one for one in mentions if one.place != first.place)
    words = _("“{first}” here, “{other}” in {place}: “{sentence}”").format(
        first=first.ordinal,
        other=other.ordinal,
        place=_("paragraph {number}").format(number=other.statement.passage.number),
        sentence=_shortened(other.statement.text),
    )
    return first.statement.finding(About.EDITION, Verdict.DISAGREES, [first.ordinal, other.ordinal], words)


def _shortened(text: str, most: int = 90) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0] + " …"
