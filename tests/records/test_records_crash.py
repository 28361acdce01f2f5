"""A process that delivers is killed at random moments; the book must be whole each time."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from delivering_process import rows_of
from tiny_feed import MAY, known

from joinedup.records import RecordBook
from joinedup.workspace import Workspace

ROUNDS = 8


def deliver_and_kill(workspace: Workspace, lines: int) -> list[int]:
    """Run the delivering process, kill it after so many lines of progress; the deliveries it acknowledged."""
    script = Path(__file__).with_name("delivering_process.py")
    command = [sys.executable, str(script), str(workspace.folder)]
    acknowledged = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(lines):
            line = process.stdout.readline()
            assert line, "the delivering process ended by itself"
            if line.startswith("acknowledged"):
                acknowledged.append(int(line.split()[1]))
        process.send_signal(signal.SIGKILL)
        for line in process.stdout:  # what it had still said before it died
            if line.startswith("acknowledged") and line.endswith("\n"):
                acknowledged.append(int(line.split()[1]))
    assert process.returncode == -signal.SIGKILL
    return acknowledged


@pytest.mark.slow
def test_a_kill_at_random_moments_loses_no_delivery_and_doubles_none(
    workspace: Workspace, book: RecordBook
) -> None:
    chance = random.Random(20240501)
    acknowledged: set[int] = set()
    for _ in range(ROUNDS):
        acknowledged |= set(deliver_and_kill(workspace, chance.randint(3, 90)))
        rows = book.deliveries()
        assert acknowledged <= {row.number for row in rows}
        assert [row.number for row in rows] == list(range(1, len(rows) + 1))
        for row in rows[-8:]:
            assert known(book, row.known_from) == rows_of(row.number)
    with book.writing():
        pass  # sweeps what the last kill left
    assert book.check() == []
    assert [folder.name for folder in (workspace.records_folder / ".staging").iterdir()] == []
    assert len(acknowledged) >= 5
    assert book.standing("test-feed", MAY, "0" * 64) is None
