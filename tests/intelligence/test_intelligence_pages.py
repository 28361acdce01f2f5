"""The pages on the demonstration's real data: one answer everywhere, and nothing that breaks them."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from itertools import product

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from joinedup.hub import application
from joinedup.workspace import Workspace
from sampling import examples, sampled

pytestmark = pytest.mark.slow
PERIOD = "&from=2024-04&to=2025-03"


@pytest.fixture(scope="module")
def shown(demo_folder, tmp_path_factory):
    """A copy of the demonstration."""
    import shutil

    folder = tmp_path_factory.mktemp("intelligence") / "workspace"
    shutil.copytree(demo_folder, folder)
    workspace = Workspace.open(folder)
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def client(shown):
    """The analyst's browser on it."""
    from django.test import Client

    application(shown)
    from joinedup.accounts.models import User

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username="analyst"))
    return browser


class Cells(HTMLParser):
    """The value of each area in the page's table, and the object its script draws."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.code = ""
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        if tag == "tr":
            self.code = found.get("data-code", "")
        if tag == "a" and "data-value" in found and self.code and self.code not in self.values:
            self.values[self.code] = found["data-value"]


def drawn(page: str) -> dict:
    return json.loads(re.search(r'<script id="answer" type="application/json">(.*?)</script>', page, re.S)[1])


MEASURES = ["recorded-crime", "anti-social-behaviour"]
PLACES = ["level=district", "level=ward", "level=msoa&within=E06000004", "level=lsoa&within=E06000002"]
FORMS = ["count", "rate", "change"]


@pytest.mark.parametrize(
    ("measure", "place", "form"), sampled(list(product(MEASURES, PLACES, FORMS)), 5)
)  # every fifth of them still has each measure, place and form
def test_each_feature_of_the_map_has_the_value_of_its_cell(client, measure, place, form):
    query = f"measure={measure}&form={form}&{place}{PERIOD}"
    page = client.get(f"/intelligence/?{query}").content.decode()
    features = drawn(page)["map"]["features"]
    cells = {code: float(value) if value else None for code, value in Cells(page).values.items()}
    assert cells == {code: feature["value"] for code, feature in features.items()}
    assert len(cells) > 3
    shapes = client.get(drawn(page)["map"]["geometry"]).json()
    assert {feature["id"] for feature in shapes["features"]} >= set(cells)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (
            f"measure=positive-outcomes&form=share&level=ward{PERIOD}",
            "of 72,374 recorded crimes (95% interval",
        ),
        ("measure=street-problem-reports&form=rate&level=ward", "reports of street problems"),
        (f"measure=stop-and-search&form=change&level=msoa{PERIOD}", "clearly fewer"),
    ],
)
def test_every_measure_has_its_page_in_the_forms_and_levels_that_it_has(client, query, words):
    page = client.get(f"/intelligence/?{query}").content.decode()
    assert words in page
    features = drawn(page)["map"]["features"]
    cells = {code: float(value) if value else None for code, value in Cells(page).values.items()}
    assert cells == {code: feature["value"] for code, feature in features.items()}
    assert len(cells) >= 4


def test_when_it_happens_is_told_with_the_time_there_was(client):
    page = client.get(f"/intelligence/?measure=recorded-crime&level=ward{PERIOD}").content.decode()
    assert "/intelligence/when/?" in page
    when = client.get(f"/intelligence/when/?measure=recorded-crime&level=ward&within=E06000002{PERIOD}")
    told = " ".join(re.sub("<[^>]+>", " ", when.content.decode()).split())
    assert "Recorded crime : Middlesbrough" in told or "Recorded crime: Middlesbrough" in told
    assert "Spring (March to May)" in told
    assert "92 days" in told
    assert "Each season came once at most" in told
    drawn_bars = re.findall(r'<rect x="0" y="2" width="([0-9.]+)"', when.content.decode())
    assert len(drawn_bars) == 4
    night = client.get(f"/intelligence/?measure=recorded-crime&type=day_or_night:night{PERIOD}")
    assert "all types" in night.content.decode()  # police.uk has the month only
    season = client.get(
        f"/intelligence/answer.json?measure=recorded-crime&type=season:summer{PERIOD}&form=count"
    )
    assert season.json()["whole"]["value"] < 72_374


@pytest.mark.parametrize(
    ("rhythm", "says"),
    [
        ("", ""),
        ("season", ""),
        ("hour", "This measure cannot be cut by: Hour of the day. Shown instead: Season."),
        ("school", "This measure cannot be cut by: School term or holiday. Shown instead: Season."),
        ("moonshine", "There is no rhythm of that name. Shown instead: Season."),
    ],
)
def test_a_rhythm_that_cannot_be_shown_is_replaced_with_a_sentence(client, rhythm, says):
    when = client.get(f"/intelligence/when/?measure=recorded-crime{PERIOD}&rhythm={rhythm}").content.decode()
    assert says in when and "moonshine" not in when
    assert ("Shown instead" in when) is bool(says)


def test_without_term_dates_the_rhythm_of_the_schools_is_replaced_and_says_so(client, shown):
    dates = shown.folder / "term-dates.toml"
    aside = dates.rename(dates.with_suffix(".aside"))
    try:
        when = client.get(f"/intelligence/when/?measure=stop-and-search{PERIOD}&rhythm=school")
        told = "There are no term dates in this workspace. Shown instead: Hour of the day."
        assert told in when.content.decode()
    finally:
        aside.rename(dates)


def test_types_of_rhythms_are_values_that_there_are_and_name_their_event(client):
    page = client.get(f"/intelligence/?measure=stop-and-search{PERIOD}").content.decode()
    options = dict(re.findall(r'<option value="([a-z_]+:[^"]*)"[^>]*>([^<]*)</option>', page))
    assert options["day_of_week:mon"] == "Monday"
    assert options["on_halloween:yes"] == "Halloween: on these days"
    assert not {value.partition(":")[2] for value in options} & {
        *("span", "time-not-known", "exactly-midnight", "day-not-known", "calendar-not-known")
    }
    asked = f"measure=stop-and-search{PERIOD}&level=district&form=count"
    event = client.get(f"/intelligence/answer.json?{asked}&type=on_halloween:yes").json()
    assert "(Halloween: on these days)" in event["finding"] and not event["corrections"]
    workings = client.get(f"/intelligence/workings/?{asked}&type=on_halloween:yes").content.decode()
    assert "Halloween: on these days" in workings
    spring = client.get(f"/intelligence/answer.json?{asked}&type=season:spring").json()
    assert "(Spring, March to May)" in spring["finding"] and "))" not in spring["finding"]
    assert "))" not in spring["map"]["title"] + spring["graph"]["alternative"]
    span = client.get(f"/intelligence/answer.json?{asked}&type=hour:span").json()
    assert span["corrections"] == ["That type is not known, so all types are shown."]


def test_the_note_on_records_without_a_time_counts_those_of_the_table(client):
    asked = f"measure=stop-and-search&level=district{PERIOD}"
    page = client.get(f"/intelligence/when/?{asked}&rhythm=hour").content.decode()
    table = page[page.index('id="when-table"') : page.index("</table>")]
    counts = re.findall(r'<th scope="row"[^>]*>([^<]*)</th><td[^>]*>([0-9,]+)</td>', table)
    hours = [int(n.replace(",", "")) for label, n in counts if re.match(r"[0-9]{2}:00 to", label)]
    every = [int(n.replace(",", "")) for _label, n in counts]
    assert len(hours) == 24 and sum(every) > sum(hours)
    assert f"{sum(every) - sum(hours):,} of {sum(every):,} records have no value of this rhythm" in page
    whole = client.get(f"/intelligence/answer.json?{asked}&form=count").json()
    assert sum(every) == whole["whole"]["value"]
    assert re.search("[0-9,]+ more records have no place, or lie outside: they are not in this table", page)


def test_squares_are_shown_as_counts_and_only_where_something_was_recorded(client):
    page = client.get(f"/intelligence/?level=square&within=E05014882&form=rate{PERIOD}").content.decode()
    assert "the count is shown" in page
    cells = Cells(page).values
    assert cells
    counted = client.get(f"/intelligence/answer.json?level=square&within=E05014882&form=count{PERIOD}").json()
    assert all(row["value"] or row["before"] for row in counted["table"])


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("level=lsoa&within=E05014882", "fit best"),
        ("level=square&form=count&within=E05014882", "counted whole"),
    ],
)
def test_areas_that_do_not_add_up_to_their_place_say_why(client, query, words):
    asked = f"/intelligence/answer.json?measure=recorded-crime&form=count{PERIOD}&{query}"
    answer = client.get(asked).json()
    assert sum(row["value"] for row in answer["table"]) != answer["whole"]["value"]
    assert any(words in note for note in answer["rests_on"]["notes"])


def test_months_of_the_graph_add_up_to_the_count_beside_them(client):
    address = f"/intelligence/answer.json?measure=recorded-crime&form=count&level=ward{PERIOD}"
    for area in ["", "&area=E05014882"]:
        graph = client.get(address + area).json()["graph"]
        lines = [layer for layer in graph["specification"]["layer"] if layer["mark"]["style"] == "now"]
        assert sum(point["value"] for point in lines[0]["data"]["values"]) == graph["value"]


def test_the_table_downloaded_is_the_table_shown_and_its_columns_are_described(client):
    query = f"measure=recorded-crime&form=rate&level=district{PERIOD}"
    response = client.get(f"/intelligence/table.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(response.content.decode())))
    shown = {row["code"]: row for row in client.get(f"/intelligence/answer.json?{query}").json()["table"]}
    assert {row["area_code"] for row in rows} == set(shown)
    assert all(float(row["value"]) == shown[row["area_code"]]["value"] for row in rows)
    described = client.get(f"/intelligence/table.csv-metadata.json?{query}").json()
    assert [column["name"] for column in described["tableSchema"]["columns"]] == list(rows[0])


def test_workings_give_the_number_its_parts_and_the_command(client):
    query = f"measure=recorded-crime&form=rate&level=district&area=E06000002{PERIOD}"
    row = client.get(f"/intelligence/answer.json?{query}").json()["table"]
    middlesbrough = next(one for one in row if one["code"] == "E06000002")
    page = client.get(f"/intelligence/workings/?{query}").content.decode()
    assert f'data-value="{middlesbrough["value"]}"' in page
    assert f"{middlesbrough['numerator']:,}" in page
    assert f"{middlesbrough['denominator']:,}" in page
    assert "joinedup figure recorded-crime --form rate --area-level district --area E06000002" in page
    assert "SELECT" in page.upper()


PLACES = {
    "district": "",
    "ward": "E06000001",
    "msoa": "E06000001",
    "lsoa": "E05014882",
    "square": "E05014882",
}


def options_of(page: str, control: str) -> list[str]:
    """The values that one choice of the page's sentence offers."""
    listed = re.search(rf'<select[^>]*name="{control}".*?</select>', page, re.S)[0]
    return re.findall(r'<option value="([^"]*)"', listed)


