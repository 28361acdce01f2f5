"""The table as a workbook by the Analysis Function's conventions: a cover, notes, one table on its sheet."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from joinedup.hub.intelligence import presentation
from joinedup.hub.intelligence.answer import Answer, Line
from joinedup.hub.intelligence.presentation import flag_words
from joinedup.release.catalogue.files import HIDDEN, notes_table
from joinedup.spreadsheet import safe_cell
from joinedup.terms import Form

NOT_THERE = "[x]"  # the Analysis Function's shorthand for what is not available
_Column = tuple[str, Callable[[Line], Any]]


def workbook_of(answer: Answer) -> bytes:
    """The workbook's bytes: every area with its numbers, notes and cautions in words."""
    from gptables import Cover, GPTable, write_workbook

    notes = notes_of(answer)
    references = "".join(f"$${number}$$" for number in range(1, len(notes) + 1))
    title = presentation.map_title(answer)
    sheet = GPTable(
        table=_frame(answer),
        table_name="table_1",
        title=f"{title} {references}",
        scope=answer.question.period.words,
        source=", ".join(answer.measure.sources),
        instructions=_("%(hidden)s: hidden to protect people. %(none)s: there is no figure.")
        % {"hidden": HIDDEN, "none": NOT_THERE},
    )
    cover = Cover(title=title, intro=[answer.measure.meaning], about=notes)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.xlsx"
        write_workbook(str(path), {"Table 1": sheet}, cover=cover, notes_table=notes_table(notes))
        return path.read_bytes()


def notes_of(answer: Answer) -> list[str]:
    """What a reader of the file has to know: notes of the figure, caveats, and why it may be seen."""
    figure = answer.figure
    said = [*figure.notes, *answer.measure.caveats, figure.decision.sentence]
    return list(dict.fromkeys(sentence for sentence in said if sentence))


def _frame(answer: Answer) -> Any:
    from pandas import DataFrame

    return DataFrame(
        {head: [safe_cell(value(line)) for line in answer.lines] for head, value in _columns(answer)}
    )


def _columns(answer: Answer) -> list[_Column]:
    form = answer.question.form
    columns: list[_Column] = [
        (_("Area code"), lambda line: line.code),
        (_("Area"), lambda line: line.name),
        (_("Count"), lambda line: _shown(line, line.numerator)),
    ]
    if form is not Form.COUNT:
        before = form is Form.CHANGE
        columns += [
            (_("Compared with") if before else _("Out of"), lambda line: _shown(line, line.denominator)),
            (presentation.value_title(answer), lambda line: _shown(line, line.value)),
        ]
    columns += [
        (_("Lower end, 95% interval"), lambda line: _shown(line, line.lower)),
        (_("Upper end, 95% interval"), lambda line: _shown(line, line.upper)),
    ]
    if answer.compares:
        columns += [
            (_("Count of the months before"), lambda line: _shown(line, line.change and line.change.before)),
            (_("Change"), lambda line: _shown(line, line.change and line.change.value)),
        ]
    return [*columns, (_("Cautions"), lambda line: "; ".join(flag_words(line.flags)) or _("none"))]


def _shown(line: Line, number: Any) -> Any:
    if number is not None:
        return number
    return HIDDEN if line.suppressed else NOT_THERE
