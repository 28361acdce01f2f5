"""Any table, written in any way, is read as the same table; any damage ends in a refusal or in accounts that
add up, and in nothing else."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import tempfile
import zipfile
from pathlib import Path

import nasty_bombs  # noqa: F401 - enters its files
import nasty_typed  # noqa: F401 - enters its files
import nasty_workbooks  # noqa: F401 - enters its files
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from nasty_files import FILES
from nasty_making import Sheet, delimited, ods, parquet, xlsx, zipped

from joinedup.errors import BadInput
from joinedup.feeds.reading import Expected, plain
from joinedup.feeds.reading.expected import Expectation, Holds
from sampling import examples, sampled

NAMES = ("Ref", "Note", "Remark", "Else")
EXPECTED = Expected(
    feed="any-feed",
    columns=tuple(
        Expectation(name, (name, f"{name} of the case"), needed=name != "Else", holds=Holds.TEXT)
        for name in NAMES
    ),
    formats=frozenset({"csv", "xlsx", "ods", "json", "jsonl", "parquet", "xls"}),
    header_within=3,
)
INVISIBLE = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)
# What XML and a text file can carry, without what is taken out on purpose.
characters = st.characters(
    exclude_categories=("Cs", "Cc", "Cn"), exclude_characters=INVISIBLE + "\u2066\u2067\u2068\u2069"
)
cells = st.one_of(
    st.text(characters, max_size=8),
    st.sampled_from(["", "1", "007", "a,b;c\td|e", 'say "x"', "=1+1", "#N/A", "two\nlines"]),
)
rows = st.lists(cells, min_size=4, max_size=4).filter(lambda row: row[0].strip() != "" and row != list(NAMES))
tables = st.lists(rows, max_size=6)
WAYS = ("csv", "xlsx", "ods", "json", "jsonl", "parquet")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-32")


def read(content: bytes, expected: Expected = EXPECTED) -> tuple[list[list[str | None]], object]:
    """The rows that reading makes of these bytes, and all that it says."""
    with tempfile.TemporaryDirectory() as scratch:
        file, folder = Path(scratch) / "file", Path(scratch) / "folder"
        folder.mkdir()
        file.write_bytes(content)
        readable = plain(file, folder, expected)
        if readable.as_it_came:
            text = readable.path.read_bytes().decode("utf-8-sig")
            read_back = list(csv.reader(io.StringIO(text, newline=""), delimiter=expected.delimiter))[1:]
            return [[cell or None for cell in row] for row in read_back if row], readable
        assert readable.adds_up
        table = pq.read_table(readable.path).to_pylist()
        assert len(table) == readable.written
    return [[row[f"c{at}"] for at in range(len(expected.columns))] for row in table], readable


def written(way: str, header: list[str], table: list[list[str]], delimiter: str, encoding: str) -> bytes:
    """A table as one program or another writes it."""
    if way == "csv":
        return delimited([header, *table], delimiter).encode(encoding)
    if way == "xlsx":
        return xlsx(Sheet([header, *table]))
    if way == "ods":
        return ods(Sheet([header, *table]))
    if way == "parquet":
        return parquet({name: [row[at] for row in table] for at, name in enumerate(header)})
    objects = [dict(zip(header, row, strict=True)) for row in table]
    text = "\n".join(map(json.dumps, objects)) if way == "jsonl" else json.dumps(objects)
    return text.encode(encoding)


@settings(max_examples=examples(300, 3), deadline=None)
@given(
    tables,
    st.permutations(NAMES),
    st.sampled_from(WAYS),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(ENCODINGS),
    st.booleans(),
    st.sampled_from(["", "gzip", "zip"]),
)
def test_any_table_comes_back_the_same_however_it_is_written(
    table, order, way, delimiter, encoding, other, packed
):
    header = [f"{name} of the case".upper() if other else name for name in order]
    moved = [[row[NAMES.index(name)] for name in order] for row in table]
    if way in {"json", "jsonl"} and not table:
        return  # names come with objects only
    content = written(way, header, moved, delimiter, encoding)
    if packed == "zip":
        content = zipped({"any name": content})
    elif packed == "gzip":
        content = gzip.compress(content, mtime=0)
    found, _ = read(content)
    assert found == [[cell or None for cell in row] for row in table]


@settings(max_examples=examples(150, 2), deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=30), st.sampled_from([b'"', b"a,b,c,d", b"\r", b"\n", b"Ref,Note,Remark,Else"])
        )
    ),
    st.sampled_from(["utf-8", "cp1252"]),
)
@example([b'x,"a\n', b"b", b"\xff,1,2,3"], "utf-8")
def test_rows_in_are_always_rows_written_spoilt_and_set_aside(lines, encoding):
    content = b"Note,Ref,Remark,Else\n" + b"\n".join(lines) + b"\n"
    expected = Expected("any-feed", EXPECTED.columns, EXPECTED.formats, encoding=encoding, footers="end.*")
    try:
        _, readable = read(content, expected)
    except BadInput as refusal:
        assert refusal.what in {"The file is UTF-16"} or "cut off" in refusal.what  # a mark by chance
        return
    if readable.as_it_came:
        return
    for number in range(1, readable.records + 1):
        _, row = readable.origins.of(number)
        assert 2 <= row <= content.count(b"\n") + content.count(b"\r") + 1


LARGE = 200_000  # bytes; to damage the large ones as well would only take time


@pytest.mark.parametrize("seed", sampled(range(6), 2))
def test_damage_ends_in_a_refusal_or_in_accounts_that_add_up(seed):
    chance = random.Random(seed)
    for name, make in FILES.items():
        content = bytearray(make())
        if not 0 < len(content) < LARGE:
            continue
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        if chance.random() < 0.3:
            del content[chance.randrange(len(content)) :]
        try:
            read(bytes(content))
        except BadInput as refusal:
            assert refusal.next_step and "Jane" not in refusal.sentence(), name


def test_the_origin_of_every_row_is_known():
    content = b"title\n\nRef,Remark,Note,Else\nA,b,c,d\n\nB,b,c,d\nC,b\nD,b,c,d\n"
    found, readable = read(content)
    assert [row[0] for row in found] == ["A", "B", "D"]
    assert [readable.origins.of(number) for number in (1, 2, 3, 4)] == [("", 4), ("", 6), ("", 7), ("", 8)]
    sheet = Sheet([["title"], [], list(NAMES), ["A", "b", "c"], [], ["B", "b", "c"]], "Export")
    _, readable = read(xlsx(sheet))
    assert [readable.origins.of(number) for number in (1, 3)] == [("Export", 4), ("Export", 6)]


def test_a_package_that_lies_about_its_sizes_is_refused():
    content = bytearray(zipped({"may.csv": b"Ref,Note,Remark,Else\n" * 100}, zipfile.ZIP_STORED))
    at = content.find(b"PK\x01\x02")
    content[at + 20 : at + 28] = (10).to_bytes(4, "little") * 2
    with pytest.raises(BadInput):
        read(bytes(content))


def _placed(*names):
    columns = [Expectation(name, (name,), needed=True, holds=Holds.TEXT) for name in ("Ref", *names)]
    return Expected("any-feed", tuple(columns), frozenset({"json"}))


def _geojson(geometries, **more):
    features = [
        {"type": "Feature", "properties": {"Ref": f"A{number}"}, "geometry": geometry}
        for number, geometry in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", **more, "features": features}).encode()


def test_points_of_geojson_are_two_columns_and_shapes_are_no_points():
    shape = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}
    points = [{"type": "Point", "coordinates": [-1.20, 54.5, 7]}, None, shape]
    found, readable = read(_geojson(points), _placed("Longitude", "Latitude"))
    assert found == [["A0", "-1.2", "54.5"], ["A1", None, None]]
    assert readable.faults == {"not-one-value: Longitude": 1}
    grid = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::27700"}}
    metres = [{"type": "Point", "coordinates": [449800, 520500]}]
    found, _ = read(_geojson(metres, crs=grid), _placed("Easting", "Northing"))
    assert found == [["A0", "449800", "520500"]]
    other = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    with pytest.raises(BadInput, match="missing: Longitude, Latitude"):
        read(_geojson(metres, crs=other), _placed("Longitude", "Latitude"))


def test_an_object_that_holds_its_rows_may_come_where_lines_of_objects_may():
    content = json.dumps({"rows": [{"Ref": "A", "Note": "b", "Remark": "c"}]}).encode()
    for kind in ("json", "jsonl"):
        found, _ = read(content, Expected("any-feed", EXPECTED.columns, frozenset({kind})))
        assert found == [["A", "b", "c", None]]
