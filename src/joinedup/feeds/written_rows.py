"""Rows that the house itself writes (mended, let in, reported by form): read by intake like any file."""

from __future__ import annotations

import csv
import datetime as dt
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup import durable
from joinedup.feeds import library, storing
from joinedup.feeds.intake.digests import rules_of
from joinedup.feeds.intake.job import Job, Staged
from joinedup.feeds.intake.process import Intake
from joinedup.terms import Period
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.storing import Prepared
    from joinedup.feeds.versions import Version

_MEMORY = "1GB"


@dataclass(frozen=True)
class Written:
    """A file of ours, with a cell for each column in the contract's order.

    ``read_as`` is the name it is read under, which may tell something of its rows; ``period`` is what
    they are judged by (None: their own month).
    """

    name: str
    read_as: str
    rows: Sequence[Sequence[str]]
    period: Period | None


def stage_written(
    workspace: Workspace, folder: Path, version: Version, written: Written
) -> tuple[Prepared, Staged]:
    """Write the rows as the contract has them into ``folder``, and have them read.

    Raises BadInput where intake refuses them as a whole.
    """
    contract = version.contract
    file = folder / written.name
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, delimiter=contract.delimiter)
        writer.writerow([column.name for column in contract.columns])
        writer.writerows(written.rows)
    return _stage(workspace, folder, version, file, written.period, written.read_as, from_the_desk=True)


def stage_kept(
    workspace: Workspace, folder: Path, version: Version, file: Path, period: Period | None
) -> tuple[Prepared, Staged]:
    """Have a file that is kept as it came read; what comes of it goes into ``folder``.

    Raises BadInput where intake refuses it as a whole.
    """
    return _stage(workspace, folder, version, file, period, file.name, from_the_desk=False)


def _stage(
    workspace: Workspace,
    folder: Path,
    version: Version,
    file: Path,
    period: Period | None,
    read_as: str,
    *,
    from_the_desk: bool,
) -> tuple[Prepared, Staged]:
    from joinedup.records import RecordBook

    contract = version.contract
    read_by = rules_of(contract)
    footing = RecordBook(workspace).footing(contract.name, contract.mode, period, read_by, None)
    job = Job(
        file=file,
        contract_file=version.file,
        code_list_folders=library.code_list_folders(workspace),
        folder=Path(tempfile.mkdtemp(dir=folder)),
        period=period,
        memory_limit=_MEMORY,
        threads=workspace.settings.threads,
        file_name=read_as,
        read_by=read_by,
        by_length=bool(footing.by_length),
        from_the_desk=from_the_desk,
    )
    with Intake(folder) as intake:
        intake.give(job)
        staged = intake.result(job)
    prepared = storing.Prepared(
        contract=contract,
        file_name=file.name,
        sha256=durable.sha256(file),
        bytes=file.stat().st_size,
        received_at=dt.datetime.now(dt.UTC),
        job=job,
        seen=(),
        footing=footing,
    )
    return prepared, staged
