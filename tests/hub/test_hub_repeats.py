"""Repeats in the hub: which definitions for whom, and the same numbers as the command gives, logged."""

from __future__ import annotations

import json
import re

import pytest
from click.testing import CliRunner
from same_pages import browser_of_user, told

from joinedup.cli import main
from joinedup.hub import application
from joinedup.hub.repeats import asked, groups
from joinedup.hub.repeats.linked_words import bare_words, number_words, of_words, value_words
from joinedup.log import acts
from joinedup.measures.linked import LINKED
from joinedup.measures.linked.cells import DAYS, METRES, PER_100_000, RATIO
from joinedup.measures.repeats import REPEATS
from joinedup.terms import Period, Purpose, Restriction
from repeating_town import Repeating, calls
from tiny_town import ANALYST, build_town

JAG = "/repeats/repeat-caller-jag/"
MONTHS = {"from": "2024-05", "to": "2024-06"}


@pytest.fixture
def ann(nominated_town):
    """The analyst's browser on the town."""
    return browser_of_user("ann")


def rows_of(page: str, heading: str) -> dict[str, list[str]]:
    """The rows of the table under a heading: by their first words, the words of the cells."""
    table = re.search(rf">{heading}</h3>.*?</table>", page)[0]
    body = re.search(r"<tbody.*?</tbody>", table)[0]
    found = {}
    for row in re.findall(r"<tr.*?</tr>", body):
        first, *cells = (re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<t[hd].*?</t[hd]>", row))
        found[first] = cells
    return found


def command(town, *words: str) -> list[dict]:
    """What the command gives as JSON."""
    asked_for = ["-C", str(town.folder), "--as", "ann", "repeats", "count", *words, "--format", "json"]
    result = CliRunner().invoke(main, asked_for)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def in_per_cent(share: float) -> str:
    """A share as the page writes it."""
    return f"{100 * share:.0f}%" if share in {0, 1} else f"{100 * share:.1f}%"


@pytest.mark.usefixtures("nominated_town")
def test_every_definition_stands_in_a_group_of_its_own_kind():
    named = {one.name: group.name for group in groups.grouped([*REPEATS.values(), *LINKED.values()])
             for one in group.definitions}  # fmt: skip
    assert set(named) == {*REPEATS, *LINKED} and "others" not in named.values()
    wanted = {
        "repeat-caller-household": "callers", "repeat-victim-household": "victims", "repeat-pair": "pairs",
        "repeat-suspect": "suspects", "repeat-asb-perpetrator": "suspects", "repeat-asb-location": "places",
        "marac-repeat-criminal": "victims", "suspects-travel": "travel", "youth-justice-at-18": "young",
    }  # fmt: skip
    assert {name: named[name] for name in wanted} == wanted


@pytest.mark.parametrize("who", ["ann", "bo", "lead"])
def test_whoever_sees_counts_as_they_are_chooses_among_the_definitions(nominated_town, who):
    page = told(browser_of_user(who).get("/repeats/"))
    for title in ("Callers", "Victims", "Places", "Pairs of people", "Who comes again, by the first offence"):
        assert re.search(rf"<h2[^>]*>{title}</h2>", page), title
    assert f'href="{JAG}"' in page and "marac" not in page
    assert acts(kind="disclosure") == []


@pytest.mark.parametrize("who", ["cllr", "aud", "adm"])
def test_who_sees_protected_tables_has_none_and_is_told_why_and_where_to_look(nominated_town, who):
    client = browser_of_user(who)
    page = told(client.get("/repeats/"))
    assert "There are no repeats for you" in page and "see the counts of their sources as they are" in page
    assert JAG not in page and 'href="/intelligence/"' in page
    for address in (JAG, "/repeats/around-a-place/"):
        refused = told(client.get(address, MONTHS), 403)
        assert "see the counts of their sources as they are. Ask an analyst" in refused
    assert "see the counts" in told(client.post("/repeats/around-a-place/", MONTHS), 403)
    assert acts(kind="disclosure") == []


def test_what_is_not_offered_is_refused_when_it_is_asked_for_directly(ann):
    assert "of their sources as they are" in told(ann.get("/repeats/marac-repeat-criminal/", MONTHS), 403)
    assert "Page not found" in told(ann.get("/repeats/repeat-nobody/", MONTHS), 404)
    assert "Choose what it is for" in told(ann.get(JAG, {**MONTHS, "purpose": "research-x"}), 422)
    assert ann.post(JAG, MONTHS).status_code == 405
    assert acts(kind="disclosure") == []


def test_the_form_alone_counts_nothing_and_says_what_the_definition_means(ann):
    page = told(ann.get(JAG))
    assert "People who called three times or more within any two months" in page
    assert "3 times or more within any 2 months" in page and "<table" not in page
    assert '<option value="2024-06" selected>June 2024</option>' in page
    assert acts(kind="disclosure") == []


def test_the_page_has_the_numbers_of_the_command(ann, nominated_town):
    units, events = command(nominated_town, "repeat-caller-jag", "--from", "2024-05", "--to", "2024-06")
    page = told(ann.get(JAG, MONTHS))
    found = rows_of(page, "How many repeat")
    assert list(found) == ["People who repeat, of all people", "Events that are theirs, of all events"]
    for row, cells in zip((units, events), found.values(), strict=True):
        assert cells[0] == in_per_cent(row["value"])
        assert cells[1] == (
            "–" if row["lower"] is None else f"{in_per_cent(row['lower'])} to {in_per_cent(row['upper'])}"
        )
        assert cells[2] == f"{row['numerator']} of {row['denominator']}"
        assert cells[4] == f"{row['by_chance']:,.1f}"
    least, most = (in_per_cent(units[one]) for one in ("least_value", "most_value"))
    assert (units["least"], units["most"]) == (0, 1)  # the third call is hers by the best linkage only
    assert found["People who repeat, of all people"][3] == f"{least} to {most} (0 to 1)"
    assert "small number: moves by chance" in page
    assert rows_of(page, "How concentrated it is: the share of the events of those who have most")[
        "Everything delivered"
    ] == ["100%", "100%", "100%", f"{units['gini']:.2f}"]
    assert "Anonymous callers are counted as such" in page and "People as known by linkage 1" in page
    assert "joinedup repeats count repeat-caller-jag --from 2024-05 --to 2024-06 --purpose" in page
    assert re.search(r'<a href="/data/deliveries/1/">1</a>', page)


@pytest.mark.parametrize(
    ("area", "words", "names"),
    [
        ("district", ["--area-level", "district"], {"District D1", "District D2"}),
        ("ward:D1", ["--area-level", "ward", "--within", "D1"], {"Ward W1", "Ward W2"}),
    ],
)
def test_each_area_has_the_numbers_of_the_command(ann, nominated_town, area, words, names):
    name = "repeat-asb-location"
    page = told(ann.get(f"/repeats/{name}/", {**MONTHS, "area": area}))
    rows = command(nominated_town, name, "--from", "2024-05", "--to", "2024-06", *words)
    found = rows_of(page, "Places that repeat, of all places")
    of_units = [row for row in rows if row["share_of"] == "units"]
    assert [row["area_name"] for row in of_units] == list(found) and names <= set(found)
    for row, cells in zip(of_units, found.values(), strict=True):
        assert cells[2] == f"{row['numerator']} of {row['denominator']}"
        assert (cells[-1] == "nothing was counted, so there is no share") == (row["denominator"] == 0)
    assert any(cells[2] == "1 of 2" or cells[2] == "1 of 1" for cells in found.values())
    (act, *_) = acts(kind="disclosure")
    assert act.detail["level"] == area.partition(":")[0]


def test_a_look_is_in_the_log_with_its_purpose_and_without_a_number(ann):
    answer = ann.get(JAG, {**MONTHS, "purpose": "safeguarding"})
    assert "For safeguarding; your look is in the log." in told(answer)
    assert answer.headers["Cache-Control"] == "no-store"
    (act,) = acts(kind="disclosure")
    assert (act.username, str(act.purpose), act.detail["repeat"]) == (
        "ann",
        "safeguarding",
        "repeat-caller-jag",
    )
    assert act.recipients == ["ann"] and not {"numerator", "rows", "value"} & set(act.detail)


def test_a_refusal_that_says_how_many_were_seen_is_in_the_log(ann):
    page = told(ann.get("/repeats/repeat-suspect/", {**MONTHS, "possible": "1"}))
    assert "of 1 that there could be" in page
    assert len(acts(kind="disclosure")) == 1
    seen = told(ann.get("/repeats/repeat-asb-location/", {**MONTHS, "possible": "1"}), 422)
    assert "There cannot be 1 units where 2 were seen" in seen and 'id="possible-error"' in seen
    assert len(acts(kind="disclosure")) == 2


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"from": "2024-13"}, "from", "2024-13 is not a month"),
        ({"from": "2024-06", "to": "2024-05"}, "from", "A period ends after it starts"),
        ({"area": "msoa"}, "area", "Choose areas of the list"),
        ({"area": "ward:E99"}, "area", "Choose areas of the list"),
        ({"as-at": "soon"}, "as-at", "That date of knowledge cannot be read"),
        ({"possible": "many"}, "possible", "Write how many there could be as a number"),
        ({"possible": "9", "area": "ward"}, "possible", "not for each area"),
        ({"purpose": "data"}, "purpose", "Choose what it is for"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_in_the_summary_and_nothing_is_counted(
    ann, changed, field, sentence
):
    page = told(ann.get(JAG, {**MONTHS, **changed}), 422)
    assert page.count(sentence) == 2
    assert f'<a href="#{field}">' in page and f'id="{field}-error"' in page
    assert "<title>Error:" in page and "<table" not in page
    assert acts(kind="disclosure") == []


def test_what_was_known_then_is_asked_for(ann):
    page = told(ann.get(JAG, {**MONTHS, "as-at": "2025-01-01"}))
    assert "There is no figure" in page and "It is not nought" in page
    assert "--as-at 2025-01-01" in page


AROUND = {**MONTHS, "longitude": "-1.28501", "latitude": "54.50502"}


def test_around_a_point_is_posted_and_the_point_stands_in_no_address_nor_exactly_in_the_log(ann):
    page = told(ann.get("/repeats/around-a-place/", AROUND))
    assert "<table" not in page and acts(kind="disclosure") == []
    assert '<form method="post" action="/repeats/around-a-place/"' in page
    page = told(ann.post("/repeats/around-a-place/", AROUND))
    assert rows_of(page, "Within 100 metres")["All"][0] == "3"
    assert "--at LONGITUDE LATITUDE" in page and "1 is no difference" in page
    (act,) = acts(kind="disclosure")
    assert act.detail["at"] == [-1.285, 54.505]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"longitude": "west"}, "longitude"),
        ({"latitude": "95"}, "latitude"),
        ({"latitude": "nan"}, "latitude"),
        ({"since": "may"}, "since"),
    ],
)
def test_a_point_that_is_none_is_told_at_its_field(ann, changed, field):
    page = told(ann.post("/repeats/around-a-place/", {**AROUND, **changed}), 422)
    assert f'id="{field}-error"' in page and acts(kind="disclosure") == []


