"""Files made to harm, files that change, and what killed deliveries leave behind."""

from __future__ import annotations

import errno
import gzip
import os
import stat
import subprocess
import sys

import pytest
from staging_by_hand import SMALL_CONTRACT, small_contract, stage_bytes

from joinedup import feeds
from joinedup.cli import doctor
from joinedup.errors import BadInput
from joinedup.feeds import deliver, delivering
from joinedup.feeds.contract import PeriodRule
from joinedup.feeds.intake import survey, worker
from joinedup.feeds.intake.process import Intake
from joinedup.feeds.reading import packages
from joinedup.feeds.scratch import scratch, sweep
from joinedup.records import RecordBook
from joinedup.terms import Period

HEADER = b"id,month,note\n"
TWO = HEADER + b"1,2024-05,one\n2,2024-05,two\n"
MAY = Period.parse("2024-05")
posix_only = pytest.mark.skipif(os.name != "posix", reason="modes, limits and processes are of POSIX")


@pytest.fixture(scope="module")
def contract_file(tmp_path_factory):
    return small_contract(tmp_path_factory.mktemp("contract"))


def _told(content: bytes, contract_file) -> str:
    with pytest.raises(BadInput) as raised:
        stage_bytes(content, contract_file)
    return raised.value.sentence()


def test_thousands_of_strange_columns_are_told_in_one_short_sentence(contract_file):
    told = _told(",".join(f"x{n}" for n in range(10_000)).encode() + b"\n", contract_file)
    assert "column 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 9,990 more" in told  # positions, no cell
    assert len(told) < 500


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
@pytest.mark.parametrize("order", ["le", "be"])
def test_text_of_wide_characters_is_read_and_said_by_its_name(contract_file, encoding, order):
    wide = ("\ufeff" + TWO.decode()).encode(f"{encoding}-{order}")
    for content in (wide, gzip.compress(wide, mtime=0)):
        outcome = stage_bytes(content, contract_file)
        assert [row["note"] for row in outcome.rows] == ["one", "two"]
        assert outcome.staged.notes == (f"The file is {encoding.upper()}; it was read as such.",)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EFBIG, errno.EDQUOT])
def test_a_full_disk_is_not_called_a_damaged_file(contract_file, monkeypatch, number):
    def full(*arguments):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(packages, "private", full)
    told = _told(gzip.compress(TWO, mtime=0), contract_file)
    assert "no room to unpack it" in told and "Free disk space" in told
    assert "damaged" not in told


def test_a_file_that_may_not_be_written_is_no_damaged_file_either(contract_file, monkeypatch):
    def refuse(*arguments):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(packages, "private", refuse)
    assert "damaged" not in _told(gzip.compress(TWO, mtime=0), contract_file)


def test_a_package_that_unpacks_to_far_too_much_is_refused(contract_file, monkeypatch):
    bomb = gzip.compress(HEADER + b"1,2024-05,x\n" * 100_000, mtime=0)
    assert stage_bytes(bomb, contract_file).staged.rows_in == 100_000  # small enough to be harmless
    monkeypatch.setattr(packages, "UNSUSPECTED_BYTES", 1 << 16)
    assert "more than 200 times its size" in _told(bomb, contract_file)


@posix_only
def test_an_unpacked_file_is_for_its_owner_only(tmp_path):
    packed = tmp_path / "may.csv.gz"
    packed.write_bytes(gzip.compress(TWO, mtime=0))
    [plain] = packages.plain_files(packed, tmp_path)
    assert plain.file.read_bytes() == TWO
    assert stat.S_IMODE(plain.file.stat().st_mode) == 0o600


@pytest.mark.parametrize("quote", [b"", b'"'])
def test_a_line_without_end_is_refused_with_its_number(contract_file, quote):
    long = b"3,2024-05," + quote + b"x" * (survey.MOST_BYTES_OF_LINE + 2) + quote + b"\n"
    told = _told(TWO + long + b"4,2024-05,y\n", contract_file)
    assert "A line is longer than 2 MB" in told and "line 4" in told
    assert "A line is longer" in _told(TWO + long.removesuffix(b"\n"), contract_file)


def test_a_line_of_a_megabyte_is_read(contract_file):
    outcome = stage_bytes(HEADER + b"1,2024-05," + b"x" * (1 << 20) + b"\n", contract_file)
    assert len(outcome.rows[0]["note"]) == 1 << 20


def test_many_lines_ended_the_old_way_are_not_one_long_line(contract_file):
    old = b"1,2024-05,abcdefgh\r" * 160_000
    assert len(old) > survey.MOST_BYTES_OF_LINE
    assert stage_bytes(HEADER.replace(b"\n", b"\r") + old, contract_file).staged.rows_in == 160_000


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_millions_of_empty_lines_are_refused_and_thousands_left_out(contract_file, end):
    assert "empty lines" in _told(TWO + end * 3_000_000, contract_file)
    assert stage_bytes(TWO + end * 3_000, contract_file).staged.rows_in == 2


