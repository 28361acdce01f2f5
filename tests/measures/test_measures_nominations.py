"""The nomination list: who and where, why, what agencies know and do, and its door."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from click.testing import CliRunner, Result
from test_measures_repeats_oracle import files

from joinedup.accounts import acting_viewer
from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.log import acts
from joinedup.measures.nominations import JAG, Nomination, NominationQuery, nominate
from joinedup.measures.repeats import REPEATS
from joinedup.records import RecordBook
from joinedup.release import open_glass
from joinedup.release.matters import known
from joinedup.terms import Period, Restriction, Role, Strictness
from joinedup.workspace import SETTINGS_FILE
from nominated_town import PERIOD, nominated
from repeating_town import ALL, FEEDS, Repeating, _key
from tiny_town import ANALYST


@pytest.fixture
def asked(people: Repeating) -> Repeating:
    """The town in which four are nominated."""
    return nominated(people)


def run(
    people: Repeating, *words: str, who: str = "ann", period: str = PERIOD, reason: str = "the July group"
) -> Result:
    asked = ["repeats", "nominations", "--period", period, "--reason", reason, *words]
    return CliRunner().invoke(main, ["-C", str(people.workspace.folder), "--as", who, *asked])


def listed(people: Repeating, *words: str, **more: str) -> list[dict[str, Any]]:
    result = run(people, *words, "--format", "json", **more)
    assert result.exit_code == 0, result.stderr
    rows: list[dict[str, Any]] = json.loads(result.stdout)
    return rows


def why(row: dict[str, Any]) -> dict[str, tuple[int, bool]]:
    return {one["definition"]: (one["events"], one["certain"]) for one in row["reasons"]}


def test_its_reasons_are_definitions_there_are() -> None:
    assert set(JAG.reasons) <= set(REPEATS)
    said = {"name": "x", "version": 1, "title": "t", "meaning": "m", "origin": "o"}
    with pytest.raises(BadInput, match="each once"):
        Nomination(**said, reasons=("repeat-pair", "repeat-pair"), months=2, known_months=12)  # type: ignore[arg-type]
    with pytest.raises(BadInput, match="as far as the period"):
        Nomination(**said, reasons=("repeat-pair",), months=2, known_months=1)  # type: ignore[arg-type]


def test_who_and_where_is_nominated_and_why(asked: Repeating) -> None:
    rows = listed(asked)
    by_unit = {(row["unit"], next(iter(why(row)))): row for row in rows}
    assert len(rows) == 4
    caller = by_unit["person", "repeat-caller-jag"]
    assert why(caller) == {"repeat-caller-jag": (3, False)}  # the third call is hers in the best linkage only
    assert [(one["code"], one["events"]) for one in caller["wards"]] == [("W1", 2)]
    assert why(by_unit["person", "repeat-suspect"]) == {"repeat-suspect": (2, True)}
    pair = by_unit["pair", "repeat-pair"]
    assert len(pair["keys"]) == 2 and why(pair) == {"repeat-pair": (2, True)}
    place = by_unit["place", "repeat-asb-location"]
    assert why(place) == {"repeat-asb-location": (3, True)}
    assert place["point"] == pytest.approx([-1.285, 54.505])
    assert place["wards"] == [{"code": "W2", "name": "Ward W2", "events": 3}]
    assert "name" not in json.dumps([row["keys"] for row in rows])


def test_what_each_agency_knows_and_does(asked: Repeating) -> None:
    rows = listed(asked, "--purpose", "safeguarding")
    (suspect,) = [row for row in rows if "repeat-suspect" in why(row)]
    known = {
        (one["agency"], one["what"], one["role"]): (one["records"], one["last"]) for one in suspect["knows"]
    }
    assert known == {
        ("council-asb", "involvement", "perpetrator"): (1, "2024-04-03"),
        ("police-records", "involvement", "suspect"): (2, "2024-06-03"),
        ("probation-cases", "probation", "client"): (2, "2024-06-30"),  # two orders, one of them over
    }
    does = sorted((one["kind"], one["what"], one["since"]) for one in suspect["does"])
    assert does == [
        ("order", "community-protection-notice", "2024-04-10"),
        ("spell", "probation, licence", "2024-01-01"),
    ]
    (caller,) = [row for row in rows if "repeat-caller-jag" in why(row)]
    assert {(one["agency"], one["records"]) for one in caller["knows"]} == {
        ("council-asb", 1),
        ("police-command-and-control", 3),  # with the call of August, within twelve months
    }
    assert [(one["kind"], one["what"]) for one in caller["does"]] == [("response", "diary")]


def test_what_is_given_for_another_purpose_is_not_told_and_said(asked: Repeating) -> None:
    result = run(asked, "--format", "json")
    (suspect,) = [row for row in json.loads(result.stdout) if "repeat-suspect" in why(row)]
    assert "probation-cases" not in {one["agency"] for one in suspect["knows"]}
    assert "Not asked: probation-caseload is given for" in result.stderr


def test_only_what_happened_in_an_area_and_only_one_reason(asked: Repeating) -> None:
    assert {row["unit"] for row in listed(asked, "--within", "W3")} == {"person", "pair"}
    assert {one for row in listed(asked, "--within", "D2") for one in why(row)} == {
        "repeat-suspect",
        "repeat-pair",
    }
    (only,) = listed(asked, "--why", "repeat-caller-jag")
    assert only["unit"] == "person"
    assert "There is no district or ward of that code" in run(asked, "--within", "W9").stderr
    assert "no reason of the list" in run(asked, "--why", "repeat-caller").stderr
    assert "2 months" in run(asked, period="2024-05").stderr


def test_the_table_has_a_record_that_reveal_takes(asked: Repeating) -> None:
    line = run(asked, "--why", "repeat-suspect", "--format", "csv").stdout.splitlines()[1]
    feed, record_key = line.split(",")[-2:]
    reveal = [
        "reveal",
        feed,
        "--key",
        record_key,
        "--field",
        "suspect.postcode",
        "--reason",
        "the July group",
    ]
    result = CliRunner().invoke(main, ["-C", str(asked.workspace.folder), "--as", "ann", *reveal])
    assert result.exit_code in {0, 2}, result.stderr
    assert "There is no feed" not in result.stderr
    assert feed == "police-suspects"


def test_the_act_is_in_the_log_with_the_records_before_anything_is_shown(
    asked: Repeating, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = listed(asked)
    (act,) = acts(kind="consultation")
    events = {one["record_key"] for row in rows for one in row["records"]}
    # and behind what agencies know and do: Ann's call of August and her diary, Bob's case of April and its
    # notice; not the visit, which no perpetrator is named of
    more = {
        _key("police-incidents", "Ann-2023-08-01-"),
        _key("council-asb-perpetrators", "c9"),
        _key("council-asb-actions", "a1"),
        _key("council-asb-actions", "a3"),
    }
    assert set(act.subjects) == events | more
    assert (act.detail["list"], act.detail["period"], act.recipients) == ("jag", PERIOD, ["ann"])
    assert act.reason == "the July group" and str(act.purpose) == "crime-and-disorder"
    assert not {key for row in rows for key in row["keys"]} & set(act.subjects)
    from django.db import DatabaseError

    def broken(*_some: object, **_more: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("joinedup.log.record_act", broken)
    failed = run(asked)
    assert (failed.exit_code, failed.stdout) == (2, "") and "log could not be written" in failed.stderr


def test_a_reason_is_needed_and_must_not_say_who_is_listed(asked: Repeating) -> None:
    assert "needs its reason" in run(asked, reason=" ").stderr
    # a call of May, that of August by which the police know of her, and the case of April of who did it
    for number, who in enumerate(("XX1 1AA", "XX2 2BB", "XX3 3CC"), 1):
        told = run(asked, reason=f"because of {who}")
        assert (told.exit_code, told.stdout) == (2, "") and "says who the records are about" in told.stderr
        assert "XX" not in told.stderr and not any(feed in told.stderr for feed in FEEDS)
        refused = acts(kind="consultation")[0]  # that it was refused tells of who is listed
        assert len(acts(kind="consultation")) == number
        assert (refused.reason, refused.detail["refused"]) == ("", "the reason told of somebody")
        assert "XX" not in f"{refused.what} {refused.detail} {refused.subjects}"
    listed(asked)
    shown = acts(kind="consultation")[0]
    assert (refused.subjects, refused.detail["feeds"]) == (shown.subjects, shown.detail["feeds"])
    assert "refused" not in shown.detail


@pytest.mark.parametrize("who", ["lead", "cllr", "aud", "adm"])
def test_who_may_not_know_the_people_gets_no_list(asked: Repeating, who: str) -> None:
    result = run(asked, who=who)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "state such a purpose" not in result.stderr  # it is for who they are, not for what they said
    assert not acts(kind="consultation")


def test_a_restricted_record_puts_nobody_on_the_list(asked: Repeating) -> None:
    (before,) = listed(asked, "--why", "repeat-suspect")
    (_feed, record_key) = before["records"][0].values()
    book, kind = RecordBook(asked.workspace), Restriction.JUVENILE
    book.restrict("police-suspects", [record_key], kind=kind, by=ANALYST, reason="a court order")
    assert listed(asked, "--why", "repeat-suspect") == []


def test_a_coordinator_has_it_too(asked: Repeating) -> None:
    assert len(listed(asked, who="bo")) == 4


def test_a_list_as_long_as_a_bulk_export_takes_a_second_person(asked: Repeating) -> None:
    settings = asked.workspace.folder / SETTINGS_FILE
    settings.write_text(re.sub(r"(?m)^#? ?bulk_rows = .*$", "bulk_rows = 4", settings.read_text()))
    first = run(asked)
    assert (first.exit_code, first.stdout) == (1, ""), first.stderr
    assert "takes two people" in first.stderr and "4 rows" not in first.stdout
    approve = ["-C", str(asked.workspace.folder), "--as", "bo", "approvals", "approve", "1"]
    assert CliRunner().invoke(main, approve).exit_code == 0
    assert len(listed(asked)) == 4
    assert run(asked).exit_code == 1  # used up
    assert len(listed(asked, "--why", "repeat-caller-jag")) == 1
    assert acting_viewer("ann").role is Role.ANALYST


def test_open_data_is_not_told_beside_closed(asked: Repeating) -> None:
    """The published crimes are the police's own once more: in no list, and in no count of a place."""
    asked.told("police-uk-street", "2024-05", [{"id": "o1", "day": "2024-05-07", "place": "W2"}])
    (place,) = [row for row in listed(asked) if row["unit"] == "place"]
    assert {(one["agency"], one["records"]) for one in place["knows"]} == {
        ("police-command-and-control", 2),
        ("social-landlords", 1),
    }


