"""Commissioned services and changes of funding, read: by hand, by an oracle over days, and by the command."""

from __future__ import annotations

import datetime as dt
import json
from fractions import Fraction

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from joinedup.cli import main
from joinedup.measures.commissioning import Contracted, read_delivered
from joinedup.measures.placed_change import read_change, spans_of
from joinedup.records import SeriesBreak
from joinedup.terms import Flag, Period, Role, add_months
from sampling import examples

APRIL = dt.date(2024, 4, 1)
YEAR = Period.parse("2024/25")


def months(*texts):
    return [Period.parse(text) for text in texts]


def test_by_hand_a_month_that_is_not_known_has_neither_volume_nor_cost(workspace):
    volume = Contracted(120, "year", APRIL, None)
    cost = Contracted(12_000_000, "year", APRIL, None)  # £120,000 a year: £10,000 a month
    counts = dict(zip(months("2024-04", "2024-05", "2024-07..2024-08"), (9, 0, 11), strict=True))
    row = read_delivered("delivered", "sessions", "typed", counts, YEAR, volume=volume, cost=cost)
    assert (row.count, row.contracted, row.months, row.months_wanted) == (20, 40, 4, 12)
    assert (row.value, row.cost_pence, row.cost_each) == (0.5, 4_000_000, 200_000)  # £2,000 each
    assert row.lower == pytest.approx(12.217 / 40, abs=1e-4)  # Garwood's limits of 20: 12.217 and 30.888
    assert row.upper == pytest.approx(30.888 / 40, abs=1e-4)
    assert row.cost_each_lower == pytest.approx(4_000_000 / 30.888, rel=1e-4)
    assert row.cost_each_upper == pytest.approx(4_000_000 / 12.217, rel=1e-4)
    assert row.flags == (Flag.INCOMPLETE_FEED,)


def test_nothing_counted_is_zero_and_nothing_known_is_not(workspace):
    cost = Contracted(100, "month", APRIL, None)
    none = read_delivered(
        "outcome", "people", "m", {Period.parse("2024-04"): 0}, YEAR, volume=None, cost=cost
    )
    assert (none.count, none.cost_each, none.cost_each_upper) == (0, None, None)
    assert none.cost_each_lower == pytest.approx(100 / 3.6889, rel=1e-4)
    assert Flag.SMALL_NUMBER in none.flags and none.contracted is None
    unknown = read_delivered("outcome", "people", "m", {}, YEAR, volume=None, cost=cost)
    assert (unknown.count, unknown.cost_pence, unknown.flags) == (None, None, (Flag.NO_DATA,))
    late = {Period.parse("2025-03..2025-04"): 7}  # reaches beyond what is read
    assert read_delivered("outcome", "people", "m", late, YEAR, volume=None, cost=cost).count is None


def test_months_that_differ_more_than_by_chance_are_told(workspace):
    counts = dict(zip(months("2024-04", "2024-05", "2024-06"), (1, 60, 2), strict=True))
    wild = read_delivered("delivered", "x", "m", counts, YEAR, volume=None, cost=None)
    calm = read_delivered("delivered", "x", "m", dict.fromkeys(counts, 20), YEAR, volume=None, cost=None)
    assert wild.spread > 10 and calm.spread is None


