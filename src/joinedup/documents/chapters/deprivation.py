"""Deprivation beside crime: rates by tenth of the national index, and how closely the orders agree."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.documents import drawing, wording
from joinedup.documents.chapters.districts import CRIME, rate_note
from joinedup.documents.citing import Marked, Name, Plain, Sentence, joined, paragraph, phrase, say
from joinedup.documents.drafting import INTERVAL, Draft
from joinedup.documents.ranking import exact_poisson, spearman
from joinedup.documents.residents import PER_THOUSAND, unit
from joinedup.documents.tables import Column, table
from joinedup.documents.workings import Asked, Derived
from joinedup.terms import AreaLevel, Form

_FEWEST_WARDS = 8
_FEWEST_NEIGHBOURHOODS = 5


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

    @property
    def few(self) -> bool:
        """Whether it has so few neighbourhoods that one of them can make its rate."""
        return self.neighbourhoods < _FEWEST_NEIGHBOURHOODS


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
            Plain(_tenth_name(tenth), "decile"),
            _areas(draft, tenth),
            tenth.entry.cite(),
            phrase(_("{lower} to {upper}"), lower=tenth.entry.cite("lower"), upper=tenth.entry.cite("upper")),
        ]
        for tenth in tenths
    ]  # fmt: skip
    columns = [
        Column(_("Decile of deprivation in England"), 22),
        Column(_("Neighbourhoods here"), 16, numbers=True),
        Column(phrase(_("Crimes per {unit}"), unit=unit(draft)), 18, numbers=True),
        Column(phrase(_("{level} interval"), level=INTERVAL), 18, numbers=True),
    ]
    caption = phrase(_("Recorded crime by deprivation of the neighbourhood, {period}"), period=draft.period)
    return _decile_chart(draft, tenths, year) + table(caption, columns, rows, workings=_("Workings"))


def _tenth_name(tenth: Tenth) -> str:
    words = [_("most deprived")] if tenth.decile == 1 else []
    words += [_("few areas")] if tenth.few else []
    return f"{tenth.decile} ({', '.join(words)})" if words else str(tenth.decile)


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
            "few": tenth.few,
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
        _("**Recorded crime per {unit} by decile of the Index of Multiple Deprivation {year}.**{few}{base}"),
        unit=unit(draft),
        year=year,
        few=phrase(
            _(" Paler: deciles with fewer than five neighbourhoods, where one place can make the rate.")
            if any(tenth.few for tenth in tenths)
            else ""
        ),
        base=rate_note(draft, CRIME),
    )
    chart = drawing.deciles(
        rows, _("Crimes per 1,000 residents"), _("Decile of deprivation (1 is the most deprived)")
    )
    return draft.drawn(chart, alt, caption)  # fmt: skip


def _correlation(draft: Draft) -> str:
    from joinedup.places import deprivation

    places = deprivation(draft.scope.workspace, AreaLevel.WARD)
    asked = draft.scope.ask(CRIME, Form.RATE, level=AreaLevel.WARD)
    known = [
        (fact.row.value, places.areas[fact.row.area_code])
        for fact in asked.facts
        if fact.row.value is not None and fact.row.area_code in places.areas
    ]
    if len(known) < _FEWEST_WARDS:
        return ""
    scored = all(area.score is not None for _rate, area in known)
    by_place = [float(area.score or 0) if scored else -float(area.rank) for _rate, area in known]
    try:
        found = spearman([rate for rate, _area in known], by_place)
    except ValueError:
        return ""
    said = _correlated(draft, asked, found, len(known), scored)
    draft.findings.append(said)
    return paragraph(
        said,
        say(_("How an index of neighbourhoods became a ward's: {method}."), method=Name(places.method)),
    )


def _correlated(
    draft: Draft, asked: Asked, found: tuple[float, float, float], wards: int, scored: bool
) -> Sentence:
    r, lower, upper = found
    derived = draft.scope.workings.derive(
        _("Rank correlation of deprivation and recorded crime per resident over wards"),
        _("Spearman; interval by Bonett and Wright"),
        [asked.question],
        r,
        lambda number: f"{number:.2f}".replace("-", "−"),
        (lower, upper),
    )
    number = draft.scope.workings.derive(
        _("Wards with a rate and a deprivation"), _("count of wards"), [asked.question], wards, wording.count
    )
    return say(
        _template(lower, upper),
        wards=phrase(
            _("Wards with higher deprivation scores") if scored else _("Wards that rank as more deprived")
        ),
        number=number.cite(),
        value=derived.cite(),
        lower=derived.cite("lower"),
        upper=derived.cite("upper"),
    )


def _template(lower: float, upper: float) -> str:
    if lower > 0:
        return _(
            "{wards} tend to have more recorded crimes per resident ({number} wards; rank "
            "correlation {value}, "
            "{lower} to {upper}). This is about places: it does not say that deprived people commit "
            "or suffer "
            "more crime."
        )
    if upper < 0:
        return _(
            "{wards} tend to have fewer recorded crimes per resident ({number} wards; rank "
            "correlation {value}, "
            "{lower} to {upper}). This is about places: it does not say that deprived people commit "
            "or suffer "
            "less crime."
        )
    return _(
        "{wards} have neither clearly more nor clearly fewer recorded crimes per resident ({number} "
        "wards; rank "
        "correlation {value}, {lower} to {upper})."
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
