"""The partnership's own measures at the doors: as closed as their source, and no way round release."""

from __future__ import annotations

from dataclasses import replace

import pytest
from closed_town import CONTRACT, PATROLS, QUARTER, viewer

from joinedup.accounts import add_agency, add_user
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.measures import FigureQuery, catalogue, own_measures
from joinedup.measures.history import history
from joinedup.release import available, explain, measure_asked, own_shown, release
from joinedup.release.catalogue import prepare, table_sets
from joinedup.release.own_measures import add, check, out_of_force
from joinedup.release.peers import released_comparison
from joinedup.terms import AreaLevel, Purpose, Role, parse_knowledge_date
from joinedup.wrongs import sentences
from own_measures import CLOSED, CLOSED_SQL, INVOLVED, OPEN, closed, put

ANALYST, COUNCILLOR = viewer(Role.ANALYST), viewer(Role.COUNCILLOR)
PATROLLED = '''\
title = "Patrols on foot"
noun = "patrols on foot"
meaning = "Patrols that wardens made on foot."
unit = "patrols"
version = 1
source = "wardens"
records = ["incident"]
sensitivity = "official"
forms = ["count", "rate", "change"]
adds_up_over_areas = true
adds_up_over_time = true
sql = """
SELECT month, point, patrol_kind AS kind FROM incident WHERE patrol_kind = 'foot'
"""

[carries]
incident = "patrol_kind"

[breakdowns.kind]
foot = "On foot"
'''
BY_WARD = FigureQuery("our-own", level=AreaLevel.WARD, period=QUARTER)


def added(workspace, text, name="our-own", by=ANALYST):
    return add(workspace, by, put(workspace.measures_folder, text, name))


def refused(workspace, text):
    with pytest.raises(BadInput) as refusal:
        check(workspace, ANALYST, put(workspace.folder / "elsewhere", text))
    assert "elsewhere/our-own.toml, line " in refusal.value.sentence()
    return " ".join(sentences(refusal.value))


def test_a_good_measure_of_open_and_of_closed_data_passes(workspace):
    for text in (OPEN, CLOSED):
        assert check(workspace, ANALYST, put(workspace.folder / "elsewhere", text)).measure.own


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT month, point, venue AS place FROM incident WHERE ref IS NOT NULL",
        "SELECT month, point, venue AS place FROM incident QUALIFY "
        "row_number() OVER (PARTITION BY ref ORDER BY occurred_from) = 1",
        "SELECT i.month, i.point, i.venue AS place FROM incident AS i JOIN points AS p ON p.point = i.point "
        "WHERE p.ward IS NOT NULL",
        "WITH night AS (SELECT ref, month, point, venue FROM incident WHERE occurred_time > TIME '21:00') "
        "SELECT month, point, venue AS place FROM night",
    ],
)
def test_what_closed_data_is_counted_by_is_taken(workspace, sql):
    assert check(workspace, ANALYST, put(workspace.folder / "elsewhere", closed(sql))).measure.own


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT i.month, i.point, i.venue AS place FROM incident AS i "
        "JOIN involvement AS v ON v.incident_ref = i.ref WHERE v.age < 18 AND v.sex = 'female'",
        "SELECT i.month, i.point, i.venue AS place FROM incident AS i JOIN involvement AS v "
        "ON v.incident_ref = i.ref WHERE CAST(v.age AS INTEGER) < 18 OR 65 <= CAST(v.age AS INTEGER)",
        "SELECT month, point, venue AS place FROM incident "
        "WHERE ref IN (SELECT incident_ref FROM involvement WHERE age BETWEEN 10 AND 17)",
        "SELECT month, point, venue AS place FROM incident AS i WHERE EXISTS "
        "(SELECT v.incident_ref FROM involvement AS v WHERE v.incident_ref = i.ref)",
        "SELECT i.month, i.point, i.venue AS place FROM incident AS i LEFT JOIN (SELECT incident_ref, "
        "count(DISTINCT ordinal) AS people FROM involvement GROUP BY incident_ref) AS v "
        "ON v.incident_ref = i.ref WHERE v.people > 1",
    ],
)
def test_records_of_one_source_are_joined_by_their_references(workspace, sql):
    assert check(workspace, ANALYST, put(workspace.folder / "elsewhere", closed(sql, INVOLVED))).measure.own


