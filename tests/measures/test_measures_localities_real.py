"""The index of localities on the demonstration: a naive one over the same records and published files, who
may see it, and what the command says."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import Counter, defaultdict
from importlib.resources import files

import pytest
from click.testing import CliRunner

from joinedup import places
from joinedup.accounts import acting_viewer
from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.measures.localities import LocalityQuery, Verdict
from joinedup.records import RecordBook
from joinedup.release.localities import released_localities
from joinedup.terms import AreaLevel, Period

YEAR = Period.parse("2023/24")
HOMES = {"28/3", "29", *(f"28{letter}" for letter in "ABCDEFGH"), "29A"}


def published(name):
    """The rows of a published file of the demonstration."""
    path = files("joinedup.demo") / "data" / "places" / f"{name}.csv.gz"
    return list(csv.DictReader(io.StringIO(gzip.decompress(path.read_bytes()).decode())))


@pytest.fixture
def demo(partners_folder):
    """The demonstration with a year of an invented police force's own records."""
    from joinedup.workspace import Workspace

    opened = Workspace.open(partners_folder)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def figure(partners_folder):
    from joinedup.workspace import Workspace

    workspace = Workspace.open(partners_folder)
    yield released_localities(
        workspace, acting_viewer("analyst"), LocalityQuery("vulnerable-localities", period=YEAR)
    )
    workspace.close()


def crimes(workspace):
    """Burglary of homes and damage to homes by LSOA, one record after the other."""
    with RecordBook(workspace).reading(None) as reader:
        cursor = reader.connection()
        reader.define_views(cursor, ["incident"], ["police-records"])
        places.define_points_view(workspace, cursor)
        rows = cursor.execute(
            "SELECT offence_code, venue, status, month, lsoa_2021 "
            "FROM incident LEFT JOIN points USING (point) WHERE feed = 'police-recorded-crime'"
        ).fetchall()
    burglary, damage = Counter(), Counter()
    for code, venue, status, month, lsoa in rows:
        if status == "cancelled" or not YEAR.start <= month < YEAR.end or lsoa is None:
            continue
        if code in HOMES:
            burglary[lsoa] += 1
        elif code in {"57", "58A"} or (code in {"58", "58/4", "58J", "149"} and venue == "home"):
            damage[lsoa] += 1
    return burglary, damage


def naive_index(workspace):
    """{LSOA: index} from the published files as they are, written out."""
    burglary, damage = crimes(workspace)
    people = {
        row["lsoa21_code"]: int(row["total_residents"]) for row in published("population/ethnicity21_lsoa21")
    }
    deprived = {row["lsoa21_code"]: row for row in published("deprivation/imd2025_england_lsoa21")}
    old = {row["lsoa11_code"]: row for row in published("population/population20_lsoa11")}
    young = {code: sum(int(row[str(age)]) for age in range(15, 25)) for code, row in old.items()}
    total = {code: int(row["total_population"]) for code, row in old.items()}
    older = defaultdict(list)
    for row in published("lookups/lookup_lsoa11_lsoa21_ltla22"):
        older[row["lsoa21_code"]].append(row["lsoa11_code"])
    values = {
        "burglary": {code: burglary[code] / n for code, n in people.items()},
        "damage": {code: damage[code] / n for code, n in people.items()},
        "young": {
            code: sum(young[one] for one in of) / sum(total[one] for one in of) for code, of in older.items()
        },
    }
    for name in ("Income", "Employment", "Education"):
        values[name.lower()] = {code: float(row[f"{name}_score"]) for code, row in deprived.items()}
    whole = {
        "burglary": sum(burglary[code] for code in people) / sum(people.values()),
        "damage": sum(damage[code] for code in people) / sum(people.values()),
        "young": sum(young.values()) / sum(total.values()),
    }
    for name in ("income", "employment", "education"):
        whole[name] = sum(values[name][code] * n for code, n in people.items()) / sum(people.values())
    return {code: sum(100 * values[name][code] / whole[name] for name in whole) / 6 for code in people}


def test_every_real_area_has_the_index_of_a_naive_reading(demo, figure):
    expected = naive_index(demo)
    found = {row.code: row.index for row in figure.rows}
    assert len(found) == 359 and set(found) == set(expected)
    for code, index in found.items():
        assert index == pytest.approx(expected[code], rel=1e-9), code
    assert {row.code for row in figure.rows if row.inside} == {c for c, one in expected.items() if one >= 200}


def test_each_verdict_is_what_its_own_numbers_say(figure):
    for row in figure.rows:
        if row.verdict is Verdict.SURELY:
            assert row.inside and row.among >= 0.95 and not row.turned_by
        if row.verdict is Verdict.SURELY_NOT:
            assert not row.inside and row.among <= 0.05 and not row.turned_by
        assert row.rank_lower <= row.rank_upper
    verdicts = Counter(row.verdict for row in figure.rows)
    assert verdicts[Verdict.SURELY] < verdicts[Verdict.PERHAPS], "of so few burglaries little is sure"
    assert len(figure.variations) == 6 + 12 + 1


