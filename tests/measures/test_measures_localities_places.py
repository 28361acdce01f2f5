"""The index of localities on invented areas: vintages, dwellings, missing parts, what is laid over it."""

from __future__ import annotations

import dataclasses

import pytest
from many_areas import (
    CODES,
    OLD_CODES,
    PEOPLE,
    SCORES,
    YOUNG,
    counts,
    load_ages,
    load_country,
    load_output_areas,
    table,
)

from joinedup import places
from joinedup.errors import BadInput, NotFound
from joinedup.measures.localities import (
    Kind,
    Localities,
    LocalityQuery,
    Part,
    PartFlag,
    Per,
    Verdict,
    compute,
    parts_of,
    questions,
)
from joinedup.terms import AreaLevel

BURGLARY = Part(
    "burglary",
    "Burglary",
    Kind.COUNT,
    measure="burglary-of-homes",
    per=(Per.DWELLINGS, Per.RESIDENTS),
)
INCOME = Part("income", "Income", Kind.DEPRIVATION, domain="income")
AGED = Part("young", "15 to 24", Kind.AGES, from_age=15, to_age=24)
INDEX = Localities(
    "three",
    1,
    "Three parts",
    "Three parts.",
    "A test.",
    (BURGLARY, INCOME, AGED),
    at_least=120.0,
    fewest_residents=50,
)
COUNTED = {code: 3 + at for at, code in enumerate(CODES)} | {"outside": 2, "unlocated": 5}


@pytest.fixture
def country(workspace, tmp_path):
    load_country(workspace, tmp_path)
    return workspace


def index(country, definition=INDEX, counted=COUNTED, **asked):
    given = counts(counted, asked.get("level", AreaLevel.LSOA))
    query = LocalityQuery(definition.name, **asked)
    parts = parts_of(definition, query)
    return compute(country, definition, query, {p.name: given for p in parts if p.kind is Kind.COUNT})


def by_code(figure):
    return {row.code: row for row in figure.rows}


def test_every_area_by_hand_with_the_share_of_the_older_area(country):
    """L1 and L2 each have the 10 % of M1 of which they are parts; L3 has the 23 in 200 of M3 and M4.

    The whole's share counts M1 once: of 12 older areas with 1,000 residents each.
    """
    found = index(country)
    rows = by_code(found)
    rate = sum(COUNTED[code] for code in CODES) / sum(PEOPLE.values())
    score = sum(SCORES[code] * PEOPLE[code] for code in CODES) / sum(PEOPLE.values())
    share = sum(YOUNG.values()) / (1_000 * len(OLD_CODES))
    assert found.whole == pytest.approx({"burglary": rate, "income": score, "young": share})
    young = {"L1": 0.1, "L2": 0.1, "L3": (YOUNG["M3"] + YOUNG["M4"]) / 2_000}
    young |= {code: YOUNG[code] / 1_000 for code in CODES[3:]}
    for code in CODES:
        expected = (
            100 * (COUNTED[code] / PEOPLE[code]) / rate
            + 100 * SCORES[code] / score
            + 100 * young[code] / share
        ) / 3
        assert rows[code].index == pytest.approx(expected), code
        assert rows[code].inside == (expected >= 120)
    assert rows["L1"].parts["young"].flags == (PartFlag.BEFORE_SPLIT.value,)
    assert rows["L3"].parts["young"].flags == () and rows["L3"].parts["young"].denominator == 2_000
    assert (rows["L12"].parts["burglary"].numerator, rows["L12"].parts["burglary"].denominator) == (14, 2_100)
    assert sorted(row.rank for row in found.rows) == list(range(1, 13))
    assert all(row.lower <= row.index * 1.2 and row.upper >= row.index * 0.8 for row in found.rows)


def test_what_the_reader_is_told(country):
    told = " ".join(index(country).notes)
    assert "no count of dwellings is loaded" in told
    assert "2 areas have the share of the older area" in told
    assert "Burglary: 2 outside every area and 5 without a place are in no index." in told
    assert "score of 2025" in told and "Estimates" in told and "Census" in told
    assert "102 in 12 areas" not in told, "eight an area is not few"
    few = " ".join(index(country, counted=dict.fromkeys(CODES, 1)).notes)
    assert "12 in 12 areas, which is few" in few


def test_dwellings_take_the_place_of_residents_where_they_are_known(country, tmp_path):
    homes = {code: 400 + at for at, code in enumerate(CODES)}
    file = table(tmp_path, "homes", "code,n", *(f"{code},{n}" for code, n in homes.items()))
    loaded = places.load_denominator(
        country,
        file,
        per="dwellings",
        level="lsoa",
        vintage="2021",
        year=2021,
        code="code",
        count="n",
        title="Dwellings",
    )
    assert (loaded.rows, loaded.areas_without) == (12, 0)
    assert dict(places.dwellings(country, "lsoa")) == homes
    assert dict(places.dwellings(country, "ward")) == {
        "W1": sum(homes[code] for code in CODES[:6]),
        "W2": sum(homes[code] for code in CODES[6:]),
    }
    assert [one.kind for one in places.catalogue(country)].count("dwellings") == 1
    found = index(country)
    assert by_code(found)["L4"].parts["burglary"].denominator == 403
    told = " ".join(found.notes)
    assert "for each of the dwellings (Dwellings" in told and "no count of" not in told


