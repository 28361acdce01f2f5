"""The invented partners: what really happened, the files their agencies sent of it, and their delivery."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from joinedup.errors import BadInput
from joinedup.progress import Progress
from joinedup.terms import Period, Viewer, add_months
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.demo.exports import ExportedFile
    from joinedup.feeds import Receipt, Request

PEOPLE = 40_000
SEED = 20_250_331
MONTHS = Period.parse("2022-04..2025-03")
_DONE = "exports.json"


@dataclass
class Arrivals:
    """What became of the partners' files: so many stored, repeated, held for a person and refused."""

    files: int = 0
    states: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    quarantined: int = 0

    def count(self, receipt: Receipt) -> None:
        """Add one receipt."""
        self.states[receipt.state.value] = self.states.get(receipt.state.value, 0) + 1
        self.quarantined += receipt.quarantined

    def summary(self) -> str:
        """One line: what became of the files, and the rows that wait for their owners."""
        told = [f"{number:,} {state}" for state, number in sorted(self.states.items())]
        return (
            f"{', '.join([*told, f'{len(self.refused):,} refused'])}; {self.quarantined:,} rows in quarantine"
        )


def truth_folder(workspace_folder: Path) -> Path:
    """Where the truth of a demonstration is kept: beside its workspace, for evaluation only."""
    return workspace_folder.with_name(f"{workspace_folder.name}-truth")


def write_files(folder: Path, *, people: int, months: Period, progress: Progress) -> list[ExportedFile]:
    """Simulate, and write every agency's files into ``folder``; those of an earlier run are used again.

    ``folder`` then holds ``truth/`` (with who is who in the files), ``exports/`` and a list of the files.
    """
    from joinedup.demo.exports import WhoIsWho, write_all
    from joinedup.demo.people import simulate
    from joinedup.demo.people.truth import Truth

    asked = {"people": people, "seed": SEED, "months": str(months)}
    ready = _written(folder, asked)
    if ready is not None:
        return ready
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "exports").mkdir(parents=True)
    with progress.stage("Inventing the people and what happened to them") as stage:
        simulate(folder / "truth", people=people, seed=SEED)
        stage.advance(1, f"{people:,} people")
    listed = [f"{add_months(months.start, index):%Y-%m}" for index in range(months.months)]
    truth = Truth(folder / "truth")
    with WhoIsWho(truth.folder) as who:
        files = write_all(truth, folder / "exports", listed, who=who, progress=progress)
    told = [
        [one.feed, str(one.path.relative_to(folder)), one.received_at.isoformat(), str(one.period)]
        for one in files
    ]
    (folder / _DONE).write_text(json.dumps({"asked": asked, "files": told}), encoding="utf-8")
    return files


def _written(folder: Path, asked: dict[str, object]) -> list[ExportedFile] | None:
    """The files of an earlier run that was asked for the same, if all and who is who are still there."""
    from joinedup.demo.exports import ExportedFile, WhoIsWho

    try:
        told = json.loads((folder / _DONE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if told["asked"] != asked:
        return None
    files = [
        ExportedFile(feed, folder / name, dt.datetime.fromisoformat(received), Period.parse(period))
        for feed, name, received, period in told["files"]
    ]
    needed = [WhoIsWho.file_of(folder / "truth"), *(one.path for one in files)]
    return files if all(path.is_file() for path in needed) else None


def deliver_files(
    workspace: Workspace, by: Viewer, files: Sequence[ExportedFile], progress: Progress
) -> Arrivals:
    """Deliver the partners' files in the order in which they came; a refused one does not stop the others.

    A file out of the ordinary stays held, for whoever looks at the demonstration to decide.
    """
    from joinedup.feeds import Request

    arrivals = Arrivals(files=len(files))
    requests = [Request(one.feed, one.path, one.received_at) for one in files]
    with progress.stage("Delivering the partners' files", len(files)) as stage:
        for receipt in _each(workspace, by, requests, arrivals):
            if receipt is None:
                stage.advance(1, arrivals.refused[-1])
            else:
                arrivals.count(receipt)
                stage.advance(1, receipt.file_name)
        stage.advance(0, arrivals.summary())
    return arrivals


def _each(
    workspace: Workspace, by: Viewer, requests: Sequence[Request], arrivals: Arrivals
) -> Iterator[Receipt | None]:
    """A receipt for each file, None for one that was refused."""
    from joinedup.feeds import deliver_all

    done = 0
    while done < len(requests):
        try:
            for receipt in deliver_all(workspace, requests[done:], by=by):
                done += 1
                yield receipt
        except BadInput as error:
            arrivals.refused.append(error.sentence())
            done += 1
            yield None
