"""Drafts of contracts: what a sample settles is written, what it leaves open is a doubt, nobody is named."""

from __future__ import annotations

import csv
import datetime as dt
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.feeds import State, check_contract, deliver
from joinedup.feeds.contract import IfWrong, Kind, Personal, TimeFormat
from joinedup.feeds.drafting import draft, undecided, write_draft
from joinedup.feeds.drafting.drafter import draft_file
from joinedup.terms import Period, RecordType

DATA = Path(__file__).parents[2] / "src/joinedup/demo/data"
OPEN_FEEDS = [
    ("police_uk/street/2023-01-cleveland-street.csv.gz", "2023-01"),
    ("police_uk/outcomes/2023-01-cleveland-outcomes.csv.gz", "2023-01"),
    ("police_uk/stop-and-search/2023-01-cleveland-stop-and-search.csv.gz", "2023-01"),
    ("fixmystreet/fms_lsoa_SHEF_B_2018_2020.csv.gz", "2018..2020"),
]


@pytest.mark.parametrize(("file", "period"), OPEN_FEEDS, ids=[name.split("/")[1] for name, _ in OPEN_FEEDS])
def test_a_file_is_delivered_by_its_own_draft(workspace, analyst, file, period):
    found = draft(workspace, DATA / file, name="drafted")
    write_draft(found, workspace.contracts_folder / "drafted.toml")
    receipt = deliver(workspace, "drafted", DATA / file, by=analyst, dry_run=True)
    assert receipt.state is State.DRY_RUN
    assert receipt.adds_up
    assert receipt.quarantined == 0
    assert receipt.accepted > 500
    assert receipt.period == Period.parse(period)


def test_ready_made_counts_are_told_from_records(workspace, tmp_path):
    found = _checked(workspace, tmp_path, draft_file(DATA / OPEN_FEEDS[3][0], tmp_path, "drafted"))
    assert found.key == ("month", "lsoa", "SHEF_B_CODE")
    assert found.record_type is RecordType.RETURN
    assert found.stated_area is not None
    assert found.column("reports").kind is Kind.INTEGER


def _checked(workspace, folder, found):
    """The draft as a contract, from files of its own."""
    target = folder / "checked" / f"{found.name}.toml"
    write_draft(found, target)
    return check_contract(workspace, target)


def _csv(folder, header, rows, name="cases.csv", above=(), below=()):
    path = folder / name
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([*above, header, *rows, *below])
    return path


PEOPLE = [
    ("James Okafor", "14/02/1961", "TS1 3AB", "01642 555123"),
    ("Sarah Whitfield", "03/11/1987", "TS26 9XY", "07700 900456"),
    ("Imran Sadiq", "29/06/1999", "TS5 4QJ", "01642 555987"),
    ("Dawn Featherstone", "21/08/1975", "TS17 0EF", "07700 900111"),
]
NARRATIVE = "Caller says that Geoffrey from number nine was throwing bottles again and would not stop at all"


def _cases(folder, rows=40, **more):
    header = [
        "Case No",
        "Date reported",
        "Time reported",
        "Category",
        "Caller Name",
        "Caller DOB",
        "Caller Postcode",
        "Tel",
        "What was said",
        "Contact",
        "Grid ref",
        "Sex",
        "Repeat",
    ]
    body = []
    for number in range(rows):
        name, birth, postcode, phone = PEOPLE[number % len(PEOPLE)]
        body.append(
            [
                f"C{1000 + number}",
                f"{number % 28 + 1:02d}/01/2024",
                f"{number % 24:02d}:{number % 60:02d}",
                ["Noise", "Litter", "Unknown", "Refused"][number % 4],
                name,
                birth,
                postcode,
                phone,
                NARRATIVE,
                f"someone{number}@example.org",
                f"NZ {4950 + number} 2020",
                "MF"[number % 2],
                "YN"[number % 2],
            ]
        )
    return _csv(folder, header, body, **more)