SINGLED_OUT = {
    "a crime's reference": "SELECT month, point, venue AS place FROM incident WHERE ref = 'CR1'",
    "a list of references": "SELECT month, point, venue AS place FROM incident WHERE ref IN ('CR1', 'CR2')",
    "a part of one": "SELECT month, point, venue AS place FROM incident WHERE ref LIKE 'CR1%'",
    "a reference as a value": "SELECT month, point, ref AS place FROM incident",
    "a reference made up": "WITH k AS (SELECT 'CR1' AS ref FROM incident) SELECT i.month, i.point, "
    "i.venue AS place FROM incident AS i JOIN k ON k.ref = i.ref",
    "a reference renamed": "WITH k AS (SELECT ref AS x, month, point, venue FROM incident) "
    "SELECT month, point, venue AS place FROM k WHERE x = 'CR1'",
    "a reference by position": "WITH k AS (SELECT ref FROM incident UNION SELECT 'CR1' FROM incident) "
    "SELECT i.month, i.point, i.venue AS place FROM incident AS i JOIN k ON k.ref = i.ref",
    "a reference in a scalar": "SELECT month, point, venue AS place FROM incident AS i WHERE "
    "(SELECT j.ref FROM incident AS j WHERE j.ref = i.ref) = 'CR1'",
    "a value asked among references": "SELECT month, point, venue AS place FROM incident AS i WHERE 'CR1' IN "
    "(SELECT j.ref FROM incident AS j WHERE j.ref = i.ref)",
    "references among texts": "SELECT month, point, venue AS place FROM incident WHERE "
    "ref IN (SELECT 'CR1' FROM incident)",
    "the first reference": "SELECT month, point, venue AS place FROM incident QUALIFY "
    "min(ref) OVER (PARTITION BY month) = 'CR1'",
    "an order of references": "SELECT month, point, venue AS place FROM incident QUALIFY "
    "row_number() OVER (ORDER BY ref) = 7",
    "a record's key": "SELECT month, point, venue AS place FROM incident WHERE CAST(record_key AS TEXT) = ''",
    "a row of a file": "SELECT month, point, venue AS place FROM incident WHERE delivery = 3",
    "a house": "SELECT month, point, venue AS place FROM incident WHERE point = 178700000144500000",
    "a place on the map": "SELECT month, point, venue AS place FROM incident WHERE longitude BETWEEN 1 AND 2",
    "a metre": "SELECT i.month, i.point, i.venue AS place FROM incident AS i JOIN points AS p "
    "ON p.point = i.point WHERE p.easting = 449250",
    "a point that tells a value": "SELECT month, length(venue) AS point, venue AS place FROM incident",
    "an officer": "SELECT month, point, venue AS place FROM incident WHERE officer_dealing = 'PC 7'",
    "an officer as a value": "SELECT month, point, officer_dealing AS place FROM incident",
    "the officer, quoted": 'SELECT month, point, venue AS place FROM incident WHERE "Officer_Dealing" > 1',
    "the officer of a table": "SELECT i.month, i.point, i.officer_dealing AS place FROM incident AS i",
    "the officer, joined": "SELECT i.month, i.point, i.venue AS place FROM incident AS i "
    "JOIN incident AS j USING (officer_dealing)",
    "a field that is kept apart": "SELECT month, point, narrative AS place FROM incident",
    "a name": "SELECT month, point, venue AS place FROM incident WHERE full_name = 'A'",
    "no such field": "SELECT month, point, venu AS place FROM incident",
    "the whole record": "SELECT month, point, CAST(i AS TEXT) AS place FROM incident AS i",
    "the whole record under a column's name": "WITH q AS (SELECT month AS zz FROM incident) "
    "SELECT month, point, CAST(zz AS TEXT) AS place FROM incident AS zz",
}


