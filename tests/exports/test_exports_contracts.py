"""Every exporter has a contract that is read without error, and writes the header that it says."""

from __future__ import annotations

import re

import pytest
from hand_truth import FEEDS, truth
from reading_back import contract_of, table

from joinedup.demo.exports import exporters, frozen, write_all
from joinedup.feeds.choosing import period_of_name
from joinedup.feeds.library import OWN
from joinedup.terms import DeliveryMode, Period

MONTHS = ("2024-01", "2024-02", "2024-03")


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Every feed's files of the truth by hand, without any mess."""
    files = write_all(
        truth(), tmp_path_factory.mktemp("exports"), MONTHS, feeds=FEEDS, mess=frozen().without()
    )
    return {feed: [file for file in files if file.feed == feed] for feed in FEEDS}


@pytest.mark.parametrize("feed", FEEDS)
def test_files_have_the_header_and_the_period_of_their_contract(feed, exported):
    contract = contract_of(feed)
    assert exported[feed], "no file was written"
    for file in exported[feed]:
        table(file.path, contract)  # fails where the header is not there
        named = period_of_name(contract, file.path.name)
        assert named is not None
        if contract.mode is DeliveryMode.SNAPSHOT:
            assert named == file.period
        else:  # of what is new or changed, also in the months before
            assert (file.period.start, file.period.end) == (Period.parse(MONTHS[0]).start, named.end)
        assert file.received_at.date() >= file.period.last


@pytest.mark.parametrize("feed", FEEDS)
def test_coded_cells_hold_words_of_their_code_list(feed, exported):
    contract = contract_of(feed)
    aside = {text for texts in contract.set_aside.totals.values() for text in texts}
    for file in exported[feed]:
        for row in table(file.path, contract):
            if aside.intersection(row.values()) or re.search(
                r"rows? exported", row[contract.columns[0].name]
            ):
                continue
            for column in contract.columns:
                if column.codes is None or not row.get(column.name):
                    continue
                known = {word for code in column.codes.codes for word in code.spellings(column.match)}
                assert row[column.name] in known | set(column.unknown) | set(column.refused), column.name


@pytest.mark.parametrize("feed", FEEDS)
def test_what_a_contract_does_not_know_it_says(feed):
    """A gap stands as a comment; nothing real is named: neither the force, nor the district, nor a system."""
    text = (OWN / f"{feed}.toml").read_text(encoding="utf-8")
    real = (
        r"Cleveland|Teesside|Stockton|Hartlepool|Middlesbrough|Redcar|Thirteen|Niche|Athena|STORM|North Tees"
    )
    assert not re.search(real, text)
    contract = contract_of(feed)
    assert contract.publishing.retention_years
    assert contract.publishing.caveats


def test_the_same_truth_gives_the_same_bytes(tmp_path):
    first = write_all(truth(), tmp_path / "one", MONTHS, feeds=FEEDS)
    second = write_all(truth(), tmp_path / "two", MONTHS, feeds=FEEDS)
    assert [(one.feed, one.path.name, one.path.read_bytes()) for one in first] == [
        (two.feed, two.path.name, two.path.read_bytes()) for two in second
    ]


def test_files_come_in_the_order_in_which_they_were_received(tmp_path):
    files = write_all(truth(), tmp_path, MONTHS, feeds=FEEDS)
    assert [file.received_at for file in files] == sorted(file.received_at for file in files)
    assert len({file.path for file in files}) == len(files)


def test_each_exporter_is_found_by_its_feeds_name():
    found = exporters()
    assert set(FEEDS) <= set(found)
    assert all(feed == exporter.FEED for feed, exporter in found.items())