def test_a_list_of_cases_is_drafted_whole(workspace, tmp_path):
    found = _checked(workspace, tmp_path, draft_file(_cases(tmp_path), tmp_path, "cases"))
    assert (found.key, found.ref) == (("Case No",), "Case No")
    assert (found.time.column, found.time.clock, found.time.format) == (
        "Date reported",
        "Time reported",
        TimeFormat.LOCAL,
    )
    assert found.time.pattern == "%d/%m/%Y"
    assert found.place is not None
    assert found.place.grid_reference == "Grid ref"
    category = found.column("Category")
    assert category.codes is not None
    assert set(category.codes.labels().values()) == {"Noise", "Litter"}
    assert (category.unknown, category.refused) == (("Unknown",), ("Refused",))
    assert category.if_wrong is IfWrong.QUARANTINE
    assert found.column("Repeat").kind is Kind.BOOLEAN


def test_who_a_row_names_is_drafted_as_a_person(workspace, tmp_path):
    found = _checked(workspace, tmp_path, draft_file(_cases(tmp_path), tmp_path, "cases"))
    [caller] = found.persons
    assert caller.role == "caller"
    assert dict(caller.used()) == {
        "full_name": "Caller Name",
        "birth_date": "Caller DOB",
        "postcode": "Caller Postcode",
        "phone": "Tel",
        "email": "Contact",
        "sex": "Sex",
    }
    assert caller.birth_date_pattern == "%d/%m/%Y"
    assert found.column("Contact").personal is Personal.IDENTIFYING
    assert found.private_fields() == ["what_was_said"]
    assert found.column("Sex").codes is None


def test_a_column_of_tokens_is_drafted_as_what_identifies(workspace, tmp_path):
    rows = [
        [f"N{n}", f"{n % 28 + 1:02}/05/2024", f"jt1.9a338eba.c{'Ab3-_x' * 9}{n}|P{'7' * n}"]
        for n in range(1, 61)
    ]
    path = _csv(tmp_path, ["Number", "Seen", "Key text"], rows)
    found = _checked(workspace, tmp_path, draft_file(path, tmp_path, "clients"))
    [person] = found.persons
    assert dict(person.identifiers) == {"tokens": "Key text"}
    assert found.column("Key text").personal is Personal.IDENTIFYING


def test_no_value_of_a_personal_column_is_written_or_shown(workspace, tmp_path, analyst):
    target = tmp_path / "out" / "cases.toml"
    command = ["-C", str(workspace.folder), "feeds", "draft", str(_cases(tmp_path)), "--out", str(target)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 0
    texts = [result.stdout, result.stderr, *(path.read_text() for path in target.parent.rglob("*.*"))]
    told = "\n".join(texts).casefold()
    for person in PEOPLE:
        for value in person:
            assert value.casefold() not in told
        assert person[0].split()[1].casefold() not in told
    assert "geoffrey" not in told
    assert "example.org" not in told
    assert "noise" in told


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Handled by", ["Sarah Whitfield", "Imran Sadiq", "Dawn Featherstone"]),
        ("Column 7", ["TS1 3AB", "TS26 9XY", "TS5 4QJ"]),
        ("Extra", ["01642 555123", "07700 900456", "07700 900111"]),
        ("Extra", ["943 476 5919", "401 023 2137", "622 111 2346"]),
        ("Code", ["00/12345X", "98/654321B", "2003/7654L"]),
        ("Came into the world", ["1931-02-03", "1999-12-31", "1960-06-15"]),
        ("Surname", ["A", "B", "C"]),
        ("Victim_Forename", ["A", "B", "C"]),
        ("NHS No", ["1", "2", "3"]),
        ("Client ID", ["1", "2", "3"]),
        ("Street name of person", ["A", "B", "C"]),
        ("Ethnic appearance", ["A", "B", "C"]),
        ("Known disabilities", ["A", "B", "C"]),
        ("MO text", ["A", "B", "C"]),
    ],
)
def test_what_may_be_personal_is_taken_to_be(workspace, tmp_path, header, values):
    rows = [[f"R{number}", "2024-05-01", values[number % 3]] for number in range(30)]
    found = draft_file(_csv(tmp_path, ["Ref", "Day", header], rows), tmp_path, "cases")
    assert _checked(workspace, tmp_path, found).column(header).personal is not Personal.NO
    assert not found.code_lists
    assert not [value for value in values if len(value) > 1 and value in found.toml]


