"""The agency's tool on the command line, and its file on the way to people known across agencies."""

from __future__ import annotations

import csv
import datetime as dt
import os
import random
import stat

import pytest
from click.testing import CliRunner

import watched_town
from joinedup.cli import main
from joinedup.demo.exports import workbook
from joinedup.errors import NotPermitted
from joinedup.log import acts
from joinedup.people import link
from joinedup.people.reviewing import waiting
from joinedup.records import RecordBook
from watched_town import build, send, viewer

FILE = """Ref,Forename,Surname,DOB,House,Postcode,NHS,Worker,Sex
1,Robert,Zeal,03/02/1980,1 High Street,AB1 2CD,943 476 5919,Fay,M
2,Bob,ZEAL,03/02/1980,1 High St,ab1 2cd,,Fay,M
3,Unknown,Unknown,,NFA,,,Guy,
4,Ann,Abel,30/11/1999,"9, Mill Lane",AB1 3EF,,Guy,F
"""
COLUMNS = """
keep = ["Ref", "Sex"]
[[person]]
role = "client"
tokens = "Client tokens"
given_name = "Forename"
family_name = "Surname"
birth_date = "DOB"
birth_date_pattern = "%d/%m/%Y"
sex = "Sex"
address = ["House"]
postcode = "Postcode"
identifiers = { nhs = "NHS" }
unknown = ["NFA"]
"""
SECRETS = ("Robert", "Zeal", "ZEAL", "Abel", "High", "Mill", "AB1", "1980", "943", "Fay")


@pytest.fixture
def side(tmp_path, monkeypatch):
    """An agency's own folder: its file, its columns and a key; and a way to run the tool there."""
    (tmp_path / "file.csv").write_text(FILE)
    (tmp_path / "columns.toml").write_text(COLUMNS)
    chance = random.Random(20240501)  # a key whose tokens hold no short word by chance
    monkeypatch.setattr("joinedup.people.tokens.key.secrets.token_bytes", chance.randbytes)
    assert run("key", "--out", str(tmp_path / "secret.key"))[0] == 0
    return tmp_path


def run(*words):
    result = CliRunner().invoke(main, ["tokens", *words])
    return result.exit_code, result.stdout, result.stderr


def make(side, *more, file="file.csv", out="out.csv", key="secret.key"):
    named = ("--key", str(side / key), "--columns", str(side / "columns.toml"), "--out", str(side / out))
    return run("make", str(side / file), *named, *more)


def rows_of(file):
    with file.open(newline="") as lines:
        return list(csv.DictReader(lines))


def test_tokens_stand_in_the_place_of_who_somebody_is(side):
    status, out, messages = make(side)
    assert (status, out) == (0, ""), messages
    assert "tokens of a person in 3 of 4 rows" in messages
    assert "given_name: not known (1)" in messages
    rows = rows_of(side / "out.csv")
    assert list(rows[0]) == ["Ref", "Sex", "Client tokens"]
    assert [row["Ref"] for row in rows] == ["1", "2", "3", "4"]
    assert [bool(row["Client tokens"]) for row in rows] == [True, True, False, True]
    told = (side / "out.csv").read_text() + messages
    assert not [word for word in SECRETS if word in told]
    assert stat.S_IMODE((side / "out.csv").stat().st_mode) == 0o600


@pytest.mark.parametrize("pattern", ["dd/mm/yyyy", "%Y-%m-%d"])
def test_a_pattern_that_reads_no_birth_is_refused_and_nothing_is_written(side, pattern):
    (side / "columns.toml").write_text(COLUMNS.replace("%d/%m/%Y", pattern))
    status, _out, messages = make(side)
    assert status == 2 and "No date of birth can be read by the pattern" in messages
    assert "%d/%m/%Y" in messages and not (side / "out.csv").exists()
    assert not [word for word in SECRETS if word in messages.replace("31/12/1980", "")]


def test_births_that_the_pattern_does_not_read_are_counted(side):
    (side / "file.csv").write_text(FILE.replace("30/11/1999", "31/02/1999"))
    status, _out, messages = make(side)
    assert status == 0 and "birth_date: not read by the pattern (1)" in messages
    assert "1999" not in messages


