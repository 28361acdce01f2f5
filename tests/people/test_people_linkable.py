"""Which feeds may be linked or searched: asked for all purposes at once as for each, and anew each time."""

from __future__ import annotations

import shutil

import pytest

from joinedup.accounts import stop_share
from joinedup.release import open_glass
from joinedup.release.asking import Decisions
from joinedup.release.decision import What
from joinedup.release.linking import findable, linkable, linkable_for
from joinedup.terms import Purpose, Role
from joinedup.workspace import Workspace
from paired_town import build_paired
from watched_town import agree, viewer

NAMED = ["client.alias", "client.birth_date", "client.birth_date_given", "client.full_name"]
FEEDS = ("complaints", "releases")  # the restricted one is not there


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    made = build_paired(tmp_path_factory.mktemp("linkable"))
    made.close()
    return made.folder


@pytest.fixture
def town(template, tmp_path):
    shutil.copytree(template, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    yield opened
    opened.close()


@pytest.mark.parametrize("what", [What.COMPARE, What.REVEAL])
@pytest.mark.parametrize("agency", ["team", "council", "prison", "stranger"])
def test_all_purposes_at_once_are_each_as_asked_for_alone(town, agency, what):
    open_glass(
        town,
        "stranger-analyst",
        ["releases"],
        reason="a threat to life",
        by=viewer("team", Role.ADMINISTRATOR),
    )
    for role in (Role.ANALYST, Role.PRACTITIONER, Role.AUDITOR):
        who = viewer(agency, role)
        at_once = linkable_for(town, who, list(Purpose), what)
        assert list(at_once) == list(Purpose)
        for purpose, may in at_once.items():
            asked = {
                feed: Decisions(town, who).of_feed(what, feed, purpose=purpose, reason="x", fields=NAMED)
                for feed in FEEDS
            }
            assert may.decisions == {feed: one for feed, one in asked.items() if one.allowed}
            assert may.refused == {feed: one.sentence for feed, one in asked.items() if not one.allowed}
            assert may.feeds == tuple(may.decisions)


def test_what_an_owner_takes_back_is_gone_at_the_next_question(town):
    who = viewer("team", Role.ANALYST)
    usual = Purpose.CRIME_AND_DISORDER

    def told():
        several = linkable_for(town, who, list(Purpose), What.REVEAL)[usual].feeds
        assert several == findable(town, who, usual).feeds == linkable(town, who, usual).feeds
        return several

    assert told() == FEEDS
    stop_share("street", "council", reason="an end", by=viewer("council", Role.DATA_OWNER))
    assert told() == ("releases",)
    agree("complaints", version=2)
    assert told() == FEEDS
    agree("complaints", version=3, names='["client.full_name"]')  # less than the feed tells
    assert told() == ("releases",)


def test_what_a_contract_says_holds_at_the_next_question(town):
    who, usual = viewer("team", Role.ANALYST), Purpose.CRIME_AND_DISORDER
    assert findable(town, who, usual).feeds == FEEDS
    contract = town.contracts_folder / "complaints.toml"
    text = contract.read_text()
    contract.write_text(text.replace('["crime-and-disorder"]', '["safeguarding"]'))
    assert findable(town, who, usual).feeds == ("releases",)
    contract.write_text(text.replace('sensitivity = "official"', 'sensitivity = "restricted"'))
    assert findable(town, who, usual).feeds == ("releases",)
    contract.write_text(text.replace('title = "The complaints"', "title = "))
    assert findable(town, who, usual).feeds == ("releases",)
    contract.write_text(text)
    assert findable(town, who, usual).feeds == FEEDS
