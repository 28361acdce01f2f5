"""The nasty workbooks and Parquet files; entered beside the others when this module is imported."""

from __future__ import annotations

import datetime as dt
import gzip
import re

from nasty_files import DATA, HEADER, ROWS, TABLE, nasty
from nasty_making import (
    Error,
    Formula,
    Sheet,
    Shown,
    ods,
    ods_content,
    ods_of,
    parquet,
    with_flag,
    xlsx,
    xlsx_parts,
    zipped,
)

DAY = [dt.date(2024, 5, day) for day in range(1, 4)]
TYPED = [
    HEADER,
    ["A1", DAY[0], "001", "one", 1, True],
    ["A2", DAY[1], "N1", "two", 2, False],
    ["A3", DAY[2], "002", "three", 3.0, True],
]
TITLED = [["Wards of Anytown"], [], *TYPED]


def typed(row: int, column: str, cell: object) -> list[list[object]]:
    """The typed table with one cell changed; row 1 is the first below the header."""
    table = [list(one) for one in TYPED]
    table[row][HEADER.index(column)] = cell
    return table


@nasty
def workbook_of_texts() -> bytes:
    return xlsx(Sheet(TABLE))


@nasty
def workbook_with_types() -> bytes:
    return xlsx(Sheet(TYPED))


@nasty
def workbook_from_1904() -> bytes:
    early = [
        [cell - dt.timedelta(days=1462) if isinstance(cell, dt.date) else cell for cell in row]
        for row in TYPED
    ]
    return xlsx(Sheet(early), from_1904=True)


@nasty
def workbook_in_gzip() -> bytes:
    return gzip.compress(xlsx(Sheet(TYPED)), mtime=0)


@nasty
def workbook_in_a_zip() -> bytes:
    return zipped({"may.xlsx": xlsx(Sheet(TYPED))})


@nasty
def workbook_with_prefixes() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    for name in ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"):
        made = parts[name].replace("<", "<x:").replace("<x:/", "</x:").replace("<x:?", "<?")
        parts[name] = made.replace("xmlns=", "xmlns:x=")
    return zipped(parts)


@nasty
def workbook_with_inline_rich_and_escaped_texts() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    runs = '<r><t>o</t></r><r><t xml:space="preserve">ne_x000D_</t></r>'
    rich = f'<si>{runs}<rPh sb="0" eb="1"><t>IGNORE</t></rPh></si>'
    parts["xl/sharedStrings.xml"] = parts["xl/sharedStrings.xml"].replace(
        '<si><t xml:space="preserve">one</t></si>', rich
    )
    sheet = parts["xl/worksheets/sheet1.xml"]
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(
        '<c r="C3" t="s"><v>9</v></c>', '<c r="C3" t="inlineStr"><is><t>N1</t></is></c>'
    )
    return zipped(parts)


@nasty
def workbook_without_references() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    parts["xl/worksheets/sheet1.xml"] = re.sub(r' r="[A-Z]*\d+"', "", parts["xl/worksheets/sheet1.xml"])
    return zipped(parts)


@nasty
def zeros_shown_by_format() -> bytes:
    return xlsx(Sheet(typed(1, "Ward", Shown(1))))


@nasty
def zeros_lost() -> bytes:
    return xlsx(Sheet(typed(1, "Ward", 1)))


@nasty
def zeros_lost_in_two_ways() -> bytes:
    return xlsx(Sheet(typed(1, "Ward", 10)))


@nasty
def references_that_became_numbers() -> bytes:
    return xlsx(Sheet(typed(1, "Ref", 1642)))


@nasty
def a_reference_that_lost_its_digits() -> bytes:
    return xlsx(Sheet(typed(1, "Ref", 1234567890123456789.0)))


@nasty
def titles_hidden_rows_merged_cells_and_formulas() -> bytes:
    rows = [list(row) for row in TITLED]
    rows[3][4] = Formula("SUM(1)", 1.0)
    return xlsx(Sheet(rows, hidden_rows=[5], merged=["A1:F1"]))


@nasty
def several_sheets() -> bytes:
    return xlsx(Sheet([["Read me"], ["nothing"]], "About"), Sheet(TYPED, "Data"), Sheet([], "Empty"))


@nasty
def a_hidden_sheet() -> bytes:
    return xlsx(Sheet([["About"]], "About"), Sheet(TYPED, "Data", hidden=True))


@nasty
def two_sheets_with_the_header() -> bytes:
    return xlsx(Sheet(TYPED, "May"), Sheet(TYPED, "June"))


@nasty
def the_sheet_that_the_contract_names() -> bytes:
    return xlsx(Sheet(TYPED[:2], "Other"), Sheet(TYPED, "Export"))


@nasty
def no_sheet_of_the_name() -> bytes:
    return xlsx(Sheet(TYPED, "Ausgabe"))


@nasty
def macros() -> bytes:
    return xlsx(Sheet(TYPED), **{"xl/vbaProject.bin": "macro"})


@nasty
def empty_rows_and_a_footer_in_a_sheet() -> bytes:
    return xlsx(
        Sheet(
            [*TYPED[:3], [], [None, None], TYPED[3], [], ["Printed 3 June"], ["Total", None, None, None, 6.0]]
        )
    )


@nasty
def cells_at_the_far_corner() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace("</sheetData>", far)
    return zipped(parts)


@nasty
def error_values() -> bytes:
    rows = typed(1, "Note", Error("#N/A"))
    rows[2][4] = Error("#VALUE!")
    rows[3][2] = Error("#REF!")
    return xlsx(Sheet(rows))


@nasty
def a_note_that_became_a_date() -> bytes:
    return xlsx(Sheet(typed(1, "Note", dt.date(2024, 2, 1))))


