"""What the records say beside a sentence that names a measure, an area and a period; the command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from little_partnership import MONTHS, month_rows

from joinedup.accounts import acting_viewer
from joinedup.cli import main
from joinedup.documents.claims import About, Finding, Verdict, check_report
from joinedup.documents.claims.periods import periods_in
from joinedup.documents.claims.quantities import find_numbers
from joinedup.documents.claims.records import hold_against, named_areas
from joinedup.measures import FigureRow
from joinedup.places import Area
from joinedup.terms import AreaLevel, Flag, Period
from joinedup.workspace import Workspace

YEAR = "January 2024 to December 2024"


def recorded(year: str) -> int:
    """Every crime of a year's files, counted by hand: all of them lie in the partnership."""
    months = [month for month in MONTHS if month.startswith(year)]
    return sum(row[9] != "Anti-social behaviour" for month in months for row in month_rows(month))


def of_records(workspace: Workspace, text: str) -> list[Finding]:
    found = check_report(text, workspace=workspace, viewer=acting_viewer("ann")).findings
    return [one for one in found if one.about is About.RECORDS]


def test_the_records_say_whether_a_count_is_theirs(little: Workspace):
    name, real = little.settings.partnership, recorded("2024")
    sentence = "There were {count} recorded crimes in {name} from {period}."
    for count, verdict in (
        (f"{real:,}", Verdict.AGREES),
        (f"{real + 1:,}", Verdict.DISAGREES),
        (f"about {real + 1:,}", Verdict.ROUNDED),
    ):
        (one,) = of_records(little, sentence.format(count=count, name=name, period=YEAR))
        assert one.verdict is verdict
        assert f"the records say {real:,}" in one.arithmetic and "as known on" in one.arithmetic


def test_of_numbers_that_are_not_named_only_the_very_same_is_held_against_the_records(little: Workspace):
    name, real = little.settings.partnership, recorded("2024")
    sentence = "Recorded crime in {name} fell from {before:,} to {now:,} from {period}."
    (same,) = of_records(little, sentence.format(name=name, before=real + 90, now=real, period=YEAR))
    assert same.verdict is Verdict.AGREES
    (other,) = of_records(little, sentence.format(name=name, before=real + 90, now=real + 1, period=YEAR))
    assert other.verdict is Verdict.OPEN
    assert "which number of the sentence is to be held against it cannot be told" in other.arithmetic
    (risen,) = of_records(little, sentence.format(name=name, before=real, now=real - 90, period=YEAR))
    assert risen.verdict is Verdict.OPEN  # the records' number is said of the time before
    aside = f"Recorded crime in {name} from {YEAR} was discussed with {real:,} residents."
    (of_others,) = of_records(little, aside)
    assert of_others.verdict is Verdict.OPEN


@pytest.mark.parametrize(
    ("flag", "verdict"),
    [
        *dict.fromkeys(
            (Flag.ROUNDED, Flag.INCOMPLETE_FEED, Flag.PROVISIONAL, Flag.NOT_YET_MATURE), Verdict.OPEN
        ).items(),
        (Flag.SMALL_NUMBER, Verdict.DISAGREES),
    ],
)
def test_a_figure_that_is_not_settled_makes_no_other_number_wrong(flag: Flag, verdict: Verdict):
    row = FigureRow(
        AreaLevel.DISTRICT, "D1", "Northreach", Period.parse("2024"), {}, 120, None, 120, None, None, (flag,)
    )
    (same, near, other) = find_numbers("There were 120 thefts, about 121 thefts and 121 thefts.")
    held = [hold_against(said, row) for said in (same, near, other)]
    assert held == [Verdict.AGREES, Verdict.ROUNDED, verdict]


def test_a_period_of_which_months_are_missing_makes_no_number_wrong(little: Workspace):
    (one,) = of_records(little, "There were 9,000 recorded crimes in Northreach from July 2024 to June 2025.")
    assert one.verdict is Verdict.OPEN and "some months have not been delivered" in one.arithmetic


def test_reading_the_records_is_an_act_in_the_log(little: Workspace):
    from joinedup.log.models import Act  # once Django is set up

    before = Act.objects.count()
    of_records(little, f"There were 900 recorded crimes in Northreach in {YEAR}. Nothing else was counted.")
    acts = list(Act.objects.order_by("pk")[before:])
    assert len(acts) == 1 and acts[0].kind == "disclosure"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("There were 900 recorded crimes in Northreach.", "no period of whole months"),
        (f"There were 900 recorded crimes in {YEAR}.", "no area by its whole name"),
        (f"There were 900 recorded crimes in Northreach and Southreach in {YEAR}.", "more than one area"),
        ("There were 900 recorded crimes in Northreach in 2023/24 and 2024/25.", "more than one period"),
        ("There were 900 recorded crimes in Northreach in May 1999.", "no number to show"),
    ],
)
def test_what_is_not_named_outright_is_not_guessed(little: Workspace, text: str, said: str):
    (one,) = of_records(little, text)
    assert one.verdict is Verdict.OPEN and said in one.arithmetic