@pytest.mark.parametrize("what", SINGLED_OUT)
def test_a_measure_of_closed_data_singles_nobody_out(workspace, what):
    told = refused(workspace, closed(SINGLED_OUT[what]))
    assert "CR1" not in told and "PC 7" not in told


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT i.month, i.point, CAST(v.age AS TEXT) AS place FROM incident AS i "
        "JOIN involvement AS v ON v.incident_ref = i.ref",
        "SELECT i.month, i.point, i.venue AS place FROM incident AS i "
        "JOIN involvement AS v ON v.incident_ref = i.ref WHERE v.age = 37",
        "SELECT i.month, i.point, i.venue AS place FROM incident AS i "
        "JOIN involvement AS v ON v.incident_ref = i.ref WHERE v.age > length(v.relationship)",
        "SELECT i.month, i.point, i.venue AS place, v.age AS amount FROM incident AS i "
        "JOIN involvement AS v ON v.incident_ref = i.ref",
    ],
)
def test_an_age_is_compared_and_never_told(workspace, sql):
    assert "age is a number about a person" in refused(workspace, closed(sql, INVOLVED))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('"official"', '"open"'), "sensitivity is open, and its source is official"),
        (('"police-records"', '"marac"'), "sensitivity is official, and its source is restricted"),
        (('"police-records"', '"no-such-source"'), "no feed of the source no-such-source"),
        (('street = "Street"\nhome = "Home"\n', ""), "place names no values"),
        (("AS place", "AS ref"), "ref"),
    ],
)
def test_it_is_as_closed_as_its_source_and_says_what_it_shows(workspace, change, words):
    text = CLOSED.replace(*change)
    if change[1] == "AS ref":
        text = text.replace("breakdowns.place", "breakdowns.ref")
    assert words in refused(workspace, text)


def test_a_column_of_another_type_is_told_when_it_is_checked(workspace):
    assert "select month as it is" in refused(
        workspace, closed(CLOSED_SQL.replace("month", "status AS month", 1))
    )
    assert "hit is not true or false" in refused(
        workspace, closed(CLOSED_SQL.replace(" FROM", ", 1 AS hit FROM"))
    )


def test_only_those_who_keep_contracts_are_told_what_is_wrong(workspace):
    file = put(workspace.folder / "elsewhere", CLOSED.replace('"police-records"', '"marac"'))
    for role in set(Role) - {Role.ANALYST, Role.ADMINISTRATOR}:
        with pytest.raises(NotPermitted, match="who keep the contracts"):
            check(workspace, viewer(role), file)


def test_only_analysts_add_and_the_act_and_the_file_are_kept(town):
    for role in Role:
        if role is not Role.ANALYST:
            with pytest.raises(NotPermitted, match="by analysts"):
                added(town, PATROLLED, by=viewer(role))
    file = put(town.folder / "elsewhere", PATROLLED)
    assert add(town, ANALYST, file).measure.version == 1
    assert (town.measures_folder / "our-own.toml").read_text() == PATROLLED
    (act,) = acts(kind="administration")
    assert act.what == "added the measure our-own, version 1" and act.detail["sources"] == ["wardens"]
    with pytest.raises(BadInput, match="counts what version 1 counts"):
        add(
            town,
            ANALYST,
            put(town.folder / "elsewhere", PATROLLED.replace("version = 1", 'version = 2\nchange = "x"')),
        )


def test_its_figures_are_decided_logged_and_say_which_version(town):
    added(town, PATROLLED)
    shown = release(town, ANALYST, BY_WARD)
    counted = {row.area_code: row.numerator for row in shown.rows if row.area_code in PATROLS}
    assert counted == {ward: kinds["foot"] for ward, kinds in PATROLS.items()}
    assert shown.to_json_rows()[0]["definition_version"] == 1
    (act,) = acts(kind="disclosure")
    assert act.detail["measure"] == "our-own" and act.detail["definition_version"] == 1


