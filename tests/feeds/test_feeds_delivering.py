"""Delivering: repeats, refusals, holding back, quarantine, and the intake process's limits."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from staging_by_hand import DATA, small_contract

import warm_intake
from joinedup import feeds, release
from joinedup.cli import main
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.feeds import Request, State, deliver, deliver_all
from joinedup.feeds.intake import process as intake_process
from joinedup.feeds.intake.job import FOOTING_FOLLOWS, Job
from joinedup.feeds.intake.process import Intake
from joinedup.records import RecordBook
from joinedup.terms import Period, Purpose, Role, Viewer

JANUARY = DATA / "2023-01-cleveland-street.csv.gz"
MAY = Period.parse("2024-05")


@pytest.fixture
def small(workspace):
    """A feed of the workspace's own."""
    small_contract(workspace.contracts_folder)
    return workspace


def _file(folder: Path, rows: int, *, name: str = "may.csv", note: str = "x", more: str = "") -> Path:
    path = folder / name
    lines = "".join(f"{number},2024-05,{note}\n" for number in range(1, rows + 1))
    path.write_text("id,month,note\n" + lines + more, encoding="utf-8")
    return path


def _deliver(workspace, file, analyst, **options):
    return deliver(workspace, "small-feed", file, by=analyst, **options)


def test_a_contract_in_the_workspace_is_all_a_new_feed_needs(small, analyst, tmp_path):
    receipt = _deliver(small, _file(tmp_path, 3), analyst)
    assert (receipt.state, receipt.accepted, receipt.period) == (State.STORED, 3, MAY)
    assert receipt.adds_up and not receipt.needs_person


def test_the_same_file_twice_in_a_row_is_one_delivery_but_a_b_a_is_three(small, analyst, tmp_path):
    a, b = _file(tmp_path, 3), _file(tmp_path, 3, name="b.csv", note="y")
    assert _deliver(small, a, analyst).state is State.STORED
    again = _deliver(small, a, analyst)
    assert (again.state, again.delivery) == (State.REPEAT, 1)
    assert "nothing changed" in again.summary()
    assert _deliver(small, b, analyst).revised == 3
    assert _deliver(small, a, analyst).revised == 3
    assert [row.number for row in RecordBook(small).deliveries()] == [1, 2, 3]


def test_a_repeat_is_noticed_within_one_batch_too(small, analyst, tmp_path):
    file = _file(tmp_path, 3)
    states = [receipt.state for receipt in deliver_all(small, [Request("small-feed", file)] * 2, by=analyst)]
    assert states == [State.STORED, State.REPEAT]


def test_far_fewer_rows_than_stand_are_held_until_a_person_says_so(small, analyst, tmp_path):
    _deliver(small, _file(tmp_path, 10), analyst)
    few = _file(tmp_path, 4, name="few.csv")
    held = _deliver(small, few, analyst)
    assert (held.state, held.needs_person, held.delivery) == (State.HELD, True, None)
    assert len(RecordBook(small).deliveries()) == 1
    assert _deliver(small, few, analyst, accept_unusual=True).withdrawn == 6
    assert _deliver(small, _file(tmp_path, 5, name="half.csv"), analyst).state is State.STORED


def test_a_file_with_no_usable_row_is_refused(small, analyst, tmp_path):
    bad = _file(tmp_path, 0, more="1,2024-05\n2\n")
    with pytest.raises(BadInput, match="Every one of its 2 rows"):
        _deliver(small, bad, analyst, period=MAY)
    assert not RecordBook(small).deliveries()
    receipt = _deliver(small, bad, analyst, period=MAY, accept_all_quarantined=True)
    assert (receipt.quarantined, receipt.adds_up, receipt.needs_person) == (2, True, True)


def test_a_dry_run_does_everything_but_store(small, analyst, tmp_path):
    receipt = _deliver(small, _file(tmp_path, 3, more="4,2024-05\n"), analyst, dry_run=True)
    assert (receipt.state, receipt.accepted, receipt.quarantined) == (State.DRY_RUN, 3, 1)
    assert receipt.reasons == {"too-few-cells": 1}
    assert not RecordBook(small).deliveries()


