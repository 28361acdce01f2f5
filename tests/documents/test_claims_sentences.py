"""What the checker takes for a number, and what it says of single sentences and tables."""

from __future__ import annotations

import pytest

from joinedup.documents.claims import About, Verdict, check_report
from joinedup.documents.claims.passages import passages_of, sentences
from joinedup.documents.claims.quantities import Kind, Said, find_numbers

AGREES, ROUNDED, WRONG, OPEN = Verdict.AGREES, Verdict.ROUNDED, Verdict.DISAGREES, Verdict.OPEN


def verdicts(text: str) -> list[Verdict]:
    return [one.verdict for one in check_report(text).findings]


@pytest.mark.parametrize(
    "sentence",
    [
        "The meeting was held on Tuesday, 27th March, 2012 at 9.30 a.m. in Room 4.",
        "See paragraph 3.2.1, page 12, table 4 and item 20 (No. 7 refers).",
        "Call 101 or 0800 555 111, write to asb@council.example, or see www.council.example/asb2012.",
        "DV Funding 2012/13 runs from 01/10/11 to 30/09/12, as in 2011 and 2009-10.",
        "A 12 month extension of the 6 week course for 18 and 19 year olds, aged 10 to 17 or over 65s.",
        "The rate was 8.3 per 1,000 residents, up 2 percentage points (95% confidence interval).",
        "The Q3 report on COVID-19, IOM 2 and the A19 is in annex B2, postcode TS18 1AB.",
        "One of the group's aims is 24/7 cover, with Thirteen Group as the 1st and 25th partner.",
        "It rose in the first half of 2012 from 5th worst to 2nd.",
    ],
)
def test_what_counts_nothing_is_no_number(sentence):
    assert find_numbers(sentence) == []


