"""A look at a watch-list: decided anew, in the log first, and never more than stands in the record book."""

from __future__ import annotations

import datetime as dt

import pytest

from joinedup.errors import NotFound, NotPermitted
from joinedup.log import acts
from joinedup.records import RecordBook
from joinedup.release import stop_sharing
from joinedup.release.watch_lists import (
    CountedFrom,
    Draw,
    Recipient,
    Rule,
    add_to_watch_list,
    change_watch_list,
    end_watch_list,
    look_at_watch_list,
    looks_at,
    make_watch_list,
    remove_from_watch_list,
    watch_list,
    watch_lists,
    why_not,
)
from joinedup.terms import Role
from watched_town import agree, day, definition, of_releases, row, send, viewer

KEEPER = ("team", Role.COORDINATOR)
WARDEN = ("wardens", Role.PRACTITIONER)
OFFICER = ("team", Role.PRACTITIONER)


@pytest.fixture
def faces(town):
    """The wardens' list, with three records on it by hand."""
    keeper = viewer(*KEEPER)
    make_watch_list(town, keeper, definition())
    add_to_watch_list(town, keeper, "faces", references=["C1", "C2"], everyone=True, why="violence")
    return town


def look(town, who=WARDEN, name="faces", reason="on patrol tonight"):
    return look_at_watch_list(town, viewer(*who), name, reason=reason)


def shown_names(shown):
    return [line.values[0] for section in shown.sections for line in section.rows]


def test_a_recipient_sees_the_details_that_the_list_shows_and_no_others(faces):
    shown = look(faces)
    (section,) = shown.sections
    assert section.details == ("client.full_name", "client.alias")
    assert [line.values for line in section.rows] == [
        ("Ann Zeal", "Zed"),
        ("Bob Young", None),
        ("Cy Abel", None),
    ]
    assert [line.day for line in section.rows] == [day(-40), day(-40), day(-3)]
    assert {line.why for line in section.rows} == {"violence"}
    assert (shown.records, shown.left_out, shown.keeper_name) == (3, 0, "Team meeting-coordinator")


def test_the_log_has_the_look_before_anything_is_read(faces, monkeypatch):
    from joinedup.records import Reader

    seen = []
    real = Reader.identifying

    def watched(self, feed, keys):
        seen.append(len(acts(kind="consultation")))
        return real(self, feed, keys)

    monkeypatch.setattr(Reader, "identifying", watched)
    shown = look(faces)
    assert seen == [1]
    (act,) = acts(kind="consultation")
    assert act.what == "watch-list faces: 3 records"
    assert act.subjects == sorted(line.record_key for line in shown.sections[0].rows)
    assert (act.recipients, act.purpose) == (["wardens-practitioner"], "crime-and-disorder")
    assert act.reason == "on patrol tonight"
    assert act.detail == {
        "watch_list": "faces",
        "entries": 3,
        "feeds": ["complaints"],
        "fields": ["client.full_name", "client.alias"],
        "rule": "agreement",
        "agreement": "street 1",
        "owners": ["council"],
    }


def test_nothing_is_shown_where_the_log_takes_nothing(faces, monkeypatch):
    from django.db import DatabaseError

    from joinedup.records import Reader

    def fails(*_given, **_named):
        raise DatabaseError

    monkeypatch.setattr("joinedup.log.record_act", fails)
    monkeypatch.setattr(Reader, "identifying", lambda *_given: pytest.fail("details were read"))
    with pytest.raises(NotPermitted, match="The log could not be written"):
        look(faces)


def test_a_look_needs_a_reason(faces):
    with pytest.raises(NotPermitted, match="for a stated reason"):
        look(faces, reason="  ")
    assert acts(kind="consultation") == []


def test_an_owner_s_stop_closes_it_at_once_and_a_new_agreement_opens_it(faces):
    assert look(faces).records == 3
    stop_sharing("street", "council", reason="Under review", by=viewer("council", Role.DATA_OWNER))
    for who in (WARDEN, KEEPER):
        with pytest.raises(NotPermitted, match="No information-sharing agreement"):
            look(faces, who)
        known = watch_list(faces, viewer(*who), "faces")
        assert "No information-sharing agreement" in why_not(faces, viewer(*who), known)
    assert len(acts(kind="consultation")) == 1
    agree("complaints", version=2)
    assert look(faces).records == 3


