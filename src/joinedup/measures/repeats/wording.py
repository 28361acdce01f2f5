"""What is told of repeats beside the table, in sentences: chance, and how few have how much."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from joinedup.measures.repeats.result import Answer, RepeatFigure

_SIZES = 10  # so many sizes of the distribution are told one by one


def told_beside(figure: RepeatFigure) -> list[str]:
    """Sentences about everything together, by the best linkage; none without data or of single areas."""
    best = figure.best
    if best is None or not best.units:
        return []
    possible = figure.query.possible_units
    chance = _chance(best) if possible is not None else []  # else it is too much: see the notes
    return [*chance, *_concentration(best, possible), _sizes(best.distribution)]


def _chance(best: Answer) -> list[str]:
    chance = best.expected
    if chance is None:
        return []
    sentence = _(
        "By chance alone {units:,.1f} would repeat, not {seen:,}; with {events:,.1f} events, not {had:,}."
    )
    return [
        sentence.format(
            units=chance.repeat_units,
            seen=best.repeat_units,
            events=chance.repeat_events,
            had=best.repeat_events,
        )
    ]


def _concentration(best: Answer, possible_units: int | None) -> list[str]:
    shares = ", ".join(f"{share:.0%}: {has:.1%}" for share, has in best.top.items() if has is not None)
    of = _("of those seen")
    if possible_units is not None:
        of = _("of {units:,} that there could be").format(units=possible_units)
    return [
        _("Of the events of known units, the top have (by share of the units) {shares}.").format(
            shares=shares
        ),
        _("Gini's coefficient, {of}: {gini:.2f}.").format(of=of, gini=best.gini),
    ]


def _sizes(distribution: Mapping[int, int]) -> str:
    """How many have one event, two, three…, the fewest first; the last of many sizes together."""
    sizes = list(distribution.items())
    parts = [f"{size:,}: {units:,}" for size, units in sizes[:_SIZES]]
    if rest := sizes[_SIZES:]:
        more = _("{least:,} to {most:,}: {units:,}")
        parts.append(
            more.format(least=rest[0][0], most=rest[-1][0], units=sum(units for _size, units in rest))
        )
    return _("Events, and how many have so many: {sizes}.").format(sizes=", ".join(parts))
