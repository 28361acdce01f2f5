"""A directory of postcodes: what is kept of it, what is set aside, and what is refused."""

from __future__ import annotations

import gzip
import json

import pyarrow.parquet as pq
import pytest

from joinedup import places
from joinedup.errors import BadInput, NotFound

ROWS = (
    "pcds,lat,long,extra",
    "AB1 2CD,54.5,-1.3,x",
    "ab3  4ef,54.6,-1.2,y",
    "AB9 9ZZ,99.999999,0.0,no place",
    "AB8 8YY,,,no place either",
    ",54.5,-1.3,no postcode",
    "AB1 2CD,54.9,-1.9,again",
)
COLUMNS = {"postcode": "pcds", "longitude": "long", "latitude": "lat"}


def load(workspace, file, **changed):
    return places.load_postcodes(workspace, file, **{"vintage": "2025-02", **COLUMNS, **changed})


def test_a_postcode_is_kept_without_its_space_and_once(workspace, table):
    told = load(workspace, table(*ROWS), title="A directory", licence="OGL")
    assert (told.rows, told.set_aside, told.changed, told.title) == (2, 4, True, "A directory")
    kept = places.postcodes(workspace)
    assert (kept.title, kept.vintage) == ("A directory", "2025-02")
    assert pq.read_table(kept.path).to_pylist() == [
        {"postcode": "AB12CD", "longitude": -1.3, "latitude": 54.5},
        {"postcode": "AB34EF", "longitude": -1.2, "latitude": 54.6},
    ]
    assert not load(workspace, table(*ROWS)).changed
    (entry,) = places.catalogue(workspace)
    assert (entry.kind, entry.vintage, entry.rows) == ("postcodes", "2025-02", 2)
    assert places.check(workspace) == []


def test_the_one_loaded_last_is_in_use_and_a_packed_file_will_do(workspace, table, tmp_path):
    assert places.postcodes(workspace) is None
    load(workspace, table(*ROWS))
    packed = tmp_path / "newer.csv.gz"
    packed.write_bytes(gzip.compress(b"pcds,lat,long\nZZ1 1ZZ,54.0,-1.0\n"))
    load(workspace, packed, vintage="2025-05")
    assert pq.read_table(places.postcodes(workspace).path)["postcode"].to_pylist() == ["ZZ11ZZ"]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("pcds,lat,long", "AB1 2CD,54.5,west"), "something that is no number"),
        (("pcds,lat,long", "AB1 2CD,54.5,-1.3", "AB3 4EF,54.5,nan"), "column long has .* no finite number"),
        (("pcds,lat,long", "AB1 2CD,NaN,-1.3", "AB3 4EF,54.5,-1.2"), "column lat has .* no finite number"),
        (("pcds,lat,long", "AB1 2CD,54.5,-inf", "AB3 4EF,,"), "column long has .* no finite number"),
        (("pcds,lat,long", "AB1 2CD,512345,445566"), "not in degrees"),
        (("pcds,lat", "AB1 2CD,54.5"), "lacks one of the columns"),
        (("pcds,lat,long", "AB9 9ZZ,99.999999,0"), "No row of the directory"),
    ],
)
def test_a_wrong_directory_is_refused_without_its_content(workspace, table, lines, sentence):
    with pytest.raises(BadInput, match=sentence) as refused:
        load(workspace, table(*lines))
    assert "AB1" not in str(refused.value)
    assert places.postcodes(workspace) is None


def test_there_is_no_such_file(workspace, tmp_path):
    with pytest.raises(NotFound):
        load(workspace, tmp_path / "nothing.csv")


def test_a_directory_that_changed_on_disk_is_found(workspace, table):
    load(workspace, table(*ROWS))
    places.postcodes(workspace).path.write_bytes(b"not ours")
    assert ["not what was loaded" in one.what for one in places.check(workspace)] == [True]


def test_it_is_loaded_at_the_shell(workspace, table):
    from click.testing import CliRunner

    from joinedup.cli import main

    file = table(*ROWS)
    words = ["-C", str(workspace.folder), "places", "load-postcodes", str(file), "--vintage", "2025-02"]
    result = CliRunner().invoke(main, [*words, "--format", "json"])
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)[0]["rows"] == 2
    assert "2 postcodes; 4 rows without a place, or again, were set aside." in result.stderr
