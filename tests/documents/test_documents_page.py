"""The page of the assessment: structure, names of charts and tables, nothing fetched, axe finds nothing."""

from __future__ import annotations

import itertools
import os
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from reading import words

SVG = "{http://www.w3.org/2000/svg}"
AXE = next((Path(__file__).parents[1] / "browser" / "vendor").glob("axe-core-*/axe.min.js"), None)


def test_headings_go_down_one_step_at_a_time(first_page):
    levels = [int(e.tag[1]) for e in first_page.root.iter() if re.fullmatch(r"h[1-6]", str(e.tag))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))


def test_every_table_has_a_caption_and_headers_with_scopes(first_page):
    tables = first_page.all("table")
    assert len(tables) >= 10
    for table in tables:
        assert words(next(table.iter("caption")))
        heads = list(next(table.iter("thead")).iter("th"))
        assert heads
        assert all(head.get("scope") == "col" for head in heads)
        for row in next(table.iter("tbody")).iter("tr"):
            assert row[0].tag == "th"
            assert row[0].get("scope") == "row"


def test_every_chart_has_an_alternative_text_of_its_own_and_a_caption(first_page):
    assert len(set(first_page.drawings)) == len(first_page.drawings)
    for figure in first_page.all("figure"):
        assert next(figure.iter(f"{SVG}svg")).get("role") == "img"
        assert words(next(figure.iter("figcaption")))


def test_no_name_is_given_twice_and_every_link_leads_somewhere(first_page):
    names = [e.get("id") for e in first_page.root.iter() if e.get("id")]
    assert len(names) == len(set(names))
    inner = [link.get("href") for link in first_page.root.iter("a") if link.get("href", "").startswith("#")]
    assert len(inner) > 200
    assert {link[1:] for link in inner} <= set(names)


def test_nothing_is_fetched_and_nothing_runs(first_page):
    assert "<script" not in first_page.text
    assert not re.findall(r'(?:src|href)="https?:', first_page.text)
    assert set(re.findall(r"url\(([a-z]+:)", first_page.text)) == {"data:"}


def _examined(chromium: str, page_file: Path, width: int) -> tuple[list, int]:
    """What axe finds on a page, and how wide the page is."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto(page_file.as_uri())
        page.add_script_tag(content=AXE.read_text(encoding="utf-8"))
        found = page.evaluate("async () => (await axe.run()).violations.map(v => [v.id, v.nodes[0].html])")
        wide = page.evaluate("document.documentElement.scrollWidth")
        browser.close()
    return found, wide


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(little_folder, width):
    path = os.environ.get("JOINEDUP_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path or AXE is None:
        reason = "Chromium is not installed, so the page was not looked at"
        pytest.fail(reason) if os.environ.get("JOINEDUP_NO_SKIPS") == "1" else pytest.skip(reason)
    page_file = next((little_folder / "workspace" / "documents").glob("*.html"))
    # In a thread of its own: the browser tests of the same process may have a Playwright of theirs running.
    with ThreadPoolExecutor(1) as apart:
        found, wide = apart.submit(_examined, path, page_file, width).result()
    assert found == []
    assert wide <= width
