"""Words that the registers of services and of funding share on the command line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from joinedup.cli.area_names import area_codes
from joinedup.cli.output import Figures
from joinedup.errors import BadInput
from joinedup.terms import AreaLevel

if TYPE_CHECKING:
    from joinedup.workspace import Workspace


def pounds(pence: float) -> str:
    """An amount as people read it: ``£1,234.50``."""
    return f"£{pence / 100:,.2f}"


def money(pence: float | None) -> Figures:
    """The same, or a dash where it is not known."""
    return Figures("–" if pence is None else pounds(pence))


def where_words(measure: str, where: Iterable[Iterable[str]]) -> str:
    """A measure with the values it is narrowed to."""
    told = ", ".join("=".join(pair) for pair in where)
    return f"{measure} ({told})" if told else measure


def one_area(workspace: Workspace, written: str | None, level: AreaLevel) -> tuple[str, str]:
    """Level and code of one area, both empty where none was given."""
    if not written:
        return "", ""
    codes = area_codes(workspace, [written], level)
    if len(codes) != 1:
        raise BadInput("A line of the register has one area", where=written, next_step="Enter one for each")
    return level.value, codes[0]
