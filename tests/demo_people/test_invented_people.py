"""The invented people against the published tables, and the rules of a life."""

from __future__ import annotations

import csv
import gzip
import io
import re

import numpy as np
import pandas as pd
import pytest

from joinedup.demo.open_data import FOLDER
from joinedup.demo.people.civil import read_text

START, END = pd.Timestamp("2022-04-01"), pd.Timestamp("2025-03-31")


def published(name):
    with gzip.open(FOLDER / "places" / f"{name}.csv.gz", "rt", encoding="utf-8") as file:
        return pd.DataFrame(csv.DictReader(file))


def residents_on(truth, day):
    stays = truth.residence
    return stays[(stays.from_date <= day) & (stays.to_date.isna() | (stays.to_date > day))]


def test_ethnic_groups_stand_in_their_published_shares(truth):
    census = published("population/ethnicity21_lsoa21")
    census["n"] = census.n.astype(float)
    shares = census.groupby("ethnic_group").n.sum() / census.n.sum()
    high = truth.person.ethnic_group.str.rsplit(": ", n=1).str[0]
    ours = high.value_counts(normalize=True)
    for group, share in shares.items():
        assert ours[group] == pytest.approx(share, rel=0.04 if group == "White" else 0.25)


def test_minority_groups_live_where_the_census_counted_them(truth):
    census = published("population/ethnicity21_lsoa21")
    white = census[census.ethnic_group == "White"].set_index("lsoa21_code")
    share = 1 - white.prop.astype(float)
    first = (
        residents_on(truth, START).merge(truth.person, on="person_id").merge(truth.address, on="address_id")
    )
    ours = (~first.ethnic_group.str.startswith("White")).groupby(first.lsoa_code).mean()
    both = pd.concat([share, ours], axis=1, keys=["census", "ours"]).dropna()
    assert np.corrcoef(both.census, both.ours)[0, 1] > 0.75


