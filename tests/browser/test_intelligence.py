"""Intelligence in Chromium: one answer on map, graph and table, by keyboard, at two sizes, in two themes."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from sampling import sampled

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Drawing a map in software on a busy machine takes its time; nothing here waits longer than it must.
expect.set_options(timeout=30_000)

WIDE, NARROW = (1280, 900), (390, 844)
ASKED = "/intelligence/?measure=anti-social-behaviour&from=2024-04&to=2025-03"


def drawn(page: Page) -> None:
    """Wait until the map and the graph show the answer that the page holds."""
    expect(page.locator("#intelligence")).not_to_have_attribute("aria-busy", "true")
    features = len(answer(page)["map"]["features"])
    expect(page.locator("#map")).to_have_attribute("data-state", "drawn")
    expect(page.locator("#map")).to_have_attribute("data-features", str(features))
    expect(page.locator("#graph svg")).to_have_attribute("aria-label", answer(page)["graph"]["alternative"])


def answer(page: Page) -> dict:
    """The object that the page's map and graph draw."""
    return json.loads(page.locator("#answer").text_content())


def asked(page: Page) -> dict[str, str]:
    """The question in the address bar."""
    return {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}


def cells(page: Page) -> dict[str, str]:
    """The value of every area in the table."""
    script = (
        "rows => Object.fromEntries(rows.map(row => "
        "[row.dataset.code, row.querySelector('a.in-value').dataset.value]))"
    )
    return page.locator("#table tbody tr").evaluate_all(script)


def same_everywhere(page: Page) -> None:
    """The map's features, the table's cells and the graph's figure tell the same numbers."""
    drawn(page)
    shown = answer(page)
    table = {code: float(value) if value else None for code, value in cells(page).items()}
    assert {code: feature["value"] for code, feature in shown["map"]["features"].items()} == table
    chosen = shown["map"]["chosen"]
    if chosen:
        graph = page.locator("#graph-value")
        expect(graph).to_have_attribute("data-code", chosen)
        assert float(graph.get_attribute("data-value")) == table[chosen]
        label = page.locator(".in-map__chosen .in-popup__value")
        assert float(label.get_attribute("data-value")) == table[chosen]
        expect(label).to_have_text(graph.text_content())


def open_by_keyboard(page: Page, name: str, opens: str) -> None:
    """Choose an area in the table and open it, with Tab and Enter only."""
    link = page.locator("#table").get_by_role("link", name=name, exact=True)
    link.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#graph-title")).to_contain_text(name)
    expect(link).to_be_focused()
    same_everywhere(page)
    opening = page.locator(f"[data-opens='{opens}']")
    for _ in range(400):
        if opening.evaluate("link => link === document.activeElement"):
            break
        page.keyboard.press("Shift+Tab")
    expect(opening).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"level={opens}&within="))
    drawn(page)


def test_from_district_to_ward_to_lsoa_with_the_keyboard_only(visit):
    page = visit("analyst")
    page.goto(f"{ASKED}&level=district")
    same_everywhere(page)
    open_by_keyboard(page, "Stockton-on-Tees", "ward")
    assert asked(page)["within"] == "E06000004"
    assert len(answer(page)["map"]["features"]) == 27
    open_by_keyboard(page, "Norton Central", "lsoa")
    assert all(area["name"].startswith("Stockton") for area in answer(page)["map"]["features"].values())
    page.locator("#table tbody th a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#table tr.in-chosen")).to_have_count(1)
    same_everywhere(page)


