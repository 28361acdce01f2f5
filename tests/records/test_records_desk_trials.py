"""A seeded sample of the desk's trials; ``make test-full`` runs more of them."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk_trials import DeskTrials

SEED = 20240501


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_fault_at_any_step_of_the_desk_leaves_all_or_nothing(tmp_path: Path) -> None:
    trials = DeskTrials(tmp_path)
    written = {"sync file", "rename", "sync folder", "ledger commit"}
    stores = (
        "report by form",
        "release of a row",
        "mended rows",
        "rows judged again",
        "accepting a held file",
    )
    for act in stores:
        assert written <= {trial.step for trial in trials.all if trial.act == act}
    sample = random.Random(SEED).sample(trials.all, 2)
    found_before = "a file that is held: ledger commit 1, kill after"  # its lock was left beside what waits
    sample += [trial for trial in trials.all if str(trial) == found_before and trial not in sample]
    assert found_before in {str(trial) for trial in sample}
    assert [f"{trial}: {said}" for trial, _, said in trials.run(sample) if said] == []
