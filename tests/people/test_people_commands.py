"""Linking and looking people up on the command line: what agreements give, no more, and all of it logged."""

from __future__ import annotations

import importlib.util
import json
import re
import shutil

import duckdb
import pytest
from click.testing import CliRunner

from joinedup.accounts import acting_viewer
from joinedup.cli import main
from joinedup.log import acts
from joinedup.people import link
from joinedup.people.reviewing import decide, reviewed, waiting
from joinedup.records import RecordBook
from joinedup.release import What, log_acts, open_glass
from joinedup.release.asking import Decisions
from joinedup.release.linking import linkable
from joinedup.terms import Purpose, Role
from joinedup.workspace import Workspace
from watched_town import agree, build, row, send, viewer

ANALYST = "wardens-analyst"


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A town of which one caller complained three times under two names, once before a release."""
    made = build(tmp_path_factory.mktemp("linked"))
    complaints = row("C1", -40, "Robert Zeal") + row("C2", -30, "Bob Zeal") + row("C3", -3, "Robert Zeale")
    send(made, "complaints", complaints + row("C4", -3, "Cy Abelson"))
    send(made, "releases", row("R1", -28, "Robert Zeal"))
    send(made, "lodgers", row("L1", -3, "Robert Zeal"))
    made.close()
    return made.folder


@pytest.fixture
def town(template, tmp_path):
    shutil.copytree(template, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    yield opened
    opened.close()


@pytest.fixture
def run(town, monkeypatch):
    """Run a verb of ``link`` as somebody: exit status, output, messages."""
    monkeypatch.setattr(Workspace, "open", classmethod(lambda cls, folder: town))
    monkeypatch.setattr(Workspace, "close", lambda self: None)

    def act(who, *words):
        result = CliRunner().invoke(main, ["-C", str(town.folder), "--as", who, "link", *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def find(run, who, name, *more, reason="a check before a visit"):
    asked = ["find", name, "--purpose", "crime-and-disorder", "--reason", reason, "--format", "json", *more]
    status, out, messages = run(who, *asked)
    return status, json.loads(out) if out else None, messages


def test_without_spark_no_one_is_linked_on_it_and_it_is_said_how_to_get_it(run, town, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "pyspark" else find(name, *more)
    )
    status, out, messages = run(ANALYST, "run", "--engine", "spark")
    assert (status, out) == (2, "") and "make spark" in messages
    assert not RecordBook(town).linkages()


def test_only_what_is_given_for_the_purpose_is_linked_and_the_rest_is_said(run, town):
    status, _out, messages = run(ANALYST, "run")
    assert status == 0, messages
    assert "releases is not linked: releases is given for" in messages
    assert "lodgers" not in messages  # restricted: it is not there
    assert "4 mentions in 1 feed are" in messages
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, ["complaints", "releases", "lodgers"])
        feeds = cursor.execute(
            "SELECT feed, count(*), count(DISTINCT best) FROM person GROUP BY feed"
        ).fetchall()
    assert feeds == [("complaints", 4, 2)]
    status, out, _ = run(ANALYST, "list", "--format", "json")
    (told,) = json.loads(out)
    assert (told["number"], told["by"], told["people"]) == (1, ANALYST, 2)


def test_what_people_decided_binds_the_next_linkage(run, town):
    by, feeds = acting_viewer(ANALYST), ["complaints"]
    run(ANALYST, "run")
    pairs = waiting(feeds)
    assert pairs and all(one.drawn.evidence[0][0] == "begins" for one in pairs)
    for one in pairs:
        bits = sum(bits for _, bits in one.drawn.evidence)
        assert abs(bits - one.drawn.weight) < 0.001
        decide(one.number, "different" if one.drawn.together else "same", feeds=feeds, by=by)
    run(ANALYST, "run")
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, feeds)
        best = dict(cursor.execute("SELECT record_key, best FROM person").fetchall())
    for one in pairs:
        together = best[one.drawn.left.record_key] == best[one.drawn.right.record_key]
        assert together or one.drawn.together  # who was put together is apart, unless others join them again
    assert len(reviewed(feeds)) == len(pairs)
    assert {one.linkage for one in reviewed(feeds)} == {2}


def test_whoever_is_written_down_as_unknown_has_no_key_whatever_else_is_told(run, town):
    send(town, "complaints", row("C5", -3, "UNKNOWN") + row("C6", -3, "Anonymous"))
    status, _out, messages = run(ANALYST, "run")
    assert status == 0 and "Of 2 mentions too little is told" in messages
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, ["complaints"])
        assert cursor.execute("SELECT count(*) FROM person").fetchall() == [(4,)]


def test_a_feed_that_was_linked_is_left_out_by_name_only_and_loses_its_keys(run, town):
    by = acting_viewer(ANALYST)
    link(town, ["complaints", "releases"], by=by)
    status, _out, messages = run(ANALYST, "run")
    assert status == 2 and "not linked now" in messages and "--without" in messages
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, ["complaints", "releases"])
        before = dict(
            cursor.execute("SELECT record_key, best FROM person WHERE feed = 'complaints'").fetchall()
        )
        assert cursor.execute("SELECT count(*) FROM person").fetchall() == [(5,)]
    assert run(ANALYST, "run", "--without", "releases")[0] == 0
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, ["complaints", "releases"])
        after = cursor.execute("SELECT feed, record_key, best FROM person").fetchall()
    assert {feed for feed, _key, _best in after} == {"complaints"}
    assert {key: best for _feed, key, best in after} == before
    assert run(ANALYST, "run")[0] == 0  # from now on nothing is missing


def test_a_feed_that_is_given_for_data_matching_is_linked_and_for_nothing_else_by_that(run, town):
    _status, _out, messages = run(ANALYST, "run")
    assert "releases is not linked: releases is given for offender management only" in messages
    contract = town.contracts_folder / "releases.toml"
    said = contract.read_text().replace(
        'purposes = ["offender-management"]', 'purposes = ["offender-management", "data-matching"]'
    )
    contract.write_text(said)
    status, _out, messages = run(ANALYST, "run")
    assert status == 0 and "releases is not linked: The agreement" in messages
    agree("releases", version=2, purposes='["offender-management", "data-matching"]')
    status, _out, messages = run(ANALYST, "run")
    assert status == 0 and "in 2 feeds" in messages
    asked = Decisions(town, acting_viewer(ANALYST)).of_feed
    matching = {"purpose": Purpose.DATA_MATCHING, "reason": "to compare"}
    names = {"fields": ["client.full_name"], **matching}
    assert asked(What.COMPARE, "releases", **names).allowed
    assert asked(What.REVEAL, "releases", **names).rule == "data-matching"
    practitioner = viewer("wardens", Role.PRACTITIONER)
    assert not Decisions(town, practitioner).of_feed(What.COMPARE, "releases", **names).allowed
    for who in (ANALYST, "wardens-practitioner"):
        status, found, messages = run(
            who, "find", "Robert Zeal", "--purpose", "data-matching", "--reason", "a look"
        )
        assert (status, found) == (2, "") and "state" in messages
    for what in (What.FIGURE, What.WORKINGS, What.EXPORT, What.REFUSED_ROWS):
        refused = asked(what, "releases", **matching)
        assert not refused.allowed and refused.rule == "data-matching", what
    assert linkable(town, acting_viewer(ANALYST)).feeds == ("complaints",), "no crime is prevented by it"


def test_a_restricted_feed_is_linked_by_itself_and_by_who_may_know_it(run, town):
    send(
        town, "lodgers", row("L1", -3, "Robert Zeal") + row("L2", -2, "Bob Zeal") + row("L3", -1, "Cy Other")
    )
    run(ANALYST, "run")
    general = RecordBook(town).linkages()
    status, _out, messages = run("lodge-data-owner", "run", "--restricted", "lodgers")
    assert status == 0 and "3 mentions in 1 feed are of 2 people" in messages
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.persons(cursor, ["complaints", "lodgers"])
        keys = cursor.execute("SELECT feed, best FROM person").fetchall()
        reader.persons(cursor, ["complaints", "lodgers"], alone=True)
        keys += cursor.execute("SELECT feed, best FROM person").fetchall()
        assert [one.feeds for one in reader.linkages("lodgers")] == [("lodgers",)]
    of_lodgers = {key for feed, key in keys if feed == "lodgers"}
    assert len(of_lodgers) == 2 and not of_lodgers & {key for feed, key in keys if feed == "complaints"}
    assert RecordBook(town).linkages() == general, "it stands beside the linkages of all others"
    assert {one.drawn.left.feed for one in waiting(["complaints", "lodgers"])} == {"complaints"}
    status, out, _messages = run("lodge-data-owner", "list", "--restricted", "lodgers")
    assert status == 0 and "lodge-data-owner" in out
    status, _out, messages = run(ANALYST, "run")
    assert status == 0, "what was linked by itself is nothing that a general linkage drops"
    assert RecordBook(town).check() == []


def test_a_feed_that_becomes_restricted_leaves_the_linkage_of_all_without_a_word(run, town):
    contract = town.contracts_folder / "lodgers.toml"
    restricted = contract.read_text()
    contract.write_text(restricted.replace('sensitivity = "restricted"', 'sensitivity = "official"'))
    assert run(ANALYST, "run")[0] == 0
    contract.write_text(restricted)

    def keys(*, alone):
        with RecordBook(town).reading() as reader:
            cursor = reader.connection()
            reader.persons(cursor, ["complaints", "lodgers"], alone=alone)
            rows = cursor.execute("SELECT feed, best FROM person").fetchall()
        return {feed: {key for of, key in rows if of == feed} for feed in ("complaints", "lodgers")}

    together = keys(alone=False)
    assert together["lodgers"] <= together["complaints"], "Robert Zeal lodged and complained"
    assert run("lodge-data-owner", "run", "--restricted", "lodgers")[0] == 0
    alone = keys(alone=True)
    assert alone["lodgers"] and not alone["lodgers"] & together["lodgers"] and not alone["complaints"]
    status, _out, messages = run("stranger-analyst", "run", "--without", "lodgers")
    assert status == 2 and "There is no such feed" in messages
    status, _out, messages = run(ANALYST, "run")
    assert status == 0 and "not linked now" not in messages and "lodgers" not in messages
    assert keys(alone=False)["lodgers"] == set() and keys(alone=True) == alone
    assert RecordBook(town).check() == []


@pytest.mark.parametrize("who", ["stranger-analyst", "council-data-owner", "lodge-theme-lead"])
def test_a_restricted_feed_is_as_an_absent_one_to_who_may_not_link_it(run, town, who):
    for verb in ("run", "list"):
        refused, absent, ordinary = (
            run(who, verb, "--restricted", feed) for feed in ("lodgers", "no-such", "complaints")
        )
        assert (refused[0], refused[1]) == (absent[0], absent[1]) == (ordinary[0], ordinary[1]) == (2, "")
        assert refused[2].replace("lodgers", "no-such") == absent[2]
    assert RecordBook(town).linkages(alone="lodgers") == []


def test_a_decision_that_cannot_bind_any_more_is_counted(run, town):
    by, feeds = acting_viewer(ANALYST), ["complaints"]
    run(ANALYST, "run")
    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, feeds)
        key = dict(cursor.execute("SELECT full_name, record_key FROM mention").fetchall())
    both = {key["Robert Zeal"], key["Robert Zeale"]}
    for one in waiting(feeds):
        if {one.drawn.left.record_key, one.drawn.right.record_key} == both:
            decide(one.number, "different", feeds=feeds, by=by)
    assert link(town, feeds, by=by).undone == 0
    send(town, "complaints", row("C3", -3, "Robert Zeal"))  # mended: now they say the very same
    assert link(town, feeds, by=by).undone == 1


def test_an_error_of_a_library_tells_its_kind_and_no_value(run, monkeypatch):
    def broken(*_args, **_named):
        raise duckdb.ConversionException("Could not convert string 'Robert Zeal' to INT32")

    monkeypatch.setattr("joinedup.people.running.link_table", broken)
    status, out, messages = run(ANALYST, "run")
    assert status == 2 and "ConversionException" in messages and "nothing was changed" in messages
    assert "Zeal" not in out + messages


def test_who_may_know_nobody_links_and_lists_nothing(run):
    status, _out, messages = run("wardens-councillor", "run")
    assert status == 2 and "Only an analyst links people" in messages
    status, _out, messages = run("wardens-councillor", "list")
    assert status == 2 and "whom names are shared with" in messages
    assert acts(kind="combination") == []


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.DATA_OWNER])
def test_who_may_know_people_and_is_no_analyst_links_nobody(run, town, role):
    assert linkable(town, viewer("council", role)).feeds == ("complaints",)
    status, _out, messages = run(f"council-{role.value}", "run")
    assert status == 2 and "Only an analyst links people" in messages
    assert RecordBook(town).linkages() == []


def test_what_is_seen_by_breaking_the_glass_is_found_and_never_linked(run, town):
    run(ANALYST, "run")
    by = viewer("council", Role.ADMINISTRATOR)
    made = open_glass(town, "stranger-analyst", ["complaints"], reason="a threat to life, call 12", by=by)
    status, found, messages = find(run, "stranger-analyst", "Robert Zeal")
    assert status == 0 and found, messages
    act = acts(kind="consultation")[0]
    assert (act.detail["rule"], act.detail["break_glass"]) == ("break-glass", [made.pk])
    told = {
        role: log_acts(town, viewer(agency, role))
        for agency, role in (("council", Role.DATA_OWNER), ("team", Role.ANALYST), ("team", Role.AUDITOR))
    }
    there = {role for role, some in told.items() if act.pk in {one.pk for one in some}}
    assert there == {Role.DATA_OWNER, Role.AUDITOR}  # whose data it was reviews it
    status, _out, messages = run("stranger-analyst", "run")
    assert status == 2 and "may be linked by you" in messages and "complaints is not linked" in messages
    assert [one.by for one in RecordBook(town).linkages()] == [ANALYST]


def test_a_person_is_found_however_spelt_and_the_log_has_no_name(run):
    run(ANALYST, "run")
    status, found, _ = find(run, ANALYST, "Zeal, Robert", "--born", "1981")
    assert status == 0
    assert [(one["mentions"], one["feeds"]) for one in found] == [(3, ["complaints"])]
    (act,) = acts(kind="consultation")
    assert len(act.subjects) == 3 and found[0]["record_key"] in act.subjects  # all that the answer counts
    assert not {"zeal", "robert"} & set(f"{act.what} {act.detail}".lower().replace(",", " ").split())
    assert find(run, ANALYST, "Zeal Robert", "--born", "1950")[1] == []


def test_a_reason_that_names_whom_one_looks_for_is_refused_and_nothing_is_logged(run):
    run(ANALYST, "run")
    status, _found, messages = find(run, ANALYST, "Robert Zeal", reason="is Zeal known to us")
    assert status == 2 and "says whom you look for" in messages
    status, _found, messages = find(run, ANALYST, "...")
    assert status == 2 and "Say whom" in messages
    status, _found, _messages = find(run, "wardens-councillor", "Robert Zeal")
    assert status == 2
    assert acts(kind="consultation") == []


def test_a_reason_that_names_whom_one_finds_is_refused_and_that_it_was_is_logged_without_it(run):
    run(ANALYST, "run")
    reasons = ("as Bob Zeale is back", "whether Zeal is back", "born on 3 February 1980")
    for reason in reasons:
        status, found, messages = find(run, ANALYST, "Robrt Zeel", reason=reason)
        assert (status, found) == (2, None) and "kept for good" in messages
        assert "complaints" not in messages
    refused = acts(kind="consultation")
    assert find(run, ANALYST, "Robrt Zeel")[0] == 0
    shown = acts(kind="consultation")[0]
    assert len(refused) == len(reasons)
    for act in refused:
        assert (act.reason, act.detail["refused"]) == ("", "the reason told of somebody")
        assert (act.subjects, act.detail["feeds"]) == (shown.subjects, shown.detail["feeds"])
        assert not re.search(r"zeal|bob|back|1980|february", f"{act.what} {act.detail}", re.IGNORECASE)
    assert "refused" not in shown.detail


def test_a_reason_with_ordinary_words_is_kept_and_with_any_word_that_is_searched_for_is_not(run):
    run(ANALYST, "run")
    for name in ("Wil Smyth", "He Smyth"):  # words that are no name of anybody are not looked for in it
        reason = "the lock was made by a smith, and he will come"
        status, _found, messages = find(run, ANALYST, name, reason=reason)
        assert status == 0, messages
    reasons = ("what will smith want", "is Mr Smith back", "a check about Smith", "the smith's", "it will be")
    for reason in reasons:
        status, _found, messages = find(run, ANALYST, "Will Smith", reason=reason)
        assert status == 2 and "says whom you look for" in messages, reason
        assert "without a word of their name" in messages
    assert len(acts(kind="consultation")) == 2


@pytest.mark.parametrize("born", ["31/02/1980", "1492", "about"])
def test_a_birth_that_is_no_year_is_answered_by_what_it_takes(run, born):
    status, _out, messages = find(run, ANALYST, "Robert Zeal", "--born", born)
    assert status == 2 and "It takes a year from 1850 to 2100, such as 1981, and no day." in messages
    assert born not in messages and "range" not in messages


def test_a_name_in_other_letters_is_not_searched_in_part_and_it_is_said(run):
    run(ANALYST, "run")
    status, found, messages = find(run, ANALYST, "Роберт Zeal")
    assert (status, found) == (2, None) and "Write it in Latin letters" in messages


def test_a_record_revised_since_the_linkage_is_found_and_marked(run, town):
    run(ANALYST, "run")
    assert [one["revised_since_linked"] for one in find(run, ANALYST, "Abelson")[1]] == [False]
    send(town, "complaints", row("C4", -3, "Dee Quibble"))
    (told,) = find(run, ANALYST, "Quibble")[1]
    assert told["revised_since_linked"] is True
    run(ANALYST, "run")
    (told,) = find(run, ANALYST, "Quibble")[1]
    assert told["revised_since_linked"] is False


def test_before_anybody_was_linked_it_is_said_how(run, tmp_path):
    status, _out, messages = run(ANALYST, "evaluate", "--truth", str(tmp_path), "--reason", "a trial")
    assert status == 2 and "who.parquet" in messages
    status, out, messages = run(ANALYST, "list")
    assert status == 0 and "joinedup link run" in out + messages
