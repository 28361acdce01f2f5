"""Who is on a caseload, of which groups, and how many of those in need they are."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import cast

import pandas as pd
from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.linked import caseload
from joinedup.measures.linked.caseload import Stay
from joinedup.measures.linked.definitions import OnCaseload
from joinedup.measures.linked.kinds.work import Done, Work, known_by, of_nobody, read
from joinedup.measures.linked.need import Need
from joinedup.measures.linked.needs_file import FILE, needs_of
from joinedup.measures.linked.reading import adult_months, day_said, read_records
from joinedup.measures.linked.result import Cell
from joinedup.terms import LONDON, Period, Strictness


def on_caseload(work: Work) -> Done:
    """See ``OnCaseload``."""
    definition, period = cast(OnCaseload, work.definition), work.query.period
    fields = ["case_ref", "started", "ended", definition.kind, *definition.shares]
    frame = _read(work, definition, fields)
    as_at = work.query.as_at
    day = as_at.astimezone(LONDON).date() if as_at else None
    needs = caseload.chosen(needs_of(work.workspace, definition.name), period, day)
    _refuse_strange(needs, frame[definition.kind])
    notes = _told_of(needs, period)
    if definition.by_case:
        cells = _cells(definition, frame, Strictness.BEST, None, period, needs)
        return Done(dict.fromkeys(Strictness, cells), notes)
    by_level = {}
    for level in Strictness:
        known, _unit, _names = known_by(frame, level)
        by_level[level] = _cells(definition, known, level, adult_months(known, level), period, needs)
    return Done(by_level, [*of_nobody(frame), *notes])


def _read(work: Work, definition: OnCaseload, fields: list[str]) -> pd.DataFrame:
    """The records with whom they are of; by case, with the case in the place of a person."""
    if not definition.by_case:
        return read(work, definition.records, fields, circumstances=True)
    cursor = work.reader.connection()
    read_records(work.reader, cursor, definition.records, work.ground.feeds, None, fields)
    return cursor.execute(
        "SELECT *, feed || '/' || case_ref AS best FROM happened WHERE case_ref IS NOT NULL "
        "ORDER BY day, record_key"
    ).df()


def _cells(
    definition: OnCaseload,
    frame: pd.DataFrame,
    level: Strictness,
    adult: Mapping[str, dt.date] | None,
    period: Period,
    needs: list[Need],
) -> list[Cell]:
    people = caseload.on_it(_stays(frame, level, definition.kind), period)
    told = {field: _most_told(frame, level, field) for field in definition.shares}
    counted = "cases" if definition.by_case else "people"
    return caseload.cells_of(people, told, adult, period, needs, counted)


def _stays(frame: pd.DataFrame, level: Strictness, kind: str) -> list[Stay]:
    """Each spell once, as it was told last; one without a start is none. Rows are in the order of days."""
    last: dict[tuple[str, str, dt.date], Stay] = {}
    days = frame["day"].to_numpy().astype("datetime64[D]").tolist()
    columns = [frame[name] for name in (level.value, "feed", "case_ref", "started", "ended", kind)]
    for unit, feed, case, started, ended, what, seen in zip(*columns, days, strict=True):
        begun = day_said(started)
        if begun is not None:
            named = f"{feed}/{case if isinstance(case, str) else ''}"
            of = what if isinstance(what, str) else ""
            last[str(unit), named, begun] = Stay(str(unit), of, begun, day_said(ended), seen)
    return list(last.values())


def _most_told(frame: pd.DataFrame, level: Strictness, field: str) -> dict[str, str]:
    """By person the value that most of their records tell, of equals the first of the alphabet."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for unit, value in zip(frame[level.value], frame[field], strict=True):
        if isinstance(value, str) and value:
            said[str(unit)][value] += 1
    return {unit: min(values, key=lambda one: (-values[one], one)) for unit, values in said.items()}


def _refuse_strange(needs: list[Need], kinds: pd.Series[str]) -> None:
    """Raise BadInput for an estimate of a group that no record has: nobody would be reached, by a slip."""
    there = {str(one) for one in kinds.dropna().unique()}
    for need in needs:
        strange = [one for one in need.groups if one not in there]
        if strange and there:
            raise BadInput(
                _("An estimate of need names groups that no record has"),
                where=f"{FILE}, [{need.name}]: {', '.join(strange)}",
                next_step=_("There are: {groups}").format(groups=", ".join(sorted(there))),
            )


def _told_of(needs: list[Need], period: Period) -> list[str]:
    if not needs:
        return [
            _("There is no estimate of need for it in {file}, so there is no penetration.").format(file=FILE)
        ]
    said = _("Need “{name}”: {title}, {where}: {estimate} ({low} to {high}) in {year}; {source}, {known_on}.")
    notes = [
        said.format(
            name=one.name,
            title=one.title,
            where=one.where,
            estimate=f"{one.estimate:,}",
            low=f"{one.low:,}",
            high=f"{one.high:,}",
            year=one.year.words,
            source=one.source,
            known_on=one.known_on,
        )
        for one in needs
    ]
    if any(one.year != period for one in needs):
        notes.append(_("An estimate is of another time than the people who are counted."))
    return notes
