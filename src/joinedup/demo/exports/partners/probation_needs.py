"""Assessments of needs by probation: one row for each section of an assessment, in its month."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports.clients import Client, Clients
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, number, rows
from joinedup.demo.exports.filing import Cells, Filing, Row, by_own_month
from joinedup.demo.exports.mess import Mess
from joinedup.demo.exports.text_files import Dialect, columns
from joinedup.terms import Period

FEED = "probation-needs"
HEADER = columns("Assessment ID,CRN,PNC Number,Surname,Forename,DOB,Completed,Section,Score")
_DAY = "%d-%b-%Y"


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of the assessments completed in it: ``NEEDS_2024-05.txt``."""
    filing = Filing(
        feed=FEED,
        folder=folder,
        name=lambda month, mark: f"NEEDS_{month}{mark}.txt",
        put=lambda path, _month, cells: Dialect(delimiter="|", newline="\n").write(path, HEADER, cells),
        days=10,
        mess=mess,
    )
    return filing.write(by_own_month(_sections(truth, mess)), months)


def _sections(truth: Truth, mess: Mess) -> Iterator[Row]:
    luck = mess.luck(FEED)
    clients = Clients(truth, luck)
    for section in rows(truth.need, ["assessed_on", "assessment_id", "domain"]):
        draw = luck.draw(section.assessment_id, section.domain)
        if section.score is None or draw.happens("section-missing"):
            continue
        day = section.assessed_on.date()
        cells = _cells(section, clients.of(section.person_id, day))
        named = [Named("client", section.person_id)]
        yield Row((section.assessment_id, section.domain), day, cells, named)


def _cells(section: Any, client: Client) -> Cells:
    return [
        number(FEED, section.assessment_id, 8),
        client.crn,
        client.written.pnc_id,
        client.surname,
        client.written.given,
        client.born(_DAY),
        section.assessed_on.strftime(_DAY),
        section.domain,
        section.score,
    ]