def test_no_measure_named_is_counted_and_nothing_is_asked(little: Workspace):
    from joinedup.log.models import Act  # once Django is set up

    before = Act.objects.count()
    checked = check_report(
        "There were 900 burglaries in Northreach in 2024.", workspace=little, viewer=acting_viewer("ann")
    )
    assert checked.unnamed == 1 and Act.objects.count() == before


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("October 2011 to September 2012", "2011-10..2012-09"),
        ("from 1st April 2011 – 29th February 2012", "2011-04..2012-02"),
        ("01/10/11 – 30/09/12", "2011-10..2012-09"),
        ("April to September 2012", "2012-04..2012-09"),
        ("November to January 2012", "2011-11..2012-01"),
        ("in 2011/12", "2011/12"),
        ("in Sept 2012", "2012-09"),
        ("in 2012", "2012"),
    ],
)
def test_a_period_is_read_as_reports_write_it(text: str, period: str):
    assert periods_in(f"Crime in Northreach {text}, as recorded.") == [Period.parse(period)]


@pytest.mark.parametrize("text", ["on 14 February 2012", "from 5 May to 9 June 2012", "2011/13", "by 2012"])
def test_what_is_no_period_of_whole_months_is_none(text: str):
    assert periods_in(f"It was agreed {text}.") == []


def test_an_area_is_known_by_its_name_and_not_within_a_longer_one():
    stockton = Area(AreaLevel.DISTRICT, "2024", "E1", "Stockton-on-Tees")
    town = Area(AreaLevel.WARD, "2024", "E2", "Stockton Town Centre")
    for text, expected in (
        ("Recorded crime in Stockton, October 2011", [stockton]),
        ("Recorded crime in Stockton-on-Tees fell.", [stockton]),
        ("Recorded crime in Stockton Town Centre fell.", [town]),
        ("Recorded crime, said the Safer Stockton Partnership, fell.", []),
        ("Recorded crime in stockton fell.", []),
    ):
        assert named_areas([stockton, town], text) == expected


def run(*words: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, words, input=text)


def test_the_command_checks_a_file_beside_the_records(little_folder: Path, tmp_path: Path):
    file = tmp_path / "report.txt"
    file.write_text(f"There were {recorded('2024'):,} recorded crimes in Northreach in {YEAR}.\n")
    done = run("-C", str(little_folder / "workspace"), "check-report", str(file), "--format", "json")
    assert done.exit_code in {0, 1}
    (one,) = json.loads(done.stdout)
    assert one["about"] == "records" and "the records say" in one["arithmetic"]


def test_the_command_needs_no_workspace_and_says_how_it_ended(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JOINEDUP_WORKSPACE", raising=False)
    right = run("check-report", "-", text="Of 120 incidents 30 (25%) were at night.")
    assert right.exit_code == 0 and "AGREES – share, paragraph 1" in right.stdout
    assert "the records are not asked" in right.stderr and "Nothing disagrees" in right.stderr
    wrong = run("check-report", "-", text="Of 120 incidents 30 (28%) were at night.")
    assert wrong.exit_code == 1 and "DOES NOT AGREE" in wrong.stdout
    assert "Not in agreement: 1" in wrong.stderr
    rows = run("check-report", "-", "--format", "csv", text="Of 120 incidents 30 (28%) were at night.")
    assert rows.stdout.splitlines()[0] == "verdict,about,page,paragraph,sentence,numbers,arithmetic"
    empty = run("check-report", "-", text=" ")
    assert empty.exit_code == 2 and "holds no text" in empty.stderr
    assert run("check-report", "nowhere.pdf").exit_code == 2


def test_the_example_in_the_documents_is_what_the_command_says(tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JOINEDUP_WORKSPACE", raising=False)
    page = (Path(__file__).parents[2] / "docs" / "checking-reports.md").read_text(encoding="utf-8")
    quoted = [line.removeprefix(">").strip() for line in page.splitlines() if line.startswith(">")]
    said = page.split("```\n")[1]
    assert run("check-report", "-", text="\n".join(quoted)).stdout.strip() == said.strip()


def test_nothing_of_a_report_is_kept(little: Workspace, tmp_path: Path):
    """Not in the workspace, whatever the report says: a name that it holds is in no file afterwards."""
    name = "Zebediah Quillfeather"
    text = f"{name} was one of 900 recorded crimes in Northreach in {YEAR}, 30 of 120 (28%)."
    check_report(text, workspace=little, viewer=acting_viewer("ann"))
    (tmp_path / "report.txt").write_text(text)
    check_report(tmp_path / "report.txt", workspace=little, viewer=acting_viewer("ann"))
    for path in little.folder.rglob("*"):
        assert not path.is_file() or b"Quillfeather" not in path.read_bytes(), path
