"""A file out of the ordinary waits for a person; a refused file leaves nothing but the sentence."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from click.testing import CliRunner
from staging_by_hand import small_contract

from joinedup.cli import main
from joinedup.errors import BadInput, Damaged, NotPermitted
from joinedup.feeds import Leave, Request, deliver, deliver_all, desk
from joinedup.feeds.unusual import Arrived, reasons
from joinedup.records import DeliveryRow, RecordBook
from joinedup.terms import DeliveryMode, Period, RecordType, Role, Viewer

NOW = dt.datetime(2024, 12, 1, 12, tzinfo=dt.UTC)


def earlier(number, period, kept):
    return DeliveryRow(
        number=number, id=uuid.uuid4(), feed="f", contract_version="1", source="s",
        record_type=RecordType.INCIDENT, owner="o", mode=DeliveryMode.SNAPSHOT, period=Period.parse(period),
        file_name="f", file_sha256="0" * 64, file_bytes=1, received_at=NOW, known_from=NOW, committed_at=NOW,
        rows_in=kept, accepted=kept, unchanged=0, revised=0, withdrawn=0, quarantined=0, set_aside={},
        state="standing", delivered_by="ann",
    )  # fmt: skip


@pytest.fixture(autouse=True)
def _words(workspace):
    """Sentences need a workspace that was opened."""


def judged(usable, period, rows=(), *, mode=DeliveryMode.SNAPSHOT, received=NOW):
    arrived = Arrived(mode, Period.parse(period) if period else None, usable, received)
    return reasons(arrived, [earlier(number, *row) for number, row in enumerate(rows, 1)])


YEAR = [(f"2024-{month:02}", 100) for month in range(1, 9)]


@pytest.mark.parametrize(
    ("usable", "period", "rows", "why"),
    [
        (100, "2024-09", YEAR, None),
        (34, "2024-09", YEAR, None),
        (33, "2024-09", YEAR, "100 are usual"),
        (300, "2024-09", YEAR, None),
        (301, "2024-09", YEAR, "100 are usual"),
        (1, "2024-09", [(month, 2) for month, _ in YEAR], None),  # chance moves small counts this much
        (1000, "2024-04", YEAR[:3], None),  # nothing is usual yet
        (50, "2024-08", YEAR, None),
        (49, "2024-08", YEAR, "100 stand"),
        (201, "2024-08", YEAR, "100 stand"),
        (300, "2024-09..2024-11", YEAR, "3 months"),
        (100, "2024-08..2024-09", [("2024-07", 100), ("2024-08", 100)], "overlaps"),
        (100, "2025-01", YEAR, "had not begun"),
    ],
)
def test_what_is_out_of_the_ordinary_is_told_in_a_sentence(usable, period, rows, why):
    found = judged(usable, period, rows)
    assert (why is None) == (found == [])
    if why:
        assert why in " ".join(found)


def test_changes_and_additions_have_no_usual_volume_but_a_period_all_the_same():
    assert judged(1, "2024-09", YEAR, mode=DeliveryMode.CHANGES) == []
    assert judged(1, None, YEAR, mode=DeliveryMode.APPEND) == []
    assert judged(1, "2025-09", YEAR, mode=DeliveryMode.CHANGES) != []


def test_a_period_that_began_today_in_london_has_begun():
    midnight = dt.datetime(2024, 6, 30, 23, 30, tzinfo=dt.UTC)
    assert judged(1, "2024-07", received=midnight) == []
    assert judged(1, "2024-07", received=midnight - dt.timedelta(hours=1)) != []


@pytest.fixture
def small(workspace):
    """A feed of the workspace's own, of which May has come with ten rows."""
    small_contract(workspace.contracts_folder)
    return workspace


def a_file(folder, rows, name):
    path = folder / name
    path.write_text("id,month,note\n" + "".join(f"{one},2024-05,x\n" for one in range(rows)))
    return path


@pytest.fixture
def waiting(small, analyst, tmp_path):
    """The number of a held file: four rows, where ten stand."""
    deliver(small, "small-feed", a_file(tmp_path, 10, "may.csv"), by=analyst)
    receipt = deliver(small, "small-feed", a_file(tmp_path, 4, "few.csv"), by=analyst, received_at=NOW)
    assert receipt.held is not None and "10 stand" in receipt.summary()
    (tmp_path / "few.csv").unlink()
    return receipt.held