def test_an_agreement_that_gives_fewer_details_closes_it(faces):
    agree("complaints", version=2, names='["client.alias"]')
    with pytest.raises(NotPermitted, match="does not share those identifying details"):
        look(faces)


@pytest.mark.parametrize("role", list(Role))
def test_of_every_role_only_recipients_and_the_keeper_see_who_is_on_it(faces, role):
    inside = {"wardens": Role.PRACTITIONER, "team": Role.COORDINATOR}
    for agency in ("wardens", "team", "council", "stranger"):
        if inside.get(agency) is role:
            assert look(faces, (agency, role)).records == 3
        elif role is Role.AUDITOR or (agency, role) == ("council", Role.DATA_OWNER):
            with pytest.raises(NotPermitted, match="to its recipients and its keeper"):
                look(faces, (agency, role))
            assert watch_lists(faces, viewer(agency, role))
        else:
            with pytest.raises(NotFound) as absent:
                look(faces, (agency, role), name="faces")
            with pytest.raises(NotFound) as nothing:
                look(faces, (agency, role), name="nobody")
            assert str(absent.value).replace("faces", "nobody") == str(nothing.value)
            assert watch_lists(faces, viewer(agency, role)) == []


def test_a_restricted_feed_s_list_is_not_there_outside_its_circle(town):
    keeper = viewer("team", Role.ANALYST)
    both = (Draw("complaints"), Draw("lodgers"))
    make_watch_list(town, keeper, definition("lodge", draws=both))
    add_to_watch_list(town, keeper, "lodge", feed="lodgers", references=["L1"], why="safeguarding")
    assert shown_names(look(town, name="lodge")) == ["Hal Hidden"]
    for outside in (("council", Role.DATA_OWNER), ("wardens", Role.COORDINATOR), ("stranger", Role.ANALYST)):
        assert watch_lists(town, viewer(*outside)) == []
        with pytest.raises(NotFound):
            watch_list(town, viewer(*outside), "lodge")
    assert [one.definition.name for one in watch_lists(town, viewer("lodge", Role.DATA_OWNER))] == ["lodge"]
    auditor = (
        "stranger",
        Role.AUDITOR,
    )  # who has the whole log: that it exists and who saw it, not who is on it
    assert [one.username for one in looks_at(town, viewer(*auditor), "lodge")] == [viewer(*WARDEN).username]
    with pytest.raises(NotPermitted, match="to its recipients and its keeper"):
        look(town, auditor, name="lodge")
    stop_sharing("lodge", "lodge", reason="x", by=viewer("lodge", Role.DATA_OWNER))
    for inside in (WARDEN, ("team", Role.ANALYST)):
        with pytest.raises(NotFound):
            look(town, inside, name="lodge")


def test_others_log_is_without_looks_at_a_restricted_feed_s_list(town):
    from joinedup.release import log_acts

    make_watch_list(town, viewer("team", Role.ANALYST), definition("lodge", draws=(Draw("lodgers"),)))
    look(town, name="lodge")
    told = [act.what for act in log_acts(town, viewer("stranger", Role.ANALYST))]
    assert not [what for what in told if "watch-list" in what]
    told = [act.what for act in log_acts(town, viewer("team", Role.ANALYST))]
    assert "made the watch-list lodge" in told and "watch-list lodge: 0 records" not in told
    assert len(looks_at(town, viewer("team", Role.ANALYST), "lodge")) == 1  # the keeper sees who looked there


def test_expired_nobody_sees_entries_and_it_says_who_keeps_it(faces, monkeypatch):
    monkeypatch.setattr("joinedup.release.watch_lists.standing.today", lambda: day(200))
    assert look(faces).records == 3
    monkeypatch.setattr("joinedup.release.watch_lists.standing.today", lambda: day(201))
    for who in (WARDEN, KEEPER):
        with pytest.raises(NotPermitted, match=r"expired on .* Team meeting-coordinator keeps it"):
            look(faces, who)
    assert len(acts(kind="consultation")) == 1


