"""Lookups, residents and deprivation: what they give, what they refuse, and that nothing is invented."""

from __future__ import annotations

import pytest
from invented_wards import feature, polygon

from joinedup import places
from joinedup.errors import BadInput, NotFound

# Six LSOAs of 2021 in strips from west to east; L3 lies across the border of W1 and W2.
LSOAS = {
    "L1": (-0.1, 50.9, -0.05, 51.0),
    "L2": (-0.05, 50.9, -0.02, 51.0),
    "L3": (-0.02, 50.9, 0.01, 51.0),
    "L4": (0.01, 50.9, 0.1, 51.0),
    "L5": (-0.1, 51.0, 0.0, 51.1),
    "L6": (0.0, 51.0, 0.1, 51.1),
}
BEST_FIT = {"L1": "W1", "L2": "W1", "L3": "W1", "L4": "W2", "L5": "W3", "L6": "W4"}
RESIDENTS = {"L1": 1000, "L2": 1200, "L3": 1500, "L4": 1700, "L5": 900, "L6": 1100}


@pytest.fixture
def lsoas(wards, geojson):
    file = geojson([feature(polygon(*box), code=code) for code, box in LSOAS.items()], "lsoas.geojson")
    places.load_boundaries(wards, file, level="lsoa", vintage="2021", code="code", name="")
    return wards


def load_residents(workspace, file, **changed):
    given = {"level": "lsoa", "vintage": "2021", "year": 2021, "code": "code", "total": "all", **changed}
    return places.load_residents(workspace, file, **given)


def load_lookup(workspace, file, **changed):
    given = {"child_set": ("lsoa", "2021"), "parent_set": ("ward", "2024"), "child": "lsoa", "parent": "ward"}
    return places.load_lookup(workspace, file, **{**given, **changed})


def count_lines(counts=RESIDENTS):
    return ["code,all", *(f"{code},{number}" for code, number in counts.items())]


def lookup_lines(pairs=BEST_FIT):
    return ["lsoa,ward", *(f"{lsoa},{ward}" for lsoa, ward in pairs.items())]


def test_residents_add_up_by_lookup_and_nesting_and_are_never_apportioned(lsoas, table):
    load_residents(lsoas, table(*count_lines()))
    assert dict(places.residents(lsoas, "lsoa")) == RESIDENTS
    assert not places.residents(lsoas, "ward"), "no lookup says which LSOAs make a ward"
    load_lookup(lsoas, table(*lookup_lines(), name="lookup.csv"))
    wards = places.residents(lsoas, "ward")
    assert dict(wards) == {"W1": 3700, "W2": 1700, "W3": 900, "W4": 1100}
    assert (wards.year, wards.method) == (2021, "sum of LSOAs by best-fit lookup")
    districts = places.residents(lsoas, "district")
    assert (dict(districts), districts.method) == ({"D1": 4600, "D2": 2800}, "sum of nested LSOAs")
    assert dict(places.residents(lsoas, "partnership")) == {"partnership": 7400}
    assert not places.residents(lsoas, "oa")
    assert not places.residents(lsoas, "square")
    assert not places.residents(lsoas, "msoa")


def test_an_area_with_an_unknown_part_has_no_denominator(lsoas, table):
    known = {code: n for code, n in RESIDENTS.items() if code != "L4"}
    loaded = load_residents(lsoas, table(*count_lines(known)))
    assert loaded.areas_without == 1
    load_lookup(lsoas, table(*lookup_lines(), name="lookup.csv"))
    assert set(places.residents(lsoas, "ward")) == {"W1", "W3", "W4"}
    assert set(places.residents(lsoas, "district")) == {"D1"}
    assert not places.residents(lsoas, "partnership")


def test_an_area_of_which_some_lsoas_are_not_loaded_has_no_denominator(lsoas, geojson, table):
    few = {code: box for code, box in LSOAS.items() if code != "L6"}
    file = geojson([feature(polygon(*box), code=code) for code, box in few.items()], "few.geojson")
    places.load_boundaries(lsoas, file, level="lsoa", vintage="2021", code="code", name="")
    load_residents(lsoas, table(*count_lines()))
    load_lookup(lsoas, table(*lookup_lines(BEST_FIT | {"L6": "W2"}), name="lookup.csv"))
    assert set(places.residents(lsoas, "district")) == {"D1"}
    assert set(places.residents(lsoas, "ward")) == {"W1", "W3"}, "a part of W2 is not loaded"


def test_a_published_count_comes_before_a_sum_and_the_newest_year_first(lsoas, table):
    load_residents(lsoas, table(*count_lines()))
    load_residents(
        lsoas, table("code,all", "D1,4700", "D2,2900"), level="district", vintage="2024", year=2023
    )
    found = places.residents(lsoas, "district")
    assert (dict(found), found.year, found.method) == (
        {"D1": 4700, "D2": 2900},
        2023,
        "published for the area",
    )
    assert dict(places.residents(lsoas, "district", year=2021)) == {"D1": 4600, "D2": 2800}