def test_the_same_file_and_key_give_the_same_tokens_and_another_key_others(side):
    make(side)
    make(side, out="again.csv")
    assert (side / "again.csv").read_bytes() == (side / "out.csv").read_bytes()
    run("key", "--out", str(side / "other.key"))
    make(side, out="other.csv", key="other.key")
    first, other = (rows_of(side / name)[0]["Client tokens"] for name in ("out.csv", "other.csv"))
    assert first.split(".")[1] != other.split(".")[1]


def test_an_agency_that_may_share_names_can_send_both(side):
    assert make(side, "--keep-clear")[0] == 0
    row = rows_of(side / "out.csv")[0]
    assert (row["Surname"], row["DOB"]) == ("Zeal", "03/02/1980") and row["Client tokens"].startswith("jt1.")
    assert "Worker" not in row


def test_a_workbook_is_read_like_the_text_of_it(side):
    make(side)
    header, *rows = [line.split(",") for line in FILE.replace('"9, Mill Lane"', "9 Mill Lane").splitlines()]
    for row in rows:
        row[3] = dt.date(*map(int, reversed(row[3].split("/")))) if row[3] else None
        row.append(dt.date(2024, 5, 31))
    workbook.write(side / "file.xlsx", [*header, "Seen"], rows, title=["Clients", "May"])
    text = COLUMNS.replace(
        '"Sex"]', '"Sex", "Seen"]\ndates = { Seen = "%d/%m/%Y" }\n[file]\nheader_within = 9'
    )
    (side / "columns.toml").write_text(text)
    status, _, messages = make(side, file="file.xlsx", out="book.csv")
    assert status == 0, messages
    book = rows_of(side / "book.csv")
    assert [row["Seen"] for row in book] == ["31/05/2024"] * 4
    tokens = [[row["Client tokens"] for row in rows] for rows in (book, rows_of(side / "out.csv"))]
    assert tokens[0][:3] == tokens[1][:3]


def workbook_of(side, seen, born=dt.date(1980, 2, 3), columns=COLUMNS):
    """A workbook whose kept column ``Seen`` has these cells, and columns that nobody asked for."""
    rows = [[str(at), "Robert", "Zeal", born, "Fay", one, "x"] for at, one in enumerate(seen)]
    workbook.write(side / "file.xlsx", ["Ref", "Forename", "Surname", "DOB", "Worker", "Seen", "Notes"], rows)
    kept = columns.replace('"Sex"]', '"Seen"]')
    for line in ('sex = "Sex"\n', 'address = ["House"]\n', 'postcode = "Postcode"\n'):
        kept = kept.replace(line, "")
    (side / "columns.toml").write_text(kept.replace('identifiers = { nhs = "NHS" }\n', ""))


def test_a_workbooks_dates_in_a_kept_column_are_named_as_the_cause_with_what_mends_it(side):
    workbook_of(side, [dt.date(2024, 5, 31)] * 3 + ["May"])
    status, _, messages = make(side, file="file.xlsx")
    assert status == 2 and not (side / "out.csv").exists()
    assert "3 rows could not be read" in messages and "spreadsheet-date: Seen, rows: 3" in messages
    assert 'dates = { "Seen" = "%d/%m/%Y" }' in messages and "cells than the header" not in messages
    text = (side / "columns.toml").read_text()
    (side / "columns.toml").write_text(
        text.replace("[[person]]", 'dates = { "Seen" = "%d/%m/%Y" }\n[[person]]')
    )
    assert make(side, file="file.xlsx")[0] == 0
    assert [row["Seen"] for row in rows_of(side / "out.csv")] == ["31/05/2024"] * 3 + ["May"]


def test_a_pattern_without_a_year_is_refused_though_a_workbook_writes_its_dates_by_it(side):
    workbook_of(side, ["a"], columns=COLUMNS.replace("%d/%m/%Y", "dd/mm/yyyy"))
    status, _, messages = make(side, file="file.xlsx")
    assert status == 2 and "No date of birth can be read by the pattern" in messages
    assert not (side / "out.csv").exists()


