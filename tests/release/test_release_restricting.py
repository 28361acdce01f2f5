"""Restricted records through every door of release: nobody outside can tell that they are there."""

from __future__ import annotations

from dataclasses import replace

import pytest
from click.testing import CliRunner
from closed_town import QUARTER, viewer
from test_release_reveal import key, naming_town  # noqa: F401 - the town whose rows name somebody

from joinedup.accounts import add_agency, add_user
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.measures import FigureQuery
from joinedup.release import (
    LogQuestion,
    lift_restriction,
    log_acts,
    record_sharing,
    release,
    restrict_records,
    restricted_keys,
    restrictions,
    reveal,
    stop_sharing,
)
from joinedup.terms import AreaLevel, Purpose, RecordType, Restriction, Role, Viewer
from seconding import THE_AUDITOR, by_two

FEED = "warden-patrols"
ANALYST = viewer(Role.ANALYST)
OWNER = Viewer("olive", "Olive Owner", Role.DATA_OWNER, "wardens")
WARDEN = Viewer("walt", "Walt Warden", Role.ANALYST, "wardens")
CHAIR = viewer(Role.REVIEW_CHAIR)
AUDITOR = viewer(Role.AUDITOR)
WHY = "a court's order"
AGREEMENT = """
code = "reviews"
version = {version}
title = "Domestic homicide reviews"
basis = "Domestic Violence, Crime and Victims Act 2004, section 9"
purposes = ["safeguarding", "crime-and-disorder"]
starts = 2024-01-01
ends = 2099-12-31
review = 2099-01-01
[[shares]]
owner = "wardens"
feeds = ["warden-patrols"]
names = ["caller.*"]
restricted = [{kinds}]
signed_by = "Fay"
signed_as = "Manager"
signed_on = 2024-01-01
[[receives]]
agency = "council"
roles = ["review-chair"]
"""


def lift(town):
    def act(*, by, reason):
        return lift_restriction(town, by, 1, reason=reason)

    return by_two(act, by=OWNER, second=THE_AUDITOR, reason="it ended")


def name_of(town, who, number=1):
    rows = reveal(
        town, who, RecordType.INCIDENT, [key(number)], ["caller.full_name"],
        purpose=Purpose.CRIME_AND_DISORDER, reason="the review",
    )  # fmt: skip
    return [row["caller.full_name"] for row in rows]


@pytest.fixture
def hidden(naming_town):  # noqa: F811 - the fixture of that name
    row = restrict_records(
        naming_town, ANALYST, FEED, record_keys=[key(1)], kind=Restriction.HOMICIDE_REVIEW, reason=WHY
    )
    assert row.records == 1
    return naming_town


def test_for_everybody_else_it_reads_like_what_is_not_there(hidden):
    for who in (ANALYST, WARDEN, CHAIR, viewer(Role.PRACTITIONER)):
        said = []
        for number in (1, 9):
            with pytest.raises(NotFound) as error:
                name_of(hidden, who, number)
            said.append(error.value.sentence())
        assert said[0] == said[1]
        assert name_of(hidden, who, 2) == ["Iqbal Sample"]
        assert restrictions(hidden, who) == []
        for number in (1, 99):
            with pytest.raises(NotFound, match="No such restriction stands"):
                lift_restriction(hidden, who, number, reason="x")
            with pytest.raises(NotFound, match="No such restriction stands"):
                restricted_keys(hidden, who, number, reason="x")


def test_no_figure_counts_it_for_anybody_and_lifted_it_counts_again(naming_town):  # noqa: F811
    def counted(who):
        query = FigureQuery("patrols", level=AreaLevel.ALL, period=QUARTER)
        figure = release(naming_town, who, query, purpose=Purpose.CRIME_AND_DISORDER)
        return figure.rows[0].numerator

    before = counted(ANALYST)
    restrict_records(
        naming_town, ANALYST, FEED, references=[], record_keys=_some_key(naming_town),
        kind=Restriction.JUVENILE, reason=WHY,
    )  # fmt: skip
    assert counted(ANALYST) == counted(OWNER) == before - 1
    with pytest.raises(NotPermitted, match="takes a second person"):
        lift_restriction(naming_town, OWNER, 1, reason="it ended")
    lift(naming_town)
    assert counted(ANALYST) == before


def _some_key(town):
    from joinedup.records import RecordBook

    with RecordBook(town).reading() as reader:
        cursor = reader.connection()
        reader.define_views(cursor, [RecordType.INCIDENT], ["wardens"])
        found = cursor.execute(
            "SELECT record_key FROM incident WHERE month = DATE '2024-05-01' ORDER BY 1 LIMIT 1"
        )
        return [found.fetchall()[0][0]]


