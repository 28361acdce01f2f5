"""What the log has of repeats and linked figures: the feeds behind them, and by whose broken glass."""

from __future__ import annotations

import pytest

from joinedup.errors import NotPermitted
from joinedup.log import acts
from joinedup.measures.linked import LinkedQuery
from joinedup.measures.repeats import RepeatQuery
from joinedup.release import log_acts, open_glass
from joinedup.release.linked import released_linked
from joinedup.release.matters import known
from joinedup.release.repeats import released_repeats, released_shared
from joinedup.terms import Period, Purpose, Role, Viewer
from repeating_town import Repeating, crimes, involved
from seconding import person

LEAD = Viewer("lea", "Lea", Role.THEME_LEAD, "hospital")
OUTSIDER = Viewer("otto", "Otto", Role.ANALYST, "hospital")
AUDITOR = Viewer("aud", "Aud", Role.AUDITOR, "council")
ADMINISTRATOR = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
OWNER = Viewer("mo", "Mo", Role.DATA_OWNER, "marac-coordinator")
YEAR = Period.parse("2024")
MARAC = RepeatQuery("marac-repeat-any-abuse", (), YEAR)


@pytest.fixture
def referred(people: Repeating) -> Repeating:
    """Ann is referred twice, and is the victim of two crimes; nothing is shared."""
    from joinedup.accounts.models import AgreementVersion

    days = {"1": "2024-01-10", "2": "2024-03-10"}
    two = [{"id": day, "day": day, "victim": "Ann", "perpetrator": "Bob"} for day in days.values()]
    people.told("marac-referrals", "2024", two)
    crimed = crimes([(ref, day, True) for ref, day in days.items()], place="W1")
    people.told("police-recorded-crime", "2024", crimed)
    for feed, role, who in (("police-victims", "victim", "Ann"), ("police-suspects", "suspect", "Bob")):
        people.told(feed, "2024", involved(role, [(ref, day, who) for ref, day in days.items()]))
    people.link("police-recorded-crime", "police-victims", "police-suspects")
    people.link("marac-referrals", alone=True)
    AgreementVersion.objects.all().delete()
    for who in (LEAD, OUTSIDER, AUDITOR, ADMINISTRATOR, OWNER):
        person(who)
    return people


def sees(people: Repeating, who: Viewer) -> bool:
    """Whether the latest disclosure is in the log for somebody."""
    (act, *_earlier) = acts(kind="disclosure")
    return act.pk in {one.pk for one in log_acts(people.workspace, who)}


def test_a_repeat_of_a_restricted_feed_is_in_the_log_for_nobody_outside(referred: Repeating) -> None:
    other = person(Viewer("ian", "Ian", Role.DATA_OWNER, "marac-coordinator"))
    for act in (
        lambda: released_repeats(referred.workspace, OWNER, MARAC, purpose=Purpose.SAFEGUARDING),
        lambda: released_shared(referred.workspace, OWNER, MARAC, MARAC.repeat, purpose=Purpose.SAFEGUARDING),
    ):
        act()
        assert acts(kind="disclosure")[0].detail["feeds"] == ["marac-referrals"]
        assert not sees(referred, OUTSIDER)
        assert all(sees(referred, who) for who in (OWNER, other, AUDITOR))


def test_what_is_seen_by_a_broken_glass_names_the_grant(referred: Repeating) -> None:
    def ask() -> object:
        return released_repeats(referred.workspace, LEAD, MARAC, purpose=Purpose.SAFEGUARDING)

    with pytest.raises(NotPermitted):
        ask()
    made = open_glass(
        referred.workspace, "lea", ["marac-referrals"], reason="a threat to life, call 12", by=ADMINISTRATOR
    )
    ask()
    detail = acts(kind="disclosure")[0].detail
    assert (detail["rule"], detail["break_glass"], detail["owners"]) == (
        "break-glass", [made.pk], ["marac-coordinator"])  # fmt: skip
    assert sees(referred, OWNER) and sees(referred, AUDITOR) and not sees(referred, OUTSIDER)


def test_a_linked_figure_names_its_feeds_and_the_grant(referred: Repeating) -> None:
    feeds = sorted({one.feed for one in known(referred.workspace).of_source("police-records")})
    made = open_glass(referred.workspace, "lea", feeds, reason="a threat to life", by=ADMINISTRATOR)
    query = LinkedQuery("suspects-travel", (), YEAR)
    released_linked(referred.workspace, LEAD, query, purpose=Purpose.CRIME_AND_DISORDER)
    detail = acts(kind="disclosure")[0].detail
    assert detail["break_glass"] == [made.pk] and detail["feeds"] == feeds
    assert sees(referred, LEAD) and not sees(referred, OUTSIDER)
