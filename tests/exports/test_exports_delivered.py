"""A delivery of each feed: the files that exporters write are read by their contracts, row for row."""

from __future__ import annotations

from collections import Counter

import pytest
from hand_truth import FEEDS, truth
from reading_back import contract_of, older_contract

from joinedup.accounts import add_agency, add_user
from joinedup.demo.exports import frozen, write_all
from joinedup.errors import BadInput
from joinedup.feeds import Request, deliver, deliver_all
from joinedup.records import RecordBook
from joinedup.terms import RecordType, Role
from joinedup.workspace import Workspace

MONTHS = ("2024-01", "2024-02", "2024-03")


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    """The workspace into which every file of the truth by hand was delivered, and a receipt for each."""
    folder = tmp_path_factory.mktemp("delivered")
    workspace = Workspace.create(folder / "workspace", partnership="Testshire")
    agency = add_agency("testshire-council", "Testshire Council")
    analyst = add_user("exports-ann", name="Ann Tester", role=Role.ANALYST, agency=agency).viewer()
    files = write_all(truth(), folder / "exports", MONTHS, feeds=FEEDS, mess=frozen().without())
    requests = [Request(file.feed, file.path, file.received_at, file.period) for file in files]
    receipts = list(deliver_all(workspace, requests, by=analyst))
    yield workspace, list(zip(files, receipts, strict=True))
    workspace.close()


@pytest.mark.parametrize("feed", FEEDS)
def test_every_row_of_a_feed_is_accounted_for_and_none_is_refused(feed, delivered):
    receipts = [receipt for file, receipt in delivered[1] if file.feed == feed]
    assert receipts
    reasons = Counter()
    for receipt in receipts:
        assert receipt.state == "stored"
        whole = receipt.accepted + receipt.unchanged + receipt.revised + receipt.quarantined
        assert receipt.rows_in == whole + sum(receipt.set_aside.values())
        reasons.update(receipt.reasons)
    assert not reasons


def _mentions(workspace, feed, columns):
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, [feed])
        found = cursor.execute(f"SELECT {columns} FROM mention WHERE role <> 'record'").fetchall()
    return sorted(found, key=str)


def test_callers_of_the_council_are_mentions_and_the_anonymous_say_nothing(delivered):
    found = _mentions(delivered[0], "council-asb-callers", "role, given_name, family_name, birth_date")
    told = {(role, given, family, str(born)) for role, given, family, born in found if given}
    assert told == {
        ("caller", "Grace", "OSEI", "1990-05-12"),
        ("caller", "Zofia", "?UCKA", "1976-08-19"),
    }
    assert all(family is None for _, given, family, _ in found if not given)


def test_two_callers_of_one_incident_are_told_apart_by_number(delivered):
    found = _mentions(delivered[0], "police-incidents", "ordinal, full_name")
    assert {(number, name) for number, name in found if name} == {(1, "Grace Osei"), (2, "Zofia Łucka")}


def test_three_layouts_of_one_contract_are_one_feed(delivered):
    workspace, receipts = delivered
    found = _mentions(workspace, "housing-asb", "role, given_name, family_name")
    assert ("caller", "Grace", "Osei") in found
    assert sum(receipt.accepted for file, receipt in receipts if file.feed == "housing-asb") == 1


def test_what_became_of_crimes_is_known_in_the_end(delivered):
    """One charged, one that was none, one reclassified: each known once, with its last state."""
    with RecordBook(delivered[0]).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], [contract_of("police-recorded-crime").source])
        found = cursor.execute(
            "SELECT offence_code, status, outcome_type, provisional, crime_type, occurred_date FROM incident"
        ).fetchall()
    assert sorted(
        (code, status, outcome, early, kind, str(day)) for code, status, outcome, early, kind, day in found
    ) == [
        ("28/3", "cancelled", None, False, "burglary", "2024-01-12"),
        ("58/4", "reclassified", None, True, "criminal-damage-arson", "2024-01-31"),
        ("8/6", "recorded", "1", False, "violent-crime", "2024-01-05"),
    ]


def test_places_in_every_form_come_to_the_same_square(delivered):
    """Eastings and northings, degrees and grid references all lead back to where it happened."""
    for feed in ("police-recorded-crime", "ambulance-assaults", "warden-patrols", "fire-deliberate"):
        with RecordBook(delivered[0]).reading() as reader:
            cursor = reader.connection()
            reader.define_views(cursor, [RecordType.INCIDENT], [contract_of(feed).source])
            found = cursor.execute(
                "SELECT longitude, latitude FROM incident WHERE feed = ? AND longitude IS NOT NULL", [feed]
            ).fetchall()
        assert found
        assert all(abs(x + 1.2345) < 0.0016 and abs(y - 54.5712) < 0.001 for x, y in found), feed


def test_incidents_before_the_national_standard_are_read_by_the_older_version(workspace, analyst, tmp_path):
    """Until 2011-03-31 incidents had headings and no category; the period of the file chooses the version."""
    header = [column.name for column in older_contract("police-incidents", 1).columns]
    cells = {"Incident No": "I1", "Incident Date": "14-Jun-10", "Heading": "Hoax calls to emergency services"}
    file = tmp_path / "ASB_INCIDENTS_2010-06.txt"
    lines = ["|".join(header), "|".join(cells.get(name, "") for name in header), ""]
    file.write_text("\r\n".join(lines), encoding="utf-8")
    receipt = deliver(workspace, "police-incidents", file, by=analyst)
    assert (receipt.accepted, receipt.quarantined) == (1, 0)
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], [contract_of("police-incidents").source])
        assert cursor.execute("SELECT heading, kind FROM incident").fetchall() == [
            ("hoax-calls", "anti-social-behaviour")
        ]


def test_a_category_of_the_national_standard_before_it_began_is_refused(workspace, analyst, tmp_path):
    header = [column.name for column in contract_of("police-incidents").columns]
    cells = {"Incident No": "I1", "Incident Date": "14-Jun-10", "Category": "ASB - NUISANCE"}
    file = tmp_path / "ASB_INCIDENTS_2010-06.txt"
    lines = ["|".join(header), "|".join(cells.get(name, "") for name in header), ""]
    file.write_text("\r\n".join(lines), encoding="utf-8")
    with pytest.raises(BadInput):
        deliver(workspace, "police-incidents", file, by=analyst)
