"""Who is who: each person whom a row of a file names, under the row's own reference, and nobody else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import hand_truth
import pytest
import services_truth
from reading_back import contract_of, table

from joinedup.demo.exports import ExportedFile, WhoIsWho, exporters, frozen, write_all
from joinedup.demo.exports.exported import Named
from joinedup.demo.people.truth import SUMMARY_FILE, Truth
from joinedup.errors import NotFound
from joinedup.feeds.persons import DESCRIBING
from joinedup.terms import Period

MONTHS = ("2024-01", "2024-02", "2024-03")


def hoaxer_known():
    """The truth by hand, in which it is known who made the false alarm."""
    truth = hand_truth.truth()
    truth.part.loc[len(truth.part)] = (32, 5, "caller", 1, None)
    return truth


TRUTHS = {
    **dict.fromkeys(hand_truth.FEEDS, hand_truth.truth),
    **dict.fromkeys(services_truth.FEEDS, services_truth.services_truth),
    "fire-hoax-calls": hoaxer_known,
}
NAMING = sorted(feed for feed in exporters() if contract_of(feed).persons)
JANUARY = Period.parse("2024-01")


def told_of(folder):
    """The rows of who is who."""
    (folder / SUMMARY_FILE).write_text("{}", encoding="utf-8")
    return list(Truth(folder).who.itertuples(index=False, name=None))


def noted(folder, feed, *rows):
    """Who is who after one file of such rows: cells by column, and whom they may name."""
    header = exporters()[feed].HEADER
    naming = [([cells.get(name, "") for name in header], named) for cells, named in rows]
    file = ExportedFile(feed, Path("none.csv"), dt.datetime(2024, 2, 1, tzinfo=dt.UTC), JANUARY, naming)
    with WhoIsWho(folder) as who:
        who.note(feed, header, [file])
    return told_of(folder)


def said_of(person, contract, row):
    """What a row says of a person: the cells that are no word for nothing."""
    nothing = {"", *person.unknown, *person.refused}
    return [
        cell
        for attribute, name in person.used()
        if attribute not in DESCRIBING
        and (cell := row.get(name, "")) not in {*nothing, *contract.column(name).unknown}
    ]


def test_every_feed_that_names_people_has_a_truth_by_hand():
    assert len(NAMING) > 20 and set(NAMING) <= set(TRUTHS)


@pytest.mark.parametrize("feed", NAMING)
def test_whoever_a_row_names_stands_under_its_reference_and_is_that_person(feed, tmp_path):
    """Read back from the files: who is who has each of them, no other, and what is said of them is true."""
    truth, contract = TRUTHS[feed](), contract_of(feed)
    with WhoIsWho(tmp_path) as who:
        files = write_all(truth, tmp_path, MONTHS, feeds=[feed], mess=frozen().without(), who=who)
    known = {tuple(row[:4]): row[4] for row in told_of(tmp_path)}
    people = truth.person.set_index("person_id")
    seen = set()
    for row in (row for file in files for row in table(file.path, contract)):
        reference = "".join(f"{len(row[name])}:{row[name]}" for name in contract.key)
        numbers = {}
        for person in contract.persons:
            number = numbers[person.role] = numbers.get(person.role, 0) + 1
            said, mention = said_of(person, contract, row), (feed, reference, person.role, number)
            if said and all(row[name] for name in contract.key):
                seen.add(mention)
                true = people.loc[known[mention]]
                texts = " ".join(said).casefold()
                surname = true["family_name"].replace("Ł", "").casefold()  # which some files cannot write
                assert surname in texts or said == [true["phone"]], mention
    assert seen == set(known) != set()


def test_files_that_are_handed_on_no_longer_hold_whom_they_name(tmp_path):
    files = write_all(hand_truth.truth(), tmp_path, MONTHS, feeds=["police-victims"])
    assert files and not any(file.naming for file in files)


def test_a_second_caller_is_the_second_of_the_same_role(tmp_path):
    named = [Named("caller", 5), Named("caller", 4, 2)]
    cells = {"Incident No": "INC1", "Caller": "Grace Osei", "Second Caller": "Zofia Lucka"}
    assert noted(tmp_path, "police-incidents", (cells, named)) == [
        ("police-incidents", "4:INC1", "caller", 1, 5),
        ("police-incidents", "4:INC1", "caller", 2, 4),
    ]


def test_whom_a_row_leaves_unnamed_is_not_in_it(tmp_path):
    """Not the anonymous, nor whom the agency did not write down though somebody knows who it was."""
    rows = [
        ({"Incident No": "INC1", "Caller": "ANON"}, [Named("caller", 5)]),
        ({"Incident No": "INC2", "Caller": "Grace Osei"}, [Named("caller", None)]),
        ({"Incident No": "INC3", "Caller": "UNKNOWN", "Caller Tel": "07700 900123"}, [Named("caller", 5)]),
    ]
    assert noted(tmp_path, "police-incidents", *rows) == [("police-incidents", "4:INC3", "caller", 1, 5)]


def test_rows_under_a_spoilt_key_are_left_out_and_copies_count_once(tmp_path):
    rows = [
        ({"REFVAL": ref, "CALLNO": number, "SURNAME": "OSEI"}, [Named("caller", who)])
        for ref, number, who in (
            ("ASB/1", "", 5),  # no number
            ("ASB/2", 1, 5),  # two people under one reference
            ("ASB/2", 1, 4),
            ("ASB/3", 1, 5),  # a copy
            ("ASB/3", 1, 5),
        )
    ]
    told = noted(tmp_path, "council-asb-callers", *rows)
    assert told == [("council-asb-callers", "5:ASB/31:1", "caller", 1, 5)]


def test_before_any_export_nobody_is_told_who_is_who(tmp_path):
    (tmp_path / SUMMARY_FILE).write_text("{}", encoding="utf-8")
    with pytest.raises(NotFound):
        _ = Truth(tmp_path).who
