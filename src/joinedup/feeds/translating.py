"""Texts in the reader's language, for modules that the intake process loads: it starts without Django."""

from __future__ import annotations


def gettext(text: str) -> str:
    """The text in the language of this moment."""
    from django.utils.translation import gettext as translated

    return translated(text)


def ngettext(one: str, more: str, number: int) -> str:
    """The text for so many, in the language of this moment."""
    from django.utils.translation import ngettext as translated

    return translated(one, more, number)