@settings(max_examples=examples(60, 5))
@given(
    st.integers(0, 10**9),
    st.sampled_from(["month", "quarter", "year", "all"]),
    st.integers(1, 36),
    st.integers(0, 35),
    st.dictionaries(st.integers(0, 40), st.integers(0, 500), max_size=12),
)
def test_an_oracle_over_months_and_days_agrees(amount, per, length, after, counts):
    """Naively: month by month, a share of each month's; in all, a share of each day's."""
    last = add_months(APRIL, length) - dt.timedelta(days=1)
    wanted = Period(add_months(APRIL, min(after, length - 1)), add_months(APRIL, length))
    known = {Period.of_month(add_months(APRIL, at)): count for at, count in counts.items()}
    told = Contracted(amount, per, APRIL, last)
    row = read_delivered("delivered", "x", "m", known, wanted, volume=told, cost=told)
    day, days, spent, seen = APRIL, (last - APRIL).days + 1, Fraction(0), 0
    while day <= last:
        if day >= wanted.start and Period.of_month(day) in known:
            if per == "all":
                spent += Fraction(amount, days)
            elif day.day == 1:
                spent += Fraction(amount, {"month": 1, "quarter": 3, "year": 12}[per])
            seen += known[Period.of_month(day)] if day.day == 1 else 0
        day += dt.timedelta(days=1)
    if not any(wanted.start <= one.start < wanted.end for one in known):
        assert row.count is None and row.cost_pence is None
        return
    assert (row.count, row.cost_pence) == (seen, round(spent))
    assert row.contracted == pytest.approx(float(spent))
    if spent:
        assert row.lower <= row.value <= row.upper
        assert stats.poisson.cdf(seen, row.upper * float(spent)) == pytest.approx(0.025, rel=1e-6)
    if seen:
        assert row.cost_each_lower <= row.cost_each <= row.cost_each_upper
    whole = Contracted(amount, per, APRIL, last).within([Period(APRIL, add_months(APRIL, length))])
    assert per != "all" or whole == amount  # spread over all of it, nothing is lost


def test_what_has_no_comparison_has_one_row(workspace):
    spans = spans_of(APRIL, None, 2)
    here = dict(
        zip((add_months(dt.date(2023, 4, 1), at) for at in (0, 1, 12, 13)), (5, 5, 8, 7), strict=True)
    )
    found = read_change(spans, here, None, ("The whole", ""), chosen_for=None)
    (row,) = found.rows
    assert (row.before, row.after, row.value, found.months) == (10, 15, 1.5, 2)
    assert not any("chosen" in note for note in found.notes)


def deliver_year(town, start, places, **declared):
    """Twelve months of a file with so many burglaries a month at each place."""
    period = Period.parse(start)
    rows = [
        {
            "id": f"{start}-{place}-{month}-{at}",
            "place": place,
            "month": add_months(period.start, month),
            "crime_type": "burglary",
            "kind": "crime",
        }
        for place, count in places.items()
        for month in range(period.months)
        for at in range(count)
    ]
    received = dt.datetime(period.end.year, period.end.month, 20, 12, tzinfo=dt.UTC)
    town.deliver(start, rows, received=received, **declared)


@pytest.fixture
def run(town):
    from joinedup.accounts import add_agency, add_user

    agency = add_agency("council", "Council")
    add_user("ada", name="Ada Analyst", role=Role.ANALYST, agency=agency)
    add_user("carl", name="Carl Councillor", role=Role.COUNCILLOR, agency=agency)
    deliver_year(town, "2023-10..2024-09", {"W1": 4, "W3": 5, None: 1})
    deliver_year(town, "2024-10..2025-03", {"W1": 2, "W3": 6, None: 1})

    def act(*words, user="ada"):
        result = CliRunner().invoke(main, ["-C", str(town.workspace.folder), "--as", user, *words])
        return result.exit_code, result.stdout, result.stderr

    return act


SERVICE = (
    "--title", "Advice after a burglary", "--provider", "A Charity", "--commissioner", "Council",
    "--from", "2024-10-01", "--to", "2025-09-30", "--unit", "burglaries advised on",
    "--cost", "£12,000", "--volume", "60",
)  # fmt: skip
BURGLARY = ("--delivered-where", "type=burglary")


