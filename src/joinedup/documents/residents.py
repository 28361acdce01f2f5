"""Whose residents a rate divides by: the source and its year, said wherever a rate is."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from joinedup.documents.citing import Marked, Name, Plain, Sentence, phrase, say
from joinedup.documents.drafting import Draft
from joinedup.terms import AreaLevel, Form

PER_THOUSAND = Plain("1,000 residents", "unit")


@dataclass(frozen=True)
class Base:
    """A table of residents: its short title with its year in it, and the year."""

    title: str
    year: int


def base(draft: Draft, level: AreaLevel | None = None) -> Base | None:
    """The residents that rates of a level (the subject's, where none is named) divide by; None: no table."""
    from joinedup.places import residents

    found = residents(draft.scope.workspace, level or draft.scope.subject.level)
    if found.year is None:
        return None
    return Base(found.title, found.year)


def unit(draft: Draft) -> Plain:
    """What a rate is per, with its source, for headings and captions: 1,000 residents (Census 2021)."""
    known = base(draft)
    return Plain(f"{PER_THOUSAND.text} ({known.title})", "unit") if known else PER_THOUSAND


def base_sentence(draft: Draft, measure: str, *, referenced: bool = True) -> Sentence | None:
    """What rates divide by and what follows from its being of another year; None where no rate is known.

    ``referenced``: with its references after it, as a sentence of its own; a caption gathers them itself.
    """
    write = say if referenced else phrase
    known = base(draft)
    subject = draft.scope.subject
    here = draft.scope.ask(measure, Form.RATE, level=subject.level, areas=()).one(subject.code)
    if known is None or here is None or here.row.denominator is None:
        return None
    values: dict[str, Marked] = {
        "source": Name(known.title),
        "count": here.residents,
        "area": draft.here,
        "period": draft.period,
    }
    period = draft.scope.period
    if period.start.year <= known.year <= period.last.year:
        return write(
            _("Rates divide by the number of residents in {source} ({count} in {area})."),
            **{name: value for name, value in values.items() if name != "period"},
        )
    if known.year < period.start.year:
        return write(
            _(
                "Rates divide by the number of residents in {source} ({count} in {area}), not by the "
                "residents of "
                "{period}. Where the population has grown since, the true rate is lower. The "
                "interval does not "
                "include this."
            ),
            **values,
        )
    return write(
        _(
            "Rates divide by the number of residents in {source} ({count} in {area}), not by the "
            "residents of "
            "{period}. Where the population was another then, so is the true rate. The interval does not "
            "include this."
        ),
        **values,
    )
