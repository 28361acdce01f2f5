"""Values that broke a rule of their column (``if_wrong = "blank"``) and were left out of rows that were kept.

They are kept nowhere. The way back is the owner's file: under the mended contract or code list the same file
is judged anew, and the rows that have a value by now are revised.
"""

from __future__ import annotations

from collections.abc import Mapping

from joinedup.feeds import library
from joinedup.feeds.columns import IfWrong, Kind
from joinedup.feeds.contract import Contract
from joinedup.feeds.translating import gettext as _
from joinedup.workspace import Workspace


def left_out(contract: Contract, invalid: Mapping[str, int]) -> dict[str, int]:
    """Field to how many of its values were left out, of those counted as invalid."""
    blanked = [one.field for one in contract.columns if one.if_wrong is IfWrong.BLANK and one.field]
    return {name: invalid[name] for name in blanked if invalid.get(name)}


def of_delivery(workspace: Workspace, contract: Contract, number: int) -> dict[str, int]:
    """The same of a delivery, by what the book counted."""
    from joinedup.records import RecordBook

    with RecordBook(workspace).reading() as reader:
        states = reader.field_states([contract.name])
    return left_out(contract, {one.field: one.invalid for one in states if one.delivery == number})


def of_a_number(workspace: Workspace, number: int) -> dict[str, int]:
    """The same of a standing delivery of any feed, by the contract of its period."""
    from joinedup.records import RecordBook

    rows = [one for one in RecordBook(workspace).deliveries() if one.number == number]
    if not rows or rows[0].state != "standing":
        return {}
    contract = library.version(workspace, rows[0].feed, rows[0].period).contract
    return of_delivery(workspace, contract, number)


def sentence(found: Mapping[str, int]) -> str:
    """What was left out, and the way back."""
    told = ", ".join(f"{name}: {count:,}" for name, count in found.items())
    note = _(
        "Values that broke a rule were left out, and are kept nowhere ({fields}). When the contract or its "
        "code list is mended, deliver the same file again: the rows that have a value by then are revised."
    )
    return note.format(fields=told)


def read_by_a_rule(contract: Contract) -> tuple[str, ...]:
    """The fields whose value hangs on a rule as well as on the text: all but plain text, and the place."""
    typed = [one.field for one in contract.columns if one.field and one.kind is not Kind.TEXT]
    return (*typed, "point") if contract.place else tuple(typed)