def kept_files(workspace):
    return [path for path in (workspace.folder / "held").rglob("*") if path.is_file()]


def test_a_held_file_is_kept_as_it_came_in_a_private_place_and_counts_nowhere(small, analyst, waiting):
    (one,) = desk.held()
    assert (one.pk, one.usable, one.rows_in, one.delivered_by) == (waiting, 4, 4, "ann")
    (kept,) = kept_files(small)
    assert kept.read_text().count("2024-05") == 4
    assert kept.stat().st_mode & 0o077 == 0 and kept.parent.stat().st_mode & 0o077 == 0
    assert len(RecordBook(small).deliveries()) == 1


def test_accepting_delivers_it_as_received_when_it_came_and_keeps_nothing_beside(small, analyst, waiting):
    receipt = desk.accept(small, waiting, by=analyst, why="Asked the owner")
    assert (receipt.withdrawn, receipt.unchanged) == (6, 4)
    assert receipt.known_from >= NOW and receipt.notes == ()
    one = desk.held_file(waiting)
    assert (one.state, one.decided_by, one.why, one.delivery) == ("accepted", "ann", "Asked the owner", 2)
    assert desk.held() == [] and kept_files(small) == []
    with pytest.raises(BadInput, match="accepted already"):
        desk.accept(small, waiting, by=analyst, why="again")


def test_refusing_deletes_it_and_keeps_the_decision(small, analyst, waiting):
    desk.refuse(small, waiting, by=analyst, why="Half is missing")
    assert kept_files(small) == [] and desk.held() == []
    assert desk.held_file(waiting).state == "refused"
    assert len(RecordBook(small).deliveries()) == 1


def test_the_same_file_waits_once_and_no_longer_when_it_was_delivered_with_leave(
    small, analyst, waiting, tmp_path
):
    file = a_file(tmp_path, 4, "few.csv")
    assert deliver(small, "small-feed", file, by=analyst).held == waiting
    assert len(kept_files(small)) == 1
    receipt = deliver(small, "small-feed", file, by=analyst, accept_unusual=True)
    assert receipt.notes == (f"Held file {waiting} is the same file and is settled by this.",)
    assert desk.held() == [] and kept_files(small) == []
    assert desk.held_file(waiting).delivery == 2


def test_a_held_file_that_was_changed_is_not_delivered(small, analyst, waiting):
    (kept,) = kept_files(small)
    kept.write_text(kept.read_text().replace("x", "y"))
    with pytest.raises(Damaged, match="not as it came"):
        desk.accept(small, waiting, by=analyst, why="Looked")
    assert [one.pk for one in desk.held()] == [waiting]


def test_a_decision_needs_a_reason_and_somebody_who_may_deliver(small, analyst, waiting):
    with pytest.raises(BadInput, match="reason"):
        desk.accept(small, waiting, by=analyst, why="  ")
    with pytest.raises(NotPermitted):
        desk.refuse(small, waiting, by=Viewer("cll", "Cllr", Role.COUNCILLOR, "council"), why="no")
    assert len(desk.held()) == 1


def test_a_dry_run_says_what_would_be_held_and_holds_nothing(small, analyst, waiting, tmp_path):
    (receipt,) = deliver_all(
        small, [Request("small-feed", a_file(tmp_path, 3, "try.csv"))], by=analyst, leave=Leave(dry_run=True)
    )
    assert receipt.held is None and "10 stand" in receipt.held_because[0]
    assert len(desk.held()) == 1


def test_what_a_killed_process_kept_is_swept_and_what_waits_is_not(small, analyst, waiting, tmp_path):
    left = small.folder / "held" / "0123456789abcdef"
    left.mkdir()
    (left / "secret.csv").write_text("x")
    deliver(small, "small-feed", a_file(tmp_path, 9, "may2.csv"), by=analyst)
    assert not left.exists() and len(kept_files(small)) == 1


def test_a_refused_file_leaves_one_sentence_and_no_value(small, analyst, tmp_path):
    path = tmp_path / "wrong.csv"
    path.write_text("id,month\nSECRET-VALUE,2024-05\n")
    for _ in range(2):
        with pytest.raises(BadInput):
            deliver(small, "small-feed", path, by=analyst)
    first, _second = desk.refusals("small-feed")
    assert first.file_name == "wrong.csv" and "note" in first.sentence
    assert "SECRET" not in first.sentence and kept_files(small) == []
    assert desk.refusals("another-feed") == []


