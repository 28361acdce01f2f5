"""The nasty files, made by code, each named for what is nasty about it (nasty_table.toml: what is right)."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

from nasty_making import delimited, zipped

DATA = Path(__file__).parent / "data"
HEADER = ["Ref", "Date", "Ward", "Note", "Count", "Open"]
ROWS = [
    ["A1", "01/05/2024", "001", "one", "1", "Yes"],
    ["A2", "02/05/2024", "N1", "two", "2", "No"],
    ["A3", "03/05/2024", "002", "three", "3", "Yes"],
]
TABLE = [HEADER, *ROWS]
TEXT = delimited(TABLE)
PLAIN = TEXT.encode()
FILES: dict[str, Callable[[], bytes]] = {}


def nasty(make: Callable[[], bytes]) -> Callable[[], bytes]:
    """Enter a file under the name of the function that makes it."""
    FILES[make.__name__.replace("_", "-")] = make
    return make


def changed(row: int, column: str, cell: str) -> list[list[str]]:
    """The table with one cell changed; row 1 is the first below the header."""
    table = [list(one) for one in TABLE]
    table[row][HEADER.index(column)] = cell
    return table


def with_line(line: str, after: int = 2) -> bytes:
    """The text with one more line in it."""
    lines = TEXT.splitlines(keepends=True)
    return "".join([*lines[: after + 1], line + "\n", *lines[after + 1 :]]).encode()


# --- text as it should be, and nearly so


@nasty
def plain() -> bytes:
    return PLAIN


@nasty
def byte_order_mark() -> bytes:
    return b"\xef\xbb\xbf" + PLAIN


@nasty
def line_ends_of_windows() -> bytes:
    return PLAIN.replace(b"\n", b"\r\n")


@nasty
def no_end_of_the_last_line() -> bytes:
    return PLAIN[:-1]


@nasty
def blank_lines_between() -> bytes:
    return PLAIN.replace(b"\n", b"\n\n")


@nasty
def quotes_delimiters_and_lines_in_cells() -> bytes:
    return delimited(changed(1, "Note", 'a "b", c\nd')).encode()


@nasty
def only_a_header() -> bytes:
    return PLAIN.splitlines(keepends=True)[0]


@nasty
def packed_with_gzip() -> bytes:
    return gzip.compress(PLAIN, mtime=0)


@nasty
def packed_in_a_zip() -> bytes:
    return zipped({"may.csv": PLAIN})


# --- delimiters and encodings


@nasty
def semicolons() -> bytes:
    return delimited(TABLE, ";").encode()


@nasty
def tabs() -> bytes:
    return delimited(TABLE, "\t").encode()


@nasty
def bars() -> bytes:
    return delimited(TABLE, "|").encode()


@nasty
def separator_line_of_excel() -> bytes:
    return b"sep=;\r\n" + delimited(TABLE, ";", "\r\n").encode()


@nasty
def utf_16_marked() -> bytes:
    return ("\ufeff" + TEXT).encode("utf-16-le")


@nasty
def utf_16_big_endian_marked() -> bytes:
    return ("\ufeff" + TEXT).encode("utf-16-be")


@nasty
def utf_16_without_mark() -> bytes:
    return TEXT.encode("utf-16-le")


@nasty
def utf_16_big_endian_without_mark() -> bytes:
    return TEXT.encode("utf-16-be")


@nasty
def utf_32_marked() -> bytes:
    return ("\ufeff" + TEXT).encode("utf-32-le")


@nasty
def windows_1252_as_agreed() -> bytes:
    return delimited(changed(1, "Note", "café £5 – “x”")).encode("cp1252")


@nasty
def mixed_encodings_as_agreed() -> bytes:
    return PLAIN.replace(b"one", "café".encode()).replace(b"two", "café".encode("cp1252"))


@nasty
def carriage_returns_alone() -> bytes:
    return PLAIN.replace(b"\n", b"\r")


@nasty
def mixed_line_ends() -> bytes:
    return PLAIN.replace(b"\n", b"\r\n", 2)


@nasty
def a_mark_of_dos_at_the_end() -> bytes:
    return PLAIN.replace(b"\n", b"\r\n") + b"\x1a"


@nasty
def blanks_after_the_last_line() -> bytes:
    return PLAIN + b"   "


@nasty
def lines_of_blanks() -> bytes:
    return PLAIN.replace(b"\n", b"\n \t\n").replace(b",", b";")


# --- headers


@nasty
def a_header_that_begins_as_a_parquet_file_does() -> bytes:
    return b"PARENT,Ref" + PLAIN.removeprefix(b"Ref").replace(b"\nA", b"\nx,A")


@nasty
def renamed_columns() -> bytes:
    return PLAIN.replace(b"Ref,Date", b"Case no,Date seen").replace(b"Note", b"Remarks")


@nasty
def header_in_capitals() -> bytes:
    return PLAIN.replace(b"Ref,Date,Ward,Note,Count,Open", b"REF,DATE,WARD,NOTE,COUNT,OPEN")


@nasty
def blanks_around_names() -> bytes:
    return PLAIN.replace(b"Ref,Date", "Ref , \u00a0Date".encode())


@nasty
def blanks_around_cells() -> bytes:
    return PLAIN.replace(b"A1,", b"A1  ,").replace(b",N1,", ", N1\u00a0,".encode()).replace(b",2,", b",   2,")


@nasty
def cells_of_blanks() -> bytes:
    return PLAIN.replace(b",two,", b",  ,").replace(b"A3,", b"   ,")


@nasty
def years_of_two_digits() -> bytes:
    return PLAIN.replace(b"02/05/2024", b"02/05/24")


@nasty
def invisible_characters_in_the_header() -> bytes:
    return PLAIN.replace(b"Ward", "Wa\u200brd\ufeff".encode())


@nasty
def other_order() -> bytes:
    return delimited([row[::-1] for row in TABLE]).encode()


@nasty
def more_columns() -> bytes:
    return delimited([[row[0], "private", *row[1:], "more"] for row in TABLE]).encode()


@nasty
def optional_columns_absent() -> bytes:
    return delimited([row[:4] for row in TABLE]).encode()


@nasty
def empty_columns_at_the_end() -> bytes:
    return PLAIN.replace(b"\n", b",,\n")


@nasty
def more_names_than_cells() -> bytes:
    return PLAIN.replace(b"Open\n", b"Open,,\n")


@nasty
def title_rows() -> bytes:
    return b"Wards of Anytown\nPrinted for: the board,,\n\n" + PLAIN


# --- rows that are no data


@nasty
def repeated_headers() -> bytes:
    return with_line(",".join(HEADER))


@nasty
def a_row_of_totals() -> bytes:
    return PLAIN + b"Total,,,,6,\n"


@nasty
def a_short_footer() -> bytes:
    return PLAIN + b"End of report\n"


@nasty
def a_short_footer_without_end() -> bytes:
    return PLAIN + b"Printed 1 June"


@nasty
def empty_rows_of_delimiters() -> bytes:
    return with_line(",,,,,")


@nasty
def invisible_characters_in_cells() -> bytes:
    return delimited(changed(1, "Ward", "\u200b001\u200e")).encode()


@nasty
def a_second_mark_within() -> bytes:
    return PLAIN.replace(b"A2", b"\xef\xbb\xbfA2")


# --- rows for quarantine


@nasty
def a_row_that_is_not_utf_8() -> bytes:
    return PLAIN.replace(b"two", "café".encode("cp1252"))


@nasty
def bytes_that_are_not_windows_1252_either() -> bytes:
    return PLAIN.replace(b"two", b"caf\x81")


@nasty
def too_few_cells() -> bytes:
    return with_line("A9,02/05/2024")


@nasty
def too_many_cells() -> bytes:
    return with_line("A9,02/05/2024,N1,a, b,1,Yes")


@nasty
def a_quote_that_never_closes() -> bytes:
    return with_line('A9,02/05/2024,N1,"open,1,Yes')


@nasty
def a_quote_that_never_closes_at_the_end() -> bytes:
    return PLAIN + b'A9,02/05/2024,N1,"open,1,Yes\n'


@nasty
def two_stray_quotes_with_rows_between() -> bytes:
    return PLAIN.replace(b"one", b'"one').replace(b"three", b'a 6"') + b"A4,04/05/2024,N1,four,4,No\n"


@nasty
def two_stray_quotes_in_a_file_of_semicolons() -> bytes:
    return two_stray_quotes_with_rows_between().replace(b",", b";").replace(b"\n", b"\r\n")


@nasty
def narratives_of_many_lines() -> bytes:
    """With as many commas as rows have, with a date, and with lines that begin as rows do."""
    told = [
        "Called,at,the,house,twice,\nnobody in, nor at, the next, nor, the one, after",
        'Log:\nJS,04/05/2024,called\nJS,05/05/2024,"no answer"\n',
        "1. knife, 2. bag,\n\n3. phone, 4. keys, 5. wallet, 6. coat, 7. hat",
    ]
    return delimited(
        [HEADER, *([*row[:3], note, *row[4:]] for row, note in zip(ROWS, told, strict=True))]
    ).encode()


@nasty
def a_nul_byte() -> bytes:
    return PLAIN.replace(b"two", b"t\0o")


@nasty
def a_row_shifted_by_one() -> bytes:
    return with_line("A9,,02/05/2024,N1,note,1")


@nasty
def months_before_days() -> bytes:
    return PLAIN.replace(b"03/05/2024", b"05/30/2024")


@nasty
def an_impossible_date() -> bytes:
    return PLAIN.replace(b"03/05/2024", b"31/06/2024")


@nasty
def an_unknown_code() -> bytes:
    return PLAIN.replace(b"N1", b"X9")


@nasty
def a_word_where_a_number_belongs() -> bytes:
    return PLAIN.replace(b",2,No", b",#VALUE!,No")


@nasty
def a_key_twice() -> bytes:
    return PLAIN.replace(b"A3", b"A2")


@nasty
def a_key_missing() -> bytes:
    return PLAIN.replace(b"A2,", b",")


@nasty
def a_torn_row_beside_columns_outside_the_contract() -> bytes:
    table = [[*row, "secret"] for row in TABLE]
    return delimited([*table, [*ROWS[0], "secret", "and", "more secrets"]]).encode()


@nasty
def a_torn_row_beside_a_column_without_a_name_outside_the_contract() -> bytes:
    table = [[*row, "secret"] for row in ROWS]
    return delimited([[*HEADER, ""], *table, [*ROWS[0], "secret", "and", "more secrets"]]).encode()


@nasty
def a_bad_row_beside_columns_outside_the_contract() -> bytes:
    return delimited([["secret", *row] for row in changed(2, "Ward", "X9")]).encode()


# --- files to be refused


@nasty
def nothing_at_all() -> bytes:
    return b""


@nasty
def blank_lines_only() -> bytes:
    return b"\n\r\n\n"


@nasty
def a_column_missing() -> bytes:
    return delimited([row[:2] for row in TABLE]).encode()


@nasty
def a_column_twice() -> bytes:
    return delimited([[*row, row[2]] for row in TABLE]).encode()


@nasty
def a_column_under_two_names() -> bytes:
    return delimited([[*row, "Reference" if row is HEADER else "B1"] for row in TABLE]).encode()


@nasty
def no_header_line() -> bytes:
    return delimited(ROWS).encode().replace(b"one", b"Jane Doe")


@nasty
def a_header_too_far_down() -> bytes:
    return b"title\n" * 7 + PLAIN


@nasty
def a_file_of_another_feed() -> bytes:
    names = (
        "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Crime type"
    )
    return f"{names},Last outcome category,Context\n".encode()


@nasty
def a_pdf() -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n"


@nasty
def a_picture() -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@nasty
def a_web_page_called_xls() -> bytes:
    return b"\r\n<html><body><table><tr><td>Ref</td></tr></table></body></html>"


@nasty
def xml_of_a_spreadsheet() -> bytes:
    return b'<?xml version="1.0"?>\n<?mso-application progid="Excel.Sheet"?>\n<Workbook/>'


@nasty
def a_word_document() -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})


@nasty
def a_binary_workbook() -> bytes:
    return zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.bin": b"\0\1"})


@nasty
def a_database() -> bytes:
    return b"SQLite format 3\0" + b"\0" * 84


@nasty
def an_archive_of_7_zip() -> bytes:
    return b"7z\xbc\xaf\x27\x1c\0\4" + bytes(range(64))


@nasty
def an_archive_of_tar() -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        told = tarfile.TarInfo("may.csv")
        told.size = len(PLAIN)
        archive.addfile(told, io.BytesIO(PLAIN))
    return gzip.compress(out.getvalue(), mtime=0)


@nasty
def random_bytes() -> bytes:
    state, made = 7, bytearray()
    for _ in range(5000):
        state = state * 1103515245 + 12345 & 0x7FFFFFFF
        made.append(state >> 16 & 255)
    return bytes(made)


@nasty
def gzip_cut_off() -> bytes:
    return packed_with_gzip()[:-10]


@nasty
def zip_cut_off() -> bytes:
    return packed_in_a_zip()[:-30]


@nasty
def text_cut_off() -> bytes:
    return PLAIN[: PLAIN.rindex(b",002")]


@nasty
def utf_16_cut_off() -> bytes:
    return utf_16_marked()[:-1]


@nasty
def a_million_columns() -> bytes:
    return b"x," * 1_000_000 + b"x\n"


@nasty
def a_line_without_end() -> bytes:
    return PLAIN + b"A9,02/05/2024,N1," + b"x" * (20 << 20) + b"\n"


@nasty
def one_line_of_nothing_but_delimiters() -> bytes:
    return b"," * (20 << 20)


@nasty
def millions_of_empty_lines() -> bytes:
    return PLAIN + b"\n" * 5_000_000


@nasty
def quotes_that_never_close_by_the_thousand() -> bytes:
    return PLAIN + b'A9,02/05/2024,N1,"open,1,Yes\n' * 6_000


@nasty
def zeros_only() -> bytes:
    return gzip.compress(b"\0" * (64 << 20), mtime=0)


# --- packages


@nasty
def three_parts_in_a_zip() -> bytes:
    return zipped({f"{n}.csv": delimited([HEADER, row]) for n, row in enumerate(ROWS)})


@nasty
def parts_in_two_ways() -> bytes:
    return zipped(
        {
            "1.csv": delimited(TABLE[:2], ";"),
            "2.csv": ("\ufeff" + delimited([HEADER, ROWS[1]])).encode("utf-16-le"),
        }
    )


@nasty
def litter_of_a_mac_in_a_zip() -> bytes:
    return zipped({"__MACOSX/._may.csv": b"\0", "may.csv": PLAIN, ".DS_Store": b"\0", "folder/": b""})


@nasty
def different_headers_in_a_zip() -> bytes:
    return zipped({"1.csv": PLAIN, "2.csv": other_order()})


@nasty
def a_file_of_another_kind_in_a_zip() -> bytes:
    return zipped({"1.csv": PLAIN, "readme.pdf": a_pdf()})


@nasty
def a_zip_of_nothing() -> bytes:
    return zipped({})


@nasty
def a_zip_in_a_zip() -> bytes:
    return zipped({"may.zip": packed_in_a_zip()})


@nasty
def gzip_in_gzip() -> bytes:
    return gzip.compress(packed_with_gzip(), mtime=0)


@nasty
def a_zip_that_climbs_out() -> bytes:
    return zipped({"../../may.csv": PLAIN})


@nasty
def a_zip_with_a_path_from_the_root() -> bytes:
    return zipped({"/etc/may.csv": PLAIN})


@nasty
def a_zip_of_600_files() -> bytes:
    return zipped({f"{n}.csv": PLAIN for n in range(600)})


# --- JSON


def _objects() -> list[dict[str, str]]:
    return [dict(zip(HEADER, row, strict=True)) for row in ROWS]


@nasty
def an_array_of_objects() -> bytes:
    return json.dumps(_objects(), indent=1).encode()


@nasty
def an_object_on_each_line() -> bytes:
    return "\n".join(json.dumps(one) for one in _objects()).encode()


@nasty
def objects_with_types() -> bytes:
    made = [one | {"Count": int(one["Count"]), "Open": one["Open"] == "Yes"} for one in _objects()]
    del made[1]["Note"]
    made[2]["Note"] = None
    return json.dumps(made).encode()


@nasty
def objects_in_utf_16() -> bytes:
    return ("\ufeff" + json.dumps(_objects())).encode("utf-16-le")


@nasty
def a_list_where_a_value_belongs() -> bytes:
    made = _objects()
    made[1]["Note"] = ["a", "b"]  # type: ignore[assignment]
    return json.dumps(made).encode()


@nasty
def half_a_character_in_an_object() -> bytes:
    return json.dumps(_objects()).replace('"two"', '"\\ud800"').encode()


@nasty
def a_line_that_is_no_object() -> bytes:
    return an_object_on_each_line() + b'\n{"Ref": "A9", \n[1, 2]\n'


@nasty
def an_array_cut_off() -> bytes:
    return an_array_of_objects()[:-40]


@nasty
def lists_a_hundred_thousand_deep() -> bytes:
    return b'[{"Ref": ' + b"[" * 100_000 + b"]" * 100_000 + b"}]"


@nasty
def a_list_of_objects_in_an_object() -> bytes:
    answer = {"status": "ok", "pages": {"next": None}, "rows": _objects(), "count": 3, "links": ["a", "b"]}
    return json.dumps(answer).encode()


@nasty
def a_list_of_objects_in_an_object_over_many_lines() -> bytes:
    lines = ",\n".join(json.dumps(one) for one in _objects())
    return f'{{\n"status": "ok",\n"data": [\n{lines}\n]\n}}\n'.encode()


@nasty
def one_object_over_many_lines() -> bytes:
    return json.dumps(_objects()[0], indent=2).encode()


@nasty
def one_object_with_a_list_of_its_own() -> bytes:
    return json.dumps(_objects()[0] | {"victims": [{"name": "Jane Doe"}]}).encode()


@nasty
def geojson_of_points() -> bytes:
    features = [
        {"type": "Feature", "properties": one, "geometry": {"type": "Point", "coordinates": [-1.2, 54.5]}}
        for one in _objects()
    ]
    lines = ",\n".join(json.dumps(one) for one in features)
    return f'{{\n"type": "FeatureCollection",\n"features": [\n{lines}\n]\n}}\n'.encode()


@nasty
def geojson_without_properties() -> bytes:
    """The second feature has none."""
    features = [{"type": "Feature", "properties": one, "geometry": None} for one in _objects()]
    features[1]["properties"] = None
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


@nasty
def two_lists_that_could_be_it() -> bytes:
    return json.dumps({"may": _objects(), "june": _objects()}).encode()


@nasty
def a_list_in_an_object_cut_off() -> bytes:
    return json.dumps({"rows": _objects()}, indent=1).encode()[:-40]


@nasty
def an_empty_array() -> bytes:
    return b"[]"