def test_type_and_month_change_every_part_at_once_and_the_url_restores_the_view(visit):
    page = visit("analyst")
    page.goto("/intelligence/?measure=recorded-crime&level=ward&within=E06000002&from=2024-04&to=2025-03")
    drawn(page)
    first = page.locator("#finding").text_content()
    page.get_by_label("Type").focus()
    page.get_by_label("Type").select_option(label="Burglary")
    expect(page.locator("#finding")).to_contain_text("(Burglary)")
    expect(page.get_by_label("Type")).to_be_focused()
    same_everywhere(page)
    page.get_by_label("Last month").select_option("2024-12")
    expect(page.locator("#finding")).to_contain_text("April 2024 to December 2024")
    same_everywhere(page)
    page.get_by_label("Form of the figure").select_option("change")
    expect(page.locator("#map-title")).to_contain_text("Change")
    same_everywhere(page)
    address, finding, table = page.url, page.locator("#finding").text_content(), cells(page)
    assert finding != first
    again = visit("analyst")
    again.goto(address)
    same_everywhere(again)
    assert again.locator("#finding").text_content() == finding
    assert cells(again) == table
    for _ in range(3):
        page.go_back()
    expect(page.locator("#finding")).to_have_text(first)
    same_everywhere(page)


def test_the_same_number_stands_on_map_graph_table_and_workings(visit):
    page = visit("analyst")
    page.goto(f"{ASKED}&level=ward&within=E06000004")
    drawn(page)
    page.get_by_label("Area on the map").select_option(label="Norton South")
    expect(page.locator("#graph-title")).to_contain_text("Norton South")
    same_everywhere(page)
    value = page.locator("#graph-value").get_attribute("data-value")
    page.locator("#graph-value").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The SQL that made it")
    expect(dialog).to_contain_text("joinedup figure anti-social-behaviour")
    assert dialog.locator("[data-value]").get_attribute("data-value") == value
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_clicking_the_map_chooses_the_area_under_the_pointer(visit):
    page = visit("analyst")
    page.goto(f"{ASKED}&level=district&within=E06000004")
    drawn(page)
    page.locator("#map").scroll_into_view_if_needed()
    page.locator("#map canvas").click()
    expect(page.locator("#graph-title")).to_contain_text("Stockton-on-Tees")
    expect(page.locator(".in-map__chosen")).to_contain_text("Stockton-on-Tees")
    same_everywhere(page)
    assert asked(page)["area"] == "E06000004"


def test_squares_of_a_ward_show_only_squares_with_records(visit):
    page = visit("analyst")
    page.goto(f"{ASKED}&form=count&level=square&within=E05014882")
    same_everywhere(page)
    assert all(int(value) > 0 for value in cells(page).values())


def test_headers_sort_the_table_and_say_so(visit):
    page = visit("analyst")
    page.goto(f"{ASKED}&level=ward&within=E06000004")
    drawn(page)
    page.get_by_role("button", name="Residents", exact=True).click()
    header = page.locator("#table th[aria-sort]")
    expect(header).to_have_count(1)
    expect(header).to_have_attribute("aria-sort", "descending")
    residents = page.locator("#table tbody tr td:nth-child(5)").all_text_contents()
    numbers = [int(text.replace(",", "")) for text in residents]
    assert numbers == sorted(numbers, reverse=True)
    page.get_by_role("button", name="Area", exact=True).click()
    names = page.locator("#table tbody th a").all_text_contents()
    assert names == sorted(names)


def test_on_a_phone_finding_controls_graph_table_map_stand_in_this_order(visit, assert_fits):
    page = visit("analyst", NARROW)
    page.goto(f"{ASKED}&level=ward&within=E06000004")
    drawn(page)
    parts = ["#finding", "#question", "#graph", "#table", "#map"]
    tops = [page.locator(part).bounding_box()["y"] for part in parts]
    assert tops == sorted(tops)
    assert_fits(page)


