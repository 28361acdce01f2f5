"""Deprivation beside crime: rates by tenth of the national index, and how closely the orders agree."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.documents import drawing, wording
from joinedup.documents.chapters.crime import CRIME, PER_THOUSAND
from joinedup.documents.citing import Marked, Plain, joined, paragraph, phrase, say
from joinedup.documents.drafting import INTERVAL, Draft
from joinedup.documents.ranking import exact_poisson, spearman
from joinedup.documents.tables import Column, table
from joinedup.documents.workings import Asked, Derived
from joinedup.terms import AreaLevel, Form

_FEWEST_WARDS = 8


def write(draft: Draft) -> str:
    """The chapter, with the finding it adds to the summary; it says so where no index is loaded."""
    from joinedup.places import deprivation

    text = f"# {_('Deprivation beside crime')}\n\n"
    index = deprivation(draft.scope.workspace, AreaLevel.LSOA)
    if index.year is None:
        return text + paragraph(say(_("No index of deprivation is loaded, so nothing can be said here.")))
    year = Plain(str(index.year), "year")
    text += paragraph(
        say(
            _(
                "The English Indices of Deprivation {year} rank every neighbourhood (LSOA) in England. "
                "Here they "
                "stand beside recorded crime per {unit} in {period}."
            ),
            year=year,
            unit=PER_THOUSAND,
            period=draft.period,
        )
    )
    return text + _deciles(draft, index, year) + _correlation(draft) + _caution()


@dataclass(frozen=True)
class Tenth:
    """The neighbourhoods of one tenth of the national index: their crimes, residents and rate per 1,000."""

    decile: int
    neighbourhoods: int
    entry: Derived


def _tenths(draft: Draft, index: object, asked: Asked) -> list[Tenth]:
    counts: dict[int, list[int]] = {}
    areas = index.areas  # type: ignore[attr-defined]
    for fact in asked.facts:
        place = areas.get(fact.row.area_code)
        if place is None or place.decile is None or fact.row.numerator is None or not fact.row.denominator:
            continue
        held = counts.setdefault(place.decile, [0, 0, 0])
        held[0] += fact.row.numerator
        held[1] += fact.row.denominator
        held[2] += 1
    found = []
    for decile in sorted(counts):
        crimes, residents, number = counts[decile]
        lower, upper = exact_poisson(crimes)
        entry = draft.scope.workings.derive(
            _("Recorded crime per 1,000 residents in LSOAs of decile {decile}").format(decile=decile),
            _(
                "{crimes} crimes over {residents} residents of {number} LSOAs, times 1,000; exact Poisson"
            ).format(crimes=f"{crimes:,}", residents=f"{residents:,}", number=number),
            [asked.question],
            crimes / residents * 1000,
            wording.decimal,
            (lower / residents * 1000, upper / residents * 1000),
        )
        found.append(Tenth(decile, number, entry))
    return found


def _deciles(draft: Draft, index: object, year: Plain) -> str:
    tenths = _tenths(draft, index, draft.scope.ask(CRIME, Form.RATE, level=AreaLevel.LSOA))
    if not tenths:
        return paragraph(say(_("No neighbourhood has both a rate and a place in the index.")))
    rows: list[list[Marked | None]] = [
        [
            Plain(_tenth_name(tenth.decile), "decile"),
            _areas(draft, tenth),
            tenth.entry.cite(),
            phrase(_("{lower} to {upper}"), lower=tenth.entry.cite("lower"), upper=tenth.entry.cite("upper")),
        ]
        for tenth in tenths
    ]  # fmt: skip
    columns = [
        Column(_("Decile of deprivation in England"), 22),
        Column(_("Neighbourhoods here"), 16, numbers=True),
        Column(phrase(_("Crimes per {unit}"), unit=PER_THOUSAND), 18, numbers=True),
        Column(phrase(_("{level} interval"), level=INTERVAL), 18, numbers=True),
    ]
    caption = phrase(_("Recorded crime by deprivation of the neighbourhood, {period}"), period=draft.period)
    return _decile_chart(draft, tenths, year) + table(caption, columns, rows, workings=_("Workings"))


def _tenth_name(decile: int) -> str:
    return _("{decile} (most deprived)").format(decile=decile) if decile == 1 else str(decile)


def _areas(draft: Draft, tenth: Tenth) -> Marked:
    derived = draft.scope.workings.derive(
        _("LSOAs of decile {decile} in the area").format(decile=tenth.decile),
        _("count of LSOAs with a rate, by the index's decile"),
        [tenth.entry],
        tenth.neighbourhoods,
        wording.count,
    )
    return derived.cite()


def _decile_chart(draft: Draft, tenths: list[Tenth], year: Plain) -> str:
    rows = [
        {
            "decile": tenth.decile,
            "value": tenth.entry.value,
            "lower": tenth.entry.lower,
            "upper": tenth.entry.upper,
        }
        for tenth in tenths
    ]
    parts = [
        phrase(
            _("decile {decile} {rate}"),
            decile=Plain(str(tenth.decile), "decile"),
            rate=tenth.entry.cite(),
        )
        for tenth in tenths
    ]
    alt = phrase(
        _(
            "Bar chart of recorded crime per {unit} by decile of deprivation, the first the most deprived: "
            "{parts}."
        ),
        unit=PER_THOUSAND,
        parts=joined(parts, _("and")),
    )
    caption = phrase(
        _("**Recorded crime per {unit} by decile of the Index of Multiple Deprivation {year}.**"),
        unit=PER_THOUSAND,
        year=year,
    )
    chart = drawing.deciles(
        rows, _("Crimes per 1,000 residents"), _("Decile of deprivation (1 is the most deprived)")
    )
    return draft.drawn(chart, alt, caption)  # fmt: skip


def _correlation(draft: Draft) -> str:
    from joinedup.places import deprivation

    places = deprivation(draft.scope.workspace, AreaLevel.WARD)
    asked = draft.scope.ask(CRIME, Form.RATE, level=AreaLevel.WARD)
    pairs = [
        (fact.row.value, -places.areas[fact.row.area_code].rank)
        for fact in asked.facts
        if fact.row.value is not None and fact.row.area_code in places.areas
    ]
    if len(pairs) < _FEWEST_WARDS:
        return ""
    try:
        r, lower, upper = spearman([pair[0] for pair in pairs], [pair[1] for pair in pairs])
    except ValueError:
        return ""
    derived = draft.scope.workings.derive(
        _("Rank correlation of deprivation and recorded crime over {number} wards").format(number=len(pairs)),
        _("Spearman; interval by Bonett and Wright; deprivation: {method}").format(method=places.method),
        [asked.question],
        r,
        lambda number: f"{number:.2f}".replace("-", "−"),
        (lower, upper),
    )
    said = say(
        _template(lower, upper),
        value=derived.cite(),
        level=INTERVAL,
        lower=derived.cite("lower"),
        upper=derived.cite("upper"),
    )
    draft.findings.append(said)
    return paragraph(said)


def _template(lower: float, upper: float) -> str:
    if lower > 0:
        return _(
            "Wards that are more deprived tend to have more recorded crime for their residents (rank "
            "correlation "
            "{value}, {level} interval {lower} to {upper})."
        )
    if upper < 0:
        return _(
            "Wards that are more deprived tend to have less recorded crime for their residents (rank "
            "correlation "
            "{value}, {level} interval {lower} to {upper})."
        )
    return _(
        "Over the wards here, the data does not show whether deprivation and recorded crime go together "
        "(rank "
        "correlation {value}, {level} interval {lower} to {upper})."
    )


def _caution() -> str:
    return (
        ":::caution\n\n"
        + paragraph(
            say(
                _(
                    "That two things go together does not say that one causes the other. Town centres are "
                    "often "
                    "both deprived and busy, and the index itself has a part that is made from recorded "
                    "crime."
                )
            )
        )
        + ":::\n\n"
    )
