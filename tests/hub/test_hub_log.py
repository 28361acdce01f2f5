"""The page of the log: an auditor asks who looked at what and why; a data owner, about their own data."""

from __future__ import annotations

import html
import re

import pytest

from joinedup.accounts import add_agency
from joinedup.log import acts, erase_words, record_act
from joinedup.terms import Purpose, Role, Viewer

KEY = "0192f0c1-2d3e-7a4b-8c5d-6e7f8091a2b3"


@pytest.fixture
def happened(hub):
    """Acts on the data of two agencies, by two people; one names a record."""
    ann = Viewer("ann", "Ann", Role.ANALYST, "council")
    bob = Viewer("bob", "Bob", Role.PRACTITIONER, "wardens")
    owned = {"owners": ["police-force"], "agreement": "community-safety 1"}
    record_act(
        "consultation",
        by=bob,
        purpose=Purpose.SAFEGUARDING,
        what="Identifying details of 1 incident records",
        reason="A call at night",
        subjects=[KEY],
        recipients=["bob"],
        detail=owned,
    )
    record_act("collection", by=ann, purpose=None, what="delivery 7 of police-victims")
    record_act("collection", by=ann, purpose=None, what="delivery 8 of fire-hoax-calls")
    record_act(
        "disclosure", by=ann, purpose=Purpose.RESEARCH, what="Fires", detail={"owners": ["fire-service"]}
    )
    return hub


def page(signed_in, role, agency="", **asked):
    """The page, as somebody of this role sees it, in an agency of theirs or in the partnership's."""
    if agency:
        from joinedup.accounts.models import User

        user = User.objects.get(username=role.value)
        user.agency = add_agency(agency, agency.title())
        user.save()
    return signed_in(role.value).get("/data/log/", asked)


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ANALYST, Role.ADMINISTRATOR])
def test_who_sees_all_sees_who_looked_and_why(signed_in, happened, role):
    told = page(signed_in, role).content.decode()
    for words in (
        "A call at night",
        "safeguarding",
        "1 record named",
        "under community-safety 1",
        "delivery 8",
    ):
        assert words in told


def test_a_data_owner_sees_what_was_done_with_their_agencys_data(signed_in, happened):
    told = page(signed_in, Role.DATA_OWNER, "police-force").content.decode()
    assert "A call at night" in told
    assert "delivery 7 of police-victims" in told
    assert "fire-hoax-calls" not in told and "Fires" not in told


def test_others_see_their_own_acts_only(signed_in, happened):
    told = page(signed_in, Role.COUNCILLOR).content.decode()
    assert "A call at night" not in told and "delivery 7" not in told
    assert "The log is empty" in told


@pytest.mark.parametrize(
    ("asked", "there", "gone"),
    [
        ({"by": "BOB"}, "A call at night", "delivery 7"),
        ({"kind": "collection"}, "delivery 7", "A call at night"),
        ({"what": "hoax"}, "delivery 8", "delivery 7"),
        ({"subject": KEY.upper()}, "A call at night", "delivery 7"),
        ({"owner": "fire-service"}, "delivery 8", "A call at night"),
        ({"since": "2999-01-01"}, "No act in the log fits", "delivery 7"),
        ({"until": "2000-01-01"}, "No act in the log fits", "delivery 7"),
    ],
)
def test_the_log_is_asked_by_person_kind_words_record_owner_and_days(signed_in, happened, asked, there, gone):
    add_agency("fire-service", "Fire service")
    told = page(signed_in, Role.AUDITOR, **asked).content.decode()
    assert there in told
    assert gone not in told


@pytest.mark.parametrize("asked", [{"subject": "Mary"}, {"kind": "gossip"}, {"since": "yesterday"}])
def test_a_question_that_is_none_is_said_so_without_its_words(signed_in, happened, asked):
    answer = page(signed_in, Role.AUDITOR, **asked)
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()


def test_older_acts_are_a_page_further_and_none_is_twice_or_left_out(signed_in, happened):
    ann = Viewer("ann", "Ann", Role.ANALYST, "council")
    for number in range(120):
        record_act("disclosure", by=ann, purpose=None, what=f"figure number {number:03}")
    seen, text = [], page(signed_in, Role.AUDITOR, by="ann").content.decode()
    while True:
        seen += re.findall(r"figure number \d{3}|delivery \d of [\w-]+|Fires", text)
        older = re.search(r'href="(\?[^"]*before=[^"]*)">Older acts', text)
        if older is None:
            break
        text = signed_in("auditor").get("/data/log/" + html.unescape(older[1])).content.decode()
    assert seen == [act.what for act in acts(by="ann")]
    assert len(seen) == 123


def test_an_erased_reason_is_said_to_be_erased(signed_in, happened):
    (act,) = acts(kind="consultation")
    erase_words(act.id, by=Viewer("sam", "Sam", Role.ADMINISTRATOR, "council"), reason="It named somebody")
    told = page(signed_in, Role.AUDITOR, kind="consultation").content.decode()
    assert "A call at night" not in told and "erased" in told


def test_what_others_did_with_restricted_feeds_is_there_for_auditors_and_insiders_only(signed_in, happened):
    ann = Viewer("ann", "Ann", Role.ANALYST, "council")
    robin = Viewer("administrator", "Robin", Role.ADMINISTRATOR, "council")
    record_act("collection", by=ann, purpose=None, what="delivery 9 of marac-referrals")
    record_act(
        "collection", by=robin, purpose=None, what="held file 3 of marac-referrals: waits for a person"
    )
    assert "delivery 9 of marac" in page(signed_in, Role.AUDITOR).content.decode()
    outside = page(signed_in, Role.ANALYST).content.decode()
    assert "marac" not in outside
    assert "delivery 8" in outside
    own = page(signed_in, Role.ADMINISTRATOR).content.decode()
    assert "held file 3 of marac" in own and "delivery 9 of marac" not in own
    insider = page(signed_in, Role.ANALYST, "marac-coordinator").content.decode()
    assert "delivery 9 of marac" in insider