def walked_at(client, level: str) -> list[str]:
    """Every measure by district; by finer areas two, which have all the forms between them."""
    offered = options_of(client.get("/intelligence/").content.decode(), "measure")
    assert len(offered) > 3
    return offered if level == "district" else ["recorded-crime", "positive-outcomes"]


@pytest.mark.parametrize(
    ("level", "against"), [("district", "year-before"), *((level, "none") for level in PLACES)]
)
def test_every_option_of_every_control_has_its_page_and_its_json_agrees(client, level, against):
    fixed = f"level={level}&within={PLACES[level]}&against={against}{PERIOD}"
    walked = set()
    for measure in walked_at(client, level):
        page = client.get(f"/intelligence/?measure={measure}&{fixed}").content.decode()
        for form in options_of(page, "form"):
            query = f"measure={measure}&form={form}&{fixed}"
            response = client.get(f"/intelligence/?{query}")
            assert response.status_code == 200, query
            shown = drawn(response.content.decode())
            answer = client.get(f"/intelligence/answer.json?{query}").json()
            assert {name: answer[name] for name in shown} == shown, query
            assert all(layer["data"]["values"] for layer in shown["graph"]["specification"]["layer"])
            walked.add(form)
    assert walked >= ({"count", "change"} if level == "square" else {"count", "rate", "change", "share"})