def test_what_is_laid_over_it_adds_up_to_the_published_classes(figure):
    classes = Counter(row["oac21_supergroup"] for row in published("classifications/oac21_lsoa21"))
    rural = Counter(row["ruc21_code"] for row in published("classifications/ruc21_lsoa21"))
    deciles = Counter(row["IMD_decile"] for row in published("deprivation/imd2025_england_lsoa21"))
    for name, expected in (("oac", classes), ("ruc", rural), ("deprivation", deciles)):
        found = {one.kind: one.areas for one in figure.overlay if one.over == name}
        assert found == dict(expected)
    assert figure.agreement.counts_alone[0] < figure.agreement.whole[0], "deprivation is a part of the index"


@pytest.fixture
def run(partners_folder, monkeypatch):
    """Run the verb on the demonstration: (exit status, output, messages)."""

    def act(*words, user="analyst"):
        monkeypatch.setenv("JOINEDUP_USER", user)
        result = CliRunner().invoke(main, ["-C", str(partners_folder), "localities", *words])
        return result.exit_code, result.stdout, result.stderr

    return act


def test_the_command_shows_the_group_and_says_what_it_rests_on(run):
    status, out, told = run("--period", "2023/24")
    assert status == 0, told
    assert "areas are in the group; vulnerable localities are" in told and "surely" in told
    assert "no count of dwellings is loaded" in told and "16 areas have the share of the older area" in told
    assert "surely not" not in out
    status, out, _ = run("--period", "2023/24", "--format", "json")
    rows = json.loads(out)
    assert len(rows) == 359 and rows[0]["known_on"] and rows[0]["deliveries"]
    assert {"burglary_numerator", "income_value", "young_flags", "class_oac", "share_of_draws"} <= set(
        rows[0]
    )
    status, again, _ = run("--from", "2023-04", "--to", "2024-03", "--format", "json")
    assert again == out
    status, out, told = run("--period", "2023/24", "--show", "overlay", "--format", "csv")
    assert status == 0 and "Legacy Communities" in out


def test_wards_that_are_worst_in_everything_are_named(run):
    status, out, told = run("--area-level", "ward", "--period", "2023/24", "--show", "worst")
    assert status == 0, told
    first = next(line for line in out.splitlines() if line.startswith("E05"))
    assert "5 of 6" in first and "burglary, damage, income, employment, education" in first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--area-level", "oa"), "Burglary of homes: no count of dwellings or residents of these areas"),
        (("--vintage", "2011"), "the index of 2019 has ranks and no scores"),
        (("--definition", "vulnerable"), "vulnerable-localities"),
        (("--period", "2023", "--to", "2024"), "Give either"),
        (("--beside", "anti-social-behaviour"), "never stand in one table"),
    ],
)
def test_what_cannot_be_indexed_is_refused_in_a_sentence(run, words, said):
    status, out, told = run(*words)
    assert status == 2 and out == "" and said in told


def test_whoever_sees_protected_numbers_gets_no_index(run, demo):
    status, out, told = run("--area-level", "ward", "--period", "2023/24", user="councillor")
    assert status == 2 and out == ""
    assert "exact counts" in told
    with pytest.raises(BadInput, match="exact counts"):
        released_localities(
            demo,
            acting_viewer("councillor"),
            LocalityQuery("vulnerable-localities", AreaLevel.WARD, period=YEAR),
        )


def test_each_person_gets_the_index_of_what_they_may_see_and_else_the_sentence_of_the_figure(demo):
    from joinedup.accounts.models import User
    from joinedup.errors import JoinedupError
    from joinedup.release.admitting import admit
    from joinedup.release.decision import What
    from joinedup.terms import Purpose

    told = Counter()
    query = LocalityQuery("vulnerable-localities", AreaLevel.WARD, period=YEAR)
    for user in User.objects.filter(is_active=True):
        viewer, said = user.viewer(), ""
        try:
            asked = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": ""}
            if admit(demo, viewer, "burglary-of-homes", What.FIGURE, **asked)[1].protected:
                said = "exact counts"
        except JoinedupError as error:
            said = error.what
        try:
            assert len(released_localities(demo, viewer, query).rows) == 83
            told["shown"] += 1
            assert not said, viewer.username
        except JoinedupError as error:
            told["refused"] += 1
            assert said and said in error.what, viewer.username
    assert told["shown"] and told["refused"]


def test_every_count_that_was_used_is_in_the_log(run, demo):
    from joinedup.log import acts

    run("--period", "2023/24", "--reason", "to try the index")
    told = [act for act in acts(limit=200) if act.reason == "to try the index"]
    assert {act.detail["measure"] for act in told} == {"burglary-of-homes", "criminal-damage-to-homes"}
    assert {act.kind for act in told} == {"disclosure"}
