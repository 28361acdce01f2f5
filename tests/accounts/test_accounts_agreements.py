"""Agreements as data: what a file may say, which version holds when, and taking a share back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command

from joinedup.accounts import (
    add_agency,
    add_user,
    agreements,
    draft_agreement,
    in_force,
    read_agreement,
    record_agreement,
    stop_share,
    today,
)
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.terms import Purpose, Role, Viewer
from joinedup.workspace import Workspace

pytestmark = pytest.mark.no_agreements

TEXT = """
code = "community-safety"
version = 1
title = "Community safety agreement"
basis = "Crime and Disorder Act 1998, section 115"
purposes = ["crime-and-disorder", "safeguarding"]
starts = 2026-01-01
review = 2026-06-01
ends = 2026-12-31

[[shares]]
owner = "police"
feeds = ["crimes", "victims"]
names = ["victim.*"]
signed_by = "A Chief"
signed_as = "Superintendent"
signed_on = 2025-12-20

[[receives]]
agency = "council"
roles = ["analyst"]
purposes = ["crime-and-disorder"]
"""
MAY = dt.date(2026, 5, 1)


@pytest.fixture
def keeper(workspace):
    """An administrator of the workspace."""
    return Viewer("sam", "Sam", Role.ADMINISTRATOR, "council")


def test_a_file_says_who_gives_what_to_whom_and_for_what():
    made = read_agreement(TEXT, where="a.toml")
    share = made.share_of("police")
    assert share.covers("crimes", restricted=True)
    assert not share.covers("fires", restricted=False)
    assert share.names_shared(["victim.full_name"])
    assert not share.names_shared(["victim.full_name", "suspect.full_name"])
    assert made.purposes_for("council", Role.ANALYST) == {Purpose.CRIME_AND_DISORDER}
    assert not made.purposes_for("council", Role.COUNCILLOR)
    assert not made.purposes_for("police", Role.ANALYST)


def test_all_feeds_are_never_the_restricted_ones():
    share = read_agreement(
        TEXT.replace('feeds = ["crimes", "victims"]', 'feeds = ["all"]'), where="a"
    ).share_of("police")
    assert share.covers("anything", restricted=False)
    assert not share.covers("anything", restricted=True)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("ends = 2026-12-31", "", "The key 'ends' is missing"),
        ("ends = 2026-12-31", "ends = 2025-12-31", "ends after it starts"),
        ("review = 2026-06-01", "review = 2027-06-01", "reviewed while it holds"),
        ('roles = ["analyst"]', 'roles = ["spy"]', "should be among: analyst"),
        ('roles = ["analyst"]', "roles = []", "A receiver names its roles"),
        ('signed_by = "A Chief"\n', "", "A signature has a day, a name"),
        ('feeds = ["crimes", "victims"]', "feeds = []", "A share names its feeds"),
        ('owner = "police"', 'owner = "*"', "named one by one"),
        ('agency = "council"', 'agency = "*"', "named one by one"),
        ('purposes = ["crime-and-disorder"]', 'purposes = ["research"]', "among the agreement's"),
        ("version = 1", "version = 1\nversoin = 2", "Unknown key 'versoin'"),
        ('code = "community-safety"', 'code = "Community Safety"', "small letters"),
        ("[[receives]]", "[[receive]]", "The key 'receives' is missing"),
        ("version = 1", "version = ", "no TOML"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_what_is_wrong(keeper, old, new, words):
    assert old in TEXT
    with pytest.raises(BadInput) as caught:
        record_agreement(TEXT.replace(old, new, 1), where="a.toml", by=keeper)
    told = " ".join([caught.value.sentence(), *getattr(caught.value, "__notes__", ())])
    assert words in told
    assert "a.toml" in told
    assert agreements() == []


def test_the_newest_version_that_has_begun_holds(keeper):
    record_agreement(TEXT, where="a", by=keeper)
    later = TEXT.replace("version = 1", "version = 2").replace("starts = 2026-01-01", "starts = 2026-06-01")
    record_agreement(later, where="b", by=keeper)
    assert [one.version for one in in_force(MAY)] == [1]
    assert [one.version for one in in_force(dt.date(2026, 6, 1))] == [2]
    assert [one.version for one in in_force(dt.date(2026, 12, 31))] == [2]
    assert in_force(dt.date(2025, 12, 31)) == ()
    assert in_force(dt.date(2027, 1, 1)) == ()


def test_a_version_that_ends_it_early_ends_it(keeper):
    record_agreement(TEXT, where="a", by=keeper)
    shorter = TEXT.replace("version = 1", "version = 2").replace("ends = 2026-12-31", "ends = 2026-06-30")
    record_agreement(shorter, where="b", by=keeper)
    assert in_force(dt.date(2026, 7, 1)) == ()


def test_a_version_is_recorded_once(keeper):
    record_agreement(TEXT, where="a", by=keeper)
    with pytest.raises(BadInput, match="Version 1 of that agreement is recorded already"):
        record_agreement(TEXT, where="a", by=keeper)


def test_an_owner_takes_a_share_back_at_once_and_a_later_version_can_share_again(keeper):
    record_agreement(TEXT, where="a", by=keeper)
    owner = Viewer("fay", "Fay", Role.DATA_OWNER, "police")
    stop_share("community-safety", "police", reason="Under review", by=owner)
    assert in_force(MAY)[0].share_of("police") is None
    with pytest.raises(BadInput, match="gives nothing"):
        stop_share("community-safety", "police", reason="Again", by=owner)
    record_agreement(TEXT.replace("version = 1", "version = 2"), where="b", by=keeper)
    assert in_force(MAY)[0].share_of("police") is not None


@pytest.mark.parametrize(
    ("role", "agency"),
    [(Role.DATA_OWNER, "council"), (Role.PRACTITIONER, "police"), (Role.COUNCILLOR, "council")],
)
def test_others_neither_record_nor_take_back(keeper, role, agency):
    record_agreement(TEXT, where="a", by=keeper)
    other = Viewer("x", "X", role, agency)
    with pytest.raises(NotPermitted):
        stop_share("community-safety", "police", reason="Because", by=other)
    with pytest.raises(NotPermitted):
        record_agreement(TEXT.replace("version = 1", "version = 2"), where="b", by=other)
    assert in_force(MAY)[0].share_of("police") is not None


def test_a_share_is_taken_back_for_a_reason_of_an_agreement_there_is(keeper):
    with pytest.raises(NotFound, match="no agreement of that code"):
        stop_share("nothing", "police", reason="Because", by=keeper)
    record_agreement(TEXT, where="a", by=keeper)
    with pytest.raises(BadInput, match="needs a reason"):
        stop_share("community-safety", "police", reason=" ", by=keeper)


def test_a_workspace_of_before_keeps_what_its_roles_were_allowed_for_ninety_days(workspace):
    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))
    call_command("migrate", "accounts", "0001", verbosity=0)
    workspace.close()
    opened = Workspace.open(workspace.folder)
    (carried,) = agreements()
    assert carried.carried_over
    assert (carried.ends - carried.starts).days == 90
    assert carried.holds_on(today())
    assert carried.share_of("anybody").covers("anything", restricted=False)
    assert not carried.share_of("anybody").covers("anything", restricted=True)
    assert Purpose.RESEARCH in carried.purposes_for("council", Role.ANALYST)
    assert carried.purposes_for("council", Role.PRACTITIONER) == {Purpose.CRIME_AND_DISORDER}
    assert not carried.purposes_for("council", Role.AUDITOR)
    opened.close()


def test_a_new_workspace_shares_nothing(workspace):
    assert agreements() == []
    assert in_force() == ()


def test_nobody_records_a_carried_over_agreement(keeper):
    with pytest.raises(BadInput, match="Only a workspace of before"):
        record_agreement("carried_over = true\n" + TEXT, where="a", by=keeper)


def test_a_draft_can_be_recorded_and_names_no_restricted_feed(keeper):
    text = draft_agreement(
        {"police": ["crimes", "victims", "secret"], "charity": ["refuge"]},
        restricted=["secret", "refuge"],
        purposes=[Purpose.SAFEGUARDING],
    )
    made = record_agreement(text, where="draft", by=keeper)
    assert [share.owner for share in made.shares] == ["police"]
    assert made.share_of("police").feeds == {"crimes", "victims"}
    assert not made.is_signed(made.share_of("police"), today())
