"""Mended rows come back, and a person lets rows in without a value that is not essential."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import errors
from joinedup.errors import BadInput, Damaged, NotFound
from joinedup.feeds import library, returning
from joinedup.feeds.columns import Column
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.process import environment
from joinedup.feeds.judging import refused_now, valid_now
from joinedup.feeds.permission import require_deliverer
from joinedup.feeds.persons import OF_THE_RECORD
from joinedup.feeds.refused_text import WaitingRow, waiting_rows
from joinedup.feeds.returning import Sent, listed
from joinedup.feeds.rule_words import droppable, is_of_the_text, meaning
from joinedup.feeds.scratch import scratch
from joinedup.feeds.settled import Settled
from joinedup.feeds.waiting import RowState, Waiting, of_delivery
from joinedup.spreadsheet import safe_cell
from joinedup.terms import Viewer
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.versions import Version

_READER = "joinedup.feeds.mended_worker"
_SECONDS = 300
_MOST_TOLD = 10


def mend(workspace: Workspace, delivery: int, file: Path, *, by: Viewer) -> Settled:
    """Deliver the mended spreadsheet of a delivery's refused rows; rows that it leaves out wait on, and so do
    those that it has as they were, unless the contract accepts them by now.

    Raises BadInput, with nothing stored, where the file is not that spreadsheet: another delivery's, a row
    number that was never refused or that comes twice, or other columns; or where a row cannot be read.
    """
    home = of_delivery(workspace, delivery)
    require_deliverer(by, home.owner)
    version = returning.version_of(workspace, home)
    read, notes = _read(workspace, version, file)
    waits = {row.story.row: row for row in waiting_rows(workspace, home, version.contract)}
    given = {row: _as_meant(cells, waits.get(row)) for row, cells in _numbered(home, read, file.name).items()}
    changed = {row: cells for row, cells in given.items() if row in waits and cells != waits[row].shown}
    same = {row for row in given if row in waits} - set(changed)
    valid = valid_now(workspace, home, list(waits.values()), changed)[1] if same else {}
    as_they_were = same & set(valid)
    sent = {row: cells for row, cells in given.items() if row in changed or row in as_they_were}
    told = Settled(
        delivery,
        untouched=len(same - as_they_were),
        before=sum(row not in waits for row in given),
        notes=notes,
    )
    if not sent:
        return told
    number = version.contract.version
    why = f"{len(as_they_were):,} of {len(sent):,} as they were, under contract version {number}"
    mended = Sent("mended", sent, why if as_they_were else "", file.name)
    return returning.settle(workspace, home, mended, by, told)


def release(workspace: Workspace, delivery: int, rows: Sequence[int], *, by: Viewer, why: str) -> Settled:
    """Let refused rows in without the values that break a rule of the contract as it is now, where none of
    these is essential; a value that it accepts by now is kept.

    Raises BadInput, with nothing stored, where one is; the sentence says what must be mended. Rows that were
    released before are left as they are.
    """
    home = of_delivery(workspace, delivery)
    require_deliverer(by, home.owner)
    if not why.strip():
        raise BadInput("Letting a row in needs a reason", next_step="It is written to the log")
    stories = {row.row: row for row in home.rows}
    if unknown := sorted(set(rows) - set(stories)):
        raise NotFound("No such row of it was refused", where=f"delivery {delivery}, rows {listed(unknown)}")
    wanted = {row for row in rows if stories[row].state is RowState.WAITING}
    told = Settled(delivery, before=len(set(rows) - wanted))
    if not wanted:
        return told
    contract = returning.version_of(workspace, home).contract
    waits = [row for row in waiting_rows(workspace, home, contract) if row.story.row in wanted]
    whole = [row.cells for row in waits if row.cells is not None]
    from joinedup.feeds import about_whom

    about_whom.refuse_telling(
        contract, whole, why, where=f"delivery {delivery}, rows {listed(sorted(wanted))}"
    )
    sent = _to_let_in(workspace, home, contract, sorted(waits, key=lambda row: row.story.row), why.strip())
    return returning.settle(workspace, home, sent, by, told)


def _to_let_in(
    workspace: Workspace, home: Waiting, contract: Contract, waits: Sequence[WaitingRow], why: str
) -> Sent:
    """The rows without what breaks a rule now. Raises BadInput where that cannot be left out."""
    whole = {row.story.row: row.cells for row in waits if row.cells is not None}
    refused = refused_now(workspace, home, whole)
    cells: dict[int, Sequence[str]] = {}
    dropped: dict[int, list[str]] = {}
    for row in waits:
        number, before = row.story.row, row.story.reasons
        if row.cells is None:
            what = "A row that cannot be parted into the columns of the contract cannot be let in"
            raise _must_be_mended(home, number, before, what)
        now = [one for one in before if not is_of_the_text(one)] + refused.get(number, [])
        names = {reason: droppable(contract, reason) for reason in now}
        if broken := [reason for reason, name in names.items() if name is None]:
            raise _must_be_mended(
                home, number, broken, "A row whose essential value is wrong cannot be let in"
            )
        out = {name for name in names.values() if name}
        columns = list(zip(contract.columns, row.cells, strict=True))
        cells[number] = ["" if column.name in out else cell for column, cell in columns]
        if fields := [state_of(column) for column, _ in columns if column.name in out and column.field]:
            dropped[number] = fields
    return Sent("released", cells, why, dropped=dropped)


def state_of(column: Column) -> str:
    """The name by which the book counts how often the field of a column was given."""
    return f"{OF_THE_RECORD}.{column.field}" if column.private else str(column.field)


def _must_be_mended(home: Waiting, row: int, broken: Sequence[str], what: str) -> BadInput:
    return BadInput(
        f"{what}: it must be mended",
        where=f"delivery {home.delivery}, row {row}: {' '.join(meaning(one) for one in broken)}",
        next_step=f"Export it for its owner: joinedup quarantine export {home.delivery} --out FILE.xlsx",
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
        found[int(number)] = cells
    return dict(sorted(found.items()))


def _as_meant(cells: Sequence[str], before: WaitingRow | None) -> tuple[str, ...]:
    """The cells without the apostrophes that kept them from being run as formulas; one that came back as it
    went out is as it was."""
    went_out = before.shown if before else ("",) * len(cells)
    return tuple(
        old if cell == safe_cell(old) else _plain(cell) for cell, old in zip(cells, went_out, strict=True)
    )


def _plain(cell: str) -> str:
    bare = cell.removeprefix("'")
    return bare if cell != bare and safe_cell(bare) == cell else cell


def _read(workspace: Workspace, version: Version, file: Path) -> tuple[list[list[str]], list[str]]:
    """The rows of the spreadsheet as texts, read in a process of its own that has limits, and what is said
    of them."""
    if not file.is_file():
        raise NotFound("There is no such file", where=str(file))
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
        said = json.loads(answer.stdout)
        _refuse_faults(said["faults"], file.name)
        csv.field_size_limit(max(csv.field_size_limit(), rows.stat().st_size))
        with rows.open(encoding="utf-8", newline="") as content:
            return list(csv.reader(content)), said["notes"]


def _refuse_faults(faults: Sequence[tuple[str, str]], name: str) -> None:
    """Raise BadInput where rows could not be read: what was mended in them must not be lost unsaid."""
    if not faults:
        return
    told = " ".join(f"{where}: {meaning(fault)}" for where, fault in faults[:_MOST_TOLD])
    more = f" And {len(faults) - _MOST_TOLD:,} more." if len(faults) > _MOST_TOLD else ""
    raise BadInput(
        "Rows of the spreadsheet cannot be read, so nothing was stored",
        where=f"{name}: {told}{more}",
        next_step="Mend these rows in it, or leave them out",
    )


def _error(answer: str, name: str) -> Exception:
    try:
        parts = json.loads(answer)
    except ValueError:
        return BadInput("Reading the file was ended by the system", where=name)
    kind = getattr(errors, parts["kind"], Damaged)
    where = f"{name}: {parts['where']}" if parts["where"] else name
    error: Exception = kind(parts["what"], where=where, next_step=parts["next_step"])
    return error