def test_breakdowns_in_columns_and_in_rows(lsoas, table):
    ages = ["code,all,0,1+", *(f"{code},{n},10,{n - 10}" for code, n in RESIDENTS.items())]
    load_residents(lsoas, table(*ages), breakdown="age", columns=["0", "1+"])
    assert places.residents_by(lsoas, "district", "age").counts["D2"] == {"0": 20, "1+": 2780}
    rows = ["code,group,n", *(f"{c},{g},{n}" for c in RESIDENTS for g, n in (("White", 5), ("Asian", 2)))]
    load_residents(
        lsoas, table(*rows), total="", year=2022, breakdown="ethnic group", label="group", count="n"
    )
    found = places.residents_by(lsoas, "district", "ethnic group")
    assert found.counts["D1"] == {"White": 20, "Asian": 8}
    assert places.residents(lsoas, "lsoa", year=2022)["L1"] == 7
    assert places.residents_by(lsoas, "district", "sex").counts == {}


def test_rows_for_other_areas_are_set_aside_and_counted(lsoas, table):
    loaded = load_residents(lsoas, table(*count_lines(RESIDENTS | {"X1": 5, "X2": 6})))
    assert (loaded.rows, loaded.set_aside, loaded.areas_without) == (6, 2, 0)
    assert load_residents(lsoas, table(*count_lines())).changed is False