def test_on_a_wide_screen_map_and_graph_stand_side_by_side_above_the_table(visit):
    page = visit("analyst", WIDE)
    page.goto(f"{ASKED}&level=ward&within=E06000004")
    drawn(page)
    boxes = {
        part: page.locator(part).bounding_box() for part in ["#question", "#finding", ".in-map", ".in-graph"]
    }
    assert boxes["#question"]["y"] < boxes["#finding"]["y"] < boxes[".in-map"]["y"]
    assert boxes[".in-map"]["y"] == boxes[".in-graph"]["y"]
    assert boxes[".in-map"]["x"] < boxes[".in-graph"]["x"]
    assert page.locator("#table").bounding_box()["y"] > boxes[".in-map"]["y"] + boxes[".in-map"]["height"]


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_when_it_happens_can_be_read_at_both_sizes(visit, assert_accessible, assert_fits, size):
    page = visit("analyst", size)
    page.goto("/intelligence/when/?measure=stop-and-search&rhythm=day_of_week&from=2024-04&to=2025-03")
    expect(page.locator("#when-table tbody th")).to_contain_text(["Monday", "Tuesday"])
    for label in page.locator("#when-table tbody th").all():
        assert label.bounding_box()["width"] > 100
    row = page.locator("#when-table tbody tr").first
    told = row.locator("td:not(.ju-bare)")
    for cell in told.all():
        box = cell.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= size[0]
    bar = row.locator("svg").bounding_box()
    assert bar["x"] + bar["width"] <= size[0]
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize(
    ("size", "theme"), sampled([(WIDE, "light"), (WIDE, "dark"), (NARROW, "light"), (NARROW, "dark")], 3)
)
def test_axe_finds_nothing(visit, assert_accessible, assert_fits, size, theme):
    page = visit("analyst", size, color_scheme=theme)
    for address in [
        f"{ASKED}&level=ward&within=E06000004&area=E05014882",
        "/intelligence/?form=change&level=district&measure=recorded-crime",
        "/intelligence/?measure=nothing-of-the-kind",
    ]:
        page.goto(address)
        drawn(page)
        assert_accessible(page)
        assert_fits(page)
    page.locator("#graph-value").click()
    expect(page.get_by_role("dialog")).to_contain_text("Numerator")
    assert_accessible(page)
    page.goto("/intelligence/workings/?measure=recorded-crime&level=district&area=E06000001")
    assert_accessible(page)
    assert_fits(page)


def test_without_scripts_the_form_asks_and_the_table_answers(visit):
    page = visit("analyst", java_script_enabled=False)
    page.goto(f"{ASKED}&level=district")
    page.get_by_label("Measure").select_option("recorded-crime")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#finding")).to_contain_text("recorded crimes")
    expect(page.locator("#table tbody tr")).to_have_count(4)
    page.locator("#table a.in-value").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Recorded crime")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_graphs_axis_writes_its_numbers_in_full(visit, theme):
    page = visit("analyst", color_scheme=theme)
    for form, expected in [("count", r"\d,\d{3}"), ("rate", r"\d{1,2}")]:
        page.goto(f"/intelligence/?measure=recorded-crime&form={form}&level=district&from=2024-04&to=2025-03")
        drawn(page)
        labels = page.locator("#graph .role-axis-label text").all_text_contents()
        assert any(re.fullmatch(expected, label) for label in labels), labels
        assert not any("e+" in label for label in labels)


def test_months_with_outcomes_to_come_are_dotted_and_the_legend_says_so(visit):
    page = visit("analyst")
    page.goto("/intelligence/?measure=positive-outcomes&form=share&level=district&from=2024-04&to=2025-03")
    drawn(page)
    expect(page.locator(".in-line--young")).to_have_count(1)
    expect(page.locator("#graph path[stroke-dasharray='2,5']")).to_have_count(1)
    expect(page.locator("#graph .mark-symbol path")).to_have_count(24)


def test_a_new_answer_is_announced_in_a_few_words_and_names_the_map(visit):
    page = visit("analyst")
    page.goto(f"{ASKED}&level=district")
    drawn(page)
    expect(page.locator("[role=status]")).to_have_text("")
    page.get_by_label("Form of the figure").select_option("change")
    expect(page.locator("#announcement")).to_have_text("Updated: 4 districts, change")
    drawn(page)
    described = answer(page)["map"]["description"]
    expect(page.locator("#map canvas")).to_have_attribute("aria-label", described)
    assert "Lowest:" in described