def test_a_service_is_read_against_its_contract(run):
    status, _, told = run("commissioned", "add", "advice", *SERVICE, "--area", "D1", "--delivered",
                          "recorded-crime", *BURGLARY, "--outcome-unit", "people helped")  # fmt: skip
    assert status == 0, told
    status, _, told = run("commissioned", "count", "advice", "outcome", "2024-Q4", "--count", "6",
                          "--source", "Report of the winter")  # fmt: skip
    assert status == 0, told
    status, out, told = run("commissioned", "read", "advice", "--format", "json")
    assert status == 0, told
    delivered, outcome = json.loads(out)
    # six months of two burglaries in W1, which alone of D1 has any: 12 of 30 contracted, £6,000
    assert (delivered["numerator"], delivered["denominator"], delivered["value"]) == (12, 30, 0.4)
    assert (delivered["cost_pence"], delivered["cost_each_pence"]) == (600_000, 50_000)
    assert (delivered["months"], delivered["months_wanted"]) == (6, 12)
    assert delivered["flags"] == ["incomplete-feed"] and delivered["counted_by"].startswith("recorded-crime")
    # three months' outcomes against three months' cost: £3,000 of 6
    assert (outcome["numerator"], outcome["cost_each_pence"], outcome["denominator"]) == (6, 50_000, None)
    assert outcome["counted_by"] == "typed in: Report of the winter" and delivered["deliveries"] == [2]
    assert "6 of 12 months are not known" in told and "would have happened without" in told
    status, out, told = run("commissioned", "read", "advice", "--period", "2024-Q4")
    assert status == 0 and "40%" in out and "£500.00" in out and "3 of 3" in out
    _, out, _ = run("commissioned", "show", "advice")
    assert "Report of the winter" in out and "£12,000.00 a year" in out
    _, out, _ = run("commissioned", "show", "advice", "--format", "json", user="carl")
    assert json.loads(out)["counts"] == []  # what was typed is small, and not for everybody
    assert json.loads(out)["volume"] == "60 burglaries advised on a year"


def test_what_was_typed_is_read_by_who_keeps_the_register_as_it_was_known(run):
    from joinedup.log import acts

    assert run("commissioned", "add", "advice", *SERVICE)[0] == 0
    status, out, told = run("commissioned", "read", "advice")
    assert status == 2 and "Nothing counts" in told
    run("commissioned", "count", "advice", "delivered", "2024-10", "--count", "2", "--source", "Report")
    status, out, told = run("commissioned", "read", "advice", user="carl")
    assert status == 2 and not out and "may be small" in told
    status, out, told = run("commissioned", "read", "advice", "--format", "json")
    assert json.loads(out)[0]["numerator"] == 2 and "Nothing counts its outcome." in told
    assert next(iter(acts())).what == "delivered by the commissioned service advice"
    assert run("commissioned", "read", "advice", "--as-at", "2024-12-31")[0] == 2  # it was typed later
    status, _, told = run("commissioned", "count", "advice", "delivered", "2024-10", "--source", "x")
    assert status == 2 and "--take-back" in told
    status, _, told = run("commissioned", "read", "advice", "--period", "2019")
    assert status == 2 and "no whole month" in told


def test_a_break_is_refused_and_people_of_protected_tables_get_nothing(run, town):
    words = ("--delivered", "crime-in-police-records")
    assert run("commissioned", "add", "closed", *SERVICE, *words)[0] == 0
    status, out, told = run("commissioned", "read", "closed", user="carl")
    assert status == 2 and not out and "exact counts of months" in told
    assert run("commissioned", "add", "open", *SERVICE, "--delivered", "recorded-crime")[0] == 0
    broken = SeriesBreak(dt.date(2025, 4, 1), "recording-practice", "Counted anew.")
    deliver_year(town, "2025-04", {"W1": 1}, breaks=(broken,))
    status, out, told = run("commissioned", "read", "open")
    assert status == 2 and not out and "Counted anew" in told
    assert run("commissioned", "read", "open", "--period", "2024-10..2025-03")[0] == 0


def test_what_a_register_cannot_name_is_refused(run):
    for words, said in (
        (("--delivered", "no-such"), "no measure of that name"),
        (("--delivered", "recorded-crime", "--delivered-where", "colour=red"), "no such breakdown"),
        (("--delivered-where", "type=burglary"), "none is named"),
        (("--area", "W9"), "no area of that name"),
    ):
        status, _, told = run("commissioned", "add", "x", *SERVICE, *words)
        assert status == 2 and said in told, told
    status, out, _ = run("commissioned", "--format", "json")
    assert json.loads(out) == []


CUT = ("--title", "Two wardens fewer", "--partner", "Council", "--cut", "--from", "2024-10-01",
       "--owner", "Council", "--amount", "£85,000")  # fmt: skip