@pytest.mark.parametrize("seed", range(6))
def test_as_many_are_nominated_for_a_reason_as_the_definition_counts(people: Repeating, seed: int) -> None:
    """On random files of three agencies: the list and the figure are of the same people, strict ones too."""
    for feed, rows in files(random.Random(seed)).items():
        people.told(feed, "2023-12..2024-09", rows)
    people.link()
    query = NominationQuery(Period.parse("2024-01..2024-02"), ALL, tuple(FEEDS), ("repeat-caller-jag",))
    nominees = nominate(people.workspace, query).nominees
    answers = people.repeats("repeat-caller-jag", "2024-01..2024-02").answers["all"]
    assert len(nominees) == answers[Strictness.BEST].repeat_units
    assert all(one.reasons[0].events >= 3 and one.records for one in nominees)
    certain = sum(one.reasons[0].certain for one in nominees)
    assert certain <= answers[Strictness.STRICT].repeat_units
    if all(strict.repeat_units == answers[Strictness.BEST].repeat_units for strict in answers.values()):
        assert certain == len(nominees)


def test_what_a_broken_glass_lets_be_listed_names_the_grant(asked: Repeating) -> None:
    from joinedup.accounts.models import AgreementVersion

    AgreementVersion.objects.all().delete()
    assert run(asked).exit_code == 2
    feeds = sorted({one.feed for one in known(asked.workspace).of_source("police-records")})
    made = open_glass(asked.workspace, "ann", feeds, reason="a threat to life", by=acting_viewer("adm"))
    assert listed(asked, "--why", "repeat-suspect")
    act = acts(kind="consultation")[0]
    assert act.detail["break_glass"] == [made.pk] and set(act.detail["feeds"]) <= set(feeds)
    assert act.detail["owners"] == [made.owner]


def test_a_period_of_another_length_is_refused_by_the_lists_title(asked: Repeating) -> None:
    query = NominationQuery(Period.parse("2024"), ALL, tuple(FEEDS))
    said = "Nominations for a joint action group: such a list is of 2 months"
    with pytest.raises(BadInput, match=said):
        nominate(asked.workspace, query)