def test_the_owners_data_owner_is_inside_and_the_log_says_so(hidden):
    assert [row.number for row in restrictions(hidden, OWNER)] == [1]
    assert [str(one) for one in restricted_keys(hidden, OWNER, 1, reason="to look")] == [key(1)]
    assert name_of(hidden, OWNER) == ["Mary Ann Example"]
    shown = log_acts(hidden, OWNER, LogQuestion(kind="consultation"))
    assert shown[0].detail["restrictions"] == ["homicide-review"]
    assert "wardens" in shown[0].detail["owners"]


@pytest.mark.parametrize(
    ("kinds", "inside"), [('"homicide-review"', True), ('"juvenile"', False), ("", False)]
)
def test_an_agreement_that_gives_such_records_opens_it_until_its_owner_stops_it(hidden, kinds, inside):
    record_sharing(AGREEMENT.format(version=1, kinds=kinds), where="reviews", by=ANALYST)
    if not inside:
        assert restrictions(hidden, CHAIR) == []
        with pytest.raises(NotFound):
            name_of(hidden, CHAIR)
        return
    assert name_of(hidden, CHAIR) == ["Mary Ann Example"]
    with pytest.raises(NotPermitted, match="lifted by a data owner"):
        lift_restriction(hidden, CHAIR, 1, reason="x")
    stop_sharing("reviews", "wardens", reason="under review", by=OWNER)
    with pytest.raises(NotFound):
        name_of(hidden, CHAIR)


def test_the_log_tells_of_it_to_the_owner_the_auditor_and_who_did_it(hidden):
    name_of(hidden, OWNER)
    other = Viewer("anna", "Anna", Role.ANALYST, "council")

    def seen(who):
        return [act.what for act in log_acts(hidden, who) if "restrictions" in act.detail]

    assert seen(other) == [] == seen(viewer(Role.ADMINISTRATOR))
    assert seen(ANALYST) == ["restriction 1 of records of warden-patrols"]
    assert len(seen(OWNER)) == len(seen(AUDITOR)) == 2


def test_whoever_may_not_deliver_restricts_nothing(naming_town):  # noqa: F811
    with pytest.raises(NotPermitted):
        restrict_records(naming_town, CHAIR, FEED, record_keys=[key(1)], kind=Restriction.MARAC, reason=WHY)


def test_the_commands_say_what_became_of_it(naming_town):  # noqa: F811
    from joinedup.cli import main

    wardens, council = add_agency("wardens", "Wardens"), add_agency("council", "Council")
    add_user("olive", name="Olive", role=Role.DATA_OWNER, agency=wardens)
    add_user("anna", name="Anna", role=Role.ANALYST, agency=council)
    add_user("audrey", name="Audrey", role=Role.AUDITOR, agency=council)
    folder = str(naming_town.folder)
    naming_town.close()

    def run(who, *words):
        given = CliRunner().invoke(main, ["--workspace", folder, "--as", who, *words])
        return given.exit_code, given.output

    restrict = ("records", "restrict", FEED, "--key", key(1), "--kind", "juvenile", "--reason", WHY)
    assert run("anna", *restrict) == (
        0,
        "Restriction 1: 1 record of warden-patrols left every figure, list and search. Whoever is inside "
        "finds it with: joinedup records restricted\n",
    )
    assert "no restriction that you are inside of" in run("anna", "records", "restricted")[1]
    assert key(1) in run("olive", "records", "restricted", "1", "--reason", "look")[1]
    assert run("anna", "records", "lift", "1", "--reason", "x")[0] != 0
    lifting = ("records", "lift", "1", "--reason", "it ended")
    assert "takes two people" in run("olive", *lifting)[1]
    assert "1 record" not in run("anna", "approvals")[1] and "1 record" in run("audrey", "approvals")[1]
    assert run("anna", "approvals", "approve", "1")[0] == 2
    assert run("audrey", "approvals", "approve", "1")[0] == 0
    assert "is lifted" in run("olive", *lifting)[1]


def test_many_at_once_with_a_restricted_one_among_them_are_not_shown(hidden):
    hidden.settings = replace(hidden.settings, bulk_rows=2)
    asked = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "the review"}
    with pytest.raises(BadInput, match="fewer than 2"):
        reveal(hidden, OWNER, RecordType.INCIDENT, [key(1), key(2)], ["caller.full_name"], **asked)
    with pytest.raises(NotPermitted, match="takes a second person"):
        reveal(hidden, ANALYST, RecordType.INCIDENT, [key(1), key(2)], ["caller.full_name"], **asked)
