"""Run by the crash test: delivers without end, saying each step, until it is killed."""

from __future__ import annotations

import sys
from pathlib import Path

from tiny_feed import ANALYST, MAY, draft, stage

from joinedup import durable
from joinedup.records import RecordBook, ledger, staging
from joinedup.workspace import Workspace


def rows_of(number: int) -> dict[str, str]:
    """What the delivery of this number says: some rows stay, some change, some come and go."""
    rows = {f"stays-{n}": "same" for n in range(3)}
    rows |= {f"changes-{n}": f"in {number}" for n in range(3)}
    return rows | {f"only-{number}": "once"}


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _tell(module: object, name: str) -> None:
    """Say when a call begins and ends, so that a kill can fall between."""
    real = getattr(module, name)

    def told(*arguments: object, **named: object) -> object:
        _say(f"{name} begins")
        result = real(*arguments, **named)
        _say(f"{name} ended")
        return result

    setattr(module, name, told)


def _main(folder: Path) -> None:
    book = RecordBook(Workspace.open(folder))
    for module, name in (
        (durable, "sync_file"),
        (durable, "rename"),
        (durable, "sync_folder"),
        (ledger, "commit"),
        (ledger, "insert_segments"),
        (ledger, "bump_generation"),
        (staging, "sweep"),
    ):
        _tell(module, name)
    while True:
        with book.writing() as writer:
            rows = list(rows_of(ledger.next_number()).items())
            row = writer.add(draft(rows), stage(writer, rows, MAY.start), None, by=ANALYST)
        _say(f"acknowledged {row.number}")


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
