"""What the checker says of published papers: each figure known by hand, and nothing said of a right one."""

from __future__ import annotations

import papers
import pytest

from joinedup.documents.claims import About, Finding, Verdict, check_report


def checked(text: str) -> list[Finding]:
    return list(check_report(text).findings)


def of(findings: list[Finding], *numbers: str) -> Finding:
    """The one finding that took these numbers, the last of them the one that is judged."""
    found = [one for one in findings if set(numbers) <= set(one.numbers) and one.numbers[-1] == numbers[-1]]
    assert len(found) == 1, found
    return found[0]


def disagreeing(text: str) -> set[tuple[About, tuple[str, ...]]]:
    return {(one.about, one.numbers) for one in checked(text) if one.verdict is Verdict.DISAGREES}


def test_exactly_what_is_wrong_in_the_papers_is_said_not_to_agree():
    assert disagreeing(papers.MINUTES_OF_A_PANEL) == set()
    assert disagreeing(papers.MINUTES_OF_A_PARTNERSHIP) == {
        (About.SHARE, ("2208", "4432", "38.1%")),
        (About.SHARE, ("1632", "4432", "28.2%")),
        (About.SHARE, ("59", "1,719", "4%")),
        (About.TARGET, ("5%",)),
    }
    assert disagreeing(papers.MINUTES_OF_A_COMMITTEE) == set()
    assert disagreeing(papers.RECOMMENDATIONS) == {
        (About.DATES, ("23 March 2009", "9th February 2010", "15th March 2010"))
    }
    assert disagreeing(papers.STRATEGIC_ASSESSMENT) == {(About.EDITION, ("fifth", "sixth"))}


def test_two_shares_that_rest_on_one_other_whole_are_said_together():
    found = checked(papers.MINUTES_OF_A_PARTNERSHIP)
    calls, raised = of(found, "2208", "38.1%"), of(found, "1632", "28.2%")
    assert calls.arithmetic.startswith(
        "2,208 of 4,432 is 49.8 % (Wilson 48.3 to 51.3); 38.1 % needs a whole of 5,788 to 5,802"
    )
    assert raised.arithmetic.startswith("1,632 of 4,432 is 36.8 % (Wilson 35.4 to 38.3)")
    for one in (calls, raised):
        assert (
            "38.1 % and 28.2 % fit one whole of 5,788 to 5,797, so they do not rest on the 4,432"
            in one.arithmetic
        )
    assert calls.sentence == "This accounts for 2208 of the calls made or 38.1%"


def test_a_share_of_an_approximate_number_is_a_rounding():
    one = of(checked(papers.MINUTES_OF_A_PANEL), "1138", "3510", "32.5%")
    assert one.verdict is Verdict.ROUNDED
    assert one.arithmetic.startswith(
        "1,138 of 3,510 is 32.4 % (Wilson 30.9 to 34.0); 32.5 % needs a whole of 3,497 to 3,506"
    )


def test_those_cannot_be_fewer_than_their_part_and_some_are_in_none_of_the_parts():
    one = of(checked(papers.MINUTES_OF_A_PANEL), "3510", "800", "600", "1200")
    assert (one.about, one.verdict) == (About.PARTS, Verdict.OPEN)
    for said in (
        "cannot be of the 1,138, for 1,200 is more",
        "= 2,600",
        "between 1,200 and 2,600",
        "at least 910 are in none",
    ):
        assert said in one.arithmetic


def test_the_consultation_agrees_but_for_one_share_and_56_readers():
    found = checked(papers.MINUTES_OF_A_PARTNERSHIP)
    for numbers, said in (
        (("1,719", "5,222", "a third"), "32.9 %"),
        (("652", "1,719", "38%"), "37.9 %"),
        (("952", "1,719", "55%"), "55.4 %"),
    ):
        one = of(found, *numbers)
        assert one.verdict is Verdict.AGREES and said in one.arithmetic
    wrong = of(found, "59", "1,719", "4%")
    assert "59 of 1,719 is 3.4 %" in wrong.arithmetic
    parts = of(found, "1,719", "652", "952", "59")
    assert parts.verdict is Verdict.AGREES
    assert parts.arithmetic == "652 + 952 + 59 = 1,663 of 1,719: 56 are in none of them"


def test_a_sum_of_money_is_added_up():
    one = of(checked(papers.MINUTES_OF_A_PARTNERSHIP), "£8,644", "£644.00")
    assert (one.verdict, one.arithmetic) == (Verdict.AGREES, "4 × £2,000 + £644 = £8,644")


def test_a_target_is_not_judged_across_a_break():
    (one,) = [each for each in checked(papers.MINUTES_OF_A_PARTNERSHIP) if each.about is About.TARGET]
    assert "cannot be judged" in one.arithmetic
    assert "due to a change in recording practices as of 01/04/11" in one.arithmetic


def test_a_change_is_computed_with_its_ratio_and_a_word_on_small_counts():
    one = of(checked(papers.STRATEGIC_ASSESSMENT), "7", "25", "257%")
    assert one.verdict is Verdict.AGREES
    assert one.arithmetic.startswith("7 to 25 is +257.1 %; ratio 3.57 (1.50 to 9.78)")
    assert "better said as 7 to 25" in one.arithmetic


def test_a_change_with_only_its_difference_has_a_base_between_two_numbers():
    """415 of 9,222 is 4.50011 %, which rounds to 5 %: the least whole number is 9,223."""
    one = of(checked(papers.STRATEGIC_ASSESSMENT), "415", "4%")
    assert one.verdict is Verdict.OPEN
    assert "it would be 9,223 to 11,857" in one.arithmetic


@pytest.mark.parametrize("number", ["7.2%", "1%", "19%", "11.7%", "5.3%"])
def test_a_lone_percentage_says_what_is_missing(number):
    one = of(checked(papers.STRATEGIC_ASSESSMENT), number)
    assert one.verdict is Verdict.OPEN and "missing" in one.arithmetic


def test_two_editions_and_a_day_after_the_reports_own_are_told_with_where_they_stand():
    (edition,) = [one for one in checked(papers.STRATEGIC_ASSESSMENT) if one.about is About.EDITION]
    assert "“fifth” here, “sixth” in paragraph 4" in edition.arithmetic
    (dates,) = [one for one in checked(papers.RECOMMENDATIONS) if one.about is About.DATES]
    assert "dated 23 March 2009 and speaks of 9th February 2010, 15th March 2010 as past" in dates.arithmetic


@pytest.mark.parametrize("text", papers.ALL)
def test_the_same_is_found_whatever_the_lines_are_broken_at(text):
    """A line broken to fit a page, as text of a PDF has it, changes no verdict."""
    wrapped = "\n\n".join(_wrapped(paragraph) for paragraph in text.split("\n\n"))
    assert _said(wrapped) == _said(text)


def _wrapped(paragraph: str, width: int = 90) -> str:
    if paragraph.startswith(("-", "#")):
        return paragraph
    lines, line = [], ""
    for word in paragraph.split():
        if line and len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return "\n".join([*lines, line])


def _said(text: str) -> list[tuple[Verdict, tuple[str, ...]]]:
    return sorted((one.verdict, one.numbers) for one in checked(text))