@pytest.mark.parametrize("header", ["Ward name", "Crime type", "Outcome", "Station name", "Team"])
def test_what_names_things_is_not_personal(workspace, tmp_path, header):
    values = ["Public Order", "Criminal Damage", "Headland and Harbour"]
    rows = [[f"R{number}", "2024-05-01", values[number % 3]] for number in range(30)]
    found = draft_file(_csv(tmp_path, ["Ref", "Day", header], rows), tmp_path, "cases")
    column = _checked(workspace, tmp_path, found).column(header)
    assert column.personal is Personal.NO
    assert column.codes is not None


def test_an_order_of_day_and_month_that_no_row_settles_is_left_to_a_person(workspace, tmp_path):
    rows = [[f"R{number}", f"{number % 12 + 1:02d}/{number % 11 + 1:02d}/2024", "x"] for number in range(40)]
    found = draft_file(_csv(tmp_path, ["Ref", "Day", "Note"], rows), tmp_path, "cases")
    assert found.doubts > 0
    assert "could be 3 April or 4 March" in found.toml
    with pytest.raises(BadInput, match="pattern"):
        _checked(workspace, tmp_path, found)
    decided = found.toml.replace('pattern = "undecided"\n', "").replace('# pattern = "%d', 'pattern = "%d')
    (tmp_path / "cases.toml").write_text(decided, encoding="utf-8")
    assert check_contract(workspace, tmp_path / "cases.toml").time.pattern == "%d/%m/%Y"


@pytest.mark.parametrize(
    ("written", "pattern"),
    [
        ("%d/%m/%Y", "%d/%m/%Y"),
        ("%m/%d/%Y", "%m/%d/%Y"),
        ("%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M"),
        ("%d %b %Y", "%d %b %Y"),
        ("%d-%b-%Y", "%d-%b-%Y"),
        ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M:%S"),
        ("%d.%m.%Y", "%d.%m.%Y"),
        ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S"),
    ],
)
def test_dates_are_read_as_they_were_written(workspace, tmp_path, written, pattern):
    start = dt.datetime(2024, 1, 1, 10, 7, 31, tzinfo=dt.UTC)
    rows = [[f"R{n}", (start + dt.timedelta(days=n, minutes=n)).strftime(written), "x"] for n in range(60)]
    found = _checked(
        workspace, tmp_path, draft_file(_csv(tmp_path, ["Ref", "Seen", "Note"], rows), tmp_path, "cases")
    )
    assert found.time.pattern == pattern
    assert found.time.format is (TimeFormat.LOCAL if "%H" in written else TimeFormat.DATE)
    assert not found.period.one_month


def test_titles_totals_and_footers_are_proposed_to_be_set_aside(workspace, tmp_path):
    wide = [""] * 12
    path = _cases(
        tmp_path,
        above=[["Council extract", *wide], ["Printed 1 February", *wide]],
        below=[["Grand total", *wide[1:], "40"], ["Source: the case system"]],
    )
    drafted = draft_file(path, tmp_path, "cases")
    found = _checked(workspace, tmp_path, drafted)
    assert found.file.header_within >= 3
    assert found.set_aside.totals == {"Case No": ("Grand total",)}
    assert found.set_aside.footers is not None
    assert found.set_aside.footers.endswith(r"(?:source)\b.*")
    left = undecided(drafted.toml)
    assert [sum(one.to_agree is agree for one in left) for agree in (False, True)] == [
        drafted.doubts, drafted.to_agree,
    ]  # fmt: skip
    assert drafted.doubts >= 2 and drafted.to_agree >= 5


def test_a_file_without_a_header_is_refused_and_not_shown(tmp_path):
    rows = [["James Okafor", "14/02/1961", "TS1 3AB"], ["Sarah Whitfield", "03/11/1987", "TS26 9XY"]]
    with pytest.raises(BadInput, match="looks like a header") as raised:
        draft_file(_csv(tmp_path, rows[0], rows[1:]), tmp_path, "cases")
    assert "Okafor" not in raised.value.sentence()


def test_a_name_of_a_column_cannot_break_out_of_a_comment(workspace, tmp_path):
    header = ["Ref", "Day", "Notes\nversion = 9", "Odd \"name\" \\ 'x'"]
    rows = [[f"R{number}", "2024-05-01", "x", "y"] for number in range(30)]
    found = _checked(workspace, tmp_path, draft_file(_csv(tmp_path, header, rows), tmp_path, "cases"))
    assert found.version == 1
    assert [column.name for column in found.columns] == header


