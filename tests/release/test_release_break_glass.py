"""Breaking the glass: what somebody sees by it, who is told, and who reviews it."""

from __future__ import annotations

import datetime as dt

import pytest
from closed_town import viewer
from test_release_reveal import key, naming_town  # noqa: F401 - a fixture

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.release import close_glass, glass_alerts, glass_seen, log_acts, open_glass, reveal, review_glass
from joinedup.terms import Purpose, RecordType, Role, Viewer
from seconding import person

FEED = "warden-patrols"
LEAD = Viewer("lea", "Lea", Role.THEME_LEAD, "hospital")
ADMINISTRATOR = Viewer("cass", "Cass", Role.ADMINISTRATOR, "council")
OWNER = Viewer("wim", "Wim", Role.DATA_OWNER, "wardens")
AUDITOR = Viewer("aud", "Aud", Role.AUDITOR, "council")
OUTSIDER = Viewer("otto", "Otto", Role.DATA_OWNER, "hospital")
WHY = "a threat to life, call 12 of today"


@pytest.fixture
def town_of_people(naming_town):  # noqa: F811
    """The town whose feed is restricted, with people of three agencies, and no agreement."""
    from joinedup.accounts.models import AgreementVersion

    AgreementVersion.objects.all().delete()
    path = naming_town.contracts_folder / f"{FEED}.toml"
    path.write_text(path.read_text().replace('sensitivity = "official"', 'sensitivity = "restricted"'))
    for who in (LEAD, ADMINISTRATOR, OWNER, AUDITOR, OUTSIDER):
        person(who)
    return naming_town


def seen(town, who=LEAD, **changes):
    asked = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "to warn her"} | changes
    return reveal(town, who, RecordType.INCIDENT, [key(1)], ["caller.full_name"], **asked)


def opened(town, **changes):
    asked = {"reason": WHY, "by": ADMINISTRATOR} | changes
    return open_glass(town, "lea", [FEED], **asked)


def over(made):
    """Let it have ended."""
    made.ends_at = made.opened_at
    made.save()


def test_a_person_sees_what_is_refused_to_them_until_it_ends_and_each_act_says_so(town_of_people):
    with pytest.raises(NotPermitted):
        seen(town_of_people)
    made = opened(town_of_people)
    assert seen(town_of_people)[0]["caller.full_name"] == "Mary Ann Example"
    act = acts(kind="consultation")[0]
    assert (act.detail["rule"], act.detail["break_glass"]) == ("break-glass", [made.pk])
    assert act.detail["owners"] == ["wardens"]
    with pytest.raises(NotPermitted, match="stated reason"):
        seen(town_of_people, reason=" ")
    with pytest.raises(NotPermitted):
        seen(town_of_people, purpose=Purpose.RESEARCH)
    with pytest.raises(NotPermitted):
        seen(town_of_people, OUTSIDER)
    close_glass(town_of_people, OWNER, made.pk)
    with pytest.raises(NotPermitted):
        seen(town_of_people)


def test_figures_of_what_is_restricted_are_seen_by_it_and_say_so(town_of_people):
    from joinedup.measures import FigureQuery
    from joinedup.release import release

    query = FigureQuery("patrols")
    with pytest.raises(NotFound):
        release(town_of_people, LEAD, query)
    made = opened(town_of_people)
    figure = release(town_of_people, LEAD, query)
    assert (figure.decision.rule, figure.decision.grants) == ("break-glass", (made.pk,))
    assert acts()[0].detail["break_glass"] == [made.pk]


def test_the_months_that_figures_may_show_are_seen_by_it_and_no_delivery(town_of_people):
    from joinedup.release import covered_for_figures, provenance

    asked = (town_of_people, LEAD, ["wardens"])
    assert covered_for_figures(*asked) == []
    opened(town_of_people)
    assert {one.feed for one in covered_for_figures(*asked)} == {FEED}
    seen_of_it = provenance(*asked)
    assert (list(seen_of_it.deliveries), list(seen_of_it.coverage)) == ([], [])