PARAMETERS = ["form", "measure", "type", "level", "within", "from", "to", "against", "area", "as-at"]


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", "\0", "9" * 500, "../../etc", "type:'x"])
def test_no_parameter_breaks_a_page_or_comes_back_in_it(client, value):
    for asked in [dict.fromkeys(PARAMETERS, value), {"type": value, "as-at": value, "area": value}]:
        response = client.get("/intelligence/", asked)
        assert response.status_code == 200
        assert "<script>alert" not in response.content.decode()
        assert 'id="finding"' in response.content.decode()


@settings(
    max_examples=examples(20, 4), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(PARAMETERS),
        st.one_of(
            st.text(max_size=12), st.sampled_from(["0001-01", "9999-11", "9999-12-31", "0001-01-01", "none"])
        ),
        min_size=1,
    )
)
@example({"to": "0001-01"})
@example({"from": "9999-11"})
@example({"as-at": "0001-01-01"})
@example({"as-at": "9999-12-31"})
def test_whatever_text_a_parameter_holds_there_is_a_page(client, asked):
    assert client.get("/intelligence/", asked).status_code == 200


def test_boundaries_are_asked_for_once(client):
    first = client.get("/intelligence/areas.geojson?level=ward&within=E06000004")
    assert len(first.json()["features"]) == 27
    again = client.get(
        "/intelligence/areas.geojson?level=ward&within=E06000004", headers={"If-None-Match": first["ETag"]}
    )
    assert again.status_code == 304
    assert client.get("/intelligence/areas.geojson?level=nowhere").status_code == 404
    assert client.get("/intelligence/areas.geojson?level=ward&within=E99").status_code == 404


