"""From monthly counts of a place and of its comparison areas to changes beside each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures import intervals
from joinedup.measures.placed_change.spans import Spans
from joinedup.measures.placed_change.statistics import ratio_of_ratios
from joinedup.measures.plan import months_of
from joinedup.measures.rare.statistics import dispersion
from joinedup.terms import Flag, add_months

Counts = Mapping[dt.date, int | None]
HERE, OTHERS, BESIDE = "place", "comparison", "place-beside-comparison"
_FEW = 5


@dataclass(frozen=True)
class ReadRow:
    """The place, its comparison, or the one beside the other.

    ``before`` and ``after`` are counts of the same calendar months, ``earlier`` that of the ones before those
    (None: not known). ``value`` is after / before, or the ratio of both ratios; None where it cannot be
    divided. ``upper`` is None where there is no limit.
    """

    of: str
    title: str
    earlier: int | None
    before: int | None
    after: int | None
    value: float | None
    lower: float | None
    upper: float | None
    flags: tuple[Flag, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """One plain dictionary; the numerator is the count after, the denominator that before."""
        return {
            "of": self.of,
            "title": self.title,
            "earlier": self.earlier,
            "numerator": self.after,
            "denominator": self.before,
            "value": self.value,
            "lower": self.lower,
            "upper": self.upper,
            "flags": [flag.value for flag in self.flags],
        }


@dataclass(frozen=True)
class ChangeReading:
    """The three rows (one without a comparison), of how many months each, and what to bear in mind."""

    rows: tuple[ReadRow, ...]
    months: int
    notes: tuple[str, ...]


def read_change(
    spans: Spans,
    here: Counts,
    others: Counts | None,
    titles: tuple[str, str],
    *,
    chosen_for: str | None = "unknown",
    small: int = _FEW,
) -> ChangeReading:
    """The changes of a place and of its comparison, month by month like with like.

    ``here`` and ``others`` have the count of each month; a month that is absent or None is not known. A month
    counts only where both it and its like are known, for both. ``others`` None: there is nothing to compare
    with, and the place has the only row. ``chosen_for`` is ``high-count`` where the place was chosen because
    its count was high, None where no place was chosen. Raises BadInput where no month can be compared.
    """
    wanted, compared = months_of(spans.after), [here] if others is None else [here, others]
    pairs = [
        (month, add_months(month, -spans.shift))
        for month in wanted
        if all(
            counts.get(each) is not None
            for counts in compared
            for each in (month, add_months(month, -spans.shift))
        )
    ]
    if not pairs:
        raise BadInput(
            _("No month after the beginning is known together with the same month before it"),
            where=f"{spans.before.words}; {spans.after.words}",
            next_step=_("joinedup figure NAME --every month shows which months there are"),
        )
    rows = [
        _row(of, title, counts, pairs, spans.shift, small)
        for of, title, counts in zip((HERE, OTHERS), titles, compared, strict=False)
    ]
    both = [] if others is None else [_beside(rows[0], rows[1])]
    notes = tuple(_notes(wanted, pairs, compared, rows, chosen_for))
    return ChangeReading((*rows, *both), len(pairs), notes)


def _row(
    of: str, title: str, counts: Counts, pairs: list[tuple[dt.date, dt.date]], shift: int, small: int
) -> ReadRow:
    after, before = sum(counts[one] or 0 for one, _b in pairs), sum(counts[one] or 0 for _a, one in pairs)
    usual = [counts.get(add_months(one, -shift)) for _a, one in pairs]
    earlier = None if any(one is None for one in usual) else sum(one or 0 for one in usual)
    lower, upper = (float(limit[0]) for limit in intervals.ratio([after], [before]))
    few = (Flag.SMALL_NUMBER,) if min(after, before) < small else ()
    if not after + before:
        return ReadRow(of, title, earlier, before, after, None, None, None, few)
    value = after / before if before else None
    return ReadRow(of, title, earlier, before, after, value, lower, upper if before else None, few)


def _beside(here: ReadRow, others: ReadRow) -> ReadRow:
    value, lower, upper = ratio_of_ratios(
        here.before or 0, here.after or 0, others.before or 0, others.after or 0
    )
    flags = tuple(dict.fromkeys((*here.flags, *others.flags)))
    title = _("{place} beside {others}").format(place=here.title, others=others.title)
    return ReadRow(BESIDE, title, None, None, None, value, lower, upper, flags)


def _notes(
    wanted: list[dt.date],
    pairs: list[tuple[dt.date, dt.date]],
    compared: Sequence[Counts],
    rows: list[ReadRow],
    chosen_for: str | None,
) -> Iterator[str]:
    if lacking := len(wanted) - len(pairs):
        yield _("{lacking} of {wanted} months lack, on one side or the other, and count on neither.").format(
            lacking=lacking, wanted=len(wanted)
        )
    if chosen_for == "high-count":
        yield _(
            "The place was chosen because its count was high. Counts that were high by chance fall by "
            "themselves (regression to the mean): a fall is to be expected without anything done."
        )
    elif chosen_for == "unknown":
        yield _(
            "It is not recorded why this place was chosen. If its count was high, it would have fallen "
            "anyway (regression to the mean)."
        )
    earlier, before = rows[0].earlier, rows[0].before
    if earlier is not None and before is not None and before > earlier:
        yield _(
            "The count before ({before:,}) was higher than a year and more earlier ({earlier:,})."
        ).format(before=before, earlier=earlier)
    sides = list(zip(*pairs, strict=True))
    series = [[counts[month] or 0 for month in side] for counts in compared for side in sides]
    told = [found for each in series if (found := dispersion(each, [1.0] * len(pairs))) and found.differs]
    if told:
        yield _(
            "Months differ more than by chance, here or in the comparison, before or after (by up to "
            "{index:.1f} times): the intervals, which know of chance alone, are too narrow."
        ).format(index=max(one.index for one in told))
    yield _(
        "Nothing here says why a count changed. What else changed at the place, what moved elsewhere, and "
        "how things are reported stand beside it."
    )