@pytest.mark.parametrize("role", [Role.COUNCILLOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_who_sees_protected_tables_sees_nothing_of_it_whatever_is_published(town, published, role):
    """Beside the published tables of its source it would be another way to have the same records."""
    added(town, PATROLLED)
    assert release(town, viewer(role), replace(BY_WARD, measure="patrols")).rows
    assert "our-own" not in {one.name for one in available(town, viewer(role))}
    for query in (BY_WARD, replace(BY_WARD, level=AreaLevel.ALL), replace(BY_WARD, by=("kind",))):
        with pytest.raises(NotPermitted, match="whole or not at all"):
            release(town, viewer(role), query)
        with pytest.raises(NotPermitted):
            released_comparison(town, viewer(role), query)
    with pytest.raises(NotPermitted):
        explain(
            town,
            viewer(role),
            BY_WARD,
            parse_knowledge_date("2024-07-01"),
            parse_knowledge_date("2024-08-01"),
        )


def test_it_is_never_public_for_anybody(town):
    added(town, PATROLLED)
    with pytest.raises(NotPermitted, match="whole or not at all"):
        release(town, ANALYST, BY_WARD, purpose=Purpose.PUBLIC_INFORMATION)
    assert "our-own" not in table_sets(town)
    with pytest.raises(NotFound):
        prepare(town, ANALYST, "our-own", "public")
    (town.folder / "public-tables.toml").write_text('[[cube]]\nmeasure = "our-own"\n')
    with pytest.raises(BadInput, match="rounded cube"):
        release(town, COUNCILLOR, replace(BY_WARD, measure="patrols"))


def test_a_rounded_cube_of_its_source_does_not_answer_for_it(cube_town):
    added(cube_town, PATROLLED)
    with pytest.raises(NotPermitted, match="whole or not at all"):
        release(cube_town, COUNCILLOR, BY_WARD)


def test_a_contract_that_becomes_stricter_holds_it_back_until_it_is_mended(town):
    added(town, PATROLLED)
    contract = town.contracts_folder / "warden-patrols.toml"
    contract.write_text(
        CONTRACT.replace('field = "patrol_kind"', 'field = "patrol_kind"\npersonal = "special"')
    )
    with pytest.raises(NotPermitted, match="patrol_kind is a text"):
        release(town, ANALYST, BY_WARD)
    assert "our-own" not in {one.name for one in available(town, ANALYST)}
    assert any("patrol_kind" in sentence for sentence in out_of_force(town, ANALYST))
    contract.write_text(CONTRACT)
    assert release(town, ANALYST, BY_WARD).rows


def test_a_measure_of_a_source_that_becomes_restricted_does_not_exist_for_those_outside(town):
    added(town, PATROLLED)
    contract = town.contracts_folder / "warden-patrols.toml"
    contract.write_text(CONTRACT.replace('sensitivity = "official"', 'sensitivity = "restricted"'))
    absent = _sentence(lambda: release(town, ANALYST, replace(BY_WARD, measure="absent")))
    assert _sentence(lambda: release(town, ANALYST, BY_WARD)) == absent.replace("absent", "our-own")
    assert _sentence(lambda: measure_asked(town, ANALYST, "our-own")) == _sentence(
        lambda: measure_asked(town, ANALYST, "our-ow")
    ).replace("our-ow)", "our-own)")
    assert own_shown(town, ANALYST) == {}


def test_what_was_done_with_it_stays_hidden_after_its_file_is_gone(town):
    from joinedup.release import log_acts

    added(town, PATROLLED)
    release(town, replace(ANALYST, username="inside"), BY_WARD)
    contract = town.contracts_folder / "warden-patrols.toml"
    contract.write_text(CONTRACT.replace('sensitivity = "official"', 'sensitivity = "restricted"'))
    (town.measures_folder / "our-own.toml").unlink()
    outside = replace(viewer(Role.ANALYST), username="outside")
    assert not [act for act in log_acts(town, outside) if act.detail.get("measure") == "our-own"]
    assert [act for act in log_acts(town, viewer(Role.AUDITOR)) if act.detail.get("measure") == "our-own"]


def _sentence(ask):
    with pytest.raises(NotFound) as refusal:
        ask()
    return refusal.value.sentence()


def test_files_that_are_not_in_force_are_told_to_those_who_keep_them_only(town):
    put(town.measures_folder, "title = ", "broken")
    put(town.measures_folder, PATROLLED, "waiting")
    told = " ".join(out_of_force(town, ANALYST))
    assert "measures/broken.toml, line 1" in told and "joinedup measures add" in told
    assert out_of_force(town, COUNCILLOR) == []
    with pytest.raises(BadInput, match="not valid TOML"):
        measure_asked(town, ANALYST, "broken")
    with pytest.raises(NotFound):
        measure_asked(town, COUNCILLOR, "broken")
    assert set(catalogue(town)) == set(catalogue())


def test_its_changes_are_told_version_by_version(town):
    added(town, PATROLLED)
    later = PATROLLED.replace("version = 1", 'version = 2\nchange = "Cars are counted too."').replace(
        "= 'foot'", "IN ('foot', 'car')"
    )
    added(town, later)
    measure = own_measures(town).measures["our-own"].measure
    assert [(one.version, one.says) for one in history(measure)] == [
        (2, "Cars are counted too."),
        (1, "The first."),
    ]
    assert history(measure)[1].text == PATROLLED
    counted = {row.area_code: row.numerator for row in release(town, ANALYST, BY_WARD).rows}
    assert counted["W1"] == sum(PATROLS["W1"].values())


def test_the_commands_tell_what_to_do_next(town, monkeypatch):
    from click.testing import CliRunner

    from joinedup.cli import main

    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("team", "Team"))

    def run(*words):
        done = CliRunner().invoke(main, ["-C", str(town.folder), "--as", "ann", *words])
        return done.exit_code, done.stdout + done.stderr

    file = str(town.measures_folder / "first-try.toml")
    assert run("measures", "draft", "first-try")[0] == 0
    assert run("measures", "draft", "first-try")[0] == 2
    for name in ("../elsewhere", str(town.folder / "elsewhere"), "First Try"):
        assert run("measures", "draft", name)[0] == 2
    assert not list(town.folder.glob("elsewhere*"))
    status, told = run("measures", "check", file)
    assert status == 1 and "is a good measure" in told and "was not added yet" in told
    assert run("measures")[0] == 1
    assert "in force, version 1" in run("measures", "add", file)[1]
    status, told = run("measures", "--format", "json")
    assert status == 0 and '"first-try"' in told
    told = run("measures", "show", "first-try")[1]
    assert "changes" in told and "version 1 (" in told and "ann): The first" in told
    assert "crime_type AS type" in run("measures", "show", "first-try", "--version", "1")[1]
    assert "No file of that version" in run("measures", "show", "first-try", "--version", "2")[1]
    put(
        town.measures_folder,
        (town.measures_folder / "first-try.toml").read_text().replace("'crime'", "'x'"),
        "first-try",
    )
    status, told = run("measures", "check", file)
    assert status == 1 and "not what version 1 counted" in told
    for verb in (["figure", "first-try"], ["compare", "first-try"], ["measures", "show", "first-try"]):
        status, told = run(*verb)
        assert status == 2 and "first-try.toml, line 8" in told, told
    findings = run("check")[1]
    assert "own measure" in findings and "first-try.toml" in findings
    status, told = run(
        "measures",
        "check",
        str(put(town.folder, OPEN.replace('"open"', '"shut"').replace("version = 1", "version = 'x'"))),
    )
    assert status == 2 and "2 things are wrong" in told