def test_a_draft_overwrites_nothing(workspace, tmp_path, analyst):
    target = tmp_path / "there.toml"
    target.write_text("mine", encoding="utf-8")
    command = ["-C", str(workspace.folder), "feeds", "draft", str(_cases(tmp_path)), "--out", str(target)]
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 2
    assert "exists already" in result.stderr
    assert target.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "codelists").exists()


def test_the_file_is_read_within_limits_in_another_process(workspace, tmp_path, monkeypatch):
    monkeypatch.setenv("JOINEDUP_INTAKE_GIGABYTES", "1")
    text = tmp_path / "wide.csv"
    text.write_text(",".join(f"c{n}x" for n in range(3000)) + "\n" + ",".join(["1"] * 3000) + "\n")
    monkeypatch.setattr("joinedup.feeds.drafting.asking._MODULE", "joinedup.feeds.drafting.no_such_module")
    with pytest.raises(BadInput, match="ended by the system"):
        draft(workspace, text)


def test_a_list_of_objects_is_drafted_and_delivered(workspace, analyst, tmp_path):
    rows = [
        {
            "case": f"C{number}",
            "seen": f"2024-01-{number % 28 + 1:02d}",
            "kind": ["Noise", "Litter"][number % 2],
        }
        for number in range(40)
    ]
    path = tmp_path / "cases-2024-01.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    found = draft(workspace, path, name="cases")
    write_draft(found, workspace.contracts_folder / "cases.toml")
    receipt = deliver(workspace, "cases", path, by=analyst, dry_run=True)
    assert (receipt.accepted, receipt.quarantined) == (40, 0)
    assert receipt.period == Period.parse("2024-01")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_and_the_encoding_are_found(workspace, analyst, tmp_path, delimiter):
    rows = [["Ref", "Day", "Place"]] + [[f"R{n}", "21/05/2024", "Café; bar, terrace"] for n in range(30)]
    path = tmp_path / "cases.csv"
    with path.open("w", encoding="cp1252", newline="") as out:
        csv.writer(out, delimiter=delimiter).writerows(rows)
    drafted = draft_file(path, tmp_path, "cases")
    found = _checked(workspace, tmp_path, drafted)
    assert (found.delimiter, found.encoding) == (delimiter, "cp1252")
    assert "look whether signs are right" in drafted.toml


HEADERLESS = {
    "names and streets": [
        ["Smith", "John", "Male", "Harehills Lane"],
        ["Jones", "Mary", "Female", "Linthorpe Road"],
        ["Patel", "Anil", "Male", "Borough Road"],
        ["Brown", "Sue", "Female", "Marton Road"],
    ],
    "whole names": [["Jane Doe", "burglary"], ["John Smith", "theft"], ["Mary Jones", "arson"]],
    "addresses": [["12 High Street", "x"], ["1 Low Road", "y"], ["7 Mill Lane", "z"]],
    "words that come again": [["Noise", "Open", "a"], ["Litter", "Open", "b"], ["Noise", "Closed", "c"]],
}


@pytest.mark.parametrize("table", HEADERLESS.values(), ids=HEADERLESS)
def test_a_first_row_that_looks_like_the_others_is_no_header(tmp_path, table):
    with pytest.raises(BadInput, match="looks like the rows below it") as raised:
        draft_file(_csv(tmp_path, table[0], table[1:]), tmp_path, "cases")
    assert not any(cell in raised.value.sentence() for row in table for cell in row if len(cell) > 1)


@pytest.mark.parametrize(
    ("header", "row"),
    [
        (["Ref", "Nearest Street", "PC name"], ["C1", "High Street", "PC John Smith"]),
        (["Ref", "Mark", "Ward"], ["C1", "A", "Ward"]),
        (["Case", "First name", "Surname"], ["C1", "Mary", "Jones"]),
    ],
)
def test_a_header_that_shares_a_word_with_the_rows_is_one(tmp_path, header, row):
    found = draft_file(_csv(tmp_path, header, [row, [f"{row[0]}2", *row[1:]]]), tmp_path, "cases")
    assert all(f'name = "{name}"' in found.toml for name in header)