def test_linked_people_have_a_table_of_groups(ann):
    page = told(ann.get("/repeats/suspected-again-by-first/", {"from": "2024-05"}))
    assert "Suspected again within 12 months" in page and "followed for 12 months" in page
    assert "In May 2024" in page


def test_before_anything_is_delivered_or_linked_it_says_what_to_do(tmp_path):
    from joinedup.accounts import add_agency, add_user
    from joinedup.terms import Role
    from joinedup.workspace import Workspace

    with_nothing = Workspace.open(build_town(tmp_path))
    add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council"))
    application(with_nothing)
    ann = browser_of_user("ann")
    assert "joinedup link run" in told(ann.get("/repeats/"))
    page = told(ann.get("/repeats/repeat-caller/"))
    assert "There is nothing to count yet" in page and "joinedup deliver FEED FILE" in page
    assert "There is no list for you" in told(ann.get("/repeats/nominations/"))
    Repeating(with_nothing).told("police-incidents", "2024", calls("Ann", "2024-01-01"))
    page = told(ann.get("/repeats/repeat-caller/", {"from": "2024-01"}))
    assert "Nobody is linked yet" in page and "There is no figure" in page and "Nobody is known yet" in page
    assert 'href="/data/same/"' in page
    assert "Nobody is linked yet" not in told(ann.get("/repeats/repeat-asb-location/"))
    with_nothing.close()


