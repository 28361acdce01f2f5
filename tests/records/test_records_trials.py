"""A seeded sample of the long trials; ``make test-full`` runs them in full."""

from __future__ import annotations

import random
from pathlib import Path

import damage_trials
import history_trials
import pytest
from fault_trials import Trials

from joinedup.records import RecordBook
from joinedup.workspace import Workspace

SEED = 20240501


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Trials:
    """The workspaces that the faults start from, made once."""
    return Trials(tmp_path_factory.mktemp("faults"))


def test_there_are_faults_for_every_named_step_of_every_act(faults: Trials) -> None:
    assert len(faults.all) >= 500
    assert len({trial.act for trial in faults.all}) == 11
    written = {"write segment", "sync file", "rename", "sync folder", "ledger commit"}
    for act in {trial.act for trial in faults.all} - {"finishing an erasure"}:
        assert written <= {trial.step for trial in faults.all if trial.act == act}
    erasing = {trial.step for trial in faults.all if trial.act == "finishing an erasure"}
    assert {"unlink", "unlink points", "sync folder", "clear database"} <= erasing


@pytest.mark.slow
def test_a_fault_at_any_step_leaves_all_or_nothing(faults: Trials) -> None:
    sample = random.Random(SEED).sample(faults.all, 6)
    wrong = [f"{trial}: {said}" for trial, _, said in faults.run(sample) if said]
    assert wrong == []


def test_random_damage_is_found(workspace: Workspace, book: RecordBook) -> None:
    damage_trials.stock(book)
    assert book.check() == []
    missed = [
        f"{kind}, {where}" for kind, where, said in damage_trials.trials(workspace, 24, SEED) if not said
    ]
    assert missed == []
    assert book.check() == []


@pytest.mark.slow
def test_random_histories_are_known_and_explained_as_they_were(empty_workspace: Path, tmp_path: Path) -> None:
    told = list(history_trials.trials(empty_workspace, tmp_path, 12, SEED))
    assert [said for _, _, said in told if said] == []
    assert sum(compared for _, compared, _ in told) > 55