def test_a_part_that_is_missing_makes_another_index_and_only_when_asked(country):
    lacking = dataclasses.replace(INCOME, name="health", title="Health", domain="health")
    wanting = dataclasses.replace(INDEX, parts=(*INDEX.parts, lacking))
    with pytest.raises(BadInput, match="without it, it is another index") as found:
        index(country, wanting)
    assert "Health: no deprivation of that domain" in found.value.where
    assert "--without health" in found.value.next_step
    fewer = index(country, wanting, without=("health",))
    assert "another index than “Three parts”: it is without Health" in fewer.notes[0]
    assert not fewer.to_json_rows()[0]["complete"] and index(country).to_json_rows()[0]["complete"]
    assert [row.index for row in fewer.rows] == pytest.approx([row.index for row in index(country).rows])


def test_nothing_counted_anywhere_says_nothing(country):
    with pytest.raises(BadInput, match="another index") as found:
        index(country, counted=dict.fromkeys(CODES, 0))
    assert "Burglary: none in any area" in found.value.where
    with pytest.raises(BadInput) as found:
        index(country, counted=dict.fromkeys(CODES, None))
    assert "nothing of it was delivered" in found.value.where


def test_an_index_of_ranks_is_none(country, tmp_path):
    file = table(tmp_path, "ranks", "code,rank", *(f"{code},{at}" for at, code in enumerate(CODES, 1)))
    places.load_deprivation(
        country,
        file,
        level="lsoa",
        vintage="2021",
        year=2030,
        code="code",
        domains={name: places.DomainColumns("rank") for name in ("overall", "income")},
    )
    with pytest.raises(BadInput) as found:
        index(country)
    assert "the index of 2030 has ranks and no scores" in found.value.where
    older = dataclasses.replace(INDEX, parts=(BURGLARY, dataclasses.replace(INCOME, year=2025), AGED))
    assert len(index(country, older).rows) == 12


def test_bands_of_age_that_cross_the_ages_are_refused(country, tmp_path):
    load_ages(country, tmp_path, [("0-19", 1), ("20-24", 0), ("25 and over", 0)])
    with pytest.raises(BadInput) as found:
        index(country)
    assert "bands of age that are loaded do not fall on 15 to 24" in found.value.where


def test_areas_with_few_residents_or_without_a_part_count_in_nothing(country, tmp_path):
    people = dict(PEOPLE, L5=40)
    del people["L6"]
    file = table(tmp_path, "fewer", "code,n", *(f"{code},{n}" for code, n in people.items()))
    places.load_residents(
        country, file, level="lsoa", vintage="2021", year=2022, code="code", total="n", title="Later"
    )
    found = index(country)
    rows = by_code(found)
    for code, flag in (("L5", "few-residents"), ("L6", "part-missing")):
        assert flag in rows[code].flags
        assert rows[code].index is None and rows[code].verdict is Verdict.NOT_JUDGED
    left = [code for code in CODES if code not in {"L5", "L6"}]
    assert found.whole["burglary"] == pytest.approx(
        sum(COUNTED[code] for code in left) / sum(people[code] for code in left)
    )
    told = " ".join(found.notes)
    assert "1 areas of 50 residents or fewer have no index" in told and "1 areas lack a part" in told
    with pytest.raises(BadInput, match="needs 10 of which all parts are known; here are 4"):
        index(country, counted={code: COUNTED[code] for code in CODES[:5]})


def test_what_is_laid_over_it_and_whether_it_agrees(country, tmp_path):
    lines = [
        f"{code},{'a' if at < 6 else 'b'},{'Towns' if at < 6 else 'Fields'}" for at, code in enumerate(CODES)
    ]
    file = table(tmp_path, "classes", "code,class,name", *lines[:-1])
    options = {"level": "lsoa", "vintage": "2021", "year": 2021, "code": "code", "class_code": "class"}
    told = places.load_classification(
        country, file, name="oac", class_name="name", title="Classes", **options
    )
    assert (told.rows, told.areas_without) == (11, 1)
    found = index(country)
    inside = {row.code for row in found.rows if row.inside}
    assert inside and inside < set(CODES[6:])
    over = {(one.over, one.kind): one for one in found.overlay}
    assert (over["oac", "a"].label, over["oac", "a"].areas, over["oac", "a"].inside) == ("Towns", 6, 0)
    assert over["oac", "a"].residents == sum(PEOPLE[code] for code in CODES[:6])
    assert over["oac", "unknown"].areas == 1
    for name in ("oac", "deprivation"):
        of = [one for one in found.overlay if one.over == name]
        assert sum(one.areas for one in of) == 12
        assert sum(one.inside for one in of) == len(inside)
        assert sum(one.residents_inside for one in of) == sum(PEOPLE[code] for code in inside)
        verdicts = [row.verdict for row in found.rows]
        assert sum(one.surely for one in of) == verdicts.count(Verdict.SURELY)
        assert sum(one.perhaps for one in of) == verdicts.count(Verdict.PERHAPS)
    assert found.agreement.inside == len(inside) == found.agreement.also_most_deprived
    assert found.agreement.whole[0] > 0.9
    assert by_code(found)["L1"].classes == {"oac": "Towns"} and by_code(found)["L12"].classes == {"oac": ""}
    with pytest.raises(BadInput, match="gives a class a second name"):
        clash = table(tmp_path, "clash", "code,class,name", "L1,a,Towns", "L2,a,Hamlets")
        places.load_classification(country, clash, name="oac", class_name="name", **options)
    assert places.classifications(country, "ward") == (), "no class is carried over to another level"
    assert places.check(country) == []


