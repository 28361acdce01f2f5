"""From yearly counts of areas to rates, chances and pairs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.rare import statistics
from joinedup.measures.rare.result import AreaChances, Pair, RareEvents, YearRate
from joinedup.measures.rare.series import AreaYear, Series
from joinedup.measures.rare.statistics import Dispersion

PER = 100_000
_NEAREST = 2
_MOST_COMING = 100


def rare_events(series: Series, *, coming: int = 1) -> RareEvents:
    """What the series tells: its rate, whether years and areas differ beyond chance, and for each area the
    chances of none, one, two, three or more events in the next ``coming`` years, by the rate of all.

    Raises BadInput where it is asked for less than one year or more than a hundred.
    """
    if not 1 <= coming <= _MOST_COMING:
        raise BadInput(f"Chances are told for 1 to {_MOST_COMING} years", where=str(coming))
    known = series.known
    count, exposure = _sums(known)
    value, lower, upper = statistics.rate(count, exposure)
    by_year = [[cell for cell in known if cell.year == year] for year in series.known_years]
    by_area = [[cell for cell in known if cell.area == area] for area in series.areas]
    between_years, between_areas = _dispersion(by_year), _dispersion(by_area)
    areas = tuple(
        _area(cells[0].area, cells, series.residents_now(cells[0].area), (count, exposure), coming)
        for cells in by_area
    )
    everyone = sum(one.residents for one in areas)
    together = _area(_("All together"), known, everyone, (count, exposure), coming)
    return RareEvents(
        count=count,
        exposure=exposure,
        value=value * PER,
        lower=lower * PER,
        upper=upper * PER,
        coming=coming,
        years=tuple(_year(cells, len(areas)) for cells in by_year),
        areas=areas,
        together=together,
        pairs=tuple(_pairs(areas, count, exposure, coming)),
        between_years=between_years,
        between_areas=between_areas,
        notes=tuple(_notes(series, count, between_years, between_areas)),
    )


def _sums(cells: Sequence[AreaYear]) -> tuple[int, int]:
    return sum(cell.count or 0 for cell in cells), sum(cell.residents for cell in cells)


def _dispersion(groups: Sequence[Sequence[AreaYear]]) -> Dispersion | None:
    sums = [_sums(cells) for cells in groups]
    return statistics.dispersion([count for count, _ in sums], [exposure for _, exposure in sums])


def _year(cells: Sequence[AreaYear], areas: int) -> YearRate:
    count, residents = _sums(cells)
    value, lower, upper = (one * PER for one in statistics.rate(count, residents))
    return YearRate(cells[0].year, count, residents, value, lower, upper, areas - len(cells))


def _area(
    area: str, cells: Sequence[AreaYear], residents: int, whole: tuple[int, int], coming: int
) -> AreaChances:
    count, exposure = whole
    value, lower, upper = statistics.rate(count, exposure)
    none, one, two, more = statistics.chances(count, exposure, residents * coming)
    expected = value * residents
    return AreaChances(
        area=area,
        count=_sums(cells)[0],
        years=len({cell.year for cell in cells}),
        residents=residents,
        expected=expected,
        expected_lower=lower * residents,
        expected_upper=upper * residents,
        chances=(none, one, two, more),
        none_lower=math.exp(-upper * residents * coming),
        none_upper=math.exp(-lower * residents * coming),
        doubled=statistics.years_to_see(expected, 2.0),
        halved=statistics.years_to_see(expected, 0.5),
    )


def _pairs(areas: Sequence[AreaChances], count: int, exposure: int, coming: int) -> Iterator[Pair]:
    """For each area those nearest to it in size: among those next to it when all stand in order of size."""
    ordered = sorted(areas, key=lambda area: (area.residents, area.area))
    place = {id(area): at for at, area in enumerate(ordered)}
    for one in areas:
        at = place[id(one)]
        near = ordered[max(0, at - _NEAREST) : at] + ordered[at + 1 : at + 1 + _NEAREST]
        near.sort(key=lambda other: (abs(math.log(other.residents / one.residents)), other.area))
        for other in near[:_NEAREST]:
            sizes = sorted((one.residents, other.residents))
            both = statistics.chance_of_both(
                count, exposure, one.residents * coming, other.residents * coming
            )
            yield Pair(one.area, other.area, one.residents, other.residents, sizes[1] / sizes[0], both)


def _notes(series: Series, count: int, years: Dispersion | None, areas: Dispersion | None) -> Iterator[str]:
    unknown = len(series.areas) * len(series.known_years) - len(series.known)
    if unknown:
        yield _(
            "Of {number} areas and years the count is not known: they are in no sum, and are no 0."
        ).format(number=unknown)
    if not count:
        yield _("There was no event: the chances rest on the residents and years that passed without one.")
    if years is not None:
        yield (
            _("The years differ more than chance allows: the chances are less sure than they look.")
            if years.differs
            else _(
                "The years are no more uneven than chance makes them. So few could hide a rise or a fall, "
                "and whether they rise or fall was not asked."
            )
        )
    if areas is not None:
        yield (
            _("The areas differ more than residents and chance make them: no area's own rate is that of all.")
            if areas.differs
            else _(
                "The areas differ no more than their residents and chance make them; so few could hide more."
            )
        )
    yield _("Every area is given the rate of all, by its residents: its own past is too short to tell it.")
