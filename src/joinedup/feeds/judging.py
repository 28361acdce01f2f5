"""Rows that wait, judged by the contract as it is now: after it, or a code list, was mended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from joinedup.errors import NotFound
from joinedup.feeds import left_out, returning
from joinedup.feeds.permission import require_deliverer
from joinedup.feeds.refused_text import WaitingRow, waiting_rows
from joinedup.feeds.returning import Sent
from joinedup.feeds.rule_words import KEY_REPEATED, is_of_the_text
from joinedup.feeds.settled import Settled
from joinedup.feeds.waiting import RowState, Waiting, of_delivery
from joinedup.terms import Viewer
from joinedup.workspace import Workspace

Rows = Mapping[int, Sequence[str]]


def judge_again(workspace: Workspace, delivery: int, *, by: Viewer) -> Settled:
    """Send the rows of a delivery that wait through the contract as it is now; those it accepts are settled.

    The others wait on as they were: those that it refuses (``refused``), and those whose text is not all that
    was wrong, which it cannot judge (``untouched``).
    """
    home = _home(workspace, delivery)
    require_deliverer(by, home.owner)
    version = returning.version_of(workspace, home)
    lost = left_out.of_delivery(workspace, version.contract, delivery)
    waits = list(waiting_rows(workspace, home, version.contract))
    judged, valid = valid_now(workspace, home, waits)
    told = Settled(
        delivery,
        refused=judged - len(valid),
        untouched=len(waits) - judged,
        before=len(home.rows) - len(waits),
        notes=[left_out.sentence(lost)] if lost else [],
    )
    if not valid:
        return told
    why = f"under contract version {version.contract.version}"
    return returning.settle(workspace, home, Sent("judged-again", valid, why), by, told)


def _home(workspace: Workspace, delivery: int) -> Waiting:
    """The delivery's rows in quarantine. Raises NotFound; where values were left out, with the way back."""
    try:
        return of_delivery(workspace, delivery)
    except NotFound as error:
        lost = left_out.of_a_number(workspace, delivery)
        if not lost:
            raise
        raise NotFound(error.what, where=error.where, next_step=left_out.sentence(lost)) from None


def valid_now(
    workspace: Workspace, home: Waiting, waits: Sequence[WaitingRow], mended: Rows | None = None
) -> tuple[int, Rows]:
    """How many of these rows can be judged by their text, and those that the contract as it is now accepts.

    ``waits`` are all that wait, for rows that claim one key are judged beside each other: ``mended`` has the
    new cells of some, which are no part of the answer.
    """
    mended = mended or {}
    beside = {row.story.row: row.cells for row in waits if row.cells is not None} | dict(mended)
    able = [number for number in _judgeable(home, waits) if number not in mended]
    if not able:
        return 0, {}
    refused = refused_now(workspace, home, beside)
    return len(able), {number: beside[number] for number in able if number not in refused}


def _judgeable(home: Waiting, waits: Sequence[WaitingRow]) -> list[int]:
    """The numbers of the rows whose text is all that was wrong with them.

    Where rows claimed one key, only as long as none of them was settled.
    """
    settled = [row for row in home.rows if row.state not in {RowState.WAITING, RowState.SENT_AGAIN}]
    parted = any(_is_repeat(reason) for row in settled for reason in row.reasons)
    return sorted(
        row.story.row
        for row in waits
        if row.cells is not None
        and all(is_of_the_text(one) or (_is_repeat(one) and not parted) for one in row.story.reasons)
    )


def _is_repeat(reason: str) -> bool:
    return reason.partition(": ")[0] == KEY_REPEATED


def refused_now(workspace: Workspace, home: Waiting, rows: Rows) -> dict[int, list[str]]:
    """Row to the reasons for which the contract as it is now refuses it; nothing is stored."""
    if not rows:
        return {}
    numbers = list(rows)
    with returning.staged(workspace, home, Sent("judged-again", rows, "")) as (prepared, staged):
        if not staged.quarantined:
            return {}
        import pyarrow.parquet as pq

        kept = pq.read_table(prepared.job.folder / "quarantined.parquet", columns=["row_number", "reasons"])
        return {numbers[one["row_number"] - 1]: one["reasons"] for one in kept.to_pylist()}