def test_the_command_line_lists_accepts_and_refuses(small, analyst, waiting, monkeypatch):
    monkeypatch.setenv("JOINEDUP_WORKSPACE", str(small.folder))

    def run(*words):
        return CliRunner().invoke(main, ["held", *words])

    assert "few.csv" in run().stdout
    (row,) = json.loads(run("--format", "json").stdout)
    assert row["received"].startswith(NOW.date().isoformat())
    assert dt.datetime.fromisoformat(row["held_since"]) == desk.held_file(waiting).held_at
    assert run("accept", str(waiting), "--why", "Asked").exit_code == 0
    assert run().stdout.strip() == "No file waits."
    assert "accepted" in run("--all").stdout
    assert run("refuse", str(waiting), "--why", "x").exit_code == 2


def test_what_a_contract_says_of_breaks_and_of_when_it_is_due_is_known_with_its_deliveries(
    small, analyst, tmp_path
):
    contract = small.contracts_folder / "small-feed.toml"
    change = "Rows are counted by another system."
    contract.write_text(
        contract.read_text()
        + f'\n[[break]]\ndate = 2024-05-10\nkind = "recording-practice"\nwhat = "{change}"\n'
    )
    deliver(small, "small-feed", a_file(tmp_path, 3, "may.csv"), by=analyst)
    with RecordBook(small).reading() as reader:
        (told,) = reader.breaks(["small-source"])
        promise = reader.promises()["small-feed"]
    assert (told.date, told.what) == (dt.date(2024, 5, 10), change)
    assert promise.late_after_days == 30


def header_only(folder, name="empty.csv"):
    path = folder / name
    path.write_text("id,month,note\n")
    return path


def covered(workspace):
    with RecordBook(workspace).reading() as reader:
        return [str(one.period) for one in reader.coverage(["small-source"])]


MAY = Period.parse("2024-05")


@pytest.mark.parametrize("mode", ["snapshot", "changes", "append"])
def test_a_first_file_without_a_row_is_no_month_of_zero_until_a_person_says_so(
    small, analyst, tmp_path, mode
):
    contract = small.contracts_folder / "small-feed.toml"
    contract.write_text(contract.read_text().replace('mode = "snapshot"', f'mode = "{mode}"'))
    file = header_only(tmp_path)
    receipt = deliver(small, "small-feed", file, by=analyst, period=MAY)
    assert receipt.held is not None and "nothing happened" in receipt.summary()
    assert "May 2024" in receipt.held_because[0] and covered(small) == []
    assert desk.accept(small, receipt.held, by=analyst, why="The owner says so").rows_in == 0
    assert covered(small) == ["2024-05"]
    other = tmp_path / "other.csv"
    other.write_text("id,month,note\r\n")
    assert deliver(small, "small-feed", other, by=analyst, period=MAY).held is None  # said already


def test_an_empty_file_is_held_among_few_rows_as_well_and_a_refused_one_is_no_zero(small, analyst, tmp_path):
    for number in range(1, 6):
        file = tmp_path / f"{number}.csv"
        file.write_text(f"id,month,note\na{number},2024-0{number},x\n")
        deliver(small, "small-feed", file, by=analyst)
    june = Period.parse("2024-06")
    assert deliver(small, "small-feed", header_only(tmp_path), by=analyst, period=june).held is not None
    assert desk.refuse(small, 1, by=analyst, why="The export failed").state == "refused"
    assert covered(small) == [f"2024-0{number}" for number in range(1, 6)]


def test_a_contract_says_that_an_empty_period_is_normal(small, analyst, tmp_path):
    contract = small.contracts_folder / "small-feed.toml"
    contract.write_text(contract.read_text().replace("[publishing]", "[publishing]\nmay_be_empty = true"))
    receipt = deliver(small, "small-feed", header_only(tmp_path), by=analyst, period=MAY)
    assert (receipt.held, receipt.rows_in, covered(small)) == (None, 0, ["2024-05"])
    june = a_file(tmp_path, 10, "june.csv")
    june.write_text(june.read_text().replace("2024-05", "2024-06"))
    deliver(small, "small-feed", june, by=analyst)
    empty = deliver(small, "small-feed", header_only(tmp_path), by=analyst, period=Period.parse("2024-06"))
    assert "10 stand" in empty.summary()  # what stands does not go in silence, whatever the contract says


