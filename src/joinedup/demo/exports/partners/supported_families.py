"""Families that are worked with at each month's end: one row for each member of the household."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import workbook
from joinedup.demo.exports.caseloads import Case, Caseload
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number
from joinedup.demo.exports.filing import Cells, Filing
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "supported-families"
HEADER = columns(
    "As at,Family ref,Member,Role,Name,DOB,Gender,Ethnicity,Address,Postcode,UPRN,Started,Closed"
)
_DAY = "%d/%m/%Y"
_ADULT = 18


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook a month, as the programme stood at its end: ``Supported families 2024-05.xlsx``."""
    caseload = Caseload(truth, mess, FEED, "supported-family")
    numbers = _member_numbers(caseload)

    def put(path: Path, month: Period, cells: list[Cells]) -> None:
        families = len({row[1] for row in cells})
        title = (f"Supported families at {month.last:%d %B %Y}",)
        footer = [["Total families", families]]
        workbook.write(path, HEADER, cells, sheet="Families", title=title, footer=footer)

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"Supported families {month}{mark}.xlsx",
        put=put,
        days=14,
        mess=mess,
    )
    filed = caseload.filed(months, lambda case: _cells(case, numbers), _member)
    return filing.write(filed, months)


def _member(case: Case) -> Sequence[Named]:
    return [Named("member", case.spell.person_id)]


def _family(spell: Any) -> tuple[int | None, Any]:
    """A household is another family when the work with it begins anew."""
    return spell.household_id, spell.started


def _member_numbers(caseload: Caseload) -> Mapping[int, tuple[str, int]]:
    """The family's reference and the member's number in it, oldest first, by spell."""
    families: dict[tuple[int | None, Any], list[Any]] = defaultdict(list)
    for spell in caseload.spells:
        families[_family(spell)].append(spell)
    people = caseload.clients.people
    numbers: dict[int, tuple[str, int]] = {}
    for members in families.values():
        members.sort(key=lambda spell: (people.person(spell.person_id).birth_date, spell.person_id))
        ref = f"SF{number(FEED, min(spell.spell_id for spell in members), 6)}"
        numbers |= {spell.spell_id: (ref, at) for at, spell in enumerate(members, 1)}
    return numbers


def _cells(case: Case, numbers: Mapping[int, tuple[str, int]]) -> Cells:
    client = case.client
    born = client.person.birth_date.date()
    age = case.as_at.year - born.year - ((case.as_at.month, case.as_at.day) < (born.month, born.day))
    return [
        case.as_at.strftime(_DAY),
        *numbers[case.spell.spell_id],
        "Adult" if age >= _ADULT else "Child",
        client.written.full_name,
        client.born(_DAY),
        {"F": "Female", "M": "Male"}.get(client.written.sex, "Not known"),
        client.written.ethnic_words(unknown="Not known", refused="Not stated"),
        client.address,
        client.written.postcode,
        client.written.uprn,
        case.started.strftime(_DAY),
        case.ended.strftime(_DAY) if case.ended else "",
    ]