BAD_TABLES = {
    "no column": (["area,all", "L1,1"], "no column code.*columns are: area, all"),
    "not a number": (["code,all", "L1,1", "L2,many"], "Row 2, column all, is not a whole number"),
    "negative": (["code,all", "L1,-1"], "Row 1, column all, is not a whole number"),
    "empty": (["code,all", "L1,"], "Row 1, column all, is empty"),
    "twice": (["code,all", "L1,1", "L2,2", "L1,3"], "Row 3, column code, names an area that came before"),
    "ragged": (["code,all", "L1,1,2"], "Row 1 has 3 cells, the header has 2"),
    "elsewhere": (["code,all", "X1,1"], "No row of the table names a loaded area"),
    "no rows": (["code,all"], "The table has no rows"),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_what_is_wrong_in_a_table_is_said_with_its_row(lsoas, table, case):
    lines, words = BAD_TABLES[case]
    with pytest.raises(BadInput, match=words) as refused:
        load_residents(lsoas, table(*lines))
    assert "many" not in str(refused.value), "never the content of a cell"
    assert not places.residents(lsoas, "lsoa")


def test_a_total_that_contradicts_itself_is_refused(lsoas, table):
    rows = ["code,all,group,n", "L1,10,A,5", "L1,11,B,5"]
    with pytest.raises(BadInput, match="Row 2, column all, differs from the total"):
        load_residents(lsoas, table(*rows), breakdown="sex", label="group", count="n")
    with pytest.raises(BadInput, match="Row 2, column group, comes a second time"):
        load_residents(
            lsoas,
            table("code,group,n", "L1,A,5", "L1,A,6"),
            total="",
            breakdown="sex",
            label="group",
            count="n",
        )
    with pytest.raises(BadInput, match="not broken down by 'shoe size'"):
        load_residents(lsoas, table(*count_lines()), breakdown="shoe size", columns=["all"])


def test_a_table_for_areas_that_are_not_loaded_is_refused(wards, table):
    with pytest.raises(NotFound, match="No boundaries of level lsoa"):
        load_residents(wards, table(*count_lines()))


def test_a_lookup_gives_each_area_one_loaded_parent(lsoas, table):
    with pytest.raises(BadInput, match="Row 2, column ward, gives an area a second parent"):
        load_lookup(lsoas, table("lsoa,ward", "L1,W1", "L1,W2"))
    with pytest.raises(BadInput, match="Row 1, column ward, names an area that is not in ward 2024"):
        load_lookup(lsoas, table("lsoa,ward", "L1,W9"))
    with pytest.raises(BadInput, match="change codes"):
        load_lookup(lsoas, table(*lookup_lines()), kind="change")


def test_parents_come_from_the_lookup_before_the_inner_point(lsoas, table):
    load_lookup(lsoas, table(*lookup_lines(BEST_FIT | {"L3": "W2"})))
    by_code = {area.code: area.parents for area in places.areas(lsoas, "lsoa")}
    assert by_code["L3"] == {"ward": "W2", "district": "D2"}
    assert [area.code for area in places.areas(lsoas, "lsoa", within=["W2"])] == ["L3", "L4"]


def test_codes_are_translated_only_where_it_is_exact(lsoas, geojson, table):
    boxes = {
        "L1": LSOAS["L1"],
        "A": (-0.05, 50.9, 0.01, 51.0),
        "B": (0.01, 50.9, 0.05, 51.0),
        "C": (0.05, 50.9, 0.1, 51.0),
    }
    file = geojson([feature(polygon(*box), code=code) for code, box in boxes.items()], "old.geojson")
    places.load_boundaries(lsoas, file, level="lsoa", vintage="2011", code="code", name="")
    lines = ["old,new,change", "L1,L1,U", "A,L2,S", "A,L3,S", "B,L4,M", "C,L4,M"]
    change = {"parent_set": ("lsoa", "2021"), "child_set": ("lsoa", "2011"), "child": "old", "parent": "new"}
    load_lookup(lsoas, table(*lines), kind="change", change="change", **change)
    found = {code: places.translate(lsoas, code, level="lsoa", old="2011", new="2021") for code in boxes}
    assert {code: (t.becomes, t.exact) for code, t in found.items()} == {
        "L1": (("L1",), True),
        "A": (("L2", "L3"), False),
        "B": (("L4",), True),
        "C": (("L4",), True),
    }
    assert places.translate(lsoas, "none", level="lsoa", old="2011", new="2021") is None
    assert places.vintages_of(lsoas, "L1") == (("lsoa", "2011"), ("lsoa", "2021"))
    assert places.vintages_of(lsoas, "A") == (("lsoa", "2011"),)
    places.load_lookup(
        lsoas,
        table("old,new,change", "Z1,L5,M", "Z9,Y9,U"),
        **{**change, "child_set": ("lsoa", "2001")},
        kind="change",
        change="change",
    )
    assert places.translate(lsoas, "Z1", level="lsoa", old="2001", new="2021").exact
    assert places.translate(lsoas, "Z9", level="lsoa", old="2001", new="2021") is None
    with pytest.raises(BadInput, match="Row 1, column change, is not one of the change codes"):
        load_lookup(lsoas, table("old,new,change", "L1,L1,?"), kind="change", change="change", **change)


def load_deprivation(workspace, file, **changed):
    domains = {"overall": places.DomainColumns("rank", "decile", "score")}
    given = {"level": "lsoa", "vintage": "2021", "year": 2025, "code": "code", "domains": domains, **changed}
    return places.load_deprivation(workspace, file, **given)


def test_deprivation_of_a_ward_is_the_mean_weighted_by_residents(lsoas, table):
    load_residents(lsoas, table(*count_lines()))
    load_lookup(lsoas, table(*lookup_lines()))
    rows = ["L1,100,1,60", "L2,5000,2,40", "L3,20000,7,10", "L4,30000,10,2", "L5,3,1,80", "L6,9000,3,30"]
    load_deprivation(lsoas, table("code,rank,decile,score", *rows))
    found = places.deprivation(lsoas, "ward")
    ward = found.areas["W1"]
    assert ward.rank == pytest.approx((1000 * 100 + 1200 * 5000 + 1500 * 20000) / 3700)
    assert ward.score == pytest.approx((1000 * 60 + 1200 * 40 + 1500 * 10) / 3700)
    assert (ward.decile, ward.residents) == (None, 3700)
    assert ward.share_most_deprived == pytest.approx(1000 / 3700)
    assert found.method == "mean of LSOAs by best-fit lookup, weighted by their residents in 2021"
    published = places.deprivation(lsoas, "lsoa").areas["L2"]
    assert (published.rank, published.decile, published.score) == (5000, 2, 40.0)
    assert (published.residents, published.share_most_deprived) == (1200, 0.0)
    assert places.deprivation(lsoas, "district").areas["D2"].rank == pytest.approx(
        (1700 * 30000 + 1100 * 9000) / 2800
    )
    assert places.deprivation(lsoas, "oa").areas == {}
    assert places.deprivation(lsoas, "ward", year=2010).year is None


def test_deprivation_without_residents_is_not_averaged(lsoas, table):
    load_lookup(lsoas, table(*lookup_lines()))
    load_deprivation(lsoas, table("code,rank,decile,score", "L1,100,1,60"))
    assert places.deprivation(lsoas, "ward").areas == {}
    assert places.deprivation(lsoas, "lsoa").areas["L1"].residents is None


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("L1,0,1,60", "Row 1, column rank, is not a rank"),
        ("L1,1,11,60", "Row 1, column decile, is not a decile"),
        ("L1,1,1,high", "Row 1, column score, is not a number"),
    ],
)
def test_ranks_deciles_and_scores_are_checked(lsoas, table, line, words):
    with pytest.raises(BadInput, match=words):
        load_deprivation(lsoas, table("code,rank,decile,score", line))


def test_the_catalogue_says_what_is_in_use(lsoas, table):
    load_residents(lsoas, table(*count_lines()), title="Counted", source="ONS", licence="OGL")
    load_residents(lsoas, table(*count_lines(RESIDENTS | {"L1": 7})), title="Counted again")
    listed = [(entry.kind, entry.level, entry.detail, entry.version) for entry in places.catalogue(lsoas)]
    assert listed == [
        ("boundaries", "district", "dissolved from ward_2024", 1),
        ("boundaries", "lsoa", "", 1),
        ("boundaries", "ward", "", 1),
        ("residents", "lsoa", "2021, total", 2),
    ]
    assert places.residents(lsoas, "lsoa")["L1"] == 7