def test_that_it_may_be_empty_is_told_of_a_contract_and_changes_no_reading_of_its_rows(small):
    from joinedup.feeds import contract as contract_of
    from joinedup.feeds.describing import about
    from joinedup.feeds.intake.digests import rules_of

    before = contract_of(small, "small-feed")
    file = small.contracts_folder / "small-feed.toml"
    file.write_text(file.read_text().replace("[publishing]", "[publishing]\nmay_be_empty = true"))
    after = contract_of(small, "small-feed")
    assert (about(before)["may_be_empty"], about(after)["may_be_empty"]) == (False, True)
    assert rules_of(before) == rules_of(after)


def months(workspace):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["small-source"])
        return cursor.execute("SELECT count(*) FROM incident").fetchone()[0]


@pytest.fixture
def overtaken(small, analyst, waiting, tmp_path):
    """The held file of four rows, where a corrected whole file of eleven was stored since."""
    deliver(small, "small-feed", a_file(tmp_path, 11, "corrected.csv"), by=analyst)
    return waiting


def test_an_older_held_file_cannot_undo_a_newer_whole_file(small, analyst, overtaken):
    with pytest.raises(BadInput, match=r"delivery 2, .*May 2024.*[Dd]eliver it again") as refused:
        desk.accept(small, overtaken, by=analyst, why="Looked")
    assert "put it away" in refused.value.sentence()
    assert months(small) == 11 and [one.pk for one in desk.held()] == [overtaken]
    assert desk.refusals("small-feed") == []
    assert {number: row.number for number, row in desk.overtaken(small, desk.held()).items()} == {
        overtaken: 2
    }
    desk.refuse(small, overtaken, by=analyst, why="The owner sent a better one")
    assert desk.held() == [] and months(small) == 11


def test_withdrawing_the_newer_file_lets_the_held_one_be_accepted(small, analyst, overtaken):
    from joinedup.feeds import withdraw

    withdraw(small, 2, by=analyst, reason="wrong file")
    desk.accept(small, overtaken, by=analyst, why="Looked")
    assert months(small) == 4


def test_an_overtaken_file_that_is_delivered_again_is_the_newer_one(small, analyst, overtaken, tmp_path):
    receipt = deliver(small, "small-feed", a_file(tmp_path, 4, "few.csv"), by=analyst)
    assert receipt.held not in {None, overtaken} and "11 stand" in receipt.summary()
    assert desk.held_file(overtaken).why == "overtaken, and delivered again"
    assert len(kept_files(small)) == 1
    desk.accept(small, receipt.held, by=analyst, why="It is right")
    assert months(small) == 4


def test_a_file_of_another_month_overtakes_nothing(small, analyst, waiting, tmp_path):
    june = tmp_path / "june.csv"
    june.write_text("id,month,note\nj,2024-06,x\n")
    deliver(small, "small-feed", june, by=analyst)
    assert desk.overtaken(small, desk.held()) == {}
    desk.accept(small, waiting, by=analyst, why="Looked")
    assert months(small) == 5


def test_accepting_again_after_a_crash_before_the_decision_was_written_is_no_overtaking(
    small, analyst, waiting, monkeypatch
):
    def crash(*_args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(desk, "_decide", crash)
        with pytest.raises(KeyboardInterrupt):
            desk.accept(small, waiting, by=analyst, why="Looked")
    assert months(small) == 4
    desk.accept(small, waiting, by=analyst, why="Looked")
    assert desk.held_file(waiting).state == "accepted"


def test_the_command_line_says_which_files_were_overtaken(small, overtaken, monkeypatch):
    monkeypatch.setenv("JOINEDUP_WORKSPACE", str(small.folder))
    told = CliRunner().invoke(main, ["held"])
    assert f"not to be accepted: {overtaken}." in told.output and "held refuse" in told.output
    rows = CliRunner().invoke(main, ["held", "--format", "json"]).stdout
    assert '"overtaken_by": 2' in rows
