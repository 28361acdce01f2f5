"""Priorities that residents named to neighbourhood officers, a file a quarter."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.demo.exports import surveys
from joinedup.demo.exports.exported import ExportedFile, Truth, number
from joinedup.demo.exports.filing import Filing, Row, by_own_month, cut, span
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Every, Period

FEED = "neighbourhood-priorities"
HEADER = columns("Card no,Date,LSOA,Asked,Priority,How")
_CHANNELS = ("MEETING", "DOORSTEP", "CARD", "CARD", "ONLINE")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a quarter: ``PRIORITIES_2024-01_2024-03.csv``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda period, mark: f"PRIORITIES_{span(period)}{mark}.csv",
        put=lambda path, _period, cells: Dialect().write(path, HEADER, cells),
        days=30,
        mess=mess,
    )
    return filing.write(by_own_month(_rows(truth, mess)), cut(months, Every.QUARTER))


def _rows(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    for answer in surveys.answers(truth, "neighbourhood-priority"):
        draw = luck.draw(answer.response_id)
        cells: list[object] = [
            f"NP{number(FEED, answer.response_id)}",
            answer.answered_on.strftime("%d/%m/%y"),
            "" if draw.happens("place-missing") else answer.lsoa_code or "",
            answer.question,
            surveys.answer_words(answer) if answer.answer else "None",
            draw.pick(_CHANNELS),
        ]
        yield Row(answer.response_id, answer.answered_on.date(), cells)