def test_what_was_refused_can_be_counted_and_sent_back_to_its_owner(small, analyst, tmp_path):
    from joinedup.log.models import Act

    file = _file(tmp_path, 3, more='4,2024-06,"a, b"\n5,2024-05\n')
    receipt = _deliver(small, file, analyst, period=MAY)
    [row] = feeds.quarantine(small)
    assert (row.delivery, row.rows) == (receipt.delivery, 2)
    assert row.reasons == {"outside-period: month": 1, "too-few-cells": 1} == dict(receipt.reasons)
    out = tmp_path / "back.csv"
    options = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "to be mended"}
    assert release.export_quarantine(small, analyst, row.delivery, out, **options) == 2
    with out.open(encoding="utf-8", newline="") as content:
        assert list(csv.reader(content)) == [
            ["joinedup delivery", "joinedup row", "joinedup reasons", "id", "month", "note"],
            ["1", "4", "outside-period: month", "4", "2024-06", "a, b"],
            ["1", "5", "too-few-cells", "5", "2024-05", ""],
        ]
    act = Act.objects.get(kind="disclosure")
    assert (act.username, act.reason, act.recipients) == ("ann", "to be mended", ["council"])
    assert (act.detail["rows"], act.detail["owner"]) == (2, "council")
    with pytest.raises(BadInput, match="exists already"):
        release.export_quarantine(small, analyst, row.delivery, out, **options)
    with pytest.raises(NotFound):
        feeds.show_quarantine(small, 99)


def test_a_formula_in_a_refused_row_is_sent_back_as_a_text(small, analyst, tmp_path):
    file = _file(tmp_path, 3, more='4,2024-06,"=HYPERLINK(""x"")"\n-5,2024-06,@now\n')
    receipt = _deliver(small, file, analyst, period=MAY)
    out = tmp_path / "back.csv"
    options = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "to be mended"}
    release.export_quarantine(small, analyst, receipt.delivery, out, **options)
    with out.open(encoding="utf-8", newline="") as content:
        cells = [row[3:] for row in csv.reader(content)][1:]
    assert cells == [["4", "2024-06", '\'=HYPERLINK("x")'], ["-5", "2024-06", "'@now"]]


def test_the_intake_process_starts_without_django():
    """Django alone would double its start: what it imports of the record book must not import the ledger."""
    code = "import sys, joinedup.feeds.intake.staging; print('django' in sys.modules)"
    started = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert started.stdout.strip() == "False"


def test_the_process_that_reads_ends_with_its_delivery(small, analyst, tmp_path):
    """As the product is, without what keeps it warm between tests."""
    started = []
    with warm_intake.cold():
        start = Intake._start

        def remembered(self):
            start(self)
            started.append(self._process)

        Intake._start = remembered
        receipt = _deliver(small, _file(tmp_path, 3), analyst)
    assert receipt.accepted == 3 and len(started) == 1
    assert started[0].poll() is not None


def test_a_councillor_may_not_deliver(small, tmp_path):
    councillor = Viewer("cara", "Cara", Role.COUNCILLOR, "testshire-council")
    with pytest.raises(NotPermitted):
        _deliver(small, _file(tmp_path, 1), councillor)


def test_nothing_is_received_in_the_future(small, analyst, tmp_path):
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with pytest.raises(BadInput, match="future"):
        _deliver(small, _file(tmp_path, 1), analyst, received_at=tomorrow)


def test_an_error_in_a_batch_leaves_what_came_before_it(small, analyst, tmp_path):
    good = _file(tmp_path, 2)
    requests = [Request("small-feed", good), Request("small-feed", tmp_path / "absent.csv")]
    receipts = deliver_all(small, requests, by=analyst)
    assert next(receipts).accepted == 2
    with pytest.raises(NotFound, match=r"absent\.csv"):
        next(receipts)
    assert len(RecordBook(small).deliveries()) == 1


def test_nothing_is_left_in_the_scratch_folder(small, analyst, tmp_path):
    _deliver(small, _file(tmp_path, 2), analyst)
    with pytest.raises(BadInput):
        deliver(small, "police-uk-street", _file(tmp_path, 2), by=analyst, period=MAY)
    assert not list(small.temporary_folder.glob("intake-*"))


def _job(workspace, file: Path) -> Job:
    contract = small_contract(workspace.contracts_folder)
    folder = workspace.temporary_folder / "job"
    folder.mkdir()
    return Job(file, contract, (), folder, MAY)


def test_reading_that_takes_too_long_is_stopped_with_one_sentence(workspace, tmp_path):
    job = _job(workspace, _file(tmp_path, 2))
    with Intake(tmp_path) as intake, pytest.raises(BadInput, match="took longer"):
        intake.result(job, seconds=0.01)  # it was given nothing to do