def test_days_that_a_workbook_took_for_months_are_said_so_and_nothing_of_the_columns_file(side):
    births = [dt.date(1980, 1 + at % 12, 1 + at % 11) for at in range(12)]
    births += [f"{13 + at % 15}/02/1980" for at in range(12)]
    workbook_of(side, ["a"])
    rows = [[str(at), "Robert", "Zeal", born, "a"] for at, born in enumerate(births)]
    workbook.write(side / "file.xlsx", ["Ref", "Forename", "Surname", "DOB", "Seen"], rows)
    status, _, messages = make(side, file="file.xlsx")
    assert status == 2 and "took days for months" in messages and "Ask for the file as CSV" in messages
    assert "change the columns file" not in messages


def test_every_column_of_the_file_that_does_not_go_on_is_named(side):
    workbook_of(side, ["a", "b"])
    status, _, messages = make(side, file="file.xlsx")
    assert status == 0
    assert "not in out.csv: Worker, Notes, Forename, Surname, DOB." in messages
    _, _, messages = make(side, "--keep-clear", file="file.xlsx", out="both.csv")
    assert "not in both.csv: Worker, Notes." in messages


def test_exact_tokens_are_fewer(side):
    make(side)
    make(side, "--exact", out="exact.csv")
    whole, exact = (rows_of(side / name)[0]["Client tokens"] for name in ("out.csv", "exact.csv"))
    assert len(exact) < len(whole) / 2


def test_nothing_is_overwritten(side):
    (side / "out.csv").write_text("mine")
    status, _, messages = make(side)
    assert status == 2 and "already" in messages and (side / "out.csv").read_text() == "mine"
    status, _, messages = run("key", "--out", str(side / "secret.key"))
    assert status == 2 and "already" in messages
    assert make(side, out="new.csv")[0] == 0


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
def test_the_key_is_for_its_owner_only(side):
    key = side / "secret.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    key.chmod(0o640)
    status, _, messages = make(side)
    assert status == 2 and "chmod 600" in messages and not (side / "out.csv").exists()


def test_what_is_no_key_is_refused_without_its_words(side):
    (side / "secret.key").write_text("Robert Zeal\nx\ny\n")
    status, _, messages = make(side)
    assert status == 2 and "no key" in messages and "Zeal" not in messages


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('keep = ["Ref", "Sex"]', 'keep = ["Ref", "Surname"]', "not kept"),
        ('keep = ["Ref", "Sex"]', 'keep = ["Ref", "Gender"]', "Gender"),
        ('keep = ["Ref", "Sex"]', 'keep = ["Ref", "Client tokens"]', "twice"),
        ('tokens = "Client tokens"', "", "tokens"),
        ("given_name", "givn_name", "given_name"),
        ('{ nhs = "NHS" }', "{ \"n'h\" = 'NHS' }", "scheme"),
        ('{ nhs = "NHS" }', '{ tokens = "NHS" }', "not made of tokens"),
    ],
)
def test_columns_that_cannot_be_meant_are_refused(side, before, after, told):
    text = COLUMNS.replace(before, after)
    assert text != COLUMNS
    (side / "columns.toml").write_text(text)
    status, _, messages = make(side)
    assert status == 2 and told in messages and not (side / "out.csv").exists()


def test_a_row_with_a_cell_too_many_costs_the_file_and_no_value_is_told(side):
    (side / "file.csv").write_text(FILE + "5,Cy,Oldby,01/01/1970,x,y,z,Fay,M,more,Oldby\n")
    status, _, messages = make(side)
    assert status == 2 and "Oldby" not in messages and not (side / "out.csv").exists()


def test_a_file_with_another_header_is_refused_and_says_what_to_do(side):
    (side / "file.csv").write_text(FILE.replace("Surname", "Last name", 1))
    status, _, messages = make(side)
    assert status == 2 and "missing: Surname" in messages and "columns file" in messages
    assert "Zeal" not in messages and not (side / "out.csv").exists()


def test_columns_that_are_kept_and_sound_like_people_are_told(side):
    (side / "columns.toml").write_text(COLUMNS.replace('"Sex"]', '"Sex", "Worker"]'))
    status, _, messages = make(side)
    assert status == 0 and "Look again" in messages and "Worker" in messages


TOKENS = """
[[column]]
name = "Tokens"
personal = "identifying"
[[person]]"""
MAPPING = """
keep = ["Number", "Row", "Day", "State"]
[[person]]
tokens = "Tokens"
full_name = "Name"
alias = "Known as"
birth_date = "Born"
"""