def test_worst_in_everything_counts_parts_and_measures_beside(country):
    worst_there = dict.fromkeys(CODES, 1) | {"L12": 60, "L11": 50, "L1": 70}
    found = index(country, counted=worst_there)
    rows = by_code(found)
    # A fifth of 12 is 3 areas. Income: L10 to L12; of age: L10 to L12; burglary: L1, L11, L12.
    assert {code: row.worst_in for code, row in rows.items() if row.worst_in} == {
        "L12": 3,
        "L11": 3,
        "L10": 2,
        "L1": 1,
    }
    assert rows["L12"].worst_in_all == 1.0 and rows["L10"].worst_in_all < 0.1
    query = LocalityQuery("three", beside=("criminal-damage-to-homes",))
    given = counts(worst_there)
    other = counts(dict.fromkeys(CODES, 1) | {"L12": 40, "L2": 40, "L3": 40})
    both = compute(country, INDEX, query, {"burglary": given, "criminal-damage-to-homes": other})
    beside = by_code(both)
    assert (beside["L12"].worst_in, beside["L11"].worst_in) == (4, 3)
    assert beside["L12"].index == pytest.approx(rows["L12"].index), (
        "what stands beside is no part of the index"
    )
    assert both.to_json_rows()[-1]["criminal_damage_to_homes_worst"] in {True, False}


def test_wards_are_the_sum_of_their_lsoas_and_say_where_one_is_cut(country):
    wards = places.areas(country, "ward")
    assert [area.code for area in wards] == ["W1", "W2"]
    with pytest.raises(BadInput, match="here are 2"):
        index(country, level=AreaLevel.WARD, counted={"W1": 10, "W2": 20})
    from joinedup.measures.localities.ages import aged
    from joinedup.measures.localities.columns import Ground

    column = aged(Ground(country, AreaLevel.WARD, "2025", tuple(wards)), AGED)
    young = YOUNG["M1"] + YOUNG["M3"] + YOUNG["M4"] + sum(YOUNG[code] for code in CODES[3:6])
    assert column.cells["W1"].numerator == pytest.approx(young)
    assert column.cells["W1"].denominator == pytest.approx(6_000)
    assert column.cells["W1"].flags == (), "both pieces of what was split lie in it"


def test_output_areas_have_counts_of_their_own_and_the_scores_of_their_lsoa(country, tmp_path):
    codes = [f"O{at:02}" for at in range(1, 25)]
    with pytest.raises(NotFound):
        index(country, level=AreaLevel.OA, counted=dict.fromkeys(codes, 1))
    load_output_areas(country, tmp_path, dict.fromkeys(codes, 500))
    counted = {code: 1 + at for at, code in enumerate(codes)}
    found = index(country, level=AreaLevel.OA, counted=counted)
    rows = by_code(found)
    assert len(rows) == 24
    assert rows["O07"].parts["income"].value == rows["O08"].parts["income"].value == SCORES["L4"]
    assert rows["O07"].parts["income"].flags == (PartFlag.AREA_ABOVE.value,)
    assert rows["O01"].parts["young"].flags == (PartFlag.BEFORE_SPLIT.value, PartFlag.AREA_ABOVE.value)
    assert (rows["O24"].parts["burglary"].numerator, rows["O24"].parts["burglary"].denominator) == (24, 500)
    assert found.whole["income"] == pytest.approx(index(country).whole["income"]), "each LSOA counts once"
    assert found.whole["young"] == pytest.approx(index(country).whole["young"])
    assert any("that of the LSOA that an output area lies in" in note for note in found.notes)


def test_questions_are_refused_that_no_index_answers(country):
    def asked(**changed):
        query = LocalityQuery("three", **changed)
        return questions(parts_of(INDEX, query), query, None)

    (one,) = asked(period=None).values()
    assert (one.measure, one.level) == ("burglary-of-homes", AreaLevel.LSOA)
    with pytest.raises(BadInput, match="small areas"):
        asked(level=AreaLevel.DISTRICT)
    with pytest.raises(NotFound, match="no such part"):
        asked(without=("burglry",))
    with pytest.raises(BadInput, match="at least two parts"):
        asked(without=("burglary",))
    with pytest.raises(BadInput, match="never stand in one table"):
        asked(beside=("anti-social-behaviour",))
    with pytest.raises(BadInput, match="counts that add up"):
        asked(beside=("serious-violence",))
    with pytest.raises(BadInput, match="another name than its parts"):
        asked(beside=("burglary",))
