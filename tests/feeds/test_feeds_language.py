"""The contract language: what its keys mean, what it refuses, and how all that is wrong is told at once."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from click.testing import CliRunner
from contract_by_hand import full_contract
from staging_by_hand import small_contract

from joinedup.cli import main
from joinedup.errors import BadInput, NotFound
from joinedup.feeds import broken_contracts, check_contract, contract, contracts
from joinedup.feeds.contract import BreakKind, FileFormat, IfUnplaceable, IfWrong
from joinedup.terms import Period, Sensitivity
from joinedup.wrongs import sentences


def test_a_contract_says_who_a_row_names_and_what_is_private(workspace, tmp_path):
    found = check_contract(workspace, full_contract(tmp_path))
    assert found.field_names() == ["calls", "sex", "provisional"]
    assert found.private_fields() == ["narrative"]
    assert [(role, number) for role, number, _ in found.mentions()] == [
        ("caller", 1),
        ("suspect", 1),
        ("suspect", 2),
    ]
    caller, suspect, other = found.persons
    assert list(caller.used()) == [
        ("full_name", "Caller"),
        ("birth_date", "DOB"),
        ("sex", "Sex"),
        ("address", "House"),
        ("address", "Street"),
    ]
    assert caller.birth_date_pattern == "%d/%m/%Y"
    assert (caller.unknown, caller.refused) == (("Anonymous",), ("Refused",))
    assert suspect.identifiers == {"pnc": "PNC"}
    assert not other.identifiers


def test_a_contract_says_how_its_files_and_rows_are_to_be_read(workspace, tmp_path):
    found = check_contract(workspace, full_contract(tmp_path))
    assert found.file.formats == (FileFormat.CSV, FileFormat.XLSX)
    assert (found.file.sheet, found.file.header_within) == ("Export", 20)
    assert found.time.columns == ("Date", "Time", "Date to", "Time to")
    assert found.time.clock_pattern == "%H:%M"
    assert found.place is not None
    assert found.place.columns == ("Grid ref",)
    assert found.place.if_wrong is IfUnplaceable.UNLOCATED
    assert found.status is not None
    assert found.status.reclassified == ("Reclassified",)
    calls = found.column("Calls")
    assert (calls.names, calls.optional) == (("Calls", "No of calls"), True)
    assert calls.if_wrong is IfWrong.BLANK
    assert found.column("Sex").refused == ("Refused",)
    [change] = found.breaks
    assert (change.date, change.kind) == (dt.date(2011, 4, 1), BreakKind.RECORDING_PRACTICE)
    assert found.valid_from == dt.date(2023, 10, 1)


def test_a_contract_that_says_none_of_it_is_as_it_was(workspace, tmp_path):
    found = check_contract(workspace, small_contract(tmp_path))
    assert found.file.formats == (FileFormat.CSV,)
    assert (found.encoding, found.delimiter, found.file.header_within) == ("utf-8", ",", 1)
    assert (found.persons, found.breaks, found.status, found.validation) == ((), (), None, None)
    assert found.field_names() == ["note"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('role = "caller"', 'role = "The caller"', "person 'The caller'"),
        ('role = "caller"', 'role = "record"', "person 'record'"),
        ('full_name = "Caller"', 'full_name = "Callers"', "no column 'Callers'"),
        ('full_name = "Caller"', 'fullname = "Caller"', "'full_name'"),
        ('name = "DOB"\npersonal = "identifying"', 'name = "DOB"\npersonal = "personal"', "column 'DOB'"),
        ('personal = "personal"', 'personal = "no"', "column 'Sex'"),
        ('refused = ["Refused"]\n[[person]]', 'refused = ["Anonymous"]\n[[person]]', "person 'caller'"),
        ('birth_date_pattern = "%d/%m/%Y"', 'birth_date_pattern = "dd/mm/yyyy"', "birth_date_pattern"),
        ('{ pnc = "PNC" }', '{ "PNC number" = "PNC" }', "PNC number"),
        ('{ pnc = "PNC" }', "{ pnc = 1 }", "'identifiers'"),
        ('field = "narrative"', 'field = "narrative"\nkind = "integer"', "column 'Narrative'"),
        ('name = "Ref"\n', 'name = "Ref"\npersonal = "identifying"\n', "cannot identify"),
        ('formats = ["csv", "xlsx"]', 'formats = ["csv", "docx"]', "'formats'"),
        ('formats = ["csv", "xlsx"]', "formats = []", "file"),
        ("header_within = 20", "header_within = 0", "header_within"),
        ('grid_reference = "Grid ref"', 'grid_reference = "Grid ref"\neasting = "Calls"', "place"),
        ('if_wrong = "unlocated"', 'if_wrong = "blank"', "'if_wrong'"),
        ('format = "local"', 'format = "date"', "clock"),
        ('until = "Date to"', "", "until_clock"),
        ('clock = "Time"\n', 'clock = "Time"\nif_wrong = "blank"\n', "essential"),
        ('pattern = "%d/%m/%Y"\nclock', 'pattern = "%d/%m/%Q"\nclock', "pattern"),
        ('reclassified = ["Reclassified"]', 'reclassified = ["No crime"]', "status"),
        ('provisional = ["N"]', "provisional = []", "validation"),
        ('provisional = ["N"]', 'provisional = ["N"]\nfile_name = "p"', "validation"),
        ('kind = "integer"\nif_wrong', "if_wrong", "column 'Calls'"),
        ('if_wrong = "blank"\nalso', 'if_wrong = "blank"\nrequired = true\nalso', "column 'Calls'"),
        ('["No of calls"]', '["ref"]', "same name"),
        ('name = "Ref"\nrequired = true', 'name = "Ref"\noptional = true', "column 'Ref'"),
        ('refused = ["Refused"]\n[[column]]', 'refused = [""]\n[[column]]', "column 'Sex'"),
        ('field = "calls"', 'field = "provisional"', "provisional"),
        ('field = "calls"', 'field = "narrative"', "narrative"),
        ("date = 2011-04-01", 'date = "2011-04-01"', "'date'"),
        ("date = 2011-04-01", "date = 2011-04-01T00:00:00", "'date'"),
        ('kind = "recording-practice"', 'kind = "weather"', "'kind'"),
        ("valid_from = 2023-10-01", "valid_from = 2023-10-01\nvalid_to = 2023-09-30", "valid_to"),
    ],
)
def test_an_error_of_the_language_names_file_and_key(workspace, tmp_path, old, new, told):
    with pytest.raises(BadInput) as raised:
        check_contract(workspace, full_contract(tmp_path, (old, new)))
    assert "wardens.toml" in raised.value.sentence()
    assert any(told in sentence for sentence in sentences(raised.value))


def test_all_that_is_wrong_is_told_at_once(workspace, tmp_path, analyst):
    path = full_contract(
        tmp_path,
        ("version = 2", 'version = "2"'),
        ('mode = "changes"', 'mod = "changes"'),
        ('kind = "recording-practice"', 'kind = "weather"'),
        ('role = "caller"', 'role = "Caller!"'),
    )
    result = CliRunner().invoke(main, ["-C", str(workspace.folder), "feeds", "check", str(path)])
    assert (result.exit_code, result.stdout) == (2, "")
    for told in (
        "'version'",
        "'mode' is missing",
        "'kind'",
        "Caller!",
        "Unknown key 'mod'",
        "'mode' is meant",
    ):
        assert told in result.stderr
    assert result.stderr.count("wardens.toml") >= 5


def test_a_good_contract_is_called_good(workspace, tmp_path, analyst):
    path = full_contract(tmp_path)
    result = CliRunner().invoke(main, ["-C", str(workspace.folder), "feeds", "check", str(path)])
    assert result.exit_code == 0
    assert "good contract" in result.stderr


def test_what_a_draft_left_to_agree_is_listed_and_needs_a_person(workspace, tmp_path, analyst):
    path = full_contract(tmp_path)
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[1:1] = [
        "# TO AGREE: whose data it is",
        "",
        "  # DOUBT: 3 rows share a key",
        "# TO AGREE with nobody",
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = CliRunner().invoke(main, ["-C", str(workspace.folder), "feeds", "check", str(path)])
    assert result.exit_code == 1
    assert "good contract" in result.stderr
    assert "Line 2, to agree: whose data it is\nLine 4, a doubt: 3 rows share a key\n" in result.stderr
    assert "1 doubts of its draft and 1 points to agree" in result.stderr


def _two_versions(folder, ends="2023-09-30", older_changes=(), newer_changes=()):
    full_contract(folder, *newer_changes)
    full_contract(
        folder,
        ("version = 2", "version = 1"),
        ("valid_from = 2023-10-01", f"valid_to = {ends}"),
        ("Wardens' reports", "Old reports"),
        *older_changes,
        stem="wardens@1",
    )


def test_the_period_of_a_delivery_chooses_the_version(workspace):
    _two_versions(workspace.contracts_folder)
    assert contract(workspace, "wardens").version == 2
    assert contract(workspace, "wardens", Period.parse("2023-09")).version == 1
    assert contract(workspace, "wardens", Period.parse("2023-10")).version == 2
    assert contract(workspace, "wardens", on=dt.date(2023, 9, 30)).version == 1
    assert contract(workspace, "wardens", on=dt.date(2023, 10, 1)).version == 2
    assert contracts(workspace)["wardens"].version == 2
    with pytest.raises(BadInput, match="lies in two versions"):
        contract(workspace, "wardens", Period.parse("2023-09..2023-10"))


def test_a_period_that_no_version_is_for_is_refused(workspace):
    full_contract(workspace.contracts_folder)
    with pytest.raises(BadInput, match="No version of the contract is for that period"):
        contract(workspace, "wardens", Period.parse("2023-09"))
    with pytest.raises(BadInput, match="No version of the contract is for that period"):
        contract(workspace, "wardens", Period.parse("2023-09..2023-10"))
    with pytest.raises(BadInput, match="No version of the contract is for that day"):
        contract(workspace, "wardens", on=dt.date(2023, 9, 30))


@pytest.mark.parametrize(
    ("ends", "changes", "told"),
    [
        ("2023-10-01", [], "same days"),
        ("2023-09-30", [("version = 1", "version = 3")], "named for version 1"),
        ("2023-09-30", [('code = "warden-reports"', 'code = "others"')], "source"),
        ("2023-09-30", [('record_type = "incident"', 'record_type = "outcome"')], "record_type"),
        ("2023-09-30", [('sensitivity = "official"', 'sensitivity = "open"')], "sensitivity"),
        ("2023-09-30", [('name = "wardens"', 'name = "keepers"')], "named for its feed"),
        ("2023-09-30", [('mode = "changes"', "")], "mode"),
    ],
)
def test_versions_that_contradict_each_other_close_the_feed(workspace, ends, changes, told):
    _two_versions(workspace.contracts_folder, ends, changes)
    broken = broken_contracts(workspace)["wardens"]
    assert told in broken.error.sentence()
    assert "wardens@1.toml" in broken.error.sentence()
    assert "wardens" not in contracts(workspace)
    with pytest.raises(BadInput):
        contract(workspace, "wardens", Period.parse("2024-01"))


def test_a_feed_is_as_closed_as_the_most_closed_of_its_broken_versions(workspace):
    _two_versions(
        workspace.contracts_folder, older_changes=[('sensitivity = "official"', 'sensitivity = "restricted"')]
    )
    assert broken_contracts(workspace)["wardens"].sensitivity is Sensitivity.RESTRICTED


def test_older_versions_alone_are_no_feed(workspace):
    full_contract(workspace.contracts_folder, stem="wardens@2")
    assert "none in force" in broken_contracts(workspace)["wardens"].error.sentence()


def test_an_older_version_is_shown_by_its_number(workspace, analyst):
    _two_versions(workspace.contracts_folder)
    show = ["-C", str(workspace.folder), "feeds", "show", "wardens", "--format", "json"]
    newest, older = (
        json.loads(CliRunner().invoke(main, [*show, *more]).stdout) for more in ([], ["--version", "1"])
    )
    assert (newest["version"], newest["title"]) == (2, "Wardens' reports")
    assert (older["version"], older["title"], older["in_force"]) == (
        1,
        "Old reports",
        "from the beginning to 2023-09-30",
    )
    assert newest["versions"] == older["versions"]
    assert len(newest["versions"]) == 2
    result = CliRunner().invoke(main, [*show, "--version", "7"])
    assert result.exit_code == 2
    assert "There are: 2, 1" in result.stderr


def test_a_contract_is_shown_in_words(workspace, analyst):
    full_contract(workspace.contracts_folder)
    result = CliRunner().invoke(main, ["-C", str(workspace.folder), "feeds", "show", "wardens"])
    assert result.exit_code == 0
    for told in (
        "caller: full name, birth date, sex, address",
        "suspect 2: full name",
        "narrative",
        "cancelled: No crime",
        "Validated is 'N'",
        "Grid ref: a grid reference; a row whose place is wrong is kept without a point",
        "its time in Time (%H:%M), until Date to with Time to",
        "2011-04-01 (recording-practice)",
        "No of calls",
    ):
        assert told in result.stdout


def test_a_version_that_is_not_there_is_no_feed(workspace):
    with pytest.raises(NotFound):
        contract(workspace, "wardens@1")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('kind = "integer"\nleast = 5\nmost = 4', "Its least is more than its most"),
        ('kind = "date"\nmost = 4', "Only a number has a least and a most"),
        ('kind = "integer"\nleast = "0"', "The key 'least' should be a number"),
        ('kind = "integer"\nmost = true', "The key 'most' should be a number"),
        ('kind = "number"\nmost = nan', "The key 'most' should be a number"),
    ],
)
def test_bounds_are_numbers_of_a_number_in_their_order(workspace, tmp_path, written, said):
    path = full_contract(tmp_path, ('kind = "integer"', written))
    with pytest.raises(BadInput) as error:
        check_contract(workspace, path)
    assert said in "\n".join(sentences(error.value))
