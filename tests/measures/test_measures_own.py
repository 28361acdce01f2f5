"""A measure of the partnership's own: read from a file, checked like any, in force once it was added."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.errors import BadInput, NotFound
from joinedup.measures import FigureQuery, catalogue, measure_named, own_measures, words_taken
from joinedup.measures.own import ledger, read_file
from joinedup.measures.own.drafting import draft
from joinedup.measures.own.folding import UNDECLARED
from joinedup.terms import AreaLevel, Every, Form, Period, Sensitivity
from joinedup.wrongs import sentences
from own_measures import CLOSED, OPEN, put
from sampling import examples
from tiny_town import ANALYST, at

MOMENT = dt.datetime(2024, 7, 1, tzinfo=dt.UTC)


def read(tmp_path, text, name="our-own"):
    return read_file(put(tmp_path, text, name), words_taken())


def in_force(workspace, text, name="our-own"):
    own = read_file(put(workspace.measures_folder, text, name), words_taken())
    ledger.enter(own, ANALYST.username, MOMENT)
    return own


def test_a_file_becomes_a_definition_marked_as_the_partnerships_own(tmp_path):
    own = read(tmp_path, OPEN)
    measure = own.measure
    assert (measure.name, measure.version, measure.own) == ("our-own", 1, True)
    assert measure.sources == ("published-police-data",) and measure.sensitivity is Sensitivity.OPEN
    assert measure.breakdowns == {"type": {"burglary": "Burglary", "bicycle-theft": "Bicycle theft"}}
    assert "FROM incident" in measure.sql and Form.RATE in measure.forms
    assert not any(one.own for one in catalogue().values())


def test_the_draft_is_a_good_measure_as_it_is(tmp_path):
    assert read(tmp_path, draft("our-own")).measure.caveats


WRONG = {
    "no TOML at all": ("title = ", "not valid TOML"),
    "an unclosed text": (OPEN.replace('unit = "crimes"', 'unit = "crimes'), "line 4"),
    "no UTF-8": (OPEN.encode().replace(b"Burglary and", b"Burglary \xff"), "not UTF-8 text"),
    "UTF-16": (OPEN.encode("utf-16"), "not UTF-8 text"),
    "a null byte": (OPEN.encode().replace(b"crimes", b"cri\x00mes", 1), "not valid TOML"),
    "an empty file": ("", "'title' is missing"),
    "a list of everything": ("a = [" * 5_000, "not valid TOML"),
    "an unknown key": (OPEN + "\n[sql2]\nx = 1\n", "Unknown key 'sql2'"),
    "a key misspelt": (OPEN.replace("meaning", "meanin"), "Perhaps 'meaning' is meant"),
    "a wrong kind": (OPEN.replace("version = 1", 'version = "1"'), "'version' should be a whole number"),
    "version 0": (OPEN.replace("version = 1", "version = 0"), "counts from 1"),
    "no change said": (OPEN.replace("version = 1", "version = 2"), "'change' is missing"),
    "two sources": (OPEN.replace('source = "published-police-data"', 'source = ["a", "b"]'), "a text"),
    "no such form": (OPEN.replace('"count"', '"median"'), "'forms' should be among"),
    "no forms": (
        OPEN.replace('["count", "rate", "share", "change", "year-to-date", "rolling-12-months"]', "[]"),
        "forms it comes in",
    ),
    "no such record": (OPEN.replace('["incident"]', '["person"]'), "'records' should be among"),
    "laxer words": (OPEN.replace('"open"', '"public"'), "'sensitivity' should be among"),
    "nothing carried": (OPEN.replace('incident = "crime_type"', ""), "field carried by each"),
    "an odd column": (OPEN.replace("breakdowns.type", "breakdowns.Type"), "plain column name"),
    "labels that are no texts": (OPEN.replace('"Burglary"\n', "1\n"), "no table from values to labels"),
    "one label twice": (OPEN.replace('"Bicycle theft"', '"Burglary"'), "have one label"),
    "a bell in a label": (OPEN.replace('"Burglary"\n', '"Bur\\u0007glary"\n'), "cannot be printed"),
    "an endless title": (OPEN.replace("Burglary and", "Burglary " * 50), "120 characters at most"),
    "an endless file": (OPEN + "#" * 70_000, "64,000 bytes at most"),
    "huge SQL": (
        OPEN.replace("WHERE kind", "WHERE " + "kind = 'crime' AND " * 1_500 + "kind"),
        "20,000 characters",
    ),
    "deep SQL": (
        OPEN.replace("WHERE kind", "WHERE " + "(" * 4_000 + "1=1" + ")" * 4_000 + " AND kind"),
        "cannot be read",
    ),
    "a broken SQL": (OPEN.replace("FROM incident", "FROM incident WHERE ("), "The SQL cannot be read"),
    "a missing column": (OPEN.replace("point, ", ""), "does not give the column point"),
    "another table": (OPEN.replace("FROM incident", "FROM involvement"), "not a declared view"),
    "a file as a table": (OPEN.replace("FROM incident", "FROM 'people.csv'"), "not a declared view"),
    "a function that reads": (OPEN.replace("point,", "getenv('HOME') AS point,"), "calls getenv"),
    "a function that acts": (OPEN.replace("point,", "nextval('s') AS point,"), "calls nextval"),
    "two statements": (
        OPEN.replace('theft\')\n"""', 'theft\'); DROP TABLE incident\n"""'),
        "not exactly one statement",
    ),
    "copying out": (
        OPEN.replace("SELECT month, point, crime_type AS type\nFROM incident", "COPY incident TO 'x.csv' --"),
        "The SQL",
    ),
    "a clock": (OPEN.replace("WHERE kind", "WHERE month < current_date AND kind"), "may not"),
    "chance": (OPEN.replace("WHERE kind", "WHERE random() < 0.5 AND kind"), "calls rand"),
    "a cross join": (
        OPEN.replace("FROM incident", "FROM incident CROSS JOIN points"),
        "by what points at single records",
    ),
    "a comma": (
        OPEN.replace("FROM incident", "FROM incident, points"),
        "by what points at single records",
    ),
    "a join on anything": (
        OPEN.replace("FROM incident", "FROM incident JOIN points AS p ON 1 = 1"),
        "by what points at single records",
    ),
    "a natural join": (
        OPEN.replace("FROM incident", "FROM incident NATURAL JOIN points"),
        "by what points at single records",
    ),
    "a join on what every record has": (
        OPEN.replace("FROM incident", "FROM incident AS a JOIN points AS p ON a.source = p.point"),
        "by what points at single records",
    ),
    "another month than the record's": (
        OPEN.replace("SELECT month,", "SELECT CAST(month + INTERVAL 1 MONTH AS DATE) AS month,"),
        "select month as it is",
    ),
    "the whole row": (
        OPEN.replace("crime_type AS type", "CAST(incident AS TEXT) AS type"),
        "by one name (incident)",
    ),
    "a column's number": (OPEN.replace("crime_type AS type", "#3 AS type"), "by its number"),
    "renamed columns": (OPEN.replace("FROM incident", "FROM incident AS i(a, b)"), "in brackets"),
    "recursion": (
        OPEN.replace("SELECT month", "WITH RECURSIVE r AS (SELECT 1 AS n) SELECT month"),
        "recursive",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_file_is_refused_in_a_sentence_with_its_file_and_line(tmp_path, what):
    text, words = WRONG[what]
    with pytest.raises(BadInput) as refusal:
        read(tmp_path, text)
    told = " ".join(sentences(refusal.value))
    assert words in told, told
    assert "our-own.toml, line " in refusal.value.sentence()
    assert "people" not in told and "HOME" not in told


def test_the_line_is_that_of_the_thing_that_is_wrong(tmp_path):
    for change, line in [
        (("version = 1", "version = 0"), 5),
        (('"open"', '"shut"'), 8),
        (("FROM incident", "FROM involvement"), 12),
        (("incident = ", "incidents = "), 18),
    ]:
        with pytest.raises(BadInput) as refusal:
            read(tmp_path, OPEN.replace(*change))
        assert f"line {line})" in refusal.value.sentence(), refusal.value.sentence()


def test_everything_that_is_wrong_is_told_at_once(tmp_path):
    with pytest.raises(BadInput) as refusal:
        read(tmp_path, OPEN.replace("version = 1", "version = 'x'").replace('"open"', '"shut"'))
    assert len(sentences(refusal.value)) == 2


@pytest.mark.parametrize(
    "name", ["recorded-crime", "repeat-victim", "proven-reoffending", "completeness", "jag"]
)
def test_no_name_of_what_joinedup_comes_with_can_be_taken(tmp_path, name):
    with pytest.raises(BadInput, match=f"joinedup comes with a measure called {name}"):
        read(tmp_path, OPEN, name)


@pytest.mark.parametrize(
    "words", ['title = "Recorded CRIME"', 'noun = "recorded crimes"', 'title = "Hate  crime"']
)
def test_no_title_or_noun_of_the_catalogue_can_be_taken(tmp_path, words):
    key = words.split(" ")[0]
    kept = [line for line in OPEN.splitlines() if not line.startswith(f"{key} = ")]
    with pytest.raises(BadInput, match=f"The '{key}' is that of a measure that joinedup comes with"):
        read(tmp_path, "\n".join([words, *kept]))


@pytest.mark.parametrize("name", ["Our-Own", "our own", "our_own", "our--own", "x" * 70, "..", "-", "naïve"])
def test_a_file_is_named_plainly(tmp_path, name):
    with pytest.raises(BadInput, match="words in lower case"):
        read(tmp_path, OPEN, name)


@settings(max_examples=examples(60, 3))
@given(st.binary(max_size=300), st.integers(0, len(OPEN)))
def test_no_bytes_at_all_are_anything_but_a_measure_or_a_sentence(tmp_path_factory, noise, place):
    folder = tmp_path_factory.mktemp("noise")
    content = OPEN.encode()[:place] + noise + OPEN.encode()[place:]
    try:
        assert read_file(put(folder, content), frozenset()).measure.own
    except BadInput as error:
        assert "our-own.toml" in error.sentence()


def test_closed_data_has_the_declared_values_and_what_is_not_declared_is_one_value(tmp_path):
    own = read(tmp_path, CLOSED)
    assert UNDECLARED in own.measure.sql and "'street', 'home'" in own.measure.sql
    assert UNDECLARED not in read(tmp_path, OPEN).measure.sql


def test_nothing_is_in_force_before_it_was_added(town):
    put(town.workspace.measures_folder, OPEN)
    found = own_measures(town.workspace)
    assert not found.measures and found.broken[0].waits
    with pytest.raises(NotFound):
        town.figure(FigureQuery("our-own"))
    in_force(town.workspace, OPEN)
    assert set(own_measures(town.workspace).measures) == {"our-own"}
    assert measure_named("our-own", town.workspace).own


def test_a_wrong_file_leaves_all_other_measures_as_they_were(town):
    in_force(town.workspace, OPEN)
    put(town.workspace.measures_folder, "title = ", "broken")
    put(town.workspace.measures_folder, OPEN, "recorded-crime")
    found = own_measures(town.workspace)
    assert set(found.measures) == {"our-own"}
    assert [one.file for one in found.broken] == ["broken.toml", "recorded-crime.toml"]
    assert catalogue(town.workspace)["recorded-crime"] == catalogue()["recorded-crime"]
    assert set(catalogue(town.workspace)) == {*catalogue(), "our-own"}


def test_another_meaning_under_the_same_version_is_found_and_not_in_force(town):
    in_force(town.workspace, OPEN)
    put(town.workspace.measures_folder, OPEN.replace(", 'bicycle-theft')", ", 'robbery')"))
    (broken,) = own_measures(town.workspace).broken
    assert "not what version 1 counted" in broken.error.what and "version = 2" in broken.error.next_step
    in_force(
        town.workspace,
        OPEN.replace(", 'bicycle-theft')", ", 'robbery')").replace(
            "version = 1", 'version = 2\nchange = "Robbery."'
        ),
    )
    assert own_measures(town.workspace).measures["our-own"].measure.version == 2
    put(town.workspace.measures_folder, OPEN)  # the older file again
    assert "newest version is 2" in own_measures(town.workspace).broken[0].error.what
    assert [(one.version, one.says) for one in ledger.versions("our-own")] == [(1, ""), (2, "Robbery.")]


def test_words_and_layout_are_no_meaning(tmp_path):
    first = read(tmp_path, OPEN).fingerprint
    words = OPEN.replace("Burglary and bicycle theft", "Two thefts").replace('"Burglary"', '"Break-ins"')
    laid_out = OPEN.replace("FROM incident\nWHERE", "-- all\n  FROM   incident WHERE")
    assert read(tmp_path, words).fingerprint == first == read(tmp_path, laid_out).fingerprint
    for change in [
        ("'crime'", "'crimes'"),
        ('"open"', '"official"'),
        ("adds_up_over_time = true", "adds_up_over_time = false"),
        ('unit = "crimes"', 'unit = "people"'),
        ("bicycle-theft = ", "robbery = "),
        ('incident = "crime_type"', 'incident = "kind"'),
    ]:
        assert read(tmp_path, OPEN.replace(*change)).fingerprint != first, change


def test_only_the_next_version_with_another_meaning_can_be_added(town):
    own = in_force(town.workspace, OPEN)
    last = ledger.latest()["our-own"]
    other = replace(own, fingerprint="0" * 64, measure=replace(own.measure, version=2), says="More.")
    ledger.require_next(other, last)
    for wrong, words in [
        (replace(other, fingerprint=own.fingerprint), "counts what version 1 counts"),
        (replace(other, measure=replace(own.measure, version=3)), "newest version is 1"),
        (replace(other, measure=own.measure), "not what version 1 counted"),
    ]:
        with pytest.raises(BadInput, match=words):
            ledger.require_next(wrong, last)
    with pytest.raises(BadInput, match="first version of a measure is 1"):
        ledger.require_next(other, None)


SAME = OPEN.replace(" AND crime_type IN ('burglary', 'bicycle-theft')", "").replace(
    "crime_type AS type", "crime_type AS type, last_outcome AS outcome"
)


def test_with_the_sql_of_a_measure_of_the_catalogue_it_gives_its_figures(town):
    for month in ("2024-04", "2024-05", "2024-06"):
        rows = [
            {
                "id": f"{month}-{n}",
                "place": place,
                "crime_type": kind,
                "kind": "crime",
                "last_outcome": end,
            }
            for n, (place, kind, end) in enumerate(
                [
                    ("W1", "burglary", "charged"),
                    ("W2", "robbery", None),
                    ("sea", "drugs", "charged"),
                    (None, None, None),
                ]
                + [("W3", "robbery", None)] * int(month[-1])
            )
        ]
        town.deliver(month, rows, received=at(2024, int(month[-1]) + 1))
    labels = '\n[breakdowns.outcome]\ncharged = "Suspect charged"\n'
    in_force(town.workspace, SAME + labels)
    asked = [
        FigureQuery("our-own", level=AreaLevel.WARD, every=Every.MONTH),
        FigureQuery("our-own", form=Form.RATE, level=AreaLevel.WARD),
        FigureQuery("our-own", level=AreaLevel.DISTRICT, by=("type", "outcome")),
        FigureQuery("our-own", level=AreaLevel.ALL, where=(("outcome", "charged"),)),
        FigureQuery(
            "our-own", form=Form.CHANGE, period=Period.parse("2024-06"), against=Period.parse("2024-05")
        ),
        FigureQuery("our-own", level=AreaLevel.WARD, as_at=at(2024, 6, 20)),
    ]
    for query in asked:
        own = town.figure(query)
        came_with = town.figure(replace(query, measure="recorded-crime"))
        counted = [_numbers(row) for row in own.rows if row.numerator or not row.breakdowns]
        assert counted == [_numbers(row) for row in came_with.rows if row.numerator or not row.breakdowns]
        assert any(row.numerator for row in own.rows)
        assert "our-own, definition 1" in own.sql and "partnership's own" in own.notes[-1] + own.notes[0]


def _numbers(row):
    return (
        row.area_code,
        row.period,
        dict(row.breakdowns),
        row.numerator,
        row.denominator,
        row.value,
        row.flags,
    )