def test_an_earlier_date_of_knowledge_gives_what_was_known_then(client):
    asked = (
        "/intelligence/answer.json?measure=recorded-crime&form=count&level=district&from=2024-04&to=2024-04"
    )
    before = client.get(f"{asked}&as-at=2024-05-01").json()
    assert before["whole"]["value"] is None
    assert before["finding"].startswith("There is no data")
    assert client.get(asked).json()["whole"]["value"] > 0


def test_every_look_is_written_to_the_log(client):
    from joinedup.log.models import Act

    before = Act.objects.filter(kind="disclosure").count()
    client.get("/intelligence/?level=district")
    assert Act.objects.filter(kind="disclosure").count() > before


def test_on_a_past_date_no_comparison_is_made_of_months_that_lacked(client):
    asked = f"measure=recorded-crime&form=rate&level=ward&as-at=2024-06-30{PERIOD}"
    answer = client.get(f"/intelligence/answer.json?{asked}").json()
    assert answer["finding"] == (
        "By 30 June 2024 only 2 of these 12 months (April and May 2024) had been delivered: 13,014 recorded "
        "crimes so far in Teesside (demonstration). A rate or a comparison needs all 12 months."
    )
    assert {row["change_text"] for row in answer["table"]} == {"not all months delivered"}
    assert all("incomplete-feed" in row["flags"] for row in answer["table"])
    assert "figures so far" in answer["map"]["method"]
    assert answer["map"]["unit"] == "Rate so far per 1,000 residents (Census 2021)"


def test_changes_by_square_keep_those_that_fell_to_zero_and_give_few_as_counts(client):
    asked = f"measure=recorded-crime&form=change&level=square&within=E05014882{PERIOD}"
    answer = client.get(f"/intelligence/answer.json?{asked}").json()
    gone = [row for row in answer["table"] if row["numerator"] == 0]
    assert gone
    assert all(row["before"] > 0 and row["text"] == f"{row['before']} to 0" for row in gone)
    workings = client.get(f"/intelligence/workings/?{asked}&area={gone[0]['code']}").content.decode()
    assert f">{gone[0]['before']} to 0</span>" in workings
    few = [row["class"] == "few" for row in answer["table"]]
    assert few == sorted(few)
    assert all(row["class"] != "few" or "%" not in row["text"] + row["interval"] for row in answer["table"])


