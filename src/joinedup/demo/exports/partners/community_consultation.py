"""The yearly consultation of residents: a spreadsheet, one row for each answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import surveys, workbook
from joinedup.demo.exports.exported import ExportedFile, Truth, number
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month, cut, span
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Every, Period

FEED = "community-consultation"
HEADER = columns("Response,Answered,LSOA,Question,Answer,Age,Gender,Ethnic origin")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One workbook for each year from April: ``Consultation 2023-04_2024-03.xlsx``."""

    def put(path: Path, period: Period, cells: list[Cells]) -> None:
        title = ("Tackling crime and disorder: what you told us", f"Answers received {period.words}")
        workbook.write(path, HEADER, cells, sheet="Answers", title=title)

    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda period, mark: f"Consultation {span(period)}{mark}.xlsx",
        put=put,
        days=80,
        mess=mess,
    )
    return filing.write(by_own_month(_rows(truth, mess)), cut(months, Every.YEAR))


def _rows(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    for answer in surveys.answers(truth, "consultation"):
        cells = _cells(answer, luck.draw(answer.response_id))
        yield Row(answer.response_id, answer.answered_on.date(), cells)


def _cells(answer: Any, draw: Draw) -> list[object]:
    who = surveys.answerer(answer, draw)
    return [
        number(FEED, answer.response_id),
        answer.answered_on.date(),
        answer.lsoa_code or "",
        answer.question,
        surveys.answer_words(answer),
        surveys.age_band(answer.age_band),
        {"F": "Female", "M": "Male"}.get(who.sex, "Not stated"),
        who.ethnic_words(unknown="Not stated", refused="Prefer not to say"),
    ]
