"""What takes two people: who may be the second, for what an approval holds, how often and until when."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from joinedup.accounts import (
    Asked,
    NeedsSecond,
    NobodySeconds,
    Seconder,
    add_agency,
    add_user,
    approve,
    decline,
    live,
    propose,
    require_approved,
    set_active,
    set_role,
    use,
)
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.terms import Role
from joinedup.workspace import Workspace

WHY = "request 12"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def people(request, tmp_path):
    """An administrator who proposes, an analyst, data owners of two agencies, a councillor."""
    url = "sqlite" if request.param == "sqlite" else request.getfixturevalue("postgresql_url")
    made = Workspace.create(tmp_path / "kept", partnership="Testshire", database_url=url)
    roles = {
        "cass": (Role.ADMINISTRATOR, "council"),
        "ann": (Role.ANALYST, "council"),
        "olive": (Role.DATA_OWNER, "police"),
        "otto": (Role.DATA_OWNER, "hospital"),
        "carl": (Role.COUNCILLOR, "council"),
    }
    yield {
        name: add_user(name, name=name.title(), role=role, agency=add_agency(agency, agency.title())).viewer()
        for name, (role, agency) in roles.items()
    }
    made.close()


def asked(**changes):
    said = {
        "kind": "lifting",
        "feeds": ["calls"],
        "owners": ["police"],
        "arguments": {"keys": ["0b6e4e4c-9f3a-7c2e-1d5f-2a8b9c0d1e2f"]},
        "seconders": [
            Seconder(Role.ADMINISTRATOR),
            Seconder(Role.ANALYST),
            Seconder(Role.DATA_OWNER, "police"),
        ],
        "told": {"records": 1},
    }
    return Asked(**{**said, **changes})


def proposed(people, **changes):
    return propose(asked(**changes), by=people["cass"], reason=WHY)


def used(people, who="cass", **changes):
    return use(asked(**changes), by=people[who], reason=changes.pop("reason", WHY))


@pytest.mark.parametrize("second", ["ann", "olive"])
def test_two_people_do_it_once_and_each_step_is_in_the_log(people, second):
    made = proposed(people)
    with pytest.raises(NeedsSecond, match="takes a second person"):
        require_approved(asked(), by=people["cass"], reason=WHY)
    approve(made.pk, by=people[second])
    assert require_approved(asked(), by=people["cass"], reason=WHY).pk == made.pk
    done = used(people)
    assert (done.state, done.used_by, done.arguments, done.digest) == ("used", "cass", {}, "")
    with pytest.raises(NeedsSecond):
        used(people)
    told = [(act.username, act.what, act.detail["records"]) for act in reversed(acts())]
    assert told == [
        ("cass", f"proposed proposal {made.pk}: lifting of calls", 1),
        (second, f"approved proposal {made.pk}: lifting of calls", 1),
        ("cass", f"used proposal {made.pk}: lifting of calls", 1),
    ]
    assert acts()[-1].reason == made.reason == WHY
    assert live() == []


def test_the_second_person_can_do_it_too_and_a_third_cannot(people):
    approve(proposed(people).pk, by=people["ann"])
    with pytest.raises(NeedsSecond):
        used(people, "olive")
    assert used(people, "ann").used_by == "ann"


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("cass", "Nobody approves what they proposed"),
        ("otto", "seconded by administrator, or analyst, or data owner of police"),
        ("carl", "seconded by"),
    ],
)
def test_who_may_not_be_the_second_approves_and_declines_nothing(people, who, says):
    made = proposed(people)
    with pytest.raises(NotPermitted, match=says):
        approve(made.pk, by=people[who])
    if who != "cass":
        with pytest.raises(NotPermitted, match=says):
            decline(made.pk, by=people[who], reason="x")
    assert [one.state for one in live()] == ["waiting"]


@pytest.mark.parametrize(
    "changes",
    [
        {"arguments": {"keys": ["1b6e4e4c-9f3a-7c2e-1d5f-2a8b9c0d1e2f"]}},
        {"feeds": ["other"]},
        {"kind": "bulk-export"},
        {"arguments": {"keys": [], "everyone": True}},
    ],
)
def test_an_approval_holds_for_exactly_what_was_proposed(people, changes):
    approve(proposed(people).pk, by=people["ann"])
    with pytest.raises(NeedsSecond):
        used(people, **changes)
    with pytest.raises(NeedsSecond):
        use(asked(), by=people["cass"], reason="another reason")
    assert used(people).state == "used"


@pytest.mark.parametrize(
    "happens",
    [
        lambda: set_active("ann", False),
        lambda: set_role("ann", Role.COUNCILLOR),
        lambda: set_role("cass", Role.ANALYST),
        lambda: set_active("cass", False),
    ],
    ids=["second barred", "second another role", "proposer another role", "proposer barred"],
)
def test_both_people_must_still_be_who_they_were_when_it_is_done(people, happens):
    approve(proposed(people).pk, by=people["ann"])
    happens()
    for who in ("cass", "ann"):
        with pytest.raises(NeedsSecond):
            used(people, who)


def test_somebody_barred_approves_nothing_even_with_an_old_session(people):
    made = proposed(people)
    set_active("ann", False)
    with pytest.raises(NotPermitted, match="present role"):
        approve(made.pk, by=people["ann"])


def test_an_approval_that_no_longer_stands_does_not_bar_a_new_proposal(people):
    first = proposed(people)
    approve(first.pk, by=people["ann"])
    set_active("ann", False)
    second = proposed(people)
    assert second.pk != first.pk
    approve(second.pk, by=people["olive"])
    assert used(people).pk == second.pk


def test_it_runs_out_after_seven_days_and_forgets_for_what_it_was(people):
    from joinedup.accounts.models import Proposal

    made = proposed(people)
    assert made.ends_at - made.proposed_at == dt.timedelta(days=7)
    approve(made.pk, by=people["ann"])
    Proposal.objects.update(ends_at=dt.datetime.now(dt.UTC))
    with pytest.raises(NeedsSecond):
        used(people)
    with pytest.raises(NotFound, match="run out"):
        approve(made.pk, by=people["olive"])
    propose(asked(feeds=["other"]), by=people["cass"], reason=WHY)
    made.refresh_from_db()
    assert (made.arguments, made.digest) == ({}, "")


def test_the_same_is_not_proposed_twice_while_it_waits(people):
    assert proposed(people).pk == proposed(people).pk
    assert len(acts()) == 1


def test_a_decline_needs_a_reason_and_is_final(people):
    made = proposed(people)
    with pytest.raises(BadInput, match="needs a reason"):
        decline(made.pk, by=people["ann"], reason=" ")
    decline(made.pk, by=people["ann"], reason="not this one")
    assert acts()[0].reason == "not this one"
    with pytest.raises(NotFound):
        approve(made.pk, by=people["olive"])
    again = proposed(people)
    decline(again.pk, by=people["cass"], reason="taken back")
    assert live() == []


def test_where_nobody_else_could_second_it_the_error_says_how_to_get_somebody(people):
    set_active("ann", False)
    set_active("olive", False)
    with pytest.raises(NotPermitted, match=r"nobody else here may be it.*joinedup users add"):
        proposed(people)
    with pytest.raises(BadInput, match="needs its reason"):
        propose(asked(), by=people["cass"], reason="")
    set_active("ann", True)
    with pytest.raises(NobodySeconds, match=r"may see all of it themselves.*joinedup agreements"):
        propose(asked(), by=people["cass"], reason="request 14", fits=lambda _viewer: False)
    less = dataclasses.replace(asked(), smaller="One month is less")
    with pytest.raises(NobodySeconds, match=r"One month is less\. See what is shared"):
        propose(less, by=people["cass"], reason="request 14", fits=lambda _viewer: False)
    assert live() == acts() == []


def test_what_else_a_second_person_has_to_be_is_asked_again_when_it_is_done(people):
    made = proposed(people)
    with pytest.raises(NotPermitted, match="see those rows"):
        approve(made.pk, by=people["ann"], fits=lambda who: who.agency == "police")
    approve(made.pk, by=people["olive"], fits=lambda who: who.agency == "police")
    with pytest.raises(NeedsSecond):
        use(asked(), by=people["cass"], reason=WHY, fits=lambda _who: False)


def test_an_act_that_fails_gives_its_approval_back(people):
    from django.db import transaction

    approve(proposed(people).pk, by=people["ann"])
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        used(people)
        raise ZeroDivisionError
    assert used(people).state == "used"
