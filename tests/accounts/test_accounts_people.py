"""People of the workspace: who may act, who may sign in, and what is refused."""

from __future__ import annotations

import pytest

from joinedup.accounts import (
    acting_viewer,
    add_agency,
    add_user,
    in_their_role,
    set_active,
    set_password,
    set_role,
    user_named,
    users,
)
from joinedup.errors import BadInput, NotFound
from joinedup.terms import Role, Viewer


def test_the_only_user_acts_and_among_several_one_must_be_named(workspace, analyst):
    assert acting_viewer(None) == analyst
    add_user("bob", name="Bob", role=Role.COUNCILLOR, agency=add_agency("council", "Council"))
    with pytest.raises(BadInput, match="several users"):
        acting_viewer(None)
    assert acting_viewer("BOB").role is Role.COUNCILLOR
    with pytest.raises(NotFound):
        acting_viewer("carol")


def test_without_any_user_the_sentence_says_how_to_add_one(workspace):
    with pytest.raises(NotFound, match="joinedup users add"):
        acting_viewer(None)


def test_whoever_is_barred_can_neither_act_nor_be_taken_for_the_only_user(workspace, analyst):
    add_user("bob", name="Bob", role=Role.COUNCILLOR, agency=add_agency("council", "Council"))
    set_active("ann", False)
    with pytest.raises(NotFound):
        acting_viewer("ann")
    assert acting_viewer(None).username == "bob"
    set_active("ann", True)
    assert acting_viewer("ann").username == "ann"


def test_a_new_role_holds_at_once(workspace, analyst):
    set_role("Ann", Role.PRACTITIONER)
    assert acting_viewer("ann").role is Role.PRACTITIONER


@pytest.mark.parametrize("password", ["short", "password", "elevenchars", "198712041987", "x" * 129])
def test_weak_passwords_are_refused_and_change_nothing(workspace, analyst, password):
    set_password("ann", "seven brown otters")
    with pytest.raises(BadInput, match="password will not do"):
        set_password("ann", password)
    assert user_named("ann").check_password("seven brown otters")


@pytest.mark.parametrize("username", ["no spaces", "<b>", "", "x" * 61])
def test_user_names_that_will_not_do_are_refused(workspace, username):
    with pytest.raises(BadInput):
        add_user(username, name="X", role=Role.ANALYST, agency=add_agency("council", "Council"))
    assert users() == []


def test_no_two_users_differ_by_capitals_only(workspace, analyst):
    with pytest.raises(BadInput, match="already a user"):
        add_user("ANN", name="Another", role=Role.ANALYST, agency=add_agency("council", "Council"))


def test_an_agency_is_made_once(workspace):
    assert add_agency("council", "Council") == add_agency("council", "Another name")


@pytest.mark.parametrize(
    ("username", "role", "words"),
    [
        ("ann", Role.ANALYST, "ann is an analyst"),
        ("viv", Role.AUDITOR, "viv is an auditor"),
        ("bo", Role.COORDINATOR, "bo is a meeting coordinator"),
        ("owner", Role.DATA_OWNER, "owner is a data owner"),
        ("analyst", Role.ANALYST, "analyst"),
        ("Data-Owner", Role.DATA_OWNER, "Data-Owner"),
    ],
)
def test_somebody_in_their_role_is_told_once_where_the_name_says_it(workspace, username, role, words):
    assert in_their_role(Viewer(username, "Somebody", role, "council")) == words
