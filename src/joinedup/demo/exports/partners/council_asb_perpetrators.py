"""Whom complaints of anti-social behaviour are about, as far as the council's team came to know."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from joinedup.demo.exports import council_asb
from joinedup.demo.exports.council_asb import DAY, Complaint
from joinedup.demo.exports.exported import ExportedFile, Named, Truth, rows
from joinedup.demo.exports.filing import Row, with_late
from joinedup.demo.exports.mess import Draw, Mess
from joinedup.demo.exports.people import People
from joinedup.demo.exports.text_files import columns
from joinedup.terms import Period

FEED = "council-asb-perpetrators"
HEADER = columns("REFVAL,PERPNO,ADDED,FORENAME,SURNAME,AKA,DOB,SEX,ETHNIC,ADDR,PCODE,RESIDENCE")


def write(truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
    """One file a month, of those who were added: ``ASB_PERPS_2024-05.csv``."""
    filed = with_late(_perpetrators(truth, mess), mess.luck(FEED))
    return council_asb.write_files(FEED, "PERPS", HEADER, filed, folder, mess, months)


def _perpetrators(truth: Truth, mess: Mess) -> Iterator[Row]:
    people, luck = People(truth), mess.luck(FEED)
    parts: dict[int, list[Any]] = defaultdict(list)
    frame = truth.part
    for part in rows(frame[frame["role"].isin(["perpetrator", "offender"])], ["event_id", "ordinal"]):
        parts[part.event_id].append(part)
    for complaint in council_asb.complaints(truth):
        for order, part in enumerate(parts.get(complaint.event.event_id, ()), 1):
            draw = luck.draw(part.event_id, order)
            cells = _cells(complaint, order, part, people, draw)
            named = [Named("perpetrator", part.person_id)]
            yield Row((part.event_id, order), complaint.received.date(), cells, named)


def _cells(complaint: Complaint, order: int, part: Any, people: People, draw: Draw) -> list[object]:
    perpetrator = people.written(part.person_id, complaint.received, draw)
    nicknames = [alias for alias in people.aliases(part.person_id) if alias.kind != "former-surname"]
    known_as = draw.pick(nicknames).given_name if nicknames and draw.random.random() < 0.3 else ""
    return [
        complaint.ref,
        order,
        complaint.received.strftime(DAY),
        perpetrator.given,
        perpetrator.family.upper(),
        known_as or "",
        perpetrator.born.strftime("%d/%m/%Y") if perpetrator.born else "",
        perpetrator.sex or "U",
        perpetrator.ethnic_words(),
        perpetrator.address,
        perpetrator.postcode,
        "In Borough" if perpetrator.address else "Not known",
    ]
