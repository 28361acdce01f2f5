"""What a rate divides by: its words, its numbers, and where a rate for residents may mislead.

Residents are who sleeps in an area. Where many others are there by day or night, a rate for residents is the
risk of nobody, and it says so where that is known. Nothing here estimates who is there: it is known of an
area, or it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup import places
from joinedup.errors import BadInput, NotFound
from joinedup.measures.forms import Columns
from joinedup.terms import AreaLevel, Flag, Per, Period
from joinedup.workspace import Workspace

PARTED = 1.5
"""From how many times apart two rates of the same events are called apart, by residents and by who is there.

No published rule was found; this one is ours. Its reason: the 95 % interval of a count of 30 reaches to 1.43
times it (42.8, exact Poisson), and no percentage is made of fewer (``FEW_FOR_A_PERCENTAGE``). Half as much
again is more: whom the rate divides by then moves it more than chance does.
"""

DRAWN_IN = 500
"""From which rate a year, for 1,000 residents, others than residents are presumed among those counted.

That is one event a year for every two residents, by the lower end of the interval. This rule is ours too, and
a presumption only: a prison, a hospital or a police station at which records are pinned does the same.
"""

_NAMED = 6
_YEAR = 12


def words(per: Per) -> str:
    """Of whom, in the plural: ``residents``."""
    return _WORDS[per]()


def heading(per: Per) -> str:
    """The same as a heading: ``Residents``."""
    said = words(per)
    return said[0].upper() + said[1:]


_WORDS: Mapping[Per, Callable[[], str]] = {
    Per.RESIDENTS: lambda: _("residents"),
    Per.WORKDAY: lambda: _("workday people"),
    Per.VISITORS: lambda: _("visitors"),
    Per.DWELLINGS: lambda: _("dwellings"),
}


def known(workspace: Workspace, per: Per, level: AreaLevel, vintage: str | None) -> places.Residents:
    """The numbers by code of area; empty where there are none that speak of the level.

    Raises NotFound where none of them are loaded at all.
    """
    found = places.denominator(workspace, per, level, vintage=vintage)
    if not found and per is not Per.RESIDENTS and per not in places.denominators_loaded():
        loaded = ", ".join(one.value for one in places.denominators_loaded())
        raise NotFound(
            f"No count of {words(per)} is loaded, so nothing can be divided by it",
            where=f"rates per {per.value}",
            next_step=f"Load one (joinedup places load-denominator --per {per.value}), or ask per: {loaded}",
        )
    return found


def offered(workspace: Workspace, level: AreaLevel) -> Mapping[Per, str]:
    """What rates of a level can divide by, each with what people call its table."""
    found = {per: places.denominator(workspace, per, level) for per in places.denominators_loaded()}
    return {per: numbers.title for per, numbers in found.items() if numbers}


def notes(per: Per, found: places.Residents) -> tuple[str, ...]:
    """Where the numbers are from, and what a rate by them does not say."""
    told = _("{per}: {source}, {year} ({method}).").format(
        per=heading(per), source=found.source.rstrip("."), year=found.year, method=found.method
    )
    return (told, *_LIMITS[per](), *_as_old(per, found))


_LIMITS: Mapping[Per, Callable[[], tuple[str, ...]]] = {
    Per.RESIDENTS: lambda: (
        _(
            "The rate divides by residents. Places with shops, nightlife or hospitals draw people who are "
            "not among them, so a high rate is not the risk of a resident."
        ),
    ),
    Per.WORKDAY: lambda: (
        _(
            "The rate divides by who is there on a working day: those who work there, and residents who are "
            "not in work. Who shops, studies or goes out there is not among them, and neither evenings nor "
            "weekends are told."
        ),
    ),
    Per.VISITORS: lambda: (
        _(
            "The rate divides by visitors as their publisher counts them, without the residents: read how "
            "before it is compared with a rate for anybody else."
        ),
    ),
    Per.DWELLINGS: lambda: (
        _(
            "The rate divides by dwellings (or households, as their table says): it suits what happens to "
            "homes."
        ),
    ),
}


def _as_old(per: Per, found: places.Residents) -> tuple[str, ...]:
    if found.year is None:
        return ()
    short = found.source.partition(",")[0]
    counted = short if str(found.year) in short else found.year
    if per is Per.RESIDENTS:
        note = _(
            "Residents are those of {count}: where the population has grown since, the true rate is lower."
        )
        return (note.format(count=counted),)
    note = _("{per} are those of {count}: where there are more by now, the true rate is lower.")
    said = note.format(per=heading(per), count=counted)
    if per is Per.WORKDAY and found.year == 2021:
        return said, _(
            "Counted in 2021, when many worked at home: town centres had fewer people than before."
        )
    return (said,)


@dataclass(frozen=True)
class Misled:
    """Areas whose rate for residents may mislead, by what is known of them (not by what was counted there),
    and sentences why."""

    areas: NDArray[np.bool_]
    notes: tuple[str, ...] = ()


def misled(
    workspace: Workspace,
    level: AreaLevel,
    vintage: str | None,
    areas: tuple[tuple[str, str], ...],
    residents: Mapping[str, int],
) -> Misled:
    """Which of these areas (code and name) have others than residents in them, as far as anybody says.

    Where workday people are known: those are over ``PARTED`` times the residents, or as many times fewer.
    Where visitors are: residents and visitors together are over ``PARTED`` times the residents. And the areas
    of the families that the partnership marks as visited.
    """
    marked = np.zeros(len(areas), dtype=np.bool_)
    said: list[str] = []
    for per in (Per.WORKDAY, Per.VISITORS):
        others = places.denominator(workspace, per, level, vintage=vintage)
        apart = [_apart(per, residents.get(code, 0), others.get(code)) for code, _name in areas]
        if any(apart):
            marked |= np.array(apart, dtype=np.bool_)
            said.append(_parted(per, [name for (_c, name), one in zip(areas, apart, strict=True) if one]))
    try:
        visited = places.visited_areas(workspace, level)
    except BadInput as error:
        said.append(_("Areas marked as visited are not known: {wrong}.").format(wrong=error))
        return Misled(marked, tuple(said))
    by_them = [code in visited for code, _name in areas]
    if any(by_them):
        marked |= np.array(by_them, dtype=np.bool_)
        names = [name for (_c, name), one in zip(areas, by_them, strict=True) if one]
        note = _("The partnership marks {areas} as visited: who comes there is not among the residents.")
        said.append(note.format(areas=_listed(names)))
    return Misled(marked, tuple(said))


def _apart(per: Per, residents: int, others: int | None) -> bool:
    if others is None or not residents:
        return False
    there = residents + others if per is Per.VISITORS else others
    return there >= PARTED * residents or residents >= PARTED * there


def _parted(per: Per, names: list[str]) -> str:
    note = _(
        "In {areas} those there ({others}) are {times:g} times the residents or more, or as many times "
        "fewer: whom the rate divides by matters there more than chance. Ask for it per {per} too."
    )
    return note.format(areas=_listed(names), others=words(per), times=PARTED, per=per.value)


def _listed(names: list[str]) -> str:
    hidden = len(names) - _NAMED
    listed = ", ".join(names[:_NAMED])
    return _("{names} and {number} more").format(names=listed, number=hidden) if hidden > 0 else listed


def mark(columns: Columns, areas: NDArray[np.bool_], periods: list[Period]) -> None:
    """Flag the rates of these areas, and those so high that others than residents are presumed in them."""
    months = np.array([period.months for period in periods], dtype=np.float64)[None, :, None]
    with np.errstate(invalid="ignore"):
        drawn_in = columns.lower * _YEAR / months > DRAWN_IN
    columns.mark(Flag.RESIDENTS_MISLEAD, (areas[:, None, None] | drawn_in) & ~np.isnan(columns.value))
