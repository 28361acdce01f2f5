"""What happens to the invented people: the published mix, the skew of the papers, and what cannot be."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest

from joinedup.demo.open_data import FOLDER
from joinedup.demo.people.civil import read_text


def published_street(month):
    frame = pd.read_csv(FOLDER / "police_uk" / "street" / f"{month}-cleveland-street.csv.gz")
    return frame


@pytest.fixture(scope="module")
def event(truth):
    return truth.event.set_index("event_id")


@pytest.fixture(scope="module")
def dated(truth, event):
    """Every part with the event's day and the person's life."""
    parts = truth.part.merge(event[["kind", "occurred_from"]], left_on="event_id", right_index=True)
    return parts.merge(truth.person[["person_id", "birth_date", "death_date"]], on="person_id")


def _in_prison(truth, rows):
    prison = truth.spell[truth.spell.programme == "prison"]
    both = rows.merge(prison[["person_id", "started", "ended"]], on="person_id")
    day = both.occurred_from.dt.normalize()
    return both[(day >= both.started) & (both.ended.isna() | (day < both.ended))]


def test_nobody_offends_dead_under_ten_or_in_prison(truth, event, dated):
    undetected = truth.undetected.merge(event[["occurred_from"]], left_on="event_id", right_index=True)
    undetected = undetected.merge(truth.person[["person_id", "birth_date", "death_date"]], on="person_id")
    for rows in (dated[dated.role.isin(["offender", "perpetrator"])], undetected):
        assert len(rows) > 1000
        assert not (rows.occurred_from.dt.normalize() > rows.death_date).any()
        assert ((rows.occurred_from - rows.birth_date).dt.days >= 10 * 365.24).all()
        assert _in_prison(truth, rows).empty


def test_nobody_takes_part_before_birth_after_death_or_while_away(truth, dated):
    assert not (dated.occurred_from < dated.birth_date).any()
    assert not (dated.occurred_from.dt.normalize() > dated.death_date).any()
    assert _in_prison(truth, dated).empty
    stays = truth.residence.groupby("person_id").agg(first=("from_date", "min"))
    came = dated.merge(stays, left_on="person_id", right_index=True)
    assert (came.occurred_from.dt.normalize() >= came["first"]).all()


def test_every_part_call_and_sanction_is_of_an_event_and_a_person_that_are_there(truth, event):
    people = set(truth.person.person_id)
    for table in (truth.part, truth.undetected, truth.call, truth.sanction):
        assert set(table.event_id.dropna()) <= set(event.index)
        assert set(table.person_id.dropna()) <= people
    assert set(truth.spell.person_id) | set(truth.need.person_id) | set(truth.alias.person_id) <= people
    assert set(truth.spell.sanction_id.dropna()) <= set(truth.sanction.sanction_id)
    assert set(event.premises_id.dropna()) <= set(truth.premises.premises_id)
    assert set(truth.premises.address_id) | set(truth.empty_home.address_id) <= set(truth.address.address_id)
    assert not truth.part.duplicated(["event_id", "role", "ordinal"]).any()
    together = truth.part.merge(truth.part, on=["event_id", "person_id"])
    both = (together.role_x == "victim") & together.role_y.isin(["offender", "perpetrator"])
    assert not both.any()


def test_who_was_not_identified_stands_apart(truth, event):
    known = event.loc[truth.part[truth.part.role == "offender"].event_id].outcome_type
    unknown = event.loc[truth.undetected.event_id].outcome_type
    assert not known.isin(["14", "18"]).any()
    assert known.notna().all()
    assert (unknown.isna() | unknown.isin(["14", "18"])).all()


@pytest.mark.parametrize(
    ("ours", "source"), [("2024-08", "2024-08"), ("2022-07", "2023-07"), ("2025-03", "2025-03")]
)
def test_a_month_has_the_published_mix_in_proportion(truth, ours, source):
    """As many of each type as the published month has, scaled to the people; 2022 takes months of 2023."""
    street = published_street(source)["Crime type"].value_counts()
    event = truth.event
    police = event[event.crime_type.notna() & (event.occurred_from.dt.strftime("%Y-%m") == ours)]
    counts = police.crime_type.value_counts()
    scale = truth.summary["asked_for"] / truth.summary["rates"]["residents_of_teesside"]
    assert counts.sum() == pytest.approx(street.sum() * scale, abs=4)
    for crime_type, n in street.items():
        expected = n * scale
        assert abs(counts.get(crime_type, 0) - expected) < 4 * np.sqrt(expected) + 2


def test_events_lie_at_published_points(truth):
    event = truth.event.sample(400, random_state=5)
    street = pd.concat(published_street(month) for month in pd.period_range("2023-01", "2025-03", freq="M"))
    points = set(zip(street.Longitude, street.Latitude, strict=True))
    assert all(point in points for point in zip(event.longitude, event.latitude, strict=True))
    assert truth.event.lsoa_code.isin(truth.address.lsoa_code).mean() > 0.99


def test_offences_carry_the_codes_and_types_of_the_published_list(event):
    listed = {}
    for row in csv.DictReader(io.StringIO(read_text("policeuk_category_by_ho_code_2022.csv.gz"))):
        main, _, sub = row["ho_code"].partition("/")
        if main.isdigit():
            listed[f"{int(main):03d}/{int(sub or 0):02d}"] = row["policeuk_category"].lower()
    crimes = event[event.kind == "crime"]
    found = crimes[["offence_code", "crime_type"]].drop_duplicates()
    agree = [listed.get(code) == kind.lower() for code, kind in found.itertuples(index=False)]
    assert np.mean(agree) > 0.9
    assert crimes.offence.notna().all()


def test_a_few_people_make_most_calls_as_in_the_papers(truth):
    """Paper 001: over eleven months those with three calls or more made 2,208 of 4,432 calls."""
    calls = truth.call[(truth.call.called_at >= "2023-04-01") & (truth.call.called_at < "2024-03-01")]
    each = calls.dropna(subset=["person_id"]).groupby("person_id").size()
    assert 0.42 < each[each >= 3].sum() / each.sum() < 0.60
    assert 0.1 < (each >= 3).mean() < 0.3
    assert 0.08 < truth.call.person_id.isna().mean() < 0.25
    assert 0.02 < truth.call.requested.mean() < 0.2


def test_crime_gathers_on_a_few(truth, event):
    crimes = truth.part[truth.part.event_id.isin(event.index[event.kind == "crime"])]
    for role, least in (("victim", 0.18), ("offender", 0.25)):
        each = np.sort(crimes[crimes.role == role].groupby("person_id").size().to_numpy())[::-1]
        assert each[: len(each) // 20].sum() / each.sum() > least
    sanctions = truth.sanction.groupby("person_id").size()
    assert 1.3 < sanctions.mean() < 3
    assert (sanctions >= 6).sum() >= 10


def test_about_a_third_of_the_hurt_in_hospital_are_known_to_police(event):
    hurt = event[event.ae]
    assert 0.24 < hurt.police.mean() < 0.42
    assert (hurt[hurt.kind == "assault"].police == False).all()  # noqa: E712


def test_nothing_happens_in_the_hour_that_the_clock_skips(truth, event):
    moments = pd.concat(
        [event.occurred_from, event.occurred_to, event.reported_at, event.outcome_at, truth.call.called_at]
    ).dropna()
    for day in ("2022-03-27", "2023-03-26", "2024-03-31", "2025-03-30"):
        assert not ((moments >= f"{day} 01:00") & (moments < f"{day} 02:00")).any()


def test_one_thing_follows_another(truth, event):
    assert not (event.occurred_to < event.occurred_from).any()
    assert not (event.reported_at < event.occurred_from).any()
    assert not (event.outcome_at < event.reported_at).any()
    assert (event.outcome_at.notna() == event.outcome_type.notna())[event.kind == "crime"].all()
    assert (event.reclassified_at.notna() == event.reclassified_to.notna()).all()
    charged = truth.sanction.merge(event, left_on="event_id", right_index=True)
    assert (charged.convicted_at > charged.occurred_from).all()
    court = truth.sanction[~truth.sanction.result.str.contains("caution")]
    assert (court.convicted_at.dt.day_of_week < 5).all()
    referred = truth.referral.merge(event, left_on="event_id", right_index=True)
    assert (referred.referred_on > referred.occurred_from).all()
    assert referred.domestic.all()


def test_stays_in_prison_do_not_overlap_and_spells_end_with_a_life(truth):
    prison = truth.spell[truth.spell.programme == "prison"].sort_values(["person_id", "started"])
    following = prison.groupby("person_id").started.shift(-1)
    assert not (prison.ended > following).any()
    assert not (prison.ended.isna() & following.notna()).any()
    life = truth.spell.merge(truth.person, on="person_id")
    assert not (life.ended > life.death_date).any()
    assert not (life.ended.isna() & life.death_date.notna()).any()
    assert not (life.ended <= life.started).any()
    assert len(truth.spell.programme.unique()) == 10


def test_proven_reoffending_is_near_the_local_figures(truth, event):
    """Hartlepool and Stockton had 29 to 39 in 100 within a year, proven within eighteen months."""
    sanction = truth.sanction.merge(event[["occurred_from"]], left_on="event_id", right_index=True)
    index = (
        sanction[sanction.convicted_at < "2023-04-01"]
        .sort_values("convicted_at")
        .drop_duplicates("person_id")
    )
    later = sanction.merge(index[["person_id", "convicted_at"]], on="person_id", suffixes=("", "_index"))
    days = (later.occurred_from - later.convicted_at_index).dt.days
    proven = (later.convicted_at - later.convicted_at_index).dt.days <= 548
    again = later[(days >= 0) & (days < 365) & proven].person_id.nunique()
    assert 0.25 < again / len(index) < 0.48


def test_deliberate_fires_have_their_seasons(event):
    fires = event[event.kind == "fire"].occurred_from
    spring = fires.dt.month.isin([3, 4, 5]).sum()
    winter = fires.dt.month.isin([12, 1, 2]).sum()
    assert spring > 1.4 * winter
    assert 0.4 < fires.dt.hour.between(15, 21).mean() < 0.75


def test_nights_out_peak_at_the_weekend_and_at_night(event):
    night_out = event[event.venue == "licensed premises"]
    assert len(night_out) > 200
    assert ((night_out.occurred_from.dt.hour >= 19) | (night_out.occurred_from.dt.hour < 6)).mean() > 0.75
    late = event[(event.kind == "crime") & event.occurred_from.dt.hour.isin([0, 1, 2, 3])]
    per_day = late[late.crime_type.str.startswith("Violence")].occurred_from.dt.day_of_week.value_counts()
    assert per_day[[5, 6]].mean() > 1.8 * per_day[[1, 2, 3]].mean()


def test_burglaries_come_in_near_repeats(event):
    """More pairs in one LSOA within a week than when the days of each month are dealt out anew."""
    taken = event[event.crime_type.isin(["Burglary", "Vehicle crime"])]
    place = taken.lsoa_code.to_numpy()
    day = taken.occurred_from.to_numpy().astype("datetime64[D]").astype(int)
    month = taken.occurred_from.dt.to_period("M").astype(str).to_numpy()

    def close_pairs(days):
        pairs = pd.DataFrame({"place": place, "month": month, "day": days})
        both = pairs.merge(pairs, on=["place", "month"])
        return (abs(both.day_x - both.day_y) <= 7).sum() - len(pairs)

    stream = np.random.default_rng(8)
    dealt = []
    for _ in range(20):
        shuffled = day.copy()
        for name in np.unique(month):
            at = np.flatnonzero(month == name)
            shuffled[at] = stream.permutation(shuffled[at])
        dealt.append(close_pairs(shuffled))
    assert close_pairs(day) > 1.15 * max(dealt)
