"""Mended rows come back, and a person lets rows in without a value that is not essential."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from joinedup import errors
from joinedup.errors import BadInput, Damaged, NotFound
from joinedup.feeds import returning
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.process import environment
from joinedup.feeds.permission import require_deliverer
from joinedup.feeds.refused_text import waiting_rows
from joinedup.feeds.returning import Sent, listed
from joinedup.feeds.rule_words import droppable, meaning
from joinedup.feeds.scratch import scratch
from joinedup.feeds.waiting import RowState, Waiting, of_delivery
from joinedup.spreadsheet import safe_cell
from joinedup.terms import Viewer
from joinedup.workspace import Workspace

_READER = "joinedup.feeds.mended_worker"
_SECONDS = 300


@dataclass(frozen=True)
class Settled:
    """What became of rows sent in again: ``settled`` became records (or were a copy of one that stands),
    ``refused`` wait on with new reasons, ``untouched`` came back as they went out, ``before`` were settled
    already. ``delivery`` is the new delivery; None where nothing was new."""

    home: int
    delivery: int | None = None
    settled: int = 0
    refused: int = 0
    untouched: int = 0
    before: int = 0

    def summary(self) -> str:
        """One sentence for a person."""
        done = f"delivery {self.delivery}" if self.delivery else "nothing stored"
        return (
            f"Delivery {self.home}: {self.settled:,} rows settled, {self.refused:,} refused again, "
            f"{self.untouched:,} as they were, {self.before:,} settled before; {done}."
        )


def mend(workspace: Workspace, delivery: int, file: Path, *, by: Viewer) -> Settled:
    """Deliver the mended spreadsheet of a delivery's refused rows; rows that it leaves out wait on.

    Raises BadInput, with nothing stored, where the file is not that spreadsheet: another delivery's, a row
    number that was never refused or that comes twice, or other columns.
    """
    require_deliverer(by)
    home = of_delivery(workspace, delivery)
    contract = returning.version_of(workspace, home).contract
    given = _numbered(home, _read(workspace, home, file), file.name)
    waits = {row.row for row in home.waiting}
    before = {row.row: cells for row, cells in waiting_rows(workspace, home, contract)}
    changed = {row: cells for row, cells in given.items() if row in waits and cells != before.get(row)}
    told = Settled(
        delivery,
        untouched=sum(row in waits and row not in changed for row in given),
        before=sum(row not in waits for row in given),
    )
    if not changed:
        return told
    return _send(workspace, home, Sent("mended", changed, "", file.name), by, told)


def release(workspace: Workspace, delivery: int, rows: Sequence[int], *, by: Viewer, why: str) -> Settled:
    """Let refused rows in without the values that broke a rule, where none of these is essential.

    Raises BadInput, with nothing stored, where one is; the sentence says what must be mended. Rows that were
    released before are left as they are.
    """
    require_deliverer(by)
    if not why.strip():
        raise BadInput("Letting a row in needs a reason", next_step="It is written to the log")
    home = of_delivery(workspace, delivery)
    stories = {row.row: row for row in home.rows}
    if unknown := sorted(set(rows) - set(stories)):
        raise NotFound("No such row of it was refused", where=f"delivery {delivery}, rows {listed(unknown)}")
    wanted = {row for row in rows if stories[row].state is RowState.WAITING}
    told = Settled(delivery, before=len(set(rows) - wanted))
    if not wanted:
        return told
    contract = returning.version_of(workspace, home).contract
    dropped: Counter[str] = Counter()
    cells = {}
    for story, row in waiting_rows(workspace, home, contract):
        if story.row in wanted:
            cells[story.row] = _without(contract, home, story.row, row, story.reasons, dropped)
    sent = Sent("released", dict(sorted(cells.items())), why.strip(), dropped=dropped)
    return _send(workspace, home, sent, by, told)


def _without(
    contract: Contract,
    home: Waiting,
    row: int,
    cells: list[str],
    reasons: Sequence[str],
    dropped: Counter[str],
) -> list[str]:
    """The row's cells, those empty that broke a rule; raises BadInput where that cannot be."""
    names = {reason: droppable(contract, reason) for reason in reasons}
    broken = [reason for reason, name in names.items() if name is None]
    if broken or not names:
        raise BadInput(
            "A row whose essential value is wrong cannot be let in: it must be mended",
            where=f"delivery {home.delivery}, row {row}: {' '.join(meaning(one) for one in broken)}",
            next_step=f"Export it for its owner: joinedup quarantine export {home.delivery} --out FILE.xlsx",
        )
    without = list(cells)
    for name in {name for name in names.values() if name}:
        at = next(index for index, column in enumerate(contract.columns) if column.name == name)
        without[at] = ""
        if field := contract.columns[at].field:
            dropped[field] += 1
    return without


