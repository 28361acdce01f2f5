"""Health profile indicators that have to do with violence, drugs and alcohol, by district and year."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports.areas import areas
from joinedup.demo.exports.exported import ExportedFile, Truth, rows
from joinedup.demo.exports.filing import Filing, Row, cut, span
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Every, Period

FEED = "health-indicators"
HEADER = columns(
    "Indicator ID,Indicator Name,Area Code,Area Name,From,To,Count,Denominator,Value per 1000,Value Note"
)
_INDICATORS = {
    "JU01": "Emergency department attendances after assault",
    "JU02": "Ambulance calls to violence or intoxication",
    "JU03": "People starting alcohol treatment",
    "JU04": "People starting drug treatment",
}
_PROGRAMMES = {"alcohol-treatment": "JU03", "drug-treatment": "JU04"}
_WITHHELD = range(1, 8)
_Count = Counter[tuple[str, str]]  # of an indicator in a district


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file for each year from April: ``health_2023-04_2024-03.csv``."""
    years = cut(months, Every.YEAR)
    residents = _residents(truth)
    filed = {year.start: list(_rows(_counts(truth, year), residents, year)) for year in years}
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda year, mark: f"health_{span(year)}{mark}.csv",
        put=lambda path, _year, cells: Dialect(newline="\n").write(path, HEADER, cells),
        days=200,
        mess=mess.without(),  # published figures are checked
    )
    return filing.write(filed, years)


def _district(lsoa: str | None) -> str | None:
    area = areas().get(lsoa or "")
    return area.district_code if area else None


def _residents(truth: Truth) -> Counter[str]:
    """People by the district of their first address: the profile's denominator."""
    first = truth.residence.drop_duplicates("person_id")
    where = dict(zip(truth.address["address_id"].tolist(), truth.address["lsoa_code"].tolist(), strict=True))
    found = (_district(where.get(address)) for address in first["address_id"].tolist())
    return Counter(district for district in found if district)


def _counts(truth: Truth, year: Period) -> _Count:
    counts: _Count = Counter()
    events = truth.event
    for flag, indicator in (("ae", "JU01"), ("ambulance", "JU02")):
        for event in rows(events[events[flag].astype(bool)][["occurred_from", "lsoa_code"]]):
            district = _district(event.lsoa_code)
            if district and year.start <= event.occurred_from.date() <= year.last:
                counts[indicator, district] += 1
    people, spells = People(truth), truth.spell
    for spell in rows(spells[spells["programme"].isin(list(_PROGRAMMES))]):
        home = people.home(spell.person_id, spell.started)
        district = _district(home.lsoa_code if home is not None else None)
        if district and year.start <= spell.started.date() <= year.last:
            counts[_PROGRAMMES[spell.programme], district] += 1
    return counts


def _rows(counts: _Count, residents: Counter[str], year: Period) -> Iterator[Row]:
    names = {area.district_code: area.district for area in areas().values()}
    for indicator, title in _INDICATORS.items():
        for district in sorted(residents):
            count, of = counts[indicator, district], residents[district]
            withheld = count in _WITHHELD
            cells: list[object] = [
                indicator,
                title,
                district,
                names[district],
                f"{year.start:%Y-%m}",
                f"{year.last:%Y-%m}",
                "*" if withheld else count,
                of,
                "*" if withheld else f"{1000 * count / of:.2f}",
                "Value withheld: fewer than 8" if withheld else "",
            ]
            yield Row((indicator, district), year.start, cells)
