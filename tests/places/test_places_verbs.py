"""``joinedup places``: loading on the command line, in words and in exit statuses."""

from __future__ import annotations

import json

import pytest
from invented_wards import ward_features

from joinedup.cli import main
from joinedup.workspace import Workspace

LOAD = ["--level", "ward", "--vintage", "2024", "--code", "code", "--name", "name"]


@pytest.fixture
def run(workspace, capsys):
    """Runs a verb in the workspace: exit status, standard output, standard error."""

    def call(*arguments):
        workspace.close()
        with pytest.raises(SystemExit) as left:
            main(["-C", str(workspace.folder), "places", *map(str, arguments)])
        Workspace.open(workspace.folder)
        captured = capsys.readouterr()
        return left.value.code, captured.out, captured.err

    return call


def test_load_dissolve_and_list(run, geojson):
    file = geojson(ward_features())
    into = ["--parent", "parent", "--parent-name", "parent_name", "--dissolve-into", "district"]
    status, out, err = run("load", file, *LOAD, *into, "--licence", "OGL", "--format", "json")
    assert status == 0
    assert [(row["level"], row["features"], row["changed"]) for row in json.loads(out)] == [
        ("ward", 4, True),
        ("district", 2, True),
    ]
    assert "ward 2024: 4 areas, version 1 is in use." in err
    assert "nothing has changed" in run("load", file, *LOAD, *into)[2]
    status, out, _ = run("list", "--format", "json")
    assert [row["level"] for row in json.loads(out)] == ["district", "ward"]
    status, out, _ = run("areas", "ward", "--within", "D2", "--format", "csv")
    assert out.splitlines() == [
        "code,name,vintage,residents,district",
        "W2,South East,2024,,D2",
        "W4,North East,2024,,D2",
    ]


def test_what_is_wrong_is_one_sentence_and_status_2(run, geojson):
    features = ward_features()
    features[1]["properties"]["code"] = "W1"
    status, out, err = run("load", geojson(features), *LOAD)
    assert (status, out) == (2, "")
    assert "The code W1 comes twice (feature 1 of areas.geojson and feature 2 of areas.geojson)" in err
    status, _, err = run("load", geojson(features), *LOAD, "--dissolve-into", "district")
    assert status == 2
    assert "--parent COLUMN" in err


def test_tables_load_and_say_what_they_left_out(run, geojson, table):
    run("load", geojson(ward_features()), *LOAD, "--parent", "parent", "--dissolve-into", "district")
    ward = ["--level", "ward", "--vintage", "2024", "--code", "code"]
    file = table("code,all", "W1,10", "W2,20", "X,5")
    status, out, err = run(
        "load-residents", file, *ward, "--year", 2021, "--total", "all", "--format", "json"
    )
    assert (status, json.loads(out)[0]["rows"]) == (0, 2)
    assert "1 rows are for areas that are not loaded" in err
    assert "2 loaded areas are not in the table" in err
    file = table("code,rank,decile", "W1,1,1", "W2,2,1", "W3,3,1", "W4,4,1")
    status, *_ = run(
        "load-deprivation", file, *ward, "--year", 2025, "--domain", "overall", "rank", "decile", "-"
    )
    assert status == 0
    file = table("w,d", "W1,D1")
    sets = ["--child-set", "ward", "2024", "--parent-set", "district", "2024"]
    assert run("load-lookup", file, *sets, "--child", "w", "--parent", "d", "--kind", "exact")[0] == 0
    kinds = [row["kind"] for row in json.loads(run("list", "--format", "json")[1])]
    assert kinds == ["boundaries", "boundaries", "lookup", "residents", "deprivation"]
