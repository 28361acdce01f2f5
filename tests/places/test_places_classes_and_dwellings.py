"""Classes of areas and counts of dwellings: what they give, what they refuse, and a workspace from before."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from invented_wards import WARD_COLUMNS, ward_features

from joinedup import places
from joinedup.cli import main
from joinedup.errors import BadInput, NotFound
from joinedup.workspace import Workspace

CLASSES = ("code,class,name", "W1,1,Towns", "W2,1,Towns", "W3,2,Fields", "X9,2,Fields")


def load_classes(workspace, file, **changed):
    given = {"name": "oac", "level": "ward", "vintage": "2024", "year": 2021, "code": "code"}
    columns = {"class_code": "class", "class_name": "name", "title": "Classes", "source": "Somebody"}
    return places.load_classification(workspace, file, **{**given, **columns, **changed})


def load_dwellings(workspace, file, **changed):
    given = {"level": "ward", "vintage": "2024", "year": 2021, "code": "code", "count": "n"}
    return places.load_denominator(workspace, file, per="dwellings", **{**given, **changed})


def test_each_area_has_the_class_that_was_published_for_it(wards, table):
    told = load_classes(wards, table(*CLASSES))
    assert (told.rows, told.set_aside, told.areas_without, told.changed) == (3, 1, 1, True)
    assert not load_classes(wards, table(*CLASSES)).changed
    (found,) = places.classifications(wards, "ward")
    assert (found.name, found.title, found.year) == ("oac", "Classes", 2021)
    assert found.classes == {"W1": "1", "W2": "1", "W3": "2"}
    assert list(found.labels.items()) == [("1", "Towns"), ("2", "Fields")]
    assert places.classifications(wards, "district") == ()
    assert places.classifications(wards, "square") == ()
    load_classes(wards, table("code,class", "W1,7"), class_name="", year=2031)
    (newer,) = places.classifications(wards, "ward")
    assert (newer.year, newer.classes, newer.labels) == (2031, {"W1": "7"}, {"7": "7"})
    assert [one.detail for one in places.catalogue(wards) if one.kind == "classification"] == [
        "oac 2021",
        "oac 2031",
    ]
    assert places.check(wards) == []


@pytest.mark.parametrize(
    ("lines", "changed", "said"),
    [
        (("code,class,name", "W1,1,Towns", "W1,1,Towns"), {}, "Row 2, column code, names an area that came"),
        (("code,class,name", "W1,1,Towns", "W2,1,Fields"), {}, "Row 2, column name, gives a class a second"),
        (("code,class,name", "W1,,Towns"), {}, "Row 1, column class, is empty"),
        (("code,class,name", "E1,1,Towns"), {}, "No row of the table names a loaded area"),
        (("code,group", "W1,1"), {}, "no column class"),
        (CLASSES, {"name": "O A C"}, "lower case joined by hyphens"),
    ],
)
def test_a_wrong_table_of_classes_is_refused_and_nothing_of_it_taken(wards, table, lines, changed, said):
    with pytest.raises(BadInput, match=said):
        load_classes(wards, table(*lines), **changed)
    assert places.classifications(wards, "ward") == ()


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (("code,n", "W1,5", "W1,6"), "Row 2, column code, names an area that came"),
        (("code,n", "W1,five"), "Row 1, column n, is not a whole number"),
        (("code,n", "E1,5"), "No row of the table names a loaded area"),
    ],
)
def test_a_wrong_table_of_dwellings_is_refused(wards, table, lines, said):
    with pytest.raises(BadInput, match=said):
        load_dwellings(wards, table(*lines))
    assert not places.dwellings(wards, "ward")
    with pytest.raises(NotFound):
        load_dwellings(wards, table("code,n", "W1,5"), vintage="1999")


def test_dwellings_are_no_residents_and_residents_no_dwellings(wards, table):
    load_dwellings(wards, table("code,n", "W1,400", "W2,500"), title="Households, 2021")
    assert dict(places.dwellings(wards, "ward")) == {"W1": 400, "W2": 500}
    assert not places.residents(wards, "ward")
    assert [(one.kind, one.detail) for one in places.catalogue(wards)][-1] == ("dwellings", "2021")


def test_both_are_loaded_at_the_command_line(wards, table):
    from joinedup.accounts import add_agency, add_user
    from joinedup.terms import Role

    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))

    def run(*words):
        result = CliRunner().invoke(main, ["-C", str(wards.folder), "places", *words])
        return result.exit_code, result.stdout, result.stderr

    where = ("--level", "ward", "--vintage", "2024", "--year", "2021", "--code", "code")
    file = str(table(*CLASSES))
    status, out, told = run("load-classification", file, "--name", "oac", *where, "--class", "class")
    assert status == 0 and "oac 2021" in out and "1 rows are for areas that are not loaded" in told
    status, out, told = run("load-dwellings", str(table("code,n", "W1,5")), *where, "--count", "n")
    assert status == 0 and "3 loaded areas are not in the table" in told
    status, out, _ = run("list")
    assert "classification" in out and "dwellings" in out


def test_a_workspace_from_before_there_were_classes_opens(tmp_path, database_url, geojson, table):
    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    try:
        load = {"level": "ward", "vintage": "2024", **WARD_COLUMNS}
        places.load_boundaries(made, geojson(ward_features()), **load)

        from django.db import connection
        from django.db.migrations.executor import MigrationExecutor

        MigrationExecutor(connection).migrate([("places", "0002_postcodes")])
        made.close()
        opened = Workspace.open(made.folder)
        assert places.classifications(opened, "ward") == ()
        load_classes(opened, table(*CLASSES))
        assert len(places.classifications(opened, "ward")) == 1
        opened.close()
    finally:
        made.close()
