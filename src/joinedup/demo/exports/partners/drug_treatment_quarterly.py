"""The treatment system's quarterly return: counts by district and substance, small ones withheld."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports import workbook
from joinedup.demo.exports.areas import Area, areas
from joinedup.demo.exports.exported import ExportedFile, Truth, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, cut, span
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.text_files import columns
from joinedup.demo.exports.treatment import COMPLETED, COMPLETED_OCCASIONAL, discharge_reason, substance
from joinedup.terms import Every, Period

FEED = "drug-treatment-quarterly"
HEADER = columns("Quarter from,Quarter to,Area code,Area,Main substance,Count of,Number")
_PROGRAMMES = ("drug-treatment", "alcohol-treatment")
_IN, _NEW, _DONE, _LEFT = (
    "Clients in treatment",
    "New presentations",
    "Treatment completed",
    "Left without completing",
)
_WITHHELD = "<5"
_SMALL = range(1, 5)
_Counts = Counter[tuple[str, str, str, str]]  # district code, district, substance, what is counted


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a quarter: ``NDTMS return 2024-04_2024-06.xlsx``."""

    def put(path: Path, quarter: Period, cells: list[Cells]) -> None:
        title = ("Adults in structured treatment", quarter.words, "Counts below 5 are withheld")
        total = sum(cell for row in cells if row[5] == _IN and isinstance(cell := row[6], int))
        footer = [["Total in treatment", None, None, None, None, None, total]]
        workbook.write(path, HEADER, cells, sheet="Return", title=title, footer=footer)

    people, quarters = People(truth), cut(months, Every.QUARTER)
    filed = {quarter.start: list(_rows(truth, people, mess, quarter)) for quarter in quarters}
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda quarter, mark: f"NDTMS return {span(quarter)}{mark}.xlsx",
        put=put,
        days=50,
        mess=mess,
    )
    return filing.write(filed, quarters)


def _rows(truth: Truth, people: People, mess: Mess, quarter: Period) -> Iterator[Row]:
    for key, count in sorted(_counts(truth, people, mess, quarter).items()):
        cells = [
            f"{quarter.start:%Y-%m}",
            f"{quarter.last:%Y-%m}",
            *key,
            _WITHHELD if count in _SMALL else count,
        ]
        yield Row(key, quarter.start, cells)


def _counts(truth: Truth, people: People, mess: Mess, quarter: Period) -> _Counts:
    """Nothing is counted where there is nobody: such a row is left out of the return."""
    counts = _Counts()
    frame = truth.spell
    for spell in rows(frame[frame["programme"].isin(list(_PROGRAMMES))]):
        started, ended = spell.started.date(), spell.ended.date() if spell.ended else None
        area = _area(people, spell.person_id, spell.started)
        if area is None or started > quarter.last or (ended is not None and ended < quarter.start):
            continue
        where = (area.district_code, area.district, substance(spell))
        counts[(*where, _IN)] += 1
        if started >= quarter.start:
            counts[(*where, _NEW)] += 1
        if ended is not None and ended <= quarter.last:
            person = people.person(spell.person_id)
            died = person.death_date is not None and person.death_date <= spell.ended
            completed = discharge_reason(spell, died, mess) in (COMPLETED, COMPLETED_OCCASIONAL)
            counts[(*where, _DONE if completed else _LEFT)] += 1
    return counts


def _area(people: People, person_id: int, on: dt.datetime) -> Area | None:
    home = people.home(person_id, on)
    return areas().get(home.lsoa_code) if home is not None else None