def _small(workspace, tmp_path):
    small_contract(workspace.contracts_folder)
    file = tmp_path / "may.csv"
    file.write_bytes(TWO)
    return file


@pytest.mark.parametrize("how", ["written to", "replaced", "deleted"])
def test_a_file_that_changes_while_it_is_read_is_not_stored(workspace, analyst, tmp_path, monkeypatch, how):
    file = _small(workspace, tmp_path)
    hashed = delivering.durable.sha256

    def and_then(path):
        digest = hashed(path)
        if how == "written to":
            path.write_bytes(TWO.replace(b"two", b"TWO"))  # as long as before
        elif how == "replaced":
            other = tmp_path / "other"
            other.write_bytes(TWO.replace(b"two", b"TWO"))
            os.utime(other, ns=(path.stat().st_atime_ns, path.stat().st_mtime_ns))
            other.replace(path)
        return digest

    given = Intake.result

    def and_delete(self, job, seconds=None):
        if how == "deleted":
            job.file.unlink()
        return given(self, job, seconds)

    monkeypatch.setattr(delivering.durable, "sha256", and_then)
    monkeypatch.setattr(Intake, "result", and_delete)
    with pytest.raises(BadInput, match="changed while it was read"):
        deliver(workspace, "small-feed", file, by=analyst, period=MAY)
    assert not RecordBook(workspace).deliveries()


def _old_spill(workspace, number: int, engine: str = "duckdb"):
    folder = workspace.temporary_folder / f"{engine}-{number}"
    folder.mkdir()
    os.utime(folder, (0, 0))
    return folder


@posix_only
def test_what_killed_deliveries_left_is_told_then_swept_by_the_next(workspace, analyst, tmp_path):
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    left = workspace.temporary_folder / "intake-abandoned"
    left.mkdir()
    (left / "unpacked.csv").write_bytes(TWO)
    spill, own = _old_spill(workspace, ended.pid), _old_spill(workspace, os.getpid())
    of_spark, own_spark = (_old_spill(workspace, number, "spark") for number in (ended.pid, os.getpid()))
    assert feeds.abandoned(workspace) == [spill, left, of_spark]
    assert [one.state for one in doctor.scratch(workspace)] == [doctor.WARNING] * 3
    deliver(workspace, "small-feed", _small(workspace, tmp_path), by=analyst)
    assert not left.exists() and not spill.exists() and own.exists()
    assert not of_spark.exists() and own_spark.exists()
    assert [one.state for one in doctor.scratch(workspace)] == [doctor.GOOD]


@posix_only
def test_a_scratch_folder_in_use_is_private_and_kept(workspace):
    with scratch(workspace) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        asked = "import sys; from types import SimpleNamespace as S; from pathlib import Path as P; "
        asked += "from joinedup.feeds.scratch import sweep; place = P(sys.argv[1]); "
        asked += "sweep(S(temporary_folder=place, spill_folder=place / 'duckdb-x-1'))"
        subprocess.run([sys.executable, "-c", asked, str(workspace.temporary_folder)], check=True)
        sweep(workspace)
        assert folder.is_dir()
    assert not list(workspace.temporary_folder.iterdir())


@posix_only
def test_the_intake_process_cannot_map_more_than_its_limit():
    asked = "from joinedup.feeds.intake.worker import limit; limit(); bytearray(3 << 29)"
    for gigabytes, ended_well in (("1", False), ("3", True)):
        environment = {**os.environ, worker.ADDRESS_SPACE_SETTING: gigabytes}
        ended = subprocess.run(
            [sys.executable, "-c", asked], env=environment, capture_output=True, check=False
        )
        assert (ended.returncode == 0) is ended_well
    assert worker.address_space() < 16 << 30 or os.cpu_count() > 47


EXPONENTIAL = "(?:(?:a+)+)+(?P<period>b)"


def test_a_pattern_that_would_backtrack_for_ever_is_matched_at_once(workspace, analyst, tmp_path):
    contract = SMALL_CONTRACT.format(top="", set_aside="").replace(
        "[key]", f"[period]\nfile_name = '{EXPONENTIAL}'\n[key]"
    )
    (workspace.contracts_folder / "small-feed.toml").write_text(contract)
    file = tmp_path / ("a" * 200 + ".csv")
    file.write_bytes(TWO)
    assert deliver(workspace, "small-feed", file, by=analyst).period == MAY  # from the rows


@pytest.mark.parametrize(
    "pattern", [r"(?=x)(?P<period>a)", r"(?<!x)(?P<period>a)", r"(?P<period>a)\1", "(x)(?P<period>a)"]
)
def test_a_pattern_that_looks_around_is_refused_in_the_contract(pattern):
    with pytest.raises(BadInput, match="file-name pattern"):
        PeriodRule(file_name=pattern)
