"""What a reader is told beside the numbers of an index."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.utils.translation import gettext as _

from joinedup.measures.localities.columns import Column, Counts
from joinedup.measures.localities.judging import Gathered
from joinedup.measures.localities.result import FEW_RESIDENTS, PART_MISSING, LocalityRow

_FEW = 3  # counted in an area: of fewer chance makes most of the differences


def notes_of(
    gathered: Gathered, rows: Sequence[LocalityRow], counts: Mapping[str, Counts]
) -> tuple[str, ...]:
    """Which index this is, what it is from, which areas it leaves out, and how far it can be trusted."""
    columns = (*gathered.columns, *gathered.beside)
    notes = [
        *_another(gathered),
        *_of_parts(columns),
        *_left_out(gathered, rows),
        *_few(columns),
        _(
            "The interval and “surely” are of chance in the counts and of the index itself; scores and ages "
            "are taken as they are."
        ),
        *(note for one in counts.values() for note in one.notes),
    ]
    return tuple(dict.fromkeys(notes))


def _another(gathered: Gathered) -> list[str]:
    left = [str(one.title) for one in gathered.definition.parts if one not in gathered.parts]
    if not left:
        return []
    said = _("This is another index than “{title}”: it is without {parts}. The two do not compare.")
    return [said.format(title=gathered.definition.title, parts=", ".join(left))]


def _of_parts(columns: Iterable[Column]) -> list[str]:
    """What is said of parts, once for those of which the same is said."""
    titles: dict[str, list[str]] = {}
    for one in columns:
        for note in one.notes:
            titles.setdefault(note, []).append(one.title)
    return [f"{', '.join(of)}: {note}" for note, of in titles.items()]


def _left_out(gathered: Gathered, rows: Sequence[LocalityRow]) -> list[str]:
    notes = []
    few = gathered.definition.fewest_residents
    if small := sum(FEW_RESIDENTS in row.flags for row in rows):
        said = _("{number} areas of {few} residents or fewer have no index.")
        notes.append(said.format(number=small, few=few))
    if few and not gathered.people:
        notes.append(_("Residents are not known here: areas where hardly anybody lives may be among these."))
    if lacking := sum(PART_MISSING in row.flags for row in rows):
        said = _("{number} areas lack a part and have no index; they count in no whole.")
        notes.append(said.format(number=lacking))
    return notes


def _few(columns: Iterable[Column]) -> list[str]:
    """Said where few were counted: by such counts hardly anything is sure."""
    said = _("{title}: {number:,.0f} in {areas:,} areas, which is few: chance moves their index much.")
    notes = []
    for one in columns:
        number = sum(cell.numerator or 0 for cell in one.cells.values())
        if one.counted and number < _FEW * len(one.cells):
            notes.append(said.format(title=one.title, number=number, areas=len(one.cells)))
    return notes
