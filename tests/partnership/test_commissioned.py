"""Commissioned services and changes of funding: the registers, their history, files, and older workspaces."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.partnership import commissioned, funding
from joinedup.partnership.commissioned import Service
from joinedup.partnership.funding import Change
from joinedup.terms import Period, Role, Viewer, add_months
from joinedup.workspace import Workspace
from sampling import examples

COUNCILLOR = Viewer("cll", "Cllr Test", Role.COUNCILLOR, "council")
APRIL = dt.date(2024, 4, 1)
QUARTER = Period.parse("2024-Q2")


def service(name="outreach", **changed):
    told = {
        "title": "Outreach to people who sleep rough",
        "provider": "A Charity",
        "commissioner": "Council",
        "started_on": APRIL,
        "unit": "people seen",
    }
    return Service(name, **{**told, **changed})


def change(name="wardens-cut", **changed):
    told = {
        "title": "Two wardens fewer",
        "partner": "Council",
        "direction": "cut",
        "started_on": APRIL,
        "owner": "Council",
    }
    return Change(name, **{**told, **changed})


def test_a_service_keeps_what_was_and_each_change_is_logged(workspace, analyst):
    from joinedup.log import acts

    before = len(list(acts()))
    commissioned.add_services([service(cost_pence=12_000_000, volume=400)], by=analyst)
    commissioned.change_service("outreach", by=analyst, cost_pence=9_000_000, note="A third less.")
    commissioned.type_count("outreach", "delivered", QUARTER, 3, source="Quarterly report", by=analyst)
    commissioned.close_service("outreach", by=analyst, why="It ended.")
    assert commissioned.services() == []
    (row,) = commissioned.services(closed=True)
    history = list(row.history.all())
    assert [one.kind for one in history] == ["added", "changed", "counted", "closed"]
    assert history[1].text == "cost pence: 12000000 → 9000000; A third less."
    assert history[2].text == "delivered, 2024-04..2024-06: typed in, from Quarterly report"  # no number
    written = list(acts())[: len(list(acts())) - before]
    assert [act.what for act in reversed(written)] == [
        f"{kind} the commissioned service outreach" for kind in ("added", "changed", "counted", "closed")
    ]
    with pytest.raises(BadInput, match="closed"):
        commissioned.type_count("outreach", "delivered", QUARTER, 4, source="Again", by=analyst)


def test_of_the_same_months_the_latest_count_stands_and_the_earlier_stays(workspace, analyst):
    commissioned.add_services([service()], by=analyst)

    def typed(of, period, count):
        commissioned.type_count("outreach", of, Period.parse(period), count, source="Report", by=analyst)

    def stand(of):
        row = commissioned.service_named("outreach")
        return {str(period): one.count for period, one in commissioned.typed_counts(row, of).items()}

    typed("delivered", "2024-Q2", 90)
    typed("delivered", "2024-07", 0)
    typed("outcome", "2024-05", 2)
    typed("delivered", "2024-Q2", 80)
    assert stand("delivered") == {"2024-04..2024-06": 80, "2024-07": 0}  # zero is a count
    assert stand("outcome") == {"2024-05": 2}
    with pytest.raises(BadInput, match="some of these months"):
        typed("delivered", "2024-05", 30)
    typed("delivered", "2024-Q2", None)
    typed("delivered", "2024-05", 30)
    assert stand("delivered") == {"2024-05": 30, "2024-07": 0}
    with pytest.raises(BadInput, match="Nothing was typed"):
        typed("outcome", "2024-06", None)
    counts = commissioned.service_named("outreach").counts
    assert [one.count for one in counts.filter(of="delivered")] == [90, 0, 80, None, 30]


starts = st.integers(0, 30).map(lambda at: add_months(APRIL, at))
periods = st.builds(lambda start, months: Period(start, add_months(start, months)), starts, st.integers(1, 6))


def test_counts_that_stand_never_overlap(workspace, analyst):
    names = iter(range(10**6))

    @settings(max_examples=examples(20, 3))
    @given(st.lists(st.tuples(periods, st.none() | st.integers(0, 9)), max_size=8))
    def kept(typed):
        name = f"service-{next(names)}"
        commissioned.add_services([service(name)], by=analyst)
        expected = {}  # month: the period and count that hold it
        for period, count in typed:
            months = {add_months(period.start, at) for at in range(period.months)}
            held = {expected[month][0] for month in months if month in expected}
            may = held <= {period} and (count is not None or period in held)
            try:
                commissioned.type_count(name, "outcome", period, count, source="Report", by=analyst)
                assert may
            except BadInput:
                assert not may
                continue
            for month in months:
                expected.pop(month, None)
                if count is not None:
                    expected[month] = (period, count)
        stand = commissioned.typed_counts(commissioned.service_named(name), "outcome")
        assert {period: one.count for period, one in stand.items()} == dict(expected.values())

    kept()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: service("Out Reach"), "joined by hyphens"),
        (lambda: service("x" * 61), "60 characters"),
        (lambda: service(provider=" "), "not said: the provider"),
        (lambda: service(title="For Mr Smith"), "who somebody is"),
        (lambda: service(unit="x" * 61), "too long"),
        (lambda: service(ended_on=dt.date(2024, 3, 1)), "ends before it begins"),
        (lambda: service(cost_pence=1, cost_per="all"), "without an end"),
        (lambda: service(volume=1, volume_per="all"), "without an end"),
        (lambda: service(volume=0), "above 0"),
        (lambda: service(cost_per="week"), "no such length of time"),
        (lambda: service(cost_pence=10**11 + 1), "a billion pounds"),
        (lambda: change(amount_pence=10**20), "a billion pounds"),
        (lambda: service(area="W1"), "has its level"),
        (lambda: service(level="square", area="x"), "no such level"),
        (lambda: service(delivered_where=(("type", "burglary"),)), "none is named"),
        (lambda: service(outcome_measure="recorded-crime"), "unit of the outcome"),
        (lambda: change(direction=""), "no such direction"),
        (lambda: change(amount_per="day"), "no such length of time"),
        (lambda: change(owner="jo@example.org"), "who somebody is"),
        (lambda: change(seen="x" * 501), "too long"),
        (lambda: change(level="ward"), "has its level"),
        (lambda: change(measures=(("recorded-crime", ()),) * 2), "named twice"),
    ],
)
def test_what_cannot_be_is_refused(workspace, wrong, said):
    with pytest.raises(BadInput) as caught:
        wrong()
    assert said in str(caught.value)


def test_all_are_entered_or_none_and_only_by_who_keeps_the_register(workspace, analyst):
    with pytest.raises(BadInput, match="already"):
        commissioned.add_services([service(), service()], by=analyst)
    with pytest.raises(BadInput, match="already"):
        funding.add_changes([change(), change()], by=analyst)
    assert commissioned.services() == [] and funding.changes() == []
    commissioned.add_services([service()], by=analyst)
    funding.add_changes([change()], by=analyst)
    for act in (
        lambda: commissioned.add_services([service("x")], by=COUNCILLOR),
        lambda: commissioned.change_service("outreach", by=COUNCILLOR, note="Mine"),
        lambda: commissioned.type_count("outreach", "outcome", QUARTER, 1, source="x", by=COUNCILLOR),
        lambda: commissioned.close_service("outreach", by=COUNCILLOR, why="Mine"),
        lambda: funding.add_changes([change("x")], by=COUNCILLOR),
        lambda: funding.alter_change("wardens-cut", by=COUNCILLOR, note="Mine"),
        lambda: funding.close_change("wardens-cut", by=COUNCILLOR, why="Mine"),
    ):
        with pytest.raises(NotPermitted, match="keeps this register"):
            act()
    for missing in (commissioned.service_named, funding.change_named):
        with pytest.raises(NotFound):
            missing("nothing")
    with pytest.raises(BadInput, match="is changed"):
        commissioned.change_service("outreach", by=analyst, title=service().title)
    with pytest.raises(BadInput, match="before it begins"):
        commissioned.change_service("outreach", by=analyst, ended_on=dt.date(2020, 1, 1))


def test_a_change_of_funding_keeps_what_was_seen(workspace, analyst):
    measures = (("recorded-crime", (("type", "burglary"),)), ("recorded-crime", ()))
    funding.add_changes([change(measures=measures, amount_pence=8_500_000)], by=analyst)
    assert funding.change_of(funding.change_named("wardens-cut")) == change(
        measures=measures, amount_pence=8_500_000
    )
    funding.alter_change(
        "wardens-cut", by=analyst, seen="More reports of litter.", review_on=dt.date(2025, 4, 1)
    )
    funding.close_change("wardens-cut", by=analyst, why="Reviewed.")
    (row,) = funding.changes(closed=True)
    assert [one.kind for one in row.history.all()] == ["added", "changed", "closed"]
    assert "seen: – → More reports of litter." in row.history.all()[1].text
    with pytest.raises(BadInput, match="closed"):
        funding.alter_change("wardens-cut", by=analyst, note="Once more")


def test_files_are_read_whole_or_refused_with_their_line(workspace, tmp_path):
    file = tmp_path / "all.csv"
    file.write_text(
        "name,title,provider,commissioner,from,to,unit,cost,cost_per,volume,delivered_measure,delivered_where\n"
        'outreach,Outreach,A Charity,Council,2024-04-01,2025-03-31,people,"£12,000",all,"1,200",'
        "recorded-crime,type=burglary\n"
        "advice,Advice,A Charity,Council,2024-04-01,,sessions,,,,,\n"
    )
    first, second = commissioned.read_services(file)
    assert (first.cost_pence, first.cost_per, first.volume) == (1_200_000, "all", 1200)
    assert first.delivered_where == (("type", "burglary"),) and second.cost_pence is None
    for old, new, said in (
        ("2025-03-31", "soon", "all.csv, line 2"),
        ("unit,", "units,", "lacks unit"),
        ('"1,200"', "many", "volume holds no whole number"),
        ("type=burglary", "burglary", "DIMENSION=VALUE"),
        (",,,,,\n", ",,\n", "more or fewer cells"),
    ):
        wrong = tmp_path / "wrong" / "all.csv"
        wrong.parent.mkdir(exist_ok=True)
        wrong.write_text(file.read_text().replace(old, new))
        with pytest.raises(BadInput) as caught:
            commissioned.read_services(wrong)
        assert said in str(caught.value)
    file.write_text(
        "name,title,partner,direction,from,owner,amount,measures,review\n"
        'cut,Less,Police,cut,2024-04-01,Council,"£85,000","recorded-crime, antisocial-behaviour",2025-04-01\n'
    )
    (one,) = funding.read_changes(file)
    assert one.measures == (("recorded-crime", ()), ("antisocial-behaviour", ()))
    assert (one.amount_pence, one.review_on) == (8_500_000, dt.date(2025, 4, 1))


def test_a_workspace_of_a_version_without_these_registers_opens_and_keeps_them(workspace, analyst):
    from django.core.management import call_command
    from django.db import connection

    from joinedup.partnership import add_gap, gap_named

    add_gap("3.2.1", "Ethnicity", lead="Police", action="Ask", by=analyst)
    call_command("migrate", "partnership", "0006", verbosity=0)
    names = connection.introspection.table_names()
    assert not [one for one in names if "commissioned" in one or "funding" in one]
    workspace.close()
    opened = Workspace.open(workspace.folder)
    assert gap_named("3.2.1").title == "Ethnicity"
    commissioned.add_services([service()], by=analyst)
    funding.add_changes([change()], by=analyst)
    assert commissioned.service_of(commissioned.service_named("outreach")) == service()
    assert funding.change_named("wardens-cut").history.count() == 1
    opened.close()


def test_either_database_gives_back_what_was_kept(tmp_path, database_url):
    from joinedup.accounts import add_agency, add_user

    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    by = add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council")).viewer()
    full = service(
        ended_on=dt.date(2025, 3, 31),
        cost_pence=12_345_678,
        cost_per="all",
        volume=400,
        volume_per="quarter",
        level="district",
        area="D1",
        outcome_measure="recorded-crime",
        outcome_where=(("type", "burglary"),),
        outcome_unit="burglaries",
    )
    commissioned.add_services([full], by=by)
    commissioned.type_count("outreach", "delivered", QUARTER, 0, source="Report", by=by)
    row = commissioned.service_named("outreach")
    assert commissioned.service_of(row) == full
    assert [one.count for one in commissioned.typed_counts(row, "delivered").values()] == [0]
    with pytest.raises(BadInput, match="counted by a measure"):
        commissioned.type_count("outreach", "outcome", QUARTER, 1, source="Report", by=by)
    made.close()
