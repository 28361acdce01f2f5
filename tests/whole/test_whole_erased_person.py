"""From a partner's file to nowhere: a person who is named, revealed and refused is erased for good."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.errors import NotFound
from joinedup.records import RecordBook
from joinedup.records.mentions import keys_of
from joinedup.release import reveal
from joinedup.terms import Purpose, RecordType, Role
from joinedup.workspace import Workspace
from seconding import shell_by_two

CONTRACT = """
name = "warden-reports"
version = 1
title = "Wardens' reports"
record_type = "incident"
mode = "snapshot"
ref = "Number"
[owner]
code = "wardens"
name = "Wardens"
[source]
code = "warden-reports"
title = "Wardens' reports"
[period]
file_name = '(?P<period>\\d{4}-\\d{2})-reports'
[key]
columns = ["Number"]
[time]
column = "Day"
format = "date"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
sensitivity = "official"
licence = "Closed"
attribution = "Wardens"
[[column]]
name = "Number"
required = true
[[column]]
name = "Day"
required = true
[[column]]
name = "Kind"
field = "report_kind"
[[column]]
name = "Caller"
personal = "identifying"
[[column]]
name = "Telephone"
personal = "identifying"
[[column]]
name = "Story"
field = "narrative"
personal = "identifying"
[[person]]
role = "caller"
full_name = "Caller"
phone = "Telephone"
"""
HEADER = "Number,Day,Kind,Caller,Telephone,Story\n"
HER = "WR-2024-0042,2024-05-03,fly-tipping,Quintessa Marrow,01632 960123,by the old ropeworks\n"
CHANGED = "WR-2024-0042,2024-05-03,fire,Quintessa Marrow-Vane,01632 960123,by the old ropeworks\n"
REFUSED = "WR-2024-0042,no day,fire,Quintessa Marrow-Vane,01632 960123,by the old ropeworks\n"
HIS = "WR-2024-0043,2024-05-04,litter,Obadiah Stays,01632 960777,in the park\n"
GONE = ["WR-2024-0042", "Quintessa", "Marrow", "960123", "ropeworks"]
STAYS = ["WR-2024-0043", "Obadiah Stays", "960777", "in the park"]


@pytest.fixture
def wardens(tmp_path: Path):
    """A workspace with a feed that names people, and three files of it: first, changed, refused."""
    workspace = Workspace.create(tmp_path / "workspace", partnership="Testshire")
    (workspace.contracts_folder / "warden-reports.toml").write_text(CONTRACT)
    agency = add_agency("council", "Council")
    for name, role in (("ann", Role.ANALYST), ("cass", Role.ADMINISTRATOR)):
        add_user(name, name=name.title(), role=role, agency=agency)
    for number, row in enumerate((HER, CHANGED, REFUSED)):
        _deliver(workspace, tmp_path, number, row)
    yield workspace
    workspace.close()


def _deliver(workspace: Workspace, folder: Path, number: int, row: str) -> dict:
    place = folder / f"sent-{number}"
    place.mkdir()
    file = place / "2024-05-reports.csv"
    file.write_text(HEADER + row + HIS)
    result = _run(workspace, "deliver", "warden-reports", str(file), "--format", "json", user="ann")
    assert result.exit_code in {0, 1}, result.stderr
    (receipt,) = json.loads(result.stdout)
    assert receipt["state"] == "stored", result.stderr
    return receipt


def _run(workspace: Workspace, *words: str, user: str = "cass"):
    return shell_by_two(lambda: CliRunner().invoke(main, ["-C", str(workspace.folder), "--as", user, *words]))


def _held(workspace: Workspace, words: list[str]) -> dict[str, set[str]]:
    """File to words found in it: in its bytes, in its table's cells, in its archive, on its pages."""
    found = {}
    for path in sorted(workspace.folder.rglob("*")):
        if path.is_file():
            said = "\n".join(_texts(path))
            if held := {word for word in words if word in said}:
                found[path.relative_to(workspace.folder).as_posix()] = held
    return found


def _texts(path: Path) -> list[str]:
    content = path.read_bytes()
    said = [path.name, content.decode("latin-1"), content.decode("utf-16-le", "replace")]
    if path.suffix == ".parquet":
        said.append(str(pq.read_table(path).to_pylist()))
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            said += [archive.read(name).decode("utf-8", "replace") for name in archive.namelist()]
    if content.startswith(b"%PDF"):
        try:
            said += [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
        except PyPdfError:
            said.append("")
    return said


def _key(workspace: Workspace) -> str:
    with RecordBook(workspace).writing() as writer:
        (key,) = writer.keys_of_references("warden-reports", ["WR-2024-0042"])
    assert keys_of([key]) == [key]
    return str(key)


def _reveal(workspace: Workspace, key: str) -> list[dict]:
    from joinedup.accounts import acting_viewer

    asked = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "to call back"}
    return reveal(workspace, acting_viewer("ann"), RecordType.INCIDENT, [key], ["caller.full_name"], **asked)


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be deleted there")
def test_an_erased_person_is_found_nowhere_and_does_not_come_back(wardens: Workspace, tmp_path: Path) -> None:
    before = _held(wardens, [*GONE, *STAYS])
    assert set().union(*before.values()) == {*GONE, *STAYS}
    kinds = {name.rsplit("-", 1)[1] for name in before if name.endswith(".parquet")}
    assert kinds == {"pos.parquet", "neg.parquet", "who.parquet", "quarantine.parquet"}
    key = _key(wardens)
    assert _reveal(wardens, key)[0]["caller.full_name"] == "Quintessa Marrow-Vane"

    erased = _run(wardens, "erase", "warden-reports", "--ref", "WR-2024-0042", "--reason", "request 12")
    assert erased.exit_code == 0, erased.stderr
    assert _held(wardens, GONE) == {}
    assert set().union(*_held(wardens, STAYS).values()) == set(STAYS)
    with pytest.raises(NotFound):
        _reveal(wardens, key)

    for number, row in enumerate((HER, REFUSED), 10):
        _deliver(wardens, tmp_path, number, row)
        assert RecordBook(wardens).deliveries()[-1].set_aside["erased"] == 1
        assert RecordBook(wardens).deliveries()[-1].adds_up
    assert _held(wardens, GONE) == {}
    checked = _run(wardens, "check")
    assert checked.exit_code == 0, checked.stdout
