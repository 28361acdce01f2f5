"""Reports as files: what Word and PDF say is found, with its page; what is hostile gets one sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import papers
import pikepdf
import pytest
import typst

from joinedup.documents.claims import Verdict, check_report
from joinedup.documents.claims.passages import Shape
from joinedup.documents.claims.reading import read, reports
from joinedup.documents.claims.reading.docx import read_docx
from joinedup.documents.claims.reading.pdf import read_pdf
from joinedup.errors import BadInput, NotFound

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def word_file(body: str, *, head: str = "", name: str = "word/document.xml") -> bytes:
    """A Word file whose main part has such a body."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr(name, f"{head}<w:document {_WORD}><w:body>{body}</w:body></w:document>")
    return made.getvalue()


def paragraph(text: str, properties: str = "") -> str:
    words = "".join(f"<w:r><w:t xml:space='preserve'>{part} </w:t></w:r>" for part in text.split(" "))
    return f"<w:p><w:pPr>{properties}</w:pPr>{words}</w:p>"


def row(*cells: str) -> str:
    return f"<w:tr>{''.join(f'<w:tc>{paragraph(cell)}</w:tc>' for cell in cells)}</w:tr>"


def pdf_file(*pages: str) -> bytes:
    """A PDF with these pages of text."""
    source = "#pagebreak()\n".join(page.replace("#", "\\#").replace("*", "\\*") for page in pages)
    return typst.compile(source.encode(), format="pdf")


TABLE = row("Answer", "People", "%") + row("Safer", "652", "38%") + row("Less safe", "59", "4%")


def test_a_word_file_is_read_as_headings_paragraphs_items_and_tables():
    heading = paragraph("Safety", '<w:pStyle w:val="Heading1"/>')
    item = paragraph("first of the list", "<w:numPr/>")
    changed = "<w:p><w:del><w:r><w:delText>49%</w:delText></w:r></w:del><w:r><w:t>38%</w:t></w:r></w:p>"
    passages = read_docx(
        word_file(heading + paragraph("We asked.") + item + changed + f"<w:tbl>{TABLE}</w:tbl>")
    )
    assert [(each.shape, each.text) for each in passages] == [
        (Shape.HEADING, "Safety"),
        (Shape.PARAGRAPH, "We asked."),
        (Shape.ITEM, "first of the list"),
        (Shape.PARAGRAPH, "38%"),
        (Shape.TABLE, ""),
    ]
    assert passages[-1].rows[1] == ("Safer", "652", "38%")


def test_the_figures_of_a_word_file_are_checked(tmp_path: Path):
    consultation = next(part for part in papers.MINUTES_OF_A_PARTNERSHIP.split("\n\n") if "5,222" in part)
    file = tmp_path / "minutes.docx"
    file.write_bytes(word_file(paragraph(consultation)))
    wrong = [one for one in check_report(file).findings if one.verdict is Verdict.DISAGREES]
    assert [(one.numbers, one.page, one.paragraph) for one in wrong] == [(("59", "1,719", "4%"), None, 1)]


def test_the_figures_of_a_pdf_are_checked_and_their_page_is_named(tmp_path: Path):
    hotline = papers.MINUTES_OF_A_PARTNERSHIP.split("\n\nThe criterion")[0]
    file = tmp_path / "minutes.pdf"
    file.write_bytes(pdf_file("A page before.", hotline))
    wrong = [one for one in check_report(file).findings if one.verdict is Verdict.DISAGREES]
    assert [(one.numbers, one.page) for one in wrong] == [
        (("2208", "4432", "38.1%"), 2),
        (("1632", "4432", "28.2%"), 2),
    ]
    assert all("5,788 to 5,797" in one.arithmetic for one in wrong)


def locked_pdf(*, user: str) -> bytes:
    made = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf_file("Of 10 people 5 (50%) agreed."))) as document:
        document.save(made, encryption=pikepdf.Encryption(owner="owner", user=user))
    return made.getvalue()


def test_a_pdf_that_anybody_may_open_is_read_and_a_locked_one_is_not():
    assert "5 (50%)" in read_pdf(locked_pdf(user=""))[0].text
    with pytest.raises(BadInput, match="locked with a password"):
        read_pdf(locked_pdf(user="secret"))


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
HOSTILE = {
    "a document type": word_file(paragraph("&b;"), head=ENTITIES),
    "a bomb": word_file(f"<w:p><w:r><w:t>{' ' * (40 << 20)}</w:t></w:r></w:p>"),
    "deep": word_file("<w:p>" * 300 + "</w:p>" * 300),
    "no XML": word_file("<w:p>"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_word_file_made_to_harm_gets_one_sentence(what):
    with pytest.raises(BadInput) as refused:
        read_docx(HOSTILE[what])
    assert "Word file cannot be read" in refused.value.sentence()


@pytest.mark.parametrize(
    ("parse", "content", "said"),
    [
        (read_docx, word_file("", name="xl/workbook.xml"), "no Word file"),
        (read_docx, word_file(paragraph("Whole."))[:150], "damaged or cut off"),
        (read_pdf, pdf_file("Whole.")[:400], "damaged or cut off"),
        (read_pdf, b"%PDF-1.7\nnothing more", "damaged or cut off"),
        (read, b"", "holds no text"),
        (read, b"  \n\n ", "holds no text"),
        (read, b"\x89PNG\r\n\x1a\n\0\0\0", "neither text nor"),
        (read, b"{\\rtf1 Ten of 20 (50%)}", "neither text nor"),
        (read, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old Office file, or one locked"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence_without_a_word_of_it(parse, content, said):
    with pytest.raises(BadInput) as refused:
        parse(content)
    assert said in refused.value.sentence()
    assert "Whole" not in refused.value.sentence() and refused.value.next_step


def test_a_huge_report_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(reports, "MOST_BYTES", 1 << 20)
    with pytest.raises(BadInput, match="larger than 1 MB"):
        read(b"a" * ((1 << 20) + 1))
    monkeypatch.setattr(reports, "MOST_CHARACTERS", 1_000)
    with pytest.raises(BadInput, match="more than 1,000 characters"):
        read(b"a " * 600)


def test_a_process_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(reports, "_SECONDS", 0.01)
    with pytest.raises(BadInput, match="took longer"):
        read(pdf_file("Ten."))


def test_text_of_windows_and_of_two_byte_letters_is_read():
    for encoding in ("cp1252", "utf-8", "utf-8-sig", "utf-16"):
        (passage,) = read("“Of 10 people – 5 (50%) agreed”".encode(encoding))
        assert passage.text == "“Of 10 people – 5 (50%) agreed”"


def test_a_path_without_a_file_is_said_to_be_none(tmp_path: Path):
    with pytest.raises(NotFound, match="no such file"):
        check_report(tmp_path / "none.docx")