@pytest.mark.parametrize(
    ("changes", "error", "says"),
    [
        ({"by": LEAD}, NotPermitted, "administrator"),
        ({"reason": " "}, BadInput, "needs its reason"),
        ({"hours": 25}, BadInput, "1 to 24 hours"),
        ({"hours": 0}, BadInput, "1 to 24 hours"),
    ],
)
def test_it_is_opened_by_an_administrator_with_a_reason_for_a_day_at_most(
    town_of_people, changes, error, says
):
    with pytest.raises(error, match=says):
        opened(town_of_people, **changes)
    assert glass_seen(town_of_people, OWNER) == []


def test_nobody_breaks_it_for_themselves_nor_for_what_is_not_there(town_of_people):
    with pytest.raises(NotPermitted, match="for themselves"):
        open_glass(town_of_people, "cass", [FEED], reason=WHY, by=ADMINISTRATOR)
    with pytest.raises(NotFound):
        open_glass(town_of_people, "lea", ["nothing"], reason=WHY, by=ADMINISTRATOR)


def test_the_owner_is_alerted_until_they_have_reviewed_it_with_a_finding(town_of_people):
    made = opened(town_of_people)
    assert made.review_on - made.ends_at.date() == dt.timedelta(days=7)
    assert [one.pk for one in glass_alerts(town_of_people, OWNER)] == [made.pk]
    assert glass_alerts(town_of_people, AUDITOR) == []
    with pytest.raises(NotPermitted, match="still open"):
        review_glass(town_of_people, OWNER, made.pk, "right")
    over(made)
    for who in (LEAD, ADMINISTRATOR, AUDITOR):
        with pytest.raises(NotPermitted):
            review_glass(town_of_people, who, made.pk, "right")
    with pytest.raises(BadInput, match="finding"):
        review_glass(town_of_people, OWNER, made.pk, " ")
    review_glass(town_of_people, OWNER, made.pk, "it was right")
    assert glass_alerts(town_of_people, OWNER) == []
    [kept] = glass_seen(town_of_people, OWNER)
    assert (kept.finding, kept.reviewed_by, kept.reason) == ("it was right", "wim", WHY)
    told = [act.what.split(" for ")[0] for act in acts(kind="administration")]
    assert told == [f"reviewed break-glass {made.pk}", f"opened break-glass {made.pk}"]


def test_where_the_owner_has_no_data_owner_an_auditor_reviews_it(town_of_people):
    from joinedup.accounts import set_active

    made = opened(town_of_people)
    set_active("wim", False)
    over(made)
    assert [one.pk for one in glass_alerts(town_of_people, AUDITOR)] == [made.pk]
    assert review_glass(town_of_people, AUDITOR, made.pk, "it was right").reviewed_by == "aud"


def test_an_overdue_review_is_shown_to_auditors_too(town_of_people):
    made = opened(town_of_people)
    over(made)
    made.review_on = dt.date(2020, 1, 1)
    made.save()
    for who in (OWNER, AUDITOR):
        assert [one.pk for one in glass_alerts(town_of_people, who)] == [made.pk]


def test_for_whoever_is_outside_it_does_not_exist(town_of_people):
    made = opened(town_of_people)
    other = person(Viewer("carl", "Carl", Role.ADMINISTRATOR, "hospital"))
    for who in (OUTSIDER, other, person(viewer(Role.ANALYST))):
        assert glass_seen(town_of_people, who) == glass_alerts(town_of_people, who) == []
        for act in (close_glass, lambda *given: review_glass(*given, "x")):
            with pytest.raises(NotFound, match="no break-glass grant"):
                act(town_of_people, who, made.pk)
        assert not any("break-glass" in one.what for one in log_acts(town_of_people, who))
    assert any("break-glass" in one.what for one in log_acts(town_of_people, OWNER))


def test_nothing_leaves_by_it_and_it_seconds_nothing(town_of_people):
    from joinedup.release import Decisions
    from joinedup.release.approvals import fitting

    opened(town_of_people)
    decisions = Decisions(town_of_people, LEAD)
    assert decisions.of_feed("reveal", FEED, reason="x").allowed
    for what in ("refused-rows", "export", "document", "workings"):
        assert not decisions.of_feed(what, FEED, reason="x").allowed
    assert not decisions.knows(FEED)
    bulk = {"what": "reveal", "purpose": "crime-and-disorder"}
    assert not fitting(town_of_people, "bulk-export", [FEED], bulk)(LEAD)
