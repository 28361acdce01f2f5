"""What a reader is told of the rows of a figure that are not among the areas compared."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.measures.result import OUTSIDE, UNLOCATED, FigureRow


def left_out(rows: Sequence[FigureRow], taken: Collection[str]) -> list[str]:
    """Sentences on the areas whose codes are not among those ``taken``, and on what has no area at all."""
    areas = [row for row in rows if row.area_code not in {OUTSIDE, UNLOCATED}]
    left = [row for row in areas if row.area_code not in taken]
    notes = []
    if left:
        shown = [row for row in left if row.numerator is not None]
        said = _("{taken} of {areas} areas are taken here.")
        if len(shown) == len(left):
            said = _("{taken} of {areas} areas are taken here; {counted:,} are counted in the others.")
        elif shown:
            said = _(
                "{taken} of {areas} areas are taken here; {counted:,} are counted in the others, where shown."
            )
        notes.append(said.format(taken=len(areas) - len(left), areas=len(areas), counted=_counted(left)))
    if outside := _counted([row for row in rows if row.area_code == OUTSIDE]):
        said = ngettext(
            "{number:,} more was counted outside every area: it belongs to no area here.",
            "{number:,} more were counted outside every area: they belong to no area here.",
            outside,
        )
        notes.append(said.format(number=outside))
    if unlocated := _counted([row for row in rows if row.area_code == UNLOCATED]):
        said = ngettext(
            "{number:,} more has no place: it belongs to no area here.",
            "{number:,} more have no place: they belong to no area here.",
            unlocated,
        )
        notes.append(said.format(number=unlocated))
    return notes


def _counted(rows: Sequence[FigureRow]) -> int:
    return sum(row.numerator or 0 for row in rows)
