"""The PDF of the assessment: tagged, titled, in a language, readable, every chart with alternative text."""

from __future__ import annotations

from collections import Counter

import pikepdf
import pypdf
import pytest


@pytest.fixture(scope="module")
def tags(first_pdf) -> list[pikepdf.Dictionary]:
    """Every element of the structure tree."""
    with pikepdf.open(first_pdf) as document:
        return [
            (str(item.get("/S", "")), str(item.get("/Alt", "")))
            for item in _walk(document.Root.StructTreeRoot)
        ]


def _walk(element):
    waiting = [element]
    while waiting:
        item = waiting.pop()
        if isinstance(item, pikepdf.Array):
            waiting.extend(item)
        elif isinstance(item, pikepdf.Dictionary) and item.get("/Type") != "/OBJR":
            if "/S" in item:
                yield item
            if "/K" in item:
                waiting.append(item["/K"])


def test_it_is_marked_as_accessible_with_title_and_language(first_pdf):
    with pikepdf.open(first_pdf) as document:
        assert document.Root.MarkInfo.Marked is True or bool(document.Root.MarkInfo.Marked)
        assert str(document.Root.Lang).startswith("en")
        assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
        with document.open_metadata() as described:
            assert described["dc:title"] == "Strategic assessment: Northreach, January 2024 to December 2024"
            assert described["pdfuaid:part"] == "1"


def test_every_chart_has_the_same_alternative_text_as_on_the_page(tags, first_page):
    told = [alt for kind, alt in tags if kind == "/Figure"]
    assert len(told) == len(first_page.drawings)
    assert sorted(told) == sorted(first_page.drawings)
    assert all(len(alt) > 60 for alt in told)


def test_headings_tables_and_their_header_cells_are_tagged(tags, first_page):
    kinds = Counter(kind for kind, _alt in tags)
    assert kinds["/Table"] == len(first_page.all("table"))
    assert kinds["/TH"] >= kinds["/Table"] * 2
    assert kinds["/H1"] >= 10
    assert kinds["/TOCI"] > 20


def test_its_words_can_be_read_out(first_pdf):
    pages = pypdf.PdfReader(first_pdf).pages
    text = "\n".join(page.extract_text() for page in pages)
    assert "This assessment is not complete." in " ".join(text.split())
    assert "Clearly higher than the year before" in " ".join(text.split())
    assert f"{len(pages)} / {len(pages)}" in pages[-1].extract_text()