def _send(workspace: Workspace, home: Waiting, sent: Sent, by: Viewer, told: Settled) -> Settled:
    row = returning.send(workspace, home, sent, by)
    return Settled(
        home.delivery,
        row.number,
        len(sent.rows) - row.quarantined,
        row.quarantined,
        told.untouched,
        told.before,
    )


def _numbered(home: Waiting, rows: list[list[str]], name: str) -> dict[int, list[str]]:
    """The spreadsheet's rows by their number at home. Raises BadInput where they are not this delivery's."""
    known = {row.row for row in home.rows}
    found: dict[int, list[str]] = {}
    for at, (delivery, number, _reasons, *cells) in enumerate(rows, 2):
        where = f"{name}, row {at} of the sheet"
        if delivery.strip() != str(home.delivery):
            raise BadInput(f"It is not a row of delivery {home.delivery}", where=where)
        if not number.strip().isdecimal() or int(number) not in known:
            raise BadInput(
                "It has the number of no refused row",
                where=where,
                next_step="Leave the columns of joinedup as they are; new rows go into a file of their own",
            )
        if int(number) in found:
            raise BadInput("The same row comes twice", where=where)
        found[int(number)] = [_plain(cell) for cell in cells]
    return dict(sorted(found.items()))


def _plain(cell: str) -> str:
    """The cell without the apostrophe that kept it from being run as a formula."""
    bare = cell.removeprefix("'")
    return bare if cell != bare and safe_cell(bare) == cell else cell


def _read(workspace: Workspace, home: Waiting, file: Path) -> list[list[str]]:
    """The rows of the spreadsheet as texts, read in a process of its own that has limits."""
    if not file.is_file():
        raise NotFound("There is no such file", where=str(file))
    version = returning.version_of(workspace, home)
    from joinedup.feeds import library

    with scratch(workspace) as folder:
        told = {
            "file": str(file.resolve()),
            "folder": str(folder),
            "contract_file": str(version.file),
            "code_list_folders": [str(one) for one in library.code_list_folders(workspace)],
        }
        try:
            answer = subprocess.run(
                [sys.executable, "-P", "-m", _READER],
                input=json.dumps(told),
                capture_output=True,
                text=True,
                encoding="utf-8",
                timeout=_SECONDS,
                cwd=folder,
                env=environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise BadInput("Reading the file took too long and was stopped", where=file.name) from None
        rows = folder / "mended.csv"
        if answer.returncode or not rows.is_file():
            raise _error(answer.stdout, file.name)
        with rows.open(encoding="utf-8", newline="") as content:
            return list(csv.reader(content))


def _error(answer: str, name: str) -> Exception:
    try:
        parts = json.loads(answer)
    except ValueError:
        return BadInput("Reading the file was ended by the system", where=name)
    kind = getattr(errors, parts["kind"], Damaged)
    where = f"{name}: {parts['where']}" if parts["where"] else name
    error: Exception = kind(parts["what"], where=where, next_step=parts["next_step"])
    return error