@pytest.fixture
def town(tmp_path, monkeypatch):
    """A town whose council sends names and tokens, and whose prison sends tokens only."""
    text = watched_town._CONTRACT.replace("[[person]]", TOKENS)
    monkeypatch.setattr(watched_town, "_CONTRACT", text + 'identifiers = {{ tokens = "Tokens" }}\n')
    made = build(tmp_path)
    contract = made.contracts_folder / "releases.toml"
    bare = contract.read_text()
    for line in ('full_name = "Name"\n', 'alias = "Known as"\n', 'birth_date = "Born"\n'):
        bare = bare.replace(line, "")
    for column in ("Name", "Known as", "Born"):
        bare = bare.replace(f'[[column]]\nname = "{column}"\npersonal = "identifying"\n', "")
    contract.write_text(bare)
    (tmp_path / "columns.toml").write_text(MAPPING)
    assert run("key", "--out", str(tmp_path / "secret.key"))[0] == 0
    yield made
    made.close()


def delivered(town, side, monkeypatch, feed, rows, *more, key="secret.key"):
    """Make tokens of a feed's rows on the agency's side, and deliver what came out."""
    (side / "clear.csv").write_text(watched_town.HEADER + rows)
    (side / "made.csv").unlink(missing_ok=True)
    status, _, messages = make(side, *more, file="clear.csv", out="made.csv", key=key)
    assert status == 0, messages
    header, made = (side / "made.csv").read_text().split("\n", 1)
    with monkeypatch.context() as changed:
        changed.setattr(watched_town, "HEADER", header + "\n")
        send(town, feed, made)


def keys_of(town):
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, ["complaints", "releases"])
        return {
            (feed, number): key
            for feed, number, key in cursor.execute(
                "SELECT feed, row_number() OVER (PARTITION BY feed ORDER BY record_key), best FROM person"
            ).fetchall()
        }


ROBERT = watched_town.row("C1", -40, "Robert Zeal")
BOB = watched_town.row("R1", -3, "Bob Zeal")
EVE = watched_town.row("R2", -3, "Eve Cobham")


def test_people_sent_as_tokens_are_known_across_agencies(town, tmp_path, monkeypatch):
    delivered(town, tmp_path, monkeypatch, "complaints", ROBERT, "--keep-clear")
    delivered(town, tmp_path, monkeypatch, "releases", BOB + EVE)
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, ["releases"])
        said = cursor.execute("SELECT full_name, birth_date, map_keys(identifiers) FROM mention").fetchall()
    assert said == [(None, None, ["tokens"])] * 2
    told = link(town, ["complaints", "releases"], by=viewer("wardens", "analyst"))
    assert (told.mentions, told.of_nobody, told.row.people) == (3, 0, 2)
    assert len(set(keys_of(town).values())) == 2
    assert waiting(["complaints", "releases"]) == []  # nobody could judge tokens side by side
    written = str([(act.what, act.reason, act.detail) for act in acts()])
    assert "jt1." not in written


def test_feeds_of_two_keys_are_not_linked_and_are_named(town, tmp_path, monkeypatch):
    delivered(town, tmp_path, monkeypatch, "complaints", ROBERT, "--keep-clear")
    run("key", "--out", str(tmp_path / "other.key"))
    delivered(town, tmp_path, monkeypatch, "releases", BOB, key="other.key")
    with pytest.raises(NotPermitted) as refused:
        link(town, ["complaints", "releases"], by=viewer("wardens", "analyst"))
    assert "different keys" in str(refused.value)
    assert "complaints" in str(refused.value) and "releases" in str(refused.value)
    assert keys_of(town) == {}


def test_a_name_in_the_column_of_tokens_is_not_kept(town, monkeypatch):
    monkeypatch.setattr(watched_town, "HEADER", "Number,Row,Day,State,Tokens\n")
    send(town, "releases", f"R1,1,{watched_town.day(-3)},,Robert Zeal\n")
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, ["releases"])
        assert "Zeal" not in str(cursor.execute("FROM mention").fetchall())
        states = {one.field: one for one in reader.field_states(["releases"])}
    assert states["client.identifiers.tokens"].invalid == 1