@nasty
def a_code_that_became_a_date() -> bytes:
    return xlsx(Sheet(typed(1, "Ward", dt.date(2024, 2, 1))))


@nasty
def a_date_that_became_a_number() -> bytes:
    return xlsx(Sheet(typed(1, "Date", 45413)))


@nasty
def a_date_before_there_were_any() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(">45413<", ">-5<")
    return zipped(parts)


@nasty
def days_taken_for_months() -> bytes:
    rows = [[f"B{n}", dt.date(2024, n % 12 + 1, 5), "N1", "x", 1, True] for n in range(12)]
    rows += [[f"C{n}", f"{n:02}/05/2024", "N1", "x", 1, True] for n in range(13, 28)]
    return xlsx(Sheet([HEADER, *rows]))


@nasty
def a_workbook_where_only_csv_may_come() -> bytes:
    return xlsx(Sheet(TYPED))


@nasty
def workbook_cut_off() -> bytes:
    return xlsx(Sheet(TYPED))[:-200]


@nasty
def workbook_with_a_broken_sheet() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"][:-60]
    return zipped(parts)


@nasty
def workbook_locked() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + b"\0" * 504
        + "EncryptedPackage".encode("utf-16-le")
        + b"\0" * 500
    )


@nasty
def zip_locked() -> bytes:
    return with_flag(zipped({"may.csv": b"x" * 50}), 1)


@nasty
def an_old_document() -> bytes:
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "WordDocument".encode("utf-16-le") + b"\0" * 500
    )


@nasty
def entities_that_multiply() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    name = "xl/sharedStrings.xml"
    parts[name] = parts[name].replace("<sst", bomb + "<sst").replace(">one<", ">&b;<")
    return zipped(parts)


@nasty
def entities_from_outside() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    outside = '<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    name = "xl/workbook.xml"
    parts[name] = parts[name].replace("<workbook ", outside + "<workbook ")
    return zipped(parts)


@nasty
def a_sheet_that_unpacks_to_far_too_much() -> bytes:
    parts: dict[str, bytes | str] = dict(xlsx_parts([Sheet(TYPED)]))
    start = b'<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>'
    parts["xl/worksheets/sheet1.xml"] = start + b"a" * (64 << 20)
    return zipped(parts)


@nasty
def elements_within_elements() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    parts["xl/worksheets/sheet1.xml"] = "<worksheet><sheetData>" + "<a>" * 300_000
    return zipped(parts)


@nasty
def an_element_that_never_ends() -> bytes:
    parts = xlsx_parts([Sheet(TYPED)])
    parts["xl/worksheets/sheet1.xml"] = '<worksheet a="' + "x" * (5 << 20) + '">'
    return zipped(parts)


@nasty
def open_document() -> bytes:
    return ods(Sheet(TYPED))


@nasty
def open_document_with_all_kinds() -> bytes:
    rows = [list(row) for row in TITLED]
    rows[3][2] = Shown(1)
    rows[4][4] = Formula("1+1", 2)
    rows[5][3] = Error("#N/A")
    return ods(Sheet([["About"]], "About"), Sheet(rows, "Data", hidden=True, hidden_rows=[5]))


@nasty
def open_document_with_notes_and_repeats() -> bytes:
    content = ods_content(Sheet(TYPED))
    note = "<office:annotation><text:p>a remark by Jane Doe</text:p></office:annotation>"
    content = content.replace("<text:p>one</text:p>", note + "<text:p>on<text:span>e</text:span></text:p>")
    empty = '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
    third = content.rindex("<table:table-row><table:table-cell office")
    return ods_of(content[:third] + empty + content[third:])


@nasty
def open_document_locked() -> bytes:
    return ods_of("\0\1", "<manifest><encryption-data/></manifest>")


@nasty
def open_document_with_entities() -> bytes:
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">]><office:document-content'
    return ods_of(ods_content(Sheet(TYPED)).replace("<office:document-content", bomb))


@nasty
def open_document_that_repeats_a_row_a_million_times() -> bytes:
    content = ods_content(Sheet(TYPED))
    many = '<table:table-row table:number-rows-repeated="1000000"><table:table-cell office'
    third = content.rindex("<table:table-row><table:table-cell office")
    return ods_of(
        content[:third] + many + content[third + len("<table:table-row><table:table-cell office") :]
    )


@nasty
def old_workbook() -> bytes:
    return (DATA / "old-workbook.xls").read_bytes()


@nasty
def old_workbook_locked() -> bytes:
    return (DATA / "locked-workbook.xls").read_bytes()


@nasty
def old_workbook_of_two_corners() -> bytes:
    return (DATA / "corners.xls").read_bytes()


@nasty
def old_workbook_cut_off() -> bytes:
    return old_workbook()[:2500]


def columns() -> dict[str, list[object]]:
    """The table of texts, column by column."""
    return {name: [row[at] for row in ROWS] for at, name in enumerate(HEADER)}


@nasty
def parquet_of_texts() -> bytes:
    return parquet(columns())


@nasty
def parquet_with_types() -> bytes:
    kinds = {"Date": DAY, "Count": [1, None, 3], "Open": [True, False, None], "Else": [b"a", b"b", b"c"]}
    return parquet(columns() | kinds)


@nasty
def parquet_with_lists() -> bytes:
    return parquet(columns() | {"Note": [["a"], ["b"], None]})


@nasty
def parquet_cut_off() -> bytes:
    return parquet_of_texts()[:-20]


@nasty
def parquet_of_millions_of_nothings() -> bytes:
    import pyarrow as pa

    return parquet({name: pa.nulls(2_000_000, pa.string()) for name in HEADER})