def test_the_change_form_says_no_clear_change_and_orders_by_verdict(client):
    page = client.get(
        f"/intelligence/?measure=recorded-crime&form=change&level=ward{PERIOD}"
    ).content.decode()
    assert page.count('<span class="in-parent">no clear change</span>') == 47
    order = [feature["class"].partition("-")[0] for feature in drawn(page)["map"]["features"].values()]
    assert order == sorted(order, key=["up", "same", "down"].index)
    assert '<th scope="col">Cautions</th>' not in page


def test_map_and_table_are_told_apart_and_the_strip_says_how_many_rows_count(client):
    page = client.get(f"/intelligence/?measure=recorded-crime&form=count&level=ward{PERIOD}").content.decode()
    assert re.search(r'<h2 id="map-title">Map: ', page)
    assert re.search(r'<h2 id="table-title">Table: ', page)
    assert '<caption class="ju-hidden">Count, recorded crime by ward' in page
    assert 'data-announcement="Updated: 83 wards, count"' in page
    assert "72,374 of them counted here" in page
    assert "Highest: 5,425 in Central ward." in drawn(page)["map"]["description"]


def test_areas_that_stand_out_of_their_peers_say_so_in_the_table(client):
    """As the command line's verdicts of the same wards; none where counts are shown."""
    asked = f"/intelligence/?measure=recorded-crime&level=ward{PERIOD}&form="
    page = client.get(f"{asked}rate").content.decode()
    rows = {
        code: page.partition(f'data-code="{code}"')[2].partition("</tr>")[0]
        for code in ("E05014882", "E05013049", "E05009857", "E05012456")
    }
    assert ">higher than its peers<" in rows["E05014882"] and ">higher than its peers<" in rows["E05013049"]
    assert ">rather higher than its peers<" in rows["E05009857"]
    assert "peers" not in rows["E05012456"]  # twice the rate of all, as others have
    assert "clearly above that: 2, clearly below: none." in page
    assert "than its peers" not in client.get(f"{asked}count").content.decode()


def test_a_rate_can_be_asked_for_by_another_count_than_residents_once_one_is_loaded(client, shown, tmp_path):
    """The last test on this copy, for what it loads stays."""
    from joinedup import places

    asked = f"measure=recorded-crime&form=rate&level=ward{PERIOD}"
    before = client.get(f"/intelligence/?{asked}&per=workday").content.decode()
    assert "Nobody has counted those for areas of this kind" in before and "ask-per" not in before
    counts = {code: 3 * n for code, n in places.residents(shown, "lsoa", vintage="2021").items()}
    file = tmp_path / "workday.csv"
    file.write_text("code,n\n" + "".join(f"{code},{n}\n" for code, n in counts.items()))
    where = {"level": "lsoa", "vintage": "2021", "year": 2021, "code": "code", "count": "n"}
    places.load_denominator(shown, file, per="workday", source="Invented for a test", title="Day", **where)
    by_night = client.get(f"/intelligence/answer.json?{asked}").json()
    by_day = client.get(f"/intelligence/answer.json?{asked}&per=workday").json()
    assert "per 1,000 workday people" in by_day["measure"]["unit"]
    assert "workday people (Day 2021)" in by_day["finding"] and "residents" not in by_day["map"]["title"]
    rates = {row["code"]: row["value"] for row in by_day["table"]}
    for row in by_night["table"]:
        assert rates[row["code"]] == pytest.approx(row["value"] / 3)
        assert "residents-mislead" in row["flags"]
    page = client.get(f"/intelligence/?{asked}&per=workday").content.decode()
    assert re.search(r'<option value="workday" selected>workday people</option>', page)
    headings = re.findall(r'<th scope="col"[^>]*>([^<]*)</th>', page)
    assert "Workday people" in headings and "Residents" not in headings
    workings = client.get(f"/intelligence/workings/?{asked}&per=workday&area=E05014882").content.decode()
    assert "--per workday" in workings and "(workday people)" in workings
    assert "ask-per" not in client.get(f"/intelligence/?{asked.replace('rate', 'count')}").content.decode()


def test_without_data_the_page_says_what_to_do(workspace, analyst):
    from django.test import Client

    from joinedup.accounts.models import User

    application(workspace)
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username="ann"))
    response = browser.get("/intelligence/")
    assert response.status_code == 200
    assert "There is nothing to show yet" in response.content.decode()
