"""What keeps the document honest: whose residents, many tests at once, parts that do not overlap, "
"young shares."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading import words

from joinedup.documents import comparing, maps
from joinedup.documents.chapters import deprivation, districts, people
from joinedup.documents.citing import reference_links
from joinedup.documents.wording import Verdict
from joinedup.documents.workings import Fact, Question, Workings
from joinedup.terms import Period

pytestmark = pytest.mark.usefixtures("little_folder")  # translated words need an opened workspace

RESIDENTS = 16 * 1500
NORTH = 12 * (20 + 10 + 10 + 6 + 5 + 4 + 3) + 25
SOUTH = 12 * 4 * 8


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_rejects_what_stepping_down_by_hand_rejects(p_values):
    adjusted = comparing.holm(p_values)
    rejected = set()
    for step, place in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        if min(1.0, p_values[place] * (len(p_values) - step)) >= 0.05:
            break
        rejected.add(place)
    assert {place for place, p in enumerate(adjusted) if p < 0.05} == rejected
    assert all(p <= after <= 1 for p, after in zip(p_values, adjusted, strict=True))


def test_holms_known_answer():
    assert comparing.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def _change(workings: Workings, question: Question, now: int, before: int) -> Fact:
    from joinedup.measures import intervals

    lower, upper = intervals.change(now, before)
    row = SimpleNamespace(
        numerator=now, denominator=before, value=now / before - 1, lower=float(lower), upper=float(upper),
        flags=(), area_code="X", breakdowns={},
    )  # fmt: skip
    return Fact(workings, question, row)


def test_what_is_clear_alone_but_not_beside_the_others_is_only_perhaps():
    workings = Workings()
    question = workings.question(SimpleNamespace())
    alone = _change(workings, question, 135, 171)
    assert alone.verdict is Verdict.LOWER
    others = [_change(workings, question, 1000, 1000) for _ in range(12)]
    certain = _change(workings, question, 9246, 10178)
    found = comparing.judged([alone, certain, *others])
    assert [fact.verdict for fact in found[:3]] == [
        Verdict.PERHAPS_LOWER, Verdict.LOWER, Verdict.NO_CLEAR_CHANGE,
    ]  # fmt: skip
    assert found[0].verdict.words == "lower, but may be chance"
    said = comparing.warning(workings, found, "types").text
    assert said.startswith("14 types were tested. If nothing had changed, about 51% of such lists would name")


def test_the_number_of_tests_stands_under_the_summary_and_under_the_tables(first_page):
    for section in ("Summary", "Types of crime"):
        assert "5 types of crime were tested." in first_page.section(section)
        assert "about 23% of such lists" in first_page.section(section)
    assert "4 wards were tested." in first_page.section("Wards with the most recorded crime")


def test_the_year_of_the_residents_is_said_in_the_reading_and_under_every_rate(first_page):
    said = (
        f"Rates divide by the number of residents in Invented residents 2021 ({RESIDENTS:,} in Northreach), "
        "not by "
        "the residents of January 2024 to December 2024. Where the population has grown since, the "
        "true rate is "
        "lower. The interval does not include this."
    )
    assert said in first_page.section("How to read it")
    captions = [words(caption) for caption in first_page.all("figcaption")]
    rates = [caption for caption in captions if "1,000 residents" in caption and "(LSOA)" not in caption]
    assert len(rates) >= 4
    for caption in rates:
        assert said in caption
        assert "per 1,000 residents (Invented residents 2021)" in caption


def test_a_district_is_set_beside_the_others_and_not_beside_a_whole_that_holds_it(first_page):
    said = first_page.section("Against the other districts")
    assert (
        f"Northreach had {NORTH / RESIDENTS * 1000:.1f} recorded crimes per 1,000 residents; "
        f"Southreach had {SOUTH / RESIDENTS * 1000:.1f}." in said
    )
    assert "clearly above" not in said
    assert "as a whole" not in said


def test_the_other_districts_together_are_their_counts_over_their_residents():
    workings = Workings()
    question = workings.question(SimpleNamespace())
    rows = [("A", 13382, 92341), ("B", 14887, 136528), ("C", 20597, 196590)]
    facts = [
        Fact(workings, question, SimpleNamespace(area_name=name, numerator=count, denominator=people))
        for name, count, people in rows
    ]
    draft = SimpleNamespace(scope=SimpleNamespace(workings=workings))
    together = districts._together(draft, "recorded crimes", facts)
    assert together.value == pytest.approx(48866 / 425459 * 1000)
    assert together.cite().text == "114.9"
    assert together.lower < together.value < together.upper


def test_the_partnership_is_not_set_against_itself(assess):
    _made, page = assess(area="partnership")
    assert "had" not in page.section("The districts").split("Bar chart")[0].split("Town centres")[0]


def test_a_share_that_is_not_final_says_which_crimes_are_young():
    figure = SimpleNamespace(
        known_on=dt.datetime(2025, 4, 30, 11, tzinfo=dt.UTC), measure=SimpleNamespace(matures_after=6)
    )
    fact = Fact(Workings(), Question(1, figure), SimpleNamespace())
    draft = SimpleNamespace(scope=SimpleNamespace(period=Period.parse("2024-04..2025-03")))
    assert people._too_young(draft, fact).text == (
        "Crimes of October 2024 to March 2025 have had under 6 months, so this share is not final "
        "and is expected "
        "to rise."
    )


def _searches() -> tuple[Workings, SimpleNamespace, list[Fact]]:
    workings = Workings()
    measure = SimpleNamespace(
        breakdowns={"officer_ethnicity": {"White": "White", "Mixed": "Mixed"}}, label=lambda _by, value: value
    )
    question = workings.question(SimpleNamespace(measure=measure))
    facts = [
        Fact(workings, question, SimpleNamespace(numerator=number, breakdowns={"officer_ethnicity": value}))
        for value, number in (("White", 60), ("Other", 20), ("not-stated", 20))
    ]
    return workings, SimpleNamespace(figure=question.figure, question=question), facts


def test_a_value_that_never_occurs_is_said_not_to_be_in_the_field():
    _workings, asked, _facts = _searches()
    assert "The published field has no [“Mixed”]" in people._never_used(asked, {"White", "not-stated"})
    assert people._never_used(asked, {"White", "Mixed"}) == ""


def test_shares_of_those_stated_leave_the_others_out():
    workings, asked, facts = _searches()
    draft = SimpleNamespace(scope=SimpleNamespace(workings=workings))
    found = [people._share_of_stated(draft, asked, fact, facts) for fact in facts]
    assert [share.text if share else None for share in found] == ["75.0%", "25.0%", None]


def test_what_the_data_cannot_cover_is_said_beside_the_regulation(first_page):
    said = first_page.section("About this assessment")
    assert "Regulation 7 of SI 2007/1830 asks the strategy group" in said
    assert "drug offences, which follow police activity more than drug use" in said
    assert "If your last assessment covered other months, say what changed since it." in said
    assert (
        "Re-offending and serious violence (section 6(1)(c) and (d) of the Crime and Disorder Act "
        "1998) are not "
        "covered by this data." in said
    )
    assert "Crimes come in series" in said


def test_deprivation_speaks_of_places_with_their_number_and_how_wards_got_their_score(assess):
    _made, page = assess(area="partnership")
    said = page.section("Deprivation beside crime")
    assert "(8 wards; rank correlation" in said
    assert "How an index of neighbourhoods became a ward's: mean of LSOAs by best-fit lookup" in said


@pytest.mark.parametrize(("lower", "upper"), [(0.7, 0.9), (-0.9, -0.7)])
def test_a_clear_correlation_is_said_not_to_be_about_people(lower, upper):
    assert "does not say that deprived people commit or suffer" in deprivation._template(lower, upper)


def test_deciles_of_few_neighbourhoods_are_marked(first_page):
    table = next(t for t in first_page.all("table") if "by deprivation of the neighbourhood" in words(t[0]))
    rows = [words(row) for row in table.iter("tr")][1:]
    assert rows[0].startswith("1 (most deprived, few areas)")
    assert all("few areas" in row for row in rows)


def test_few_records_are_not_put_in_an_order(first_page):
    said = first_page.section("Wards with the most anti-social behaviour")
    assert "too few wards with enough records to put in an order" in said


def test_marks_that_follow_each_other_are_a_range():
    def shown(*rows: str) -> str:
        return reference_links(rows).replace("{.ref}", "")

    assert shown("F75", "F88", "F89", "F90", "F91") == " [\\[[F75](#f75), [F88](#f88)–[F91](#f91)\\]]{.refs}"
    assert shown("F2", "F1") == " [\\[[F1](#f1), [F2](#f2)\\]]{.refs}"


def test_the_classes_of_a_map_say_where_they_end():
    words_of = maps.Words("under {edge}", "{edge} to under {next}", "{edge} and over", "few", "none")
    classes = maps.Classes((0.0, 63.0, 91.0, 150.0))
    assert [classes.label(index, words_of) for index in range(4)] == [
        "under 63", "63 to under 91", "91 to under 150", "150 and over",
    ]  # fmt: skip


def test_the_quality_chapter_names_feeds_says_nought_and_drops_fields_that_are_never_given(first_page):
    said = first_page.section("How good the data is")
    assert "Street-level crime and anti-social behaviour (police.uk)" in said
    assert "police-uk-street" not in said
    assert (
        "Never given: context, stated area name (Street-level crime and anti-social behaviour (police.uk))."
        in said
    )
    located = next(t for t in first_page.all("table") if "could be placed" in words(t[0]))
    assert "–" not in words(located).replace(words(located[0]), "").split("Workings")[1].replace("–F", "")
    fields = next((t for t in first_page.all("table") if "Fields with gaps" in words(t[0])), None)
    assert fields is None or "100.0%" not in words(fields)


def test_months_differ_in_length_and_analysts_may_be_asked(first_page):
    assert "Months differ in length" in first_page.section("Month by month")
    assert "or ask your analyst" in first_page.section("Questions for people")
