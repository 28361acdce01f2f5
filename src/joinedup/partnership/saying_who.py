"""Signs in a text that it says who somebody is, which need no look at any record.

A program cannot understand a text. These are the signs that stand in the text itself: a title before a name,
a postcode, an address of electronic mail, a telephone number, a date of birth, a long number. It asks no
record book, so that nobody can find out by trial whether a name stands in one.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from joinedup.errors import BadInput

_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|MR|MRS|MISS)\b\.?\s+[A-Z][^\W\d_]*")
_POSTCODE = re.compile(r"\b[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}\b")
_MAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_DATE = re.compile(
    r"\b\d{4}-\d{2}(?:-\d{2})?\b"
)  # months and days as figures are written, no number of anybody
_LONG_NUMBER = re.compile(r"(?<![\w.,])\+?\d(?:[ \-]?\d){8,}(?![\w,])")
_BORN = re.compile(
    r"\b(?:born|dob|d\.o\.b\.?|date of birth)\b[^.\n]{0,20}\d{1,2}[\s./-]+\w{1,9}[\s./-]+\d{2,4}",
    re.IGNORECASE,
)
_SIGNS = (_TITLE, _POSTCODE, _MAIL, _LONG_NUMBER)


def says_who(text: str) -> bool:
    """Whether a text has any of these signs."""
    plain = _DATE.sub(";", text)
    return any(sign.search(plain) for sign in _SIGNS) or bool(_BORN.search(text))


def refuse_saying_who(text: str, *, where: str) -> None:
    """Raise BadInput where it has; the sentence never repeats the text."""
    if says_who(text):
        raise BadInput(
            _("The words seem to say who somebody is"),
            where=where,
            next_step=_("Leave out names, postcodes, mail addresses, dates of birth, and numbers of people"),
        )