def test_ages_and_places_follow_the_published_residents(truth):
    counts = published("population/population20_lsoa11").drop(columns=["lsoa11_name", "total_population"])
    counts = counts.set_index("lsoa11_code").astype(float)
    by_age = counts.sum() / counts.to_numpy().sum()
    first = (
        residents_on(truth, START).merge(truth.person, on="person_id").merge(truth.address, on="address_id")
    )
    age = np.minimum((START - first.birth_date).dt.days // 365.2425, 90)
    for low, high in ((0, 10), (10, 18), (18, 30), (30, 45), (45, 65), (65, 80), (80, 91)):
        expected = sum(by_age.iloc[low:high])
        assert ((age >= low) & (age < high)).mean() == pytest.approx(expected, abs=0.012)
    old = counts.iloc[:, 65:].sum(axis=1) / counts.sum(axis=1)
    ours = (age >= 65).groupby(first.lsoa_code).mean()
    both = pd.concat([old, ours], axis=1, keys=["published", "ours"]).dropna()
    assert np.corrcoef(both.published, both.ours)[0, 1] > 0.75


def test_nobody_lives_in_two_places_at_once_or_outside_their_life(truth):
    stays = truth.residence.sort_values(["person_id", "from_date"])
    following = stays.groupby("person_id").from_date.shift(-1)
    assert not (stays.to_date > following).any()
    assert not (stays.to_date.isna() & following.notna()).any()
    assert not (stays.to_date <= stays.from_date).any()
    life = stays.merge(truth.person, on="person_id")
    assert not (life.from_date < life.birth_date).any()
    dead = life[life.death_date.notna()]
    assert (dead.to_date <= dead.death_date).all()
    assert set(stays.person_id) == set(truth.person.person_id)
    assert set(stays.address_id) <= set(truth.address.address_id)


def test_a_home_houses_one_household_and_children_live_with_adults(truth):
    last = residents_on(truth, END).merge(truth.person, on="person_id")
    assert last.groupby("address_id").household_id.nunique().max() == 1
    assert last.groupby("household_id").address_id.nunique().max() == 1
    oldest = ((END - last.birth_date).dt.days / 365.25).groupby(last.household_id).max()
    assert (oldest >= 15).all()
    assert 2.0 < last.groupby("household_id").size().mean() < 2.5


def test_true_twins_share_a_birth_date_a_surname_and_their_mothers_household(truth):
    people = truth.person
    twins = people[people.twin_of.notna()].merge(
        people, left_on="twin_of", right_on="person_id", suffixes=("", "_2")
    )
    assert len(twins) // 2 == truth.summary["twin_pairs"] >= 200
    assert (twins.twin_of_2 == twins.person_id).all()
    assert (twins.birth_date == twins.birth_date_2).all()
    former = truth.alias[truth.alias.kind == "former-surname"].set_index("person_id").family_name
    born_as, other_born_as = (
        ids.map(former).fillna(name)
        for ids, name in ((twins.person_id, twins.family_name), (twins.twin_of, twins.family_name_2))
    )
    assert (born_as == other_born_as).all()  # whoever married and took a name had this one before
    assert (twins.given_name != twins.given_name_2).all()
    home = (
        truth.residence.sort_values("from_date")
        .drop_duplicates("person_id")
        .set_index("person_id")
        .household_id
    )
    first, second = home.reindex(twins.person_id).to_numpy(), home.reindex(twins.person_id_2).to_numpy()
    assert (first == second).all()


def test_families_share_surnames_and_some_sons_their_fathers_name(truth):
    first = residents_on(truth, START).merge(truth.person, on="person_id")
    first["age"] = (START - first.birth_date).dt.days / 365.25
    with_children = first.groupby("household_id").age.transform("min") < 16
    names = first[with_children].groupby("household_id").family_name.nunique()
    assert (names == 1).mean() > 0.55
    men = first[first.sex == "M"]
    same = men.merge(men, on=["household_id", "given_name", "family_name"])
    fathers_and_sons = (same.age_x - same.age_y > 15).sum()
    assert fathers_and_sons >= 60


def test_names_are_as_skewed_as_the_published_list_says(truth):
    shares = truth.person.family_name.value_counts(normalize=True)
    assert shares.index[0] == "Smith"
    assert 0.006 < shares["Smith"] < 0.016
    pakistani = truth.person[truth.person.ethnic_group.str.endswith("Pakistani")]
    assert pakistani.family_name.isin(["Khan", "Hussain", "Ahmed", "Ali"]).mean() > 0.2
    kinds = truth.alias.kind.value_counts()
    assert set(kinds.index) == {"nickname", "former-surname", "alias"}
    assert truth.alias.person_id.isin(truth.person.person_id).all()


def test_nobodys_numbers_are_a_real_persons(truth):
    """Ofcom's numbers for drama, example.org, and NHS numbers of the test range with a right check digit."""
    people = truth.person
    phones = people.phone.dropna()
    assert phones.str.fullmatch(r"01632 960\d{3}|07700 900\d{3}").all()
    assert people.email.dropna().str.endswith("@example.org").all()
    assert people.nhs_number.is_unique
    for number in people.nhs_number.head(400):
        assert re.fullmatch(r"999\d{7}", number)
        total = sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False))
        assert (11 - total % 11) % 11 == int(number[9])
    assert truth.address.postcode.str.fullmatch(r"TS\d{1,2} \d[ABD-HJLNP-UW-Z]{2}").all()
    assert truth.address.uprn.str.startswith("99").all()
    assert truth.address.uprn.is_unique
    assert not truth.address.duplicated(["house", "street", "postcode"]).any()


def test_births_deaths_and_moves_are_as_many_as_in_life(truth):
    people, n = truth.person, len(residents_on(truth, START))
    born = (people.birth_date >= START).sum() / n / 3
    died = people.death_date.notna().sum() / n / 3
    assert 0.007 < born < 0.014
    assert 0.008 < died < 0.015
    moved = truth.residence.groupby("person_id").size() > 1
    assert 0.15 < moved.mean() < 0.35


def test_ethnic_groups_are_the_nineteen_of_the_census(truth):
    listed = {
        row["ts021_label"]
        for row in csv.DictReader(io.StringIO(read_text("ethnic_groups_census2021.csv.gz")))
    }
    assert set(truth.person.ethnic_group) == listed
    assert len(listed) == 19