def test_what_is_restricted_is_counted_for_nobody(ann, nominated_town):
    from joinedup.records import RecordBook

    before = rows_of(told(ann.get("/repeats/repeat-suspect/", MONTHS)), "How many repeat")
    assert before["People who repeat, of all people"][2] == "1 of 1"
    RecordBook(nominated_town).restrict(
        "police-suspects", references=["1"], kind=Restriction.JUVENILE, by=ANALYST, reason="a court order"
    )
    after = rows_of(told(ann.get("/repeats/repeat-suspect/", MONTHS)), "How many repeat")
    assert after["People who repeat, of all people"][2] == "0 of 1"


def test_by_broken_glass_the_numbers_are_shown_and_no_delivery(nominated_town):
    from joinedup.accounts import acting_viewer
    from joinedup.accounts.models import AgreementVersion
    from joinedup.release import open_glass
    from joinedup.release.matters import known

    AgreementVersion.objects.all().delete()
    ann = browser_of_user("ann")
    assert "There are no repeats for you" in told(ann.get("/repeats/"))
    assert ann.get("/repeats/repeat-suspect/", MONTHS).status_code == 403
    feeds = sorted({one.feed for one in known(nominated_town).of_source("police-records")})
    open_glass(nominated_town, "ann", feeds, reason="a threat to life", by=acting_viewer("adm"))
    page = told(ann.get("/repeats/repeat-suspect/", MONTHS))
    assert rows_of(page, "How many repeat")["People who repeat, of all people"][2] == "1 of 1"
    assert "You are not told of every delivery that it rests on" in page and "/data/deliveries/" not in page


