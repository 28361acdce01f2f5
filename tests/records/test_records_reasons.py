"""A reason is kept for good: one that says whom the records are about is refused, ordinary ones are not."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import time
import tomllib
from functools import cache
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from searching import found_in
from tiny_feed import ANALYST, deliver_named

from joinedup.errors import BadInput
from joinedup.records import RecordBook, mentions
from joinedup.records.ordinary_words import NAMES_TOO, NO_NAMES
from joinedup.records.reasons import Concerned, refuse_telling
from joinedup.records.telling import Said

ORDINARY_REASONS = [
    "Kept for seven years as agreed",
    "Under article 5(1)(e)",
    "The agreed time is over; the partnership's board decided so on 14 May 2024",
    "Court case runs: legal hold until the trial at Teesside Crown Court has ended",
    "The violence needs assessment runs to 2027",
    "asked for under article 17, request 12",
    "Two years are over and nobody needs them any more",
    "Retention schedule 3.2, line 17: anti-social behaviour reports are kept for six years",
    "The wardens sent the wrong file in March; a corrected one will follow next week",
    "Still used by the research of the university, see minute 4 of the data quality group",
    "An inquiry by the ward councillors may still ask for these records",
    "Sent twice by mistake: delivery 12 is the same file as delivery 11",
    "Grant funding ended and the head of service has agreed to close the project early",
    "Records of 2017/18 with 1,204 rows, of the Police and Crime Commissioner",
]


@cache
def demonstration_names() -> tuple[list[str], list[str]]:
    """Every given name and every surname that anybody in the demonstration can bear."""
    folder = files("joinedup.demo") / "data" / "reference"

    def rows(name: str) -> list[dict[str, str]]:
        text = gzip.decompress((folder / name).read_bytes()).decode()
        return list(csv.DictReader(text.splitlines()))

    own = tomllib.loads((folder / "names_by_group.toml").read_text())
    rare = own.pop("rare_surnames")
    given = {row["name"] for row in rows("baby_name_ranks_ew_1904_1994.csv.gz")}
    given |= {row["name"] for row in rows("baby_names_ew_1996_2020_top300.csv.gz")}
    given |= {row[name].title() for row in rows("nicknames.csv.gz") for name in ("name1", "name2")}
    given |= {name for group in own.values() for sex in "fm" for name in group[sex].split()}
    family = {row["surname"] for row in rows("surnames_gb_weighted.csv.gz")}
    family |= {name for group in own.values() for name in group["surnames"].split()}
    family |= {first + last for last in rare["last"].split() for first in rare["first"].split()}
    return sorted(given), sorted(family)


@pytest.mark.parametrize("reason", ORDINARY_REASONS)
def test_no_ordinary_reason_is_refused_for_any_name_of_the_demonstration(reason: str) -> None:
    given, family = demonstration_names()
    assert len(given) + len(family) > 4000
    for records in (1, 40_000):
        said = Said(reason, records)
        assert [name for name in given + family if said.names([name])] == []


@given(st.data())
def test_whoever_the_demonstration_invents_cannot_be_named_in_a_reason(data: st.DataObject) -> None:
    given, family = demonstration_names()
    first, last = data.draw(st.sampled_from(given)), data.draw(st.sampled_from(family))
    written = data.draw(
        st.sampled_from(["{0} {1}", "{1}, {0}", "{0}-{1}", "Ms {1}", "{0}  J. {1}'s", "Mr {1}"])
    )
    who = written.format(first, last)
    cased = data.draw(st.sampled_from([str, str.upper, str.casefold]))
    said = Said(f"asked for by {cased(who)} in writing", 40_000)
    if first != last:
        assert said.names([f"{first} {last}"])
        assert said.names([first, last])


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ("Quintessa Marrow", "Ms Marrow asked"),
        ("Quintessa Marrow", "QUINTESSA rang"),
        ("Quintessa Marrow-Vane", "for Vane"),
        ("Zoë Müller", "zoe Muller's request"),
        ("Zoe Muller", "ZOË asked"),
        ("José Łukasz Þórsson", "Thorsson asked"),
        ("Sean O'Brien", "Mr OBrien rang"),
        ("Sean OBrien", "Mr O’Brien rang"),
        ("Mac Donald", "by the Mac-Donald family"),
        ("May Ward", "May Ward asked"),
        ("Ward, May", "by Ward May in writing"),
        ("May", "Ms May asked"),
        ("Will Said", "for Mr Said"),
        ("Mohammed Said", "Mohammed said so"),
    ],
)
def test_a_name_is_known_by_any_word_of_it_however_it_is_written(known: str, reason: str) -> None:
    assert Said(reason, 1).names([known])
    assert Said(reason, 40_000).names([known])


@pytest.mark.parametrize(
    ("known", "reason"),
    [
        ("Eve", "Kept for seven years as agreed"),
        ("Art", "Under article 5(1)(e)"),
        ("May Ward", "In May the ward was looked at"),
        ("Mark Will Grace", "we will put a mark beside them, with a day of grace"),
        ("E", "Under article 5(1)(e)"),
        ("Not known", "who it was is not known"),
        ("The Police Officer", "the police officer in the case agreed"),
        ("Mr Smith", "Mr and Mrs are titles"),
        ("Al", "almost all are over"),
        ("", "nothing"),
    ],
)
def test_a_word_that_is_ordinary_does_not_name_anybody_by_itself(known: str, reason: str) -> None:
    assert not Said(reason, 1).names([known])


@pytest.mark.parametrize(
    ("tells", "known", "reason"),
    [
        ("number", "943 476 5919", "NHS 9434765919 asked"),
        ("number", "9434765919", "NHS no. 943-476-5919"),
        ("number", "WR-2024-0042", "report wr 2024/0042"),
        ("number", "TS18 1AA", "lives in ts181aa"),
        ("number", "q.marrow@example.org", "mail from Q.Marrow@example.org."),
        ("number", "WR42", "report WR 42"),
        ("phone", "01632 960123", "rang from +44 1632 960 123"),
        ("phone", "+44 (0)1632 960123", "rang from 01632960123"),
        ("phone", "01632 960123", "rang from 960 123"),
        ("address", "12 Gasworks Lane, Stockton-on-Tees, TS18 1AA", "of 12 Gasworks Lane"),
        ("address", "12 Gasworks Lane, Stockton-on-Tees, TS18 1AA", "of ts18 1aa"),
        ("address", "Flat 3, 2 High Street, Yarm", "of 2 High Street"),
        ("address", "Rose Cottage, Mill Lane, Yarm", "of Rose Cottage, Mill Lane"),
        ("story", "by the old ropeworks", "the one by the old ropeworks"),
        ("story", "He was seen behind the gasworks with a dog", "seen behind the gasworks with"),
    ],
)
def test_numbers_addresses_and_words_are_known_whatever_stands_between(tells, known, reason) -> None:
    assert getattr(Said(reason, 1), tells)(known)


@pytest.mark.parametrize(
    ("tells", "known", "reason"),
    [
        ("number", "12", "request 12 under article 17"),
        ("number", "hoax", "theft, not a matter for us"),
        ("number", "943 476 5919", "943 records of 2024"),
        ("phone", "01632 960123", "01632 is the area of drama"),
        ("address", "17 May Street, Yarm", "decided on 17 May 2024"),
        ("address", "Stockton-on-Tees", "records of Stockton-on-Tees"),
        ("address", "12 The Green, Stockton-on-Tees", "12 the number, of Stockton-on-Tees"),
        ("story", "by the old ropeworks", "by the police, as agreed"),
        ("story", "reported to the police by the council", "as reported to the police by the council"),
        ("story", "litter", "litter is over"),
    ],
)
def test_what_anybody_may_write_is_not_refused(tells, known, reason) -> None:
    assert not getattr(Said(reason, 1), tells)(known)


@pytest.mark.parametrize(
    "written",
    [
        "1984-05-03",
        "3/5/1984",
        "03.05.84",
        "3 May 1984",
        "May 3, 1984",
        "the 3rd of May 1984",
        "19840503",
        "03051984",
    ],
)
def test_a_birth_date_is_known_in_every_form(written: str) -> None:
    her = dt.date(1984, 5, 3)
    assert Said(f"born {written}", 40_000).born(her) and Said(f"born {written}", 40_000).born_as("03/05/1984")
    assert Said(f"of {written}", 1).born(her)
    assert not Said(f"of {written}", 1).born(dt.date(1984, 5, 4))
    assert not Said(f"decided on {written}", 40_000).born(her), "of thousands somebody was born on any day"


def test_of_many_records_a_short_number_or_a_common_turn_of_phrase_tells_of_nobody() -> None:
    assert Said("report 2024", 1).number("2024")
    assert not Said("records of 2024", 40_000).number("2024")
    story = "a group of youths near Teesside Park were seen at the bus stop"
    assert Said("near Teesside Park were stopped", 1).story(story)
    assert not Said("near Teesside Park were stopped", 40_000).story(story)
    assert Said("youths near Teesside Park were seen at the bus stop", 40_000).story(story)


def test_no_word_is_in_both_lists() -> None:
    assert NO_NAMES.isdisjoint(NAMES_TOO)
    assert all(word == word.casefold() and word.isalpha() for word in NO_NAMES | NAMES_TOO)


TELLING = [
    "Ms Quillfeather rang",
    "the report CR-2024-0077",
    "NHS number nhs CR 2024 0077",
    "born 1 January 1990",
    "seen behind the gasworks",
]
NAMED = [
    ("CR-2024-0077", "victim", "Zebedee Quillfeather"),
    ("CR-2024-0077", "record", "seen behind the gasworks"),
    ("CR-2024-0001", "victim", "Ann Other"),
]
ROWS = {"CR-2024-0077": "arson", "CR-2024-0001": "theft"}


@pytest.mark.parametrize("reason", TELLING)
def test_taking_back_and_withdrawing_are_refused_with_nothing_changed(
    workspace, book: RecordBook, reason: str
) -> None:
    deliver_named(book, ROWS, NAMED)
    with pytest.raises(BadInput, match="says who") as refused:
        book.take_back("test-feed", references=["CR-2024-0077"], by=ANALYST, reason=reason)
    assert "uillfeather" not in refused.value.sentence() and "0077" not in refused.value.sentence()
    with pytest.raises(BadInput, match="says who"):
        book.withdraw(1, by=ANALYST, reason=reason)
    assert [row.state for row in book.deliveries()] == ["standing"]
    taken = book.take_back("test-feed", references=["CR-2024-0077"], by=ANALYST, reason="a hoax")
    with pytest.raises(BadInput, match="says who"):
        book.withdraw(taken.number, by=ANALYST, reason=reason)
    book.withdraw(taken.number, by=ANALYST, reason="it was right after all")
    assert not [place for place in found_in(workspace, [reason]) if not place.startswith("records/")]


def test_only_those_whom_the_reason_concerns_are_looked_for(workspace, book: RecordBook) -> None:
    deliver_named(book, ROWS, NAMED)
    taken = book.take_back(
        "test-feed", references=["CR-2024-0001"], by=ANALYST, reason="Quillfeather of the board agreed"
    )
    assert taken.withdrawn == 1


def test_what_an_older_version_named_counts_as_well(workspace, book: RecordBook) -> None:
    deliver_named(book, ROWS, NAMED)
    deliver_named(book, ROWS | {"CR-2024-0077": "theft"}, [("CR-2024-0077", "victim", "Z. Smith"), NAMED[2]])
    with pytest.raises(BadInput, match="says who"):
        book.take_back("test-feed", references=["CR-2024-0077"], by=ANALYST, reason="Quillfeather rang")


def _people(file: Path, number: int) -> None:
    """A segment that names so many people of the demonstration's names, with all that is known of them."""
    given, family = demonstration_names()
    said = {
        "record_key": "uuid()",
        "full_name": "given[1 + n * 7 % len(given)] || ' ' || family[1 + n * 11 % len(family)]",
        "phone": "'01632 9' || lpad((n * 7 % 100000)::VARCHAR, 5, '0')",
        "address": "n || ' ' || family[1 + n % len(family)] || ' Road, Yarm, TS18 ' || n % 10 || 'AA'",
        "birth_date": "DATE '1940-01-01' + (n * 31 % 27000)::INTEGER",
        "identifiers": "MAP {'nhs': '999' || lpad((n * 5000)::VARCHAR, 7, '0')}",
        "private": "MAP {'narrative': 'some youths threw stones at windows of number ' || n}",
    }
    columns = ", ".join(
        f"CAST({said.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in mentions.MENTION.items()
    )
    names = "SELECT ?::VARCHAR[] AS given, ?::VARCHAR[] AS family"
    query = f"SELECT {columns} FROM range({number}) AS one(n), ({names})"
    duckdb.connect().execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)", [given, family])


def test_thousands_of_people_are_looked_through_in_seconds(workspace, tmp_path: Path) -> None:
    from joinedup.records.models import Segment

    file = tmp_path / "who.parquet"
    _people(file, 20_000)
    concerned = Concerned(tmp_path, [Segment(kind="who", file=file.name)], f"read_parquet('{file}')")
    connection = duckdb.connect()
    began = time.process_time()
    for reason in ORDINARY_REASONS:
        refuse_telling(connection, concerned, reason, where="test-feed")
    assert time.process_time() - began < 2 * len(ORDINARY_REASONS)
    her = demonstration_names()[1][11]  # the second person's surname
    for reason in (
        f"Mrs {her} rang",
        "youths threw stones at windows of number 12",
        "of TS18 2AA",
        "999 0060000",
    ):
        with pytest.raises(BadInput, match="says who"):
            refuse_telling(connection, concerned, reason, where="test-feed")
