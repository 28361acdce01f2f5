"""Making and changing a watch-list is refused unless the owners' agreements give all of it to all of them."""

from __future__ import annotations

import datetime as dt

import pytest

from joinedup.accounts import set_active, set_role, today
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.release import stop_sharing
from joinedup.release.watch_lists import (
    Draw,
    Recipient,
    Rule,
    add_to_watch_list,
    change_watch_list,
    end_watch_list,
    make_watch_list,
    watch_list,
    watch_lists,
)
from joinedup.terms import Purpose, Role
from watched_town import agree, day, definition, of_releases, viewer

KEEPER = ("team", Role.COORDINATOR)


def make(town, who=KEEPER, **changed):
    return make_watch_list(town, viewer(*who), definition(**changed))


def nothing_was_made():
    from joinedup.release.watch_list_models import WatchList

    return not WatchList.objects.exists() and not [act for act in acts() if "watch-list" in act.what]


@pytest.mark.parametrize("role", list(Role))
def test_only_some_roles_keep_lists_whatever_is_agreed(town, role):
    if role in {Role.ANALYST, Role.COORDINATOR, Role.DATA_OWNER}:
        assert make(town, ("team", role)).keeper == f"team-{role.value}"
        (act,) = acts(kind="administration", text="made the watch-list faces")
        assert (act.detail["agreement"], act.detail["owners"]) == ("street 1", ["council"])
    else:
        with pytest.raises(NotPermitted, match="made and kept by"):
            make(town, ("team", role))
        assert nothing_was_made()


@pytest.mark.parametrize(
    ("to", "words"),
    [
        (Recipient("stranger", Role.PRACTITIONER), "does not name the role practitioner of stranger"),
        (Recipient("wardens", Role.THEME_LEAD), "Your role may not see whom records name"),
        (Recipient("wardens", Role.ADMINISTRATOR), "by being administrator"),
        (Recipient(username="stranger-analyst"), "does not name the role analyst of stranger"),
    ],
)
def test_a_list_is_refused_for_whom_no_agreement_or_role_gives_it(town, to, words):
    with pytest.raises(NotPermitted, match=words):
        make(town, recipients=(Recipient("wardens", Role.PRACTITIONER), to))
    assert nothing_was_made()


def test_a_list_is_refused_for_a_purpose_or_a_detail_that_is_not_given(town):
    with pytest.raises(NotPermitted, match="is given for"):
        make(town, purpose=Purpose.SAFEGUARDING)
    with pytest.raises(BadInput, match="never public information"):
        definition(purpose=Purpose.PUBLIC_INFORMATION)
    with pytest.raises(NotFound, match="no such identifying detail"):
        make(town, details=("client.full_name", "client.phone"))
    agree("complaints", version=2, names='["client.alias"]')
    with pytest.raises(NotPermitted, match="does not share those identifying details"):
        make(town)
    stop_sharing("street", "council", reason="x", by=viewer("council", Role.DATA_OWNER))
    with pytest.raises(NotPermitted):
        make(town)
    assert nothing_was_made()


def test_its_own_agency_needs_no_agreement_and_who_receives_it_does(town):
    owner = ("council", Role.DATA_OWNER)
    own = (Recipient("council", Role.PRACTITIONER),)
    make(town, owner, name="own", recipients=own)
    stop_sharing("street", "council", reason="x", by=viewer(*owner))
    make(town, owner, name="still", recipients=own)
    with pytest.raises(NotPermitted):
        make(town, owner, name="others")


def test_a_restricted_feed_is_not_there_for_who_may_not_know_of_it(town):
    outside, inside = ("stranger", Role.COORDINATOR), ("team", Role.ANALYST)
    with pytest.raises(NotFound) as secret:
        make(town, outside, draws=(Draw("lodgers"),))
    with pytest.raises(NotFound) as nothing:
        make(town, outside, draws=(Draw("nobodys"),))
    assert str(secret.value).replace("lodgers", "nobodys") == str(nothing.value)
    with pytest.raises(NotPermitted, match="does not name the role meeting coordinator"):
        make(town, inside, draws=(Draw("lodgers"),), recipients=(Recipient("wardens", Role.COORDINATOR),))
    assert make(town, inside, draws=(Draw("lodgers"),)).feeds == ("lodgers",)


def test_it_holds_for_twelve_months_at_most_and_ends_in_time_to_come(town):
    with pytest.raises(BadInput, match="12 months at most"):
        make(town, expires=day(367))
    with pytest.raises(BadInput, match="in time to come"):
        make(town, starts=day(-9), review=day(-5), expires=day(-1))
    with pytest.raises(BadInput, match="in this order"):
        definition(review=day(201))
    try:
        year = today().replace(year=today().year + 1)
    except ValueError:
        year = dt.date(today().year + 1, 2, 28)
    assert make(town, expires=year).expires == year
    with pytest.raises(BadInput, match="reaches too far"):
        Rule(93, 0)


def test_a_name_is_given_once_also_when_its_list_has_ended(town):
    make(town)
    with pytest.raises(BadInput, match="cannot be given"):
        make(town, ("wardens", Role.ANALYST))
    end_watch_list(town, viewer(*KEEPER), "faces", reason="x")
    with pytest.raises(BadInput, match="cannot be given"):
        make(town)
    with pytest.raises(NotPermitted, match="was ended"):
        change_watch_list(town, viewer(*KEEPER), "faces", title="Again")