def test_a_library_that_crashes_is_told_in_one_sentence(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(intake_process, "_MODULE", "this")  # prints, and ends without an answer
    monkeypatch.setattr(sys, "executable", "/bin/false")
    job = _job(workspace, _file(tmp_path, 2))
    with Intake(tmp_path) as intake:
        intake.give(job)
        with pytest.raises(BadInput, match=r"ended by the system.*may\.csv"):
            intake.result(job)


def test_what_a_job_stands_on_is_its_own_whatever_became_of_the_one_before(workspace, tmp_path):
    """It is told in a line after the job, which is read also where the file was refused before that."""
    job = _job(workspace, _file(tmp_path, 2))
    folders = [tmp_path / name for name in ("bad", "good", "plain")]
    for folder in folders:
        folder.mkdir()
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    bad = dataclasses.replace(job, file=empty, folder=folders[0])
    good, plain = (dataclasses.replace(job, folder=folder) for folder in folders[1:])
    with Intake(tmp_path) as intake:
        for one in (bad, good):
            intake.give(one, footing_follows=True)
            intake.tell_footing(dataclasses.replace(one, by_length=True))
        intake.give(plain)
        with pytest.raises(BadInput, match="empty"):
            intake.result(bad)
        assert [intake.result(one).accepted for one in (good, plain)] == [2, 2]
    contents = [duckdb.read_parquet(str(one / "staged.parquet")).fetchall()[0][1] for one in folders[1:]]
    assert contents[0] != contents[1], "one was digested as it was told, the other as new files are"


def test_where_reading_is_ended_each_job_is_told_so_and_the_next_is_read_anew(workspace, tmp_path):
    job = _job(workspace, _file(tmp_path, 2))
    with Intake(tmp_path) as intake:
        intake.give(job, footing_follows=True)  # so that it waits
        intake._process.kill()
        intake._process.wait()
        intake.tell_footing(job)
        intake.give(job)
        for _ in range(2):
            with pytest.raises(BadInput, match="ended by the system"):
                intake.result(job, seconds=30)
        intake.give(job)
        assert intake.result(job).accepted == 2


def test_what_reads_files_ends_with_whoever_asked_for_it(workspace, tmp_path):
    job = _job(workspace, _file(tmp_path, 2))
    worker = subprocess.Popen(
        [sys.executable, "-m", intake_process._MODULE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    answers, _ = worker.communicate(json.dumps({**job.to_json(), FOOTING_FOLLOWS: True}) + "\n", timeout=60)
    assert (answers, worker.returncode) == ("", 1)
    assert not list(job.folder.iterdir()), "nothing of the file was written"


def test_an_unforeseen_error_never_echoes_a_value(workspace, tmp_path):
    from joinedup.feeds.intake.worker import answer

    job = _job(workspace, _file(tmp_path, 1, note="Jane Doe"))
    (job.folder / "staged.parquet").mkdir()  # the library will fail when it writes there
    told = answer(job.to_json())
    assert "Jane" not in str(told)
    assert told["error"]["kind"] == "Damaged"


def test_the_command_line_tells_by_its_exit_status(small, analyst, tmp_path, capsys):
    def run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(small.folder), *arguments])
        return (ended.value.code, *capsys.readouterr())

    good, bad = _file(tmp_path, 3), _file(tmp_path, 3, name="b.csv", more="4,2024-05\n")
    status, out, _ = run("deliver", "small-feed", str(good), "--format", "json")
    assert status == 0 and '"accepted": 3' in out
    status, out, err = run("deliver", "small-feed", str(bad))
    assert status == 1 and "too-few-cells: 1" in err
    assert run("deliver", "small-feed", str(tmp_path / "none.csv"))[0] == 2
    assert "no delivery of that number" in run("deliveries", "show", "1,002")[2], "it is read as 1002"
    status, out, _ = run("quarantine", "show", "2")
    assert status == 0 and "too-few-cells" in out
    assert run("quarantine", "export", "2", "--out", str(tmp_path / "q.csv"))[0] == 0
    assert "small-feed" in run("feeds")[1]
    assert "content and ordinal" in run("feeds", "show", "small-feed")[1]
    assert "4" in run("deliveries", "show", "2")[1]
    assert run("deliveries", "withdraw", "2", "--reason", "sent by mistake")[0] == 0
    assert "withdrawn" in run("deliveries")[1]
    assert run("feeds", "check", str(small.contracts_folder / "small-feed.toml"))[0] == 0


@pytest.mark.parametrize(("mode", "refused"), [("snapshot", 2), ("changes", 1), ("append", 1)])
def test_a_file_of_changes_tells_of_earlier_months_but_a_snapshot_of_its_own_alone(
    workspace, analyst, tmp_path, mode, refused
):
    small_contract(workspace.contracts_folder)
    contract = workspace.contracts_folder / "small-feed.toml"
    contract.write_text(contract.read_text().replace('mode = "snapshot"', f'mode = "{mode}"'))
    file = _file(tmp_path, 3, more="8,2024-03,before\n9,2024-06,after\n")
    receipt = _deliver(workspace, file, analyst, period=MAY)
    assert (receipt.accepted, receipt.quarantined) == (5 - refused, refused)
