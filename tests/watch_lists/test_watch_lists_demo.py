"""The demonstration's two lists stand under its own agreements, each for its own people."""

from __future__ import annotations

import pytest

from joinedup.accounts import acting_viewer, add_agency, add_user, agreements, record_agreement
from joinedup.demo import agreements as of_demo
from joinedup.demo import watch_lists as lists_of_demo
from joinedup.demo.build import PEOPLE
from joinedup.release.watch_lists import look_at_watch_list, watch_lists

pytestmark = pytest.mark.no_agreements


@pytest.fixture
def demo_people(workspace):
    """The demonstration's people and agreements, without its data."""
    for username, name, role, (code, agency) in PEOPLE:
        add_user(username, name=name, role=role, agency=add_agency(code, agency))
    return workspace


def test_wardens_and_the_offender_management_team_have_a_list_each(demo_people):
    of_demo.record_all(acting_viewer("administrator"))
    keeper = acting_viewer("coordinator")
    assert lists_of_demo.fill(demo_people, keeper) == 2
    assert lists_of_demo.fill(demo_people, keeper) == 0
    for who, name in (("practitioner", lists_of_demo.PERSONS), ("offenders", lists_of_demo.RELEASED)):
        (known,) = watch_lists(demo_people, acting_viewer(who))
        assert known.definition.name == name
        assert look_at_watch_list(demo_people, acting_viewer(who), name, reason="x").records == 0
    assert watch_lists(demo_people, acting_viewer("councillor")) == []


def test_a_demonstration_of_before_takes_the_newer_agreements(demo_people):
    by = acting_viewer("administrator")
    (file,) = [one for one in of_demo.FILES if one.stem == "offender-management"]
    before = file.read_text(encoding="utf-8").replace("version = 3", "version = 2")
    record_agreement(before, where="before", by=by)
    assert of_demo.record_all(by) == len(of_demo.FILES)
    assert of_demo.record_all(by) == 0
    assert {one.version for one in agreements() if one.code == "offender-management"} == {3}