def test_before_it_starts_and_after_its_end_nothing_is_shown(town):
    keeper = viewer(*KEEPER)
    make_watch_list(town, keeper, definition(starts=day(3)))
    with pytest.raises(NotPermitted, match="starts on"):
        look(town)
    change_watch_list(town, keeper, "faces", starts=day(0))
    add_to_watch_list(town, keeper, "faces", references=["C2"], why="other")
    with pytest.raises(NotPermitted, match="ended by who keeps it"):
        end_watch_list(town, viewer(*WARDEN), "faces", reason="x")
    end_watch_list(town, viewer("council", Role.DATA_OWNER), "faces", reason="not needed")
    with pytest.raises(NotPermitted, match="was ended"):
        look(town)
    assert not watch_list(town, keeper, "faces").row.entries.exists()


def test_a_rule_draws_what_lies_within_its_days_and_no_cancelled_record(town):
    make_watch_list(town, viewer(*KEEPER), of_releases())
    shown = look(town, OFFICER, "gate")
    assert shown_names(shown) == ["Di First", "Ed Last"]
    (section,) = shown.sections
    assert (section.window.first, section.window.last) == (day(-28), day(28))
    assert section.rows[0].values == ("Di First", dt.date(1980, 2, 3))
    send(town, "releases", row("R9", 2, "Jo New"), offset=2)
    assert shown_names(look(town, OFFICER, "gate")) == ["Di First", "Jo New", "Ed Last"]


def test_a_rule_counts_from_the_last_day_that_the_feed_tells_of_where_it_says_so(town, monkeypatch):
    rule = Rule(28, 28, CountedFrom.LATEST)
    make_watch_list(town, viewer(*KEEPER), of_releases(draws=(Draw("releases", rule),)))
    monkeypatch.setattr("joinedup.release.watch_lists.standing.today", lambda: day(150))
    (section,) = look(town, OFFICER, "gate").sections
    last = RecordBook(town).deliveries("releases")[0].period.last
    assert section.window.counted_from == last
    assert section.window.first == last - dt.timedelta(days=28)


def test_what_is_withdrawn_or_over_is_left_out_and_said_to_be(faces, monkeypatch):
    add_to_watch_list(faces, viewer(*KEEPER), "faces", references=["C2"], why="wanted", until=day(5))
    RecordBook(faces).take_back(
        "complaints", references=["C1"], by=viewer("council", Role.DATA_OWNER), reason="mistaken"
    )
    shown = look(faces)
    assert (shown_names(shown), shown.left_out) == (["Cy Abel"], 2)
    monkeypatch.setattr("joinedup.release.watch_lists.standing.today", lambda: day(6))
    assert (shown_names(look(faces)), look(faces).left_out) == ([], 3)


def test_who_saw_it_is_told_to_keeper_data_owner_and_auditor_only(faces):
    look(faces)
    look(faces, KEEPER)
    for who in (KEEPER, ("council", Role.DATA_OWNER), ("stranger", Role.AUDITOR)):
        told = [(one.username, one.agency, one.records) for one in looks_at(faces, viewer(*who), "faces")]
        assert told == [("team-meeting-coordinator", "team", 3), ("wardens-practitioner", "wardens", 3)]
    with pytest.raises(NotPermitted, match="to its keeper"):
        looks_at(faces, viewer(*WARDEN), "faces")
    with pytest.raises(NotFound):
        looks_at(faces, viewer("stranger", Role.ANALYST), "faces")


def test_a_record_that_is_taken_off_is_not_shown(faces):
    assert remove_from_watch_list(faces, viewer(*KEEPER), "faces", references=["C1"]) == 2
    assert shown_names(look(faces)) == ["Cy Abel"]
    with pytest.raises(NotFound, match="on the list by hand"):
        remove_from_watch_list(faces, viewer(*KEEPER), "faces", references=["C1"])
    told = [act for act in acts(kind="alteration") if act.detail.get("watch_list") == "faces"]
    assert [(act.what, len(act.subjects)) for act in told] == [
        ("2 records taken off the watch-list faces", 2),
        ("3 records put on the watch-list faces", 3),
    ]


def test_a_list_for_a_named_user_is_for_nobody_else(town):
    to = (Recipient(username="wardens-review-chair"),)
    make_watch_list(town, viewer(*KEEPER), definition(recipients=to))
    assert look(town, ("wardens", Role.REVIEW_CHAIR)).records == 0
    with pytest.raises(NotFound):
        look(town)