def test_a_year_whose_following_months_have_come_is_offered_first():
    covered = Period.parse("2022-04..2025-03")
    assert str(asked.usual_period(REPEATS["repeat-caller"], covered)) == "2024-04..2025-03"
    assert str(asked.usual_period(REPEATS["repeat-victim"], covered)) == "2023-04..2024-03"
    short = Period.parse("2024-05..2024-06")
    assert str(asked.usual_period(REPEATS["repeat-victim"], short)) == "2024-05"


def test_numbers_of_linked_people_in_words():
    assert value_words(METRES, 1599.6) == "1,600 m" and bare_words(METRES, 1599.6) == "1,600"
    assert value_words(DAYS, -262.0) == "−262 days"
    assert value_words(RATIO, 0.7213) == "0.72 times" and number_words(RATIO, 36, 61) == "36 beside 61"
    assert value_words(PER_100_000, 39.688) == "39.69 for 100,000"
    assert number_words("share", 47, 956) == "47 of 956" and number_words("share", None, None) == "–"
    definition = LINKED["vulnerable-several-agencies"]
    assert of_words(definition, "agencies-1") == "In the records of 1 agency"
    assert of_words(definition, "agencies-3") == "In the records of 3 agencies"
    assert of_words(definition, "within-250-m-to-ring").startswith("Within 250 metres, for each square")
    assert of_words(definition, "some-new-number") == "Some new number"


def test_the_usual_purpose_is_the_one_for_which_most_is_seen():
    from joinedup.release.whole_sources import Offer

    of_crime, all_of_it = Purpose.CRIME_AND_DISORDER, Purpose.SAFEGUARDING
    assert asked.usual_purpose(Offer({of_crime: ("a",), all_of_it: ("a", "b")}, None)) is all_of_it
    assert asked.usual_purpose(Offer({all_of_it: ("a",), of_crime: ("b",)}, None)) is of_crime