@pytest.mark.parametrize(
    ("text", "value", "kind", "said"),
    [
        ("4,432 calls", 4432, Kind.COUNT, Said.EXACTLY),
        ("approximately 3510 people", 3510, Kind.COUNT, Said.ABOUT),
        ("of the order of about 250 offenders", 250, Kind.COUNT, Said.ABOUT),
        ("3 calls or more", 3, Kind.COUNT, Said.AT_LEAST),
        ("no more than twenty-five people", 25, Kind.COUNT, Said.AT_MOST),
        ("two hundred and fifty offenders", 250, Kind.COUNT, Said.EXACTLY),
        ("1.2 million reports", 1_200_000, Kind.COUNT, Said.ABOUT),
        ("£8,644 was secured", 8644, Kind.MONEY, Said.EXACTLY),
        ("38.1% of calls", 38.1, Kind.SHARE, Said.EXACTLY),
        ("12 per cent of calls", 12, Kind.SHARE, Said.EXACTLY),
        ("nearly three quarters of victims", 75, Kind.SHARE, Said.ABOUT),
        ("one in five residents", 20, Kind.SHARE, Said.ABOUT),
        ("10-15% of calls", 12.5, Kind.SHARE, Said.ABOUT),
        ("over 40% of calls", 40, Kind.SHARE, Said.AT_LEAST),
    ],
)
def test_numbers_are_read_as_they_are_written_and_meant(text, value, kind, said):
    (number,) = find_numbers(f"There were {text} this year.")
    assert (float(number.value), number.kind, number.said) == (value, kind, said)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Of the 4,432 calls, 2,208 (49.8%) came from repeat callers.", [AGREES]),
        ("Of the 120 incidents 30 (28%) were alcohol related.", [WRONG]),
        ("75% (30 of 45) agreed.", [WRONG]),
        ("A third (12 of 36) of the wards saw a rise.", [AGREES]),
        ("52 (13%) of the 400 surveyed said no.", [AGREES]),
        ("Nearly half of the 250 offenders (118) were women.", [AGREES]),
        ("Violence accounted for 19% (2,050) of the 10,790 crimes.", [AGREES]),
        ("Over 40% of calls (1,900 of 4,432) were at weekends.", [AGREES]),
        ("Under 10% of the 379 callers (41) were tenants.", [WRONG]),
        ("Recorded crime rose by 4%, from 10,375 to 10,790.", [AGREES]),
        ("There was an increase of 1903 per cent, from 2 to 40 fires.", [WRONG]),
        ("Crime rose from 250 to 220 (12%).", [WRONG]),
        ("Burglary increased by 25% (from 40 to 50), robbery by 10% (20 to 23).", [AGREES, WRONG]),
        ("Burglary fell from 250 to 220, a reduction of 14%.", [WRONG]),
        ("There were 120 incidents this year compared to 100 last year, a 20% increase.", [AGREES]),
        ("In 2012 there were 1,250 offences (1,100 last year), up 13.6%.", [AGREES]),
        ("Youth offending: 38 first time entrants, down from 50 (24%).", [AGREES]),
        ("An increase of 400 offences, from 10,375 to 10,790.", [WRONG]),
        ("The line had 29,166 calls, a 14% decrease from 33,853 calls in the year before.", [AGREES]),
        ("The line had 29,166 calls, a 16% decrease from 33,853 calls in the year before.", [WRONG]),
        ("Reports rose from 1.2 million to 1.5 million, a 25% rise.", [AGREES]),
        ("Reports fell from about 1,000 to 880, a reduction of 10%.", [ROUNDED]),
        ("A total of 100 offences: 60 burglaries, 30 robberies and 5 thefts.", [WRONG]),
        ("The grant of £12,000 comprises £5,000 from the PCC and £7,000 from the council.", [AGREES]),
        ("We met on Monday, 27th March, 2012.", [WRONG]),
        ("67% of respondents felt safe, compared with 63% in 2011.", [OPEN, OPEN]),
        ("The detection rate increased to 38%.", []),
    ],
)
def test_a_sentence_is_judged(text, expected):
    assert verdicts(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Of the 250 offenders, 60 re-offended, committing 180 offences (45% of all burglary).",
        "The scheme was extended from 5 wards to 7, and crime fell 8%.",
        "There were 4,432 calls in total. In Stockton 652 calls (38%) were about noise.",
        "There are twelve wards. Of those residents 800 were asked and 20 shops.",
        "Burglary increased by 25% (from 40 to 50), robbery by 10% (20 to 22) and theft by 5% (100 to 105).",
        "A total of 1,000 homes were chosen. We received 120 replies from 400 homes (30%).",
        "A total of 12 people attended: 5 from the police, 4 from the council and others.",
        "Of 1,719 readers 652 (38%) felt safer, compared with 59 (4%) of the 1,500 of 2008.",
        "There were 12 complaints against 3 officers, up 20%.",
        "There were 120 burglaries compared with 300 thefts, a 5% reduction on last year.",
        "A fall of 4% on the year - that's 96 fewer homes, and builds on the reduction of 46% since 2002/03.",
        "More than a quarter of a million people were asked, and 22,000 (46%) of those in towns replied.",
        "The trial grew from 10 to 12 homes with 90% of residents in favour (450 of 500).",
        "Of those 45, 12 were under 18 (26.7%).",
        "Crime rose from 250 (24%) to 300 (30%).",
        "An additional 12 officers were found, while complaints fell from 50 to 45.",
        "The first Domestic Homicide Review was published; the second Domestic Homicide Review is due.",
        "Minutes of 4 May 2012. It was agreed to meet on 9 November 2012.",
        "60% chose burglary, 55% speeding and 70% noise (several answers could be given).",
        "Last year's third Strategic Plan was short. Attached is a copy of the fourth Strategic Plan.",
    ],
)
def test_what_may_be_right_is_not_said_to_be_wrong(text):
    assert WRONG not in verdicts(text)


def test_a_share_of_these_is_of_what_was_named_last_unless_only_another_holds_it():
    (one, *_) = check_report("We asked 5,222 people; 1,719 replied. Of these, 38% (652) felt safer.").findings
    assert one.numbers == ("652", "1,719", "38%") and one.verdict is AGREES
    (other, *_) = check_report(
        "We asked 5,222 people in 12 wards. Of these, 38% (1,984) felt safer."
    ).findings
    assert other.numbers == ("1,984", "5,222", "38%") and other.verdict is AGREES


def test_a_share_of_nothing_is_said_to_be_none():
    (one,) = check_report("0 of 0 burglaries (0%) were solved.").findings
    assert (one.verdict, one.arithmetic) == (OPEN, "0 of 0: nothing is a percentage of 0")


@pytest.mark.parametrize(
    ("said", "is_broken"),
    [
        ("A comparison of burglary levels was not possible due to a new system.", True),
        ("A comparison of burglary levels isn't yet available.", True),
        ("A comparison of burglary levels is impossible.", True),
        ("A comparison of burglary levels could not be made.", True),
        ("Burglary levels can't be directly compared.", True),
        ("A comparison of burglary levels is available in annex B.", False),
        ("In comparison with last year burglary levels are comparable.", False),
        ("A comparison of burglary levels was reasonable.", False),
        ("A comparison of burglary levels was not surprising.", False),
        ("A comparison of burglary levels is not impossible.", False),
        ("Burglary levels can be compared.", False),
    ],
)
def test_a_target_is_not_judged_only_where_the_report_says_that_its_things_cannot_be_compared(
    said, is_broken
):
    found = check_report(f"{said} The target of 5% reduction in burglary levels was met.").findings
    assert [one.verdict for one in found if one.about is About.TARGET] == [WRONG] * is_broken


