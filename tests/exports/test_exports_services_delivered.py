"""A delivery of each feed about offenders and clients of services: every row, every mention, every code."""

from __future__ import annotations

import datetime as dt

import pytest
from hand_truth import crowd
from reading_back import contract_of
from services_truth import FEEDS, SCORES, THOMAS, sanctions, services_truth, spells

from joinedup.accounts import add_agency, add_user
from joinedup.demo.exports import frozen, write_all
from joinedup.demo.exports.clients import prison_number
from joinedup.feeds import Request, deliver_all
from joinedup.records import RecordBook
from joinedup.terms import Role
from joinedup.workspace import Workspace

MONTHS = ("2024-01", "2024-02", "2024-03")


@pytest.fixture(scope="module")
def delivered(tmp_path_factory):
    """The workspace into which every file of the services was delivered, and a receipt for each."""
    folder = tmp_path_factory.mktemp("services")
    workspace = Workspace.create(folder / "workspace", partnership="Testshire")
    agency = add_agency("testshire-council", "Testshire Council")
    analyst = add_user("services-ann", name="Ann Tester", role=Role.ANALYST, agency=agency).viewer()
    files = write_all(services_truth(), folder / "exports", MONTHS, feeds=FEEDS, mess=frozen().without())
    requests = [Request(file.feed, file.path, file.received_at, file.period) for file in files]
    receipts = list(deliver_all(workspace, requests, by=analyst))
    yield workspace, list(zip(files, receipts, strict=True))
    workspace.close()


def records(delivered, feed, fields):
    """The records of a feed that stand, as tuples of these fields."""
    contract = contract_of(feed)
    with RecordBook(delivered[0]).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [contract.record_type], [contract.source])
        found = cursor.execute(f"SELECT {fields} FROM {contract.record_type}").fetchall()
    return sorted(found, key=str)


def mentions(delivered, feed, fields):
    """Whom a feed's records name."""
    with RecordBook(delivered[0]).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, [feed])
        found = cursor.execute(f"SELECT {fields} FROM mention WHERE role <> 'record'").fetchall()
    return sorted(found, key=str)


@pytest.mark.parametrize("feed", FEEDS)
def test_every_row_of_a_feed_is_accounted_for_and_none_is_refused(feed, delivered):
    receipts = [receipt for file, receipt in delivered[1] if file.feed == feed]
    assert receipts
    for receipt in receipts:
        assert receipt.state == "stored"
        whole = receipt.accepted + receipt.unchanged + receipt.revised + receipt.quarantined
        assert receipt.rows_in == whole + sum(receipt.set_aside.values())
        assert not receipt.reasons


def test_probation_prison_and_hostel_bring_the_identifiers_that_join_them(delivered):
    found = {
        feed: {name for (held,) in mentions(delivered, feed, "identifiers") for name in held}
        for feed in ("probation-caseload", "prison-releases", "approved-premises", "iom-cohort")
    }
    assert found == {
        "probation-caseload": {"crn", "pnc", "prison-number"},
        "prison-releases": {"prison-number", "pnc"},
        "approved-premises": {"crn", "pnc", "prison-number"},
        "iom-cohort": {"crn", "pnc"},
    }
    (released,) = mentions(delivered, "prison-releases", "identifiers")
    assert released[0]["prison-number"] == prison_number(THOMAS)


def test_a_month_s_caseload_is_records_with_beginning_and_end(delivered):
    found = records(delivered, "probation-caseload", "occurred_date, category, started, ended, programme")
    day = dt.date
    assert found == [
        (day(2024, 1, 31), "community-order", day(2023, 12, 10), None, "probation"),
        (day(2024, 2, 29), "community-order", day(2023, 12, 10), day(2024, 2, 15), "probation"),
        (day(2024, 3, 31), "licence", day(2024, 3, 4), None, "probation"),
    ]


def test_needs_have_their_thresholds(delivered):
    found = records(delivered, "probation-needs", "domain, score, threshold")
    thresholds = {"ACCOMMODATION": "2", "DRUG_MISUSE": "2", "ATTITUDE": "2"}
    assert found == sorted((name, score, thresholds[name]) for name, score in SCORES.items())


def test_sentences_and_discharges_come_in_groups(delivered):
    assert records(delivered, "court-results", "category, disposal") == [
        ("1002", "custody"),
        ("1097", "referral-order"),
    ]
    found = records(delivered, "drug-treatment", "programme, end_group IS NOT NULL")
    assert sorted(set(found)) == [
        ("alcohol-treatment", False),
        ("drug-treatment", False),
        ("drug-treatment", True),
    ]


def test_a_referral_names_the_pair(delivered):
    pairs = mentions(delivered, "marac-referrals", "record_key, role, family_name")
    by_record = {}
    for key, role, family in pairs:
        by_record.setdefault(key, {})[role] = family
    assert sorted(map(str, by_record.values())) == sorted(
        [
            str({"perpetrator": "BRACKWELL", "victim": "ALDERSEY"}),
            str({"perpetrator": "BRACKWELL", "victim": "ALDERSEY"}),
            str({"perpetrator": "KARIMOV", "victim": "ŁUCKA"}),
        ]
    )


def test_a_withheld_count_is_not_known_and_no_number(delivered):
    assert {amount for (amount,) in records(delivered, "drug-treatment-quarterly", "amount")} == {None}


def test_members_of_a_family_share_its_reference(delivered):
    found = records(delivered, "supported-families", "household_ref, ordinal, category")
    assert len({ref for ref, _, _ in found}) == 1
    assert {(number, kind) for _, number, kind in found} == {(1, "adult"), (2, "child")}


def test_the_breaks_of_reoffending_come_into_the_record_book(delivered):
    """The route by a drug test ended in July 2016; cohorts of three months began in October 2017."""
    with RecordBook(delivered[0]).reading() as reader:
        found = {one.date for one in reader.breaks([contract_of("court-results").source])}
    assert found == {dt.date(2016, 7, 1), dt.date(2017, 10, 1)}


def test_no_slip_of_a_clerk_costs_a_row(workspace, analyst, tmp_path):
    """With all the mess that is written down, a caseload loses nothing but the copies of rows."""
    on = [(who, who, "probation", "2024-01-03", None, None, "licence", None) for who in range(1, 301)]
    told = crowd(300)
    told.spell, told.sanction = spells(on), sanctions([])
    told.person = told.person.assign(crn=[f"X{who:06d}" for who in told.person["person_id"]])
    (file, *_) = write_all(told, tmp_path, MONTHS[:1], feeds=["probation-caseload"])
    (receipt,) = deliver_all(
        workspace, [Request(file.feed, file.path, file.received_at, file.period)], by=analyst
    )
    assert not receipt.reasons
    assert receipt.accepted + receipt.set_aside.get("exact-repeats", 0) == receipt.rows_in
    assert receipt.accepted > 270  # the rest is entered late
