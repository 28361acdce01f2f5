"""What the exports of surveys share: the answers of one survey, and how answerers describe themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from joinedup.demo.exports.exported import Truth, rows
from joinedup.demo.exports.mess import Draw
from joinedup.demo.exports.people import MISSING, REFUSED, UNKNOWN, Written

_BANDS = ((18, "Under 18"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (65, "55-64"))
_OLD = ((75, "65-74"), (200, "75 and over"))
_AS_THEY_ARE = frozenset({"16-24", *(band for _, band in (*_BANDS, *_OLD))})


def answers(truth: Truth, survey: str) -> Iterator[Any]:
    """The answers of one survey, in order."""
    frame = truth.response
    yield from rows(frame[frame["survey"] == survey], ["answered_on", "response_id"])


def age_band(told: str | None) -> str:
    """The band of the code list ``age-bands`` that a band of the truth begins in."""
    words = told or ""
    if words in _AS_THEY_ARE:
        return words
    if re.search(r"under", words, re.IGNORECASE):
        return "Under 18"
    if re.search(r"65.*(over|\+)", words):
        return "65 and over"
    first = re.search(r"\d+", words)
    if first is None:
        return ""
    return next(band for top, band in (*_BANDS, *_OLD) if int(first[0]) < top)


def answer_words(answer: Any) -> str:
    """The answer as forms print it; nobody's answer is that they do not know."""
    told: str = answer.answer or "don't know"
    return told[:1].upper() + told[1:]


def answerer(answer: Any, draw: Draw) -> Written:
    """Sex and ethnic group as somebody gave them, or did not."""
    sex = (answer.sex or "")[:1].upper()
    if draw.happens("sex-missing"):
        sex = ""
    ethnicity = answer.ethnicity or UNKNOWN
    if draw.happens("ethnicity-missing"):
        ethnicity = MISSING
    elif draw.happens("ethnicity-refused"):
        ethnicity = REFUSED
    return Written(sex=sex, ethnicity=ethnicity)
