"""What protected viewers see of a measure whose tables were published: the ledger's cells and no others.

A cell that is hidden in a published table is hidden from them, and what is in no table is shown to nobody:
so nothing they see can be laid beside the tables. Counts are as known on the day of the latest edition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.catalogue.counting import Key
from joinedup.release.catalogue.ledger import cells_of, publications
from joinedup.release.protected_tables import refusal
from joinedup.release.suppression.rules import Threshold
from joinedup.terms import Flag, Form, Period

if TYPE_CHECKING:
    from joinedup.measures import Figure, FigureQuery, FigureRow, Measure
    from joinedup.release.models import Publication
    from joinedup.workspace import Workspace

_A_YEAR = 12


def standing_figure(workspace: Workspace, measure: Measure, query: FigureQuery) -> Figure:
    """The figure that was asked for, from the latest edition.

    Raises ``NotPermitted`` where nothing of the measure was published, or all of it is withdrawn or is of
    another measure of the same source; for tables that are not published; and for forms that rounding would
    betray.
    """
    from joinedup.measures import compute

    latest = next((one for one in reversed(_left(measure)) if one.state == one.State.PUBLISHED), None)
    if latest is None:
        raise NotPermitted(
            _("The tables of this measure are withdrawn: it is shown again when new ones are published.")
        )
    if latest.rounded_to > 1 and query.form is not Form.COUNT:
        raise NotPermitted(_("This measure is published in rounded counts: ask for counts."))
    known = compute(workspace, measure, replace(query, as_at=latest.known_on))
    sentence = refusal(measure, replace(known.query, as_at=None))  # where the query left the period open
    if sentence:
        raise NotPermitted(sentence)
    cells = cells_of(latest, in_catalogue=True)
    rule = Threshold(latest.least_shown, latest.rounded_to)
    return replace(
        known,
        rows=[_row(known, row, cells, rule) for row in known.rows],
        deliveries=(),
        notes=(*known.notes, _note(latest)),
    )


def published_measures() -> set[str]:
    """The measures of which tables stand published: those that protected viewers can ask for."""
    return {one.measure for one in publications() if one.state == one.State.PUBLISHED}


def _left(measure: Measure) -> list[Publication]:
    """What left of this measure; where only another one of its sources was published, nothing may be seen."""
    everything = [one for one in publications() if one.left]
    own = [one for one in everything if one.measure == measure.name]
    other = next((one for one in everything if set(one.sources) & set(measure.sources)), None)
    if other is not None and not own:
        raise NotPermitted(
            _(
                "Tables of the same source were published (%(measure)s): this measure beside them could give "
                "hidden counts away."
            )
            % {"measure": other.measure}
        )
    if not own:
        raise NotPermitted(
            _(
                "Nothing of this closed measure has been made safe to show yet: ask an analyst of the "
                "partnership."
            ),
            next_step=_(
                "They publish tables of it, or give its source rounded numbers: docs/public-tables.md"
            ),
        )
    return own


def _row(figure: Figure, row: FigureRow, cells: Mapping[Key, int | None], rule: Threshold) -> FigureRow:
    if row.numerator is None and row.denominator is None:
        return row
    if not all(cells.get(key) is not None and cells[key] == count for key, count in _rests_on(figure, row)):
        return suppressed(row)
    if rule.rounded_to == 1 or row.numerator is None:
        return row
    shown = rule.display(row.numerator)
    return replace(row, numerator=shown, value=shown, lower=None, upper=None)


def _rests_on(figure: Figure, row: FigureRow) -> list[tuple[Key, int | None]]:
    value = next(iter(row.breakdowns.values()), "")

    def key(period: Period, part: str) -> Key:
        level = row.area_code if row.area_code in {"outside", "unlocated"} else row.area_level.value
        return level, row.area_code, str(period), part

    found = [(key(row.period, value), row.numerator)]
    if row.denominator is not None and figure.query.form is Form.CHANGE:
        found.append((key(row.period.shifted(-_A_YEAR), value), row.denominator))
    elif row.denominator is not None and figure.query.form is Form.SHARE:
        found.append((key(row.period, ""), row.denominator))
    return found


def suppressed(row: FigureRow) -> FigureRow:
    """The row without its numbers, and without the flags that would tell something of its count."""
    telling = {Flag.SMALL_NUMBER, Flag.RESIDENTS_MISLEAD}  # small beside its partners; a rate that is high
    kept = tuple(flag for flag in row.flags if flag not in telling)
    return replace(
        row,
        numerator=None,
        denominator=None,
        value=None,
        lower=None,
        upper=None,
        flags=(*kept, Flag.SUPPRESSED),
    )


def _note(latest: Publication) -> str:
    return _(
        "These are the published tables, as known on %(day)s. Counts of 1 to %(most)s are hidden, and others "
        "with them so that they cannot be worked out; what is in no table is not shown. Zeros are shown."
    ) % {"day": latest.known_on.date().isoformat(), "most": latest.least_shown - 1}
