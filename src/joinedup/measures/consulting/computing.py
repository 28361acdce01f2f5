"""Counting answers, as they came and weighted to the residents."""

from __future__ import annotations

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _

from joinedup.measures.consulting.definitions import Consultation, consultation_named
from joinedup.measures.consulting.margins import labels_of, margin_of, residents_for
from joinedup.measures.consulting.result import Consulted, ConsultedRow, ConsultQuery, WeightBy
from joinedup.measures.consulting.weighting import Margin, Raked, design_effect, rake, weighted_share
from joinedup.measures.intervals import wilson
from joinedup.measures.plan import months_of
from joinedup.records import Reader, RecordBook
from joinedup.terms import Flag, RecordType
from joinedup.workspace import Workspace

NO_ANSWER = "(no answer)"
"""The row of those who did not know or did not wish to say; they are in no share."""


def consulted(workspace: Workspace, query: ConsultQuery) -> Consulted:
    """What was answered to each question of a consultation in the months of the query.

    Each question is weighted by itself, to those who answered it. Raises ``NotFound`` for a consultation
    there is not, and ``BadInput`` for a margin that no residents are loaded for.
    """
    definition = consultation_named(query.name)
    with RecordBook(workspace).reading(query.as_at) as reader:
        deliveries = tuple(row for row in reader.deliveries([definition.source]) if row.brings)
        frame = _answers(reader, definition, query)
        notes = _of_coverage(reader, definition, query)
    residents, told = residents_for(workspace, definition, query.by)
    frame = labels_of(workspace, definition, frame)
    rows: list[ConsultedRow] = []
    for question, own in frame.groupby("question", sort=True):
        found, said = _question(str(question), own, definition, residents, workspace.settings.small_number)
        rows += found
        notes += said
    by = tuple(one for one in residents if rows and frame[one.value].notna().any())
    if rows:
        notes += told
    known_on = query.as_at or max((row.known_from for row in deliveries), default=None)
    return Consulted(query, definition, rows, by, known_on, deliveries, tuple(notes))


def _answers(reader: Reader, definition: Consultation, query: ConsultQuery) -> pd.DataFrame:
    """The answers of the period, a row each; a field that no file has is empty."""
    cursor = reader.connection()
    reader.define_views(cursor, [RecordType.RESPONSE], [definition.source], period=query.period)
    there = {str(row[0]) for row in cursor.execute("DESCRIBE response").fetchall()}
    names = ("question", "answer", "age_band", "sex")
    text = [f"CAST({name} AS VARCHAR) AS {name}" if name in there else f"NULL AS {name}" for name in names]
    carried = definition.carried_weight
    weight = f"CAST({carried} AS DOUBLE)" if carried and carried in there else "1.0"
    frame: pd.DataFrame = cursor.execute(
        f"""SELECT {", ".join(text)}, stated_area, {weight} AS weight FROM response
            WHERE status <> 'cancelled' AND month >= ? AND month < ? ORDER BY record_key""",
        [query.period.start, query.period.end],
    ).df()
    frame = frame[frame["question"].notna()]
    if query.question:
        frame = frame[frame["question"].str.casefold().str.contains(query.question.casefold(), regex=False)]
    return frame


def _of_coverage(reader: Reader, definition: Consultation, query: ConsultQuery) -> list[str]:
    told = {month for one in reader.coverage([definition.source]) for month in months_of(one.period)}
    wanted = months_of(query.period)
    lacking = [month for month in wanted if month not in told]
    if len(lacking) == len(wanted):
        return [_("Nothing was delivered for this period.")]
    if lacking:
        said = _("Not delivered: {months}.")
        return [said.format(months=", ".join(f"{month:%Y-%m}" for month in lacking))]
    return []


def _question(
    question: str,
    frame: pd.DataFrame,
    definition: Consultation,
    residents: dict[WeightBy, dict[str, int]],
    small: int,
) -> tuple[list[ConsultedRow], list[str]]:
    """The rows of one question, and what has to be said of its weights."""
    said = frame[frame["answer"].notna()]
    silent = len(frame) - len(said)
    base = said["weight"].to_numpy(dtype=np.float64)
    lacking = ~(np.isfinite(base) & (base > 0))
    base = np.where(lacking, base[~lacking].mean() if (~lacking).any() else 1.0, base)
    margins = [margin_of(by, counts, said[by.value]) for by, counts in residents.items()]
    raked = rake(margins, base)
    weigh = raked.converged and (bool(margins) or bool(definition.carried_weight))
    rows = [_row(question, str(answer), said, raked, small, weigh=weigh)
            for answer in sorted(said["answer"].unique())]  # fmt: skip
    rows.append(ConsultedRow(question, NO_ANSWER, silent, len(frame), None, None, None))
    return rows, _notes(question, margins, raked, int(lacking.sum()), definition)


def _row(
    question: str, answer: str, said: pd.DataFrame, raked: Raked, small: int, *, weigh: bool
) -> ConsultedRow:
    hit = (said["answer"] == answer).to_numpy(dtype=np.bool_)
    count, number = int(hit.sum()), len(said)
    lower, upper = wilson(count, number)
    flags = (Flag.SMALL_NUMBER,) if number < small else ()
    plain = (count, number, count / number, float(lower), float(upper))
    if not weigh:
        return ConsultedRow(question, answer, *plain, flags=flags)
    share, effect = weighted_share(hit, raked.weights), design_effect(raked.weights)
    return ConsultedRow(
        question,
        answer,
        *plain,
        share.value,
        share.lower,
        share.upper,
        number / effect,
        effect,
        flags,
    )


def _notes(
    question: str, margins: list[Margin], raked: Raked, lacking: int, definition: Consultation
) -> list[str]:
    notes = []
    for margin in margins:
        if margin.unknown == len(margin.member):
            said = _("“{question}”: of no answer {what} is known, so it is not weighted by it.")
            notes.append(said.format(question=question, what=margin.name))
            continue
        if margin.empty:
            said = _("“{question}”: nobody answered of {what} {labels}, so nothing is weighted up for them.")
            notes.append(said.format(question=question, what=margin.name, labels=", ".join(margin.empty)))
        if margin.unknown:
            said = _(
                "“{question}”: of {number} answers {what} is not known; by it their weight is left as it is."
            )
            notes.append(said.format(question=question, number=margin.unknown, what=margin.name))
    if margins and not raked.converged:
        notes.append(
            _(
                "“{question}”: the margins cannot all be met at once, so nothing is weighted: leave one out."
            ).format(question=question)
        )
    if lacking and definition.carried_weight:
        said = _("“{question}”: {number} answers came without a weight, and have the mean of the others.")
        notes.append(said.format(question=question, number=lacking))
    return notes
