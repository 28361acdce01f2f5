"""What a refused row's reason means, what is to be mended, and whether a person may let it in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from joinedup.feeds.columns import Column
from joinedup.feeds.contract import Contract

_EXAMPLE = dt.datetime(2024, 12, 31, 23, 45)  # noqa: DTZ001 - a civil time, to show how one is written

DROPPABLE = frozenset(
    {
        "not-in-code-list",
        "code-not-valid-then",
        "not-a-whole-number",
        "not-a-number",
        "out-of-range",
        "unreadable-date",
        "not-yes-or-no",
        "spreadsheet-error",
    }
)

KEY_REPEATED = "key-repeated"

# Rules by which the contract judges a row's text alone, so that the same text can be judged again.
_OF_THE_TEXT = frozenset(
    {
        "code-not-valid-then",
        "ends-before-it-begins",
        "half-a-point",
        "key-missing",
        "missing",
        "no-such-time",
        "not-a-grid-reference",
        "not-a-number",
        "not-a-whole-number",
        "not-in-code-list",
        "not-yes-or-no",
        "out-of-range",
        "outside-bounds",
        "outside-period",
        "unreadable-date",
        "unreadable-time",
    }
)

# What is kept of such a row is a line of the file as it came, and not the contract's cells.
_TORN = frozenset(
    {
        "not-an-object",
        "not-utf-8",
        "nul-character",
        "too-few-cells",
        "too-many-cells",
        "unreadable-json",
        "unreadable-quotes",
    }
)


def is_of_the_text(reason: str) -> bool:
    """Whether it was the row's own text that broke a rule of the contract: not how it was read, nor the rows
    beside it, which are both gone."""
    return reason.partition(": ")[0] in _OF_THE_TEXT


def is_torn(reasons: Iterable[str]) -> bool:
    """Whether a row was refused for it could not be told which cell is which."""
    return not _TORN.isdisjoint(reasons)


def meaning(reason: str) -> str:
    """A sentence for whoever mends the row."""
    from django.utils.translation import gettext as _

    code, _colon, column = reason.partition(": ")
    sentences = {
        "missing": _("The cell is empty, and every row needs a value."),
        "unreadable-time": _("It cannot be read as the agreed date or time."),
        "no-such-time": _("The clocks went forward then: there was no such time."),
        "ends-before-it-begins": _("It ends before it begins."),
        "outside-period": _("The date is not in the period of the file."),
        "not-in-code-list": _("The word is not in the agreed list."),
        "code-not-valid-then": _("The word was not in use at that date."),
        "not-a-whole-number": _("It is not a whole number."),
        "not-a-number": _("It is not a number."),
        "out-of-range": _("The number is smaller or larger than it can be."),
        "unreadable-date": _("It cannot be read as the agreed date."),
        "spreadsheet-error": _("It is an error of a spreadsheet, such as #N/A, and no value."),
        "not-yes-or-no": _("It is none of the agreed words for yes and no."),
        "key-missing": _("The row has no reference by which it can be told from others."),
        "key-repeated": _("Another row of the file claims the same reference with other content."),
        "half-a-point": _("One of the two coordinates is missing."),
        "outside-bounds": _("The place is far outside the area."),
        "not-a-grid-reference": _("It is not a grid reference."),
        "too-few-cells": _("The row has fewer cells than there are columns."),
        "too-many-cells": _("The row has more cells than there are columns."),
        "unreadable-quotes": _("A quotation mark in the row is wrong or never closed."),
        "not-utf-8": _("The row holds bytes that are no text."),
        "not-one-value": _("It is a list or an object, where one value belongs."),
        "spreadsheet-date": _("The spreadsheet made a date of it, and what it was cannot be told."),
        "digits-lost": _("The spreadsheet kept only 15 digits of it."),
        "formula-without-value": _("It is a formula, and its value was never saved."),
        "date-out-of-range": _("It is a date before the year 1 or after the year 9999."),
        "nul-character": _("The row holds a character that is no text."),
        "unreadable-json": _("The line is no JSON."),
        "not-an-object": _("The line holds no row."),
    }
    said = sentences.get(code, _("The contract refuses it."))
    return f"{column}: {said}" if column else said


_MOST_WORDS = 60  # of a code list; the contract has them all


def taken(contract: Contract, reason: str) -> str:
    """What can stand in the cell instead, for whoever mends the row; empty where the meaning says it all."""
    code, _colon, name = reason.partition(": ")
    if code == "unreadable-time":
        return _such_as(contract.time.pattern)
    column = next((one for one in contract.columns if one.name == name), None)
    return _taken_in(column, code) if column else ""


def _taken_in(column: Column, code: str) -> str:
    from django.utils.translation import gettext as _

    found = ""
    if code in {"not-in-code-list", "code-not-valid-then"} and column.codes is not None:
        words = [one.spellings(column.match)[0] for one in column.codes.codes]
        more = _(" and {number} more").format(number=len(words) - _MOST_WORDS)
        found = "; ".join(words[:_MOST_WORDS]) + (more if len(words) > _MOST_WORDS else "")
    elif code == "unreadable-date":
        found = _such_as(column.pattern)
    elif code == "not-yes-or-no":
        found = "; ".join((*column.true, *column.false))
    elif code == "out-of-range":
        least, most = (_("any") if one is None else f"{one:g}" for one in (column.least, column.most))
        found = _("from {least} to {most}").format(least=least, most=most)
    return found


def _such_as(pattern: str) -> str:
    """A date and time in a pattern, for example."""
    from django.utils.translation import gettext as _

    return _("written like {example}").format(example=_EXAMPLE.strftime(pattern))


def droppable(contract: Contract, reason: str) -> str | None:
    """The column whose value may be dropped so that its row can be let in; None where it is essential.

    Essential is what tells which record it is, when, where and in what state, and what every row must have.
    """
    code, _colon, name = reason.partition(": ")
    column = next((one for one in contract.columns if one.name == name), None)
    roles = {used for rule, names in contract.roles().items() if rule != "ref" for used in names}
    if code not in DROPPABLE or column is None or column.required or name in roles:
        return None
    return name


def essential(contract: Contract, reasons: Iterable[str]) -> list[str]:
    """The reasons for which a row cannot be let in by a person."""
    return [reason for reason in reasons if droppable(contract, reason) is None]