def test_each_measure_of_a_change_is_read_before_and_after(run):
    status, _, told = run("funding", "add", "here", *CUT, "--area", "W1", "--area-level", "ward",
                          "--measure", "recorded-crime", "--measure", "crime-in-police-records")  # fmt: skip
    assert status == 0, told
    status, out, told = run("funding", "read", "here", "--months", "6", "--format", "json")
    assert status == 0, told
    rows = {(row["measure"], row["of"]): row for row in json.loads(out)}
    place = rows["recorded-crime", "place"]
    assert (place["denominator"], place["numerator"], place["funding_change"]) == (24, 12, "here")
    assert rows["recorded-crime", "comparison"]["value"] is None  # nothing in W2, the rest of the district
    assert "crime-in-police-records: No month after the beginning" in told  # said, and no reason to fail
    assert run("funding", "add", "all", *CUT, "--measure", "recorded-crime")[0] == 0
    status, out, told = run("funding", "read", "all", "--months", "6")
    assert status == 0 and "the whole partnership" in out and "60" in out and "54" in out
    assert "Nothing here says why" in told
    assert run("funding", "read", "all", "--family", "x")[0] == 2
    assert run("funding", "add", "none", *CUT)[0] == 0
    status, _, told = run("funding", "read", "none")
    assert status == 2 and "No measure is named" in told


def test_the_impact_register_is_listed_changed_loaded_and_closed(run, tmp_path):
    assert run("funding", "add", "here", *CUT, "--review", "2025-10-01")[0] == 0
    assert run("funding", "change", "here", "--seen", "More litter.")[0] == 0
    status, out, _ = run("funding", "show", "here", user="carl")
    assert status == 0 and "More litter." in out and "£85,000.00 a year" in out
    file = tmp_path / "cuts.csv"
    file.write_text(
        "name,title,partner,direction,from,owner,measures\n"
        "one,Less,Police,cut,2024-04-01,Council,recorded-crime\n"
        "two,More,Police,added,2024-04-01,Council,no-such\n"
    )
    status, _, told = run("funding", "load", str(file))
    assert status == 2 and "no measure of that name" in told
    file.write_text(file.read_text().replace("no-such", "recorded-crime"))
    assert run("funding", "load", str(file))[0] == 0
    assert run("funding", "close", "here", "--why", "Reviewed.")[0] == 0
    _, out, _ = run("funding", "list", "--format", "json")
    assert [row["name"] for row in json.loads(out)] == ["one", "two"]
    _, out, _ = run("funding", "--closed", "--format", "json")
    assert len(json.loads(out)) == 3


def test_services_are_loaded_changed_and_closed(run, tmp_path):
    file = tmp_path / "services.csv"
    file.write_text(
        "name,title,provider,commissioner,from,to,unit,cost,level,area,delivered_measure,delivered_where\n"
        'one,Advice,A Charity,Council,2024-10-01,,burglaries,"£1,200",ward,W1,recorded-crime,type=burglary\n'
        "two,Advice,A Charity,Council,2024-10-01,,burglaries,,ward,W9,,\n"
    )
    status, _, told = run("commissioned", "load", str(file))
    assert status == 2 and "W9" in told and "two" in told
    file.write_text(file.read_text().replace("W9", "W3"))
    status, _, told = run("commissioned", "load", str(file))
    assert status == 0 and "2 services" in told
    assert run("commissioned", "change", "one", "--to", "2025-03-31", "--note", "Cut short.")[0] == 0
    _, out, _ = run("commissioned", "read", "one", "--format", "json")
    (row,) = json.loads(out)  # two a month in W1 for six months, at £100 a month
    assert (row["period"], row["numerator"], row["cost_each_pence"]) == ("2024-10..2025-03", 12, 5_000)
    assert run("commissioned", "close", "two", "--why", "Entered wrongly.")[0] == 0
    _, out, _ = run("commissioned", "list", "--format", "json")
    assert [(one["name"], one["to"]) for one in json.loads(out)] == [("one", "2025-03-31")]
    status, _, told = run("commissioned", "change", "one", "--note", "Mine", user="carl")
    assert status == 2 and "keeps this register" in told
