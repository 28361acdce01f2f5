"""A person's report is taken back and let in again between files that come and go: it is never lost."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_whole_erased_person import CHANGED, CONTRACT, HEADER, HER, HIS

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.records import RecordBook
from joinedup.terms import RecordType, Role
from joinedup.workspace import Workspace

FEED = "warden-reports"
ANOTHER = "WR-2024-0044,2024-05-06,litter,Zoe Quill,01632 960778,by the church\n"


@pytest.fixture
def wardens(tmp_path: Path):
    """A workspace in which the month's first file has her report and his, and hers is taken back (2)."""
    workspace = Workspace.create(tmp_path / "workspace", partnership="Testshire")
    (workspace.contracts_folder / f"{FEED}.toml").write_text(CONTRACT)
    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))
    assert _deliver(workspace, HER + HIS) == "stored"
    _run(workspace, "records", "withdraw", FEED, "--ref", "WR-2024-0042", "--reason", "a duplicate")
    assert _known(workspace) == {"WR-2024-0043": "litter"}
    yield workspace
    workspace.close()


def _run(workspace: Workspace, *words: str) -> str:
    result = CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", "ann", *words])
    assert result.exit_code == 0, result.output
    return result.stdout


def _deliver(workspace: Workspace, rows: str) -> str:
    file = workspace.folder.parent / "2024-05-reports.csv"
    file.write_text(HEADER + rows)
    (receipt,) = json.loads(_run(workspace, "deliver", FEED, str(file), "--format", "json"))
    return receipt["state"]


def _known(workspace: Workspace) -> dict[str, str]:
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], [FEED])
        return dict(cursor.execute("SELECT ref, report_kind FROM incident").fetchall())


def test_it_counts_as_the_files_that_stand_say_whatever_the_order(wardens):
    assert _deliver(wardens, CHANGED + HIS + ANOTHER) == "stored"
    _run(wardens, "records", "restore", "2", "--reason", "it was none")
    assert _known(wardens) == {"WR-2024-0042": "fire", "WR-2024-0043": "litter", "WR-2024-0044": "litter"}
    _run(wardens, "deliveries", "withdraw", "3", "--reason", "the wrong file")
    assert _known(wardens) == {"WR-2024-0042": "fly-tipping", "WR-2024-0043": "litter"}
    assert _deliver(wardens, HER + HIS) == "repeat"
    assert RecordBook(wardens).check() == []


def test_it_comes_back_from_a_file_that_lacked_it_once_that_is_withdrawn(wardens):
    assert _deliver(wardens, HIS + ANOTHER) == "stored"
    _run(wardens, "records", "restore", "2", "--reason", "it was none")
    assert _known(wardens) == {"WR-2024-0043": "litter", "WR-2024-0044": "litter"}
    _run(wardens, "deliveries", "withdraw", "3", "--reason", "the wrong file")
    assert _known(wardens) == {"WR-2024-0042": "fly-tipping", "WR-2024-0043": "litter"}
    assert RecordBook(wardens).check() == []