TABLE = """\
| Offence | 2010/11 | 2011/12 | Change | % change |
| --- | --- | --- | --- | --- |
| Burglary | 250 | 220 | -30 | -12% |
| Robbery | 50 | 55 | 5 | 10% |
| Violence | 1,250 | 1,396 | 146 | 11.7% |
| Total | 1,550 | 1,671 | 121 | 7.8% |
"""


def test_a_table_that_adds_up_is_said_to():
    found = check_report(TABLE).findings
    assert {one.about for one in found} == {About.SUM, About.CHANGE}
    assert {one.verdict for one in found} == {AGREES}


@pytest.mark.parametrize(
    ("was", "wrong", "about"),
    [
        ("| 1,671 | 121", "| 1,681 | 121", About.SUM),
        ("11.7%", "12.7%", About.CHANGE),
        ("-30", "-20", About.CHANGE),
        ("-12%", "12%", None),  # a reduction without its sign
        ("10%", "-10%", About.CHANGE),
    ],
)
def test_a_table_that_does_not_is_told_by_its_row(was, wrong, about):
    found = [one for one in check_report(TABLE.replace(was, wrong, 1)).findings if one.verdict is WRONG]
    assert (about is None and not found) or about in {one.about for one in found}
    assert all(wrong.strip("| ").split(" ")[0] in one.sentence for one in found if one.about is about)


def test_percentages_of_a_column_are_of_its_total_or_of_the_column_beside():
    answers = "Answer\tRespondents\t%\nSafer\t652\t38%\nNo different\t952\t55%\nLess safe\t59\t4%\n"
    answers += "No answer\t56\t3%\nTotal\t1,719\t100%\n"
    (wrong,) = [one for one in check_report(answers).findings if one.verdict is WRONG]
    assert wrong.sentence == "Less safe | 59 | 4%" and "59 of 1,719 is 3.4 %" in wrong.arithmetic
    solved = "Ward\tCrimes\tSolved\t% solved\nA\t100\t20\t20\nB\t50\t25\t50\nC\t60\t20\t34\n"
    (wrong,) = [one for one in check_report(solved).findings if one.verdict is WRONG]
    assert "20 of 60 is 33.3 %" in wrong.arithmetic


@pytest.mark.parametrize(
    "table",
    [
        "Ward\tRate\tRank\nA\t8.3\t1\nB\t4.1\t2\nTotal\t5.0\t\n",
        "Type\tCount\nCrime\t30\nof which burglary\t10\nASB\t5\nTotal\t35\n",
        "Type\tCount\nCrime\t30\nBurglary\t10\nRobbery\t20\nASB\t5\nTotal\t35\n",
        "Ward\tCrimes\t%\nA\t100\t7\nB\t50\t9\nC\t60\t3\n",
        "Service\tPeople\nProbation\t800\nDrugs\t600\nYouth\t1200\nTotal\t2100\n",
        "Ref\tData gap\tLead\n3.2.1\tMore accurate recording\tPolice\n3.2.2\tA population figure\tSBC\n",
    ],
)
def test_of_a_table_that_cannot_be_understood_nothing_is_said_to_be_wrong(table):
    assert WRONG not in verdicts(table)


def test_a_row_without_a_number_leaves_the_total_open():
    (one,) = check_report("Type\tCount\nCrime\t30\nASB\t*\nFires\t5\nTotal\t40\n").findings
    assert one.verdict is OPEN and "1 rows have no number" in one.arithmetic


def test_abbreviations_end_no_sentence_and_broken_lines_no_paragraph():
    text = "Cllr. Beall and Mr. P. Nelson met in the hall. Two came, e.g. No. 7 of the list. Then 3 left."
    assert sentences(text) == [
        "Cllr. Beall and Mr. P. Nelson met in the hall.",
        "Two came, e.g. No. 7 of the list.",
        "Then 3 left.",
    ]
    broken = (
        "This is a line that was broken only because the page ended just\n"
        "here, and that went on with the people who had all re-\n"
    )
    (one,) = passages_of(f"{broken}offended.\n")
    assert one.text.endswith(
        "the page ended just here, and that went on with the people who had all re-offended."
    )
    assert [each.text for each in passages_of("Present:\nA Councillor\n")] == ["Present:", "A Councillor"]
