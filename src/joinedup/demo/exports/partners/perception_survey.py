"""The survey of residents' perceptions, as the survey company delivers it: codes, weights, semicolons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import surveys
from joinedup.demo.exports.exported import ExportedFile, Truth, number
from joinedup.demo.exports.filing import Filing, Row, by_own_month, cut, span
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Every, Period

FEED = "perception-survey"
HEADER = columns("serial,interview_date,lsoa21cd,question,answer,ageband,sex,ethnic,weight")
_COMPANY = Dialect(delimiter=";", newline="\n")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a quarter: ``perceptions_2024-01_2024-03.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda period, mark: f"perceptions_{span(period)}{mark}.csv",
        put=lambda path, _period, cells: _COMPANY.write(path, HEADER, cells),
        days=45,
        mess=mess,
    )
    return filing.write(by_own_month(_rows(truth, mess)), cut(months, Every.QUARTER))


def _rows(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    for answer in surveys.answers(truth, "perception"):
        cells = _cells(answer, luck.draw(answer.response_id))
        yield Row(answer.response_id, answer.answered_on.date(), cells)


def _cells(answer: Any, draw: Draw) -> list[object]:
    who = surveys.answerer(answer, draw)
    return [
        number(FEED, answer.response_id),
        answer.answered_on.strftime("%Y-%m-%d"),
        answer.lsoa_code or "",
        answer.question,
        surveys.answer_words(answer),
        surveys.age_band(answer.age_band),
        {"F": "F", "M": "M"}.get(who.sex, "9"),
        who.ethnic_code(unknown="NS", refused="REF"),
        f"{draw.random.lognormvariate(0, 0.35):.3f}",
    ]