def test_a_change_is_its_keeper_s_and_decided_as_a_whole(town):
    make(town)
    for other in (("team", Role.ANALYST), ("wardens", Role.PRACTITIONER), ("council", Role.DATA_OWNER)):
        with pytest.raises((NotFound, NotPermitted)):
            change_watch_list(town, viewer(*other), "faces", title="Mine")
    with pytest.raises(NotPermitted):
        change_watch_list(
            town, viewer(*KEEPER), "faces", recipients=(Recipient("stranger", Role.PRACTITIONER),)
        )
    change_watch_list(town, viewer(*KEEPER), "faces", title="Whom we look for", details=("client.alias",))
    known = watch_list(town, viewer(*KEEPER), "faces").definition
    assert (known.title, known.details) == ("Whom we look for", ("client.alias",))
    assert acts(text="changed the watch-list faces")[0].detail["changed"] == ["details", "title"]
    stop_sharing("street", "council", reason="x", by=viewer("council", Role.DATA_OWNER))
    with pytest.raises(NotPermitted):
        change_watch_list(town, viewer(*KEEPER), "faces", title="Whatever")
    with pytest.raises(NotPermitted):
        add_to_watch_list(town, viewer(*KEEPER), "faces", references=["C1"], why="other")


def test_it_is_handed_to_somebody_who_might_have_made_it(town):
    make(town)
    for heir in ("wardens-practitioner", "stranger-analyst"):
        with pytest.raises(NotPermitted):
            change_watch_list(town, viewer(*KEEPER), "faces", keeper=heir)
    change_watch_list(town, viewer(*KEEPER), "faces", keeper="team-analyst")
    assert watch_lists(town, viewer(*KEEPER)) == []
    set_active("team-analyst", False)
    (known,) = watch_lists(town, viewer(*KEEPER))  # of its keeper's agency, who is gone
    assert known.keeps
    assert watch_lists(town, viewer("wardens", Role.ANALYST)) == []
    change_watch_list(town, viewer(*KEEPER), "faces", keeper="team-meeting-coordinator")


def test_a_keeper_who_loses_the_role_changes_nothing_more(town):
    make(town)
    set_role("team-meeting-coordinator", Role.PRACTITIONER)
    lost = viewer("team", Role.PRACTITIONER)
    assert lost
    from joinedup.accounts import acting_viewer

    with pytest.raises(NotPermitted, match="made and kept by"):
        change_watch_list(town, acting_viewer("team-meeting-coordinator"), "faces", title="x")


def test_an_entry_is_a_standing_record_and_all_are_added_or_none(town):
    keeper = viewer(*KEEPER)
    make(town)
    with pytest.raises(NotFound, match="1 of the records named"):
        add_to_watch_list(town, keeper, "faces", references=["C2", "C9"], why="other")
    with pytest.raises(NotFound, match="1 of the records named"):
        add_to_watch_list(town, keeper, "faces", keys=["0" * 32], why="other")
    with pytest.raises(BadInput, match="2 records have one of these references"):
        add_to_watch_list(town, keeper, "faces", references=["C1"], why="other")
    with pytest.raises(BadInput, match="no reason for an entry"):
        add_to_watch_list(town, keeper, "faces", references=["C1"], why="he is trouble")
    with pytest.raises(BadInput, match="in time to come"):
        add_to_watch_list(town, keeper, "faces", references=["C1"], why="other", until=day(-1))
    with pytest.raises(BadInput, match="does not draw on that feed"):
        add_to_watch_list(town, keeper, "faces", feed="releases", references=["R1"], why="other")
    assert not watch_list(town, keeper, "faces").row.entries.exists()
    assert add_to_watch_list(town, keeper, "faces", references=["C1"], everyone=True, why="other") == 2
    assert add_to_watch_list(town, keeper, "faces", references=["C1"], everyone=True, why="wanted") == 2
    entries = watch_list(town, keeper, "faces").row.entries
    assert {(one.why, one.added_by) for one in entries.all()} == {("wanted", "team-meeting-coordinator")}
    assert entries.count() == 2
    with pytest.raises(NotPermitted, match="changed by who keeps it"):
        add_to_watch_list(town, viewer("wardens", Role.PRACTITIONER), "faces", references=["C2"], why="other")


def test_feeds_that_a_list_no_longer_draws_on_take_their_entries_with_them(town):
    keeper = viewer("team", Role.ANALYST)
    make_watch_list(town, keeper, definition(draws=(Draw("complaints"), Draw("lodgers"))))
    add_to_watch_list(town, keeper, "faces", feed="complaints", references=["C2"], why="other")
    add_to_watch_list(town, keeper, "faces", feed="lodgers", references=["L1"], why="other")
    change_watch_list(town, keeper, "faces", draws=(Draw("complaints"),))
    assert [one.feed for one in watch_list(town, keeper, "faces").row.entries.all()] == ["complaints"]


def test_no_act_no_change(town, monkeypatch):
    from joinedup.release.watch_list_models import WatchList

    def fails(*_given, **_named):
        raise RuntimeError("the log is full")

    make_watch_list(town, viewer(*KEEPER), of_releases())
    for room in ("keeping", "entries"):
        monkeypatch.setattr(f"joinedup.release.watch_lists.{room}.record_act", fails)
    keeper = viewer(*KEEPER)
    for attempt in (
        lambda: make(town),
        lambda: change_watch_list(town, keeper, "gate", title="x"),
        lambda: end_watch_list(town, keeper, "gate", reason="x"),
        lambda: add_to_watch_list(town, keeper, "gate", references=["R1"], why="licence"),
    ):
        with pytest.raises(RuntimeError):
            attempt()
    (row,) = WatchList.objects.all()
    assert (row.name, row.title, row.ended_at) == ("gate", "Released prisoners", None)
    assert not row.entries.exists()
