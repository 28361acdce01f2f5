"""docs/papers-and-records.md: what five published papers say, and what the product says of records made to
agree with them. Run it to write the document anew; a test holds the document against it.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent / "documents")]

import papers  # noqa: E402

from joinedup.documents.claims import check_report  # noqa: E402
from joinedup.measures import FigureQuery, explain  # noqa: E402
from joinedup.measures.linked.before_after import Custody, Offences, compared  # noqa: E402
from joinedup.measures.linked.before_after import cells_of as before_and_after  # noqa: E402
from joinedup.measures.linked.by_group import People  # noqa: E402
from joinedup.measures.linked.by_group import cells_of as by_group  # noqa: E402
from joinedup.measures.repeats import RepeatQuery, bounds, shared  # noqa: E402
from joinedup.terms import Form, Period, Strictness  # noqa: E402
from joinedup.workspace import Workspace  # noqa: E402
from repeating_town import ALL, Repeating  # noqa: E402
from tiny_town import Town, at, build_town  # noqa: E402

DOCUMENT = HERE.parents[1] / "docs" / "papers-and-records.md"
Towns = Callable[[], AbstractContextManager[Town]]
HOTLINE = "Stockton, minutes of 27 March 2012"
PANEL = "Middlesbrough, minutes of 30 October 2013"
ASSESSMENT = "Stockton, assessment of 2012"
GAPS = "Stockton, recommendations of 2010"


@dataclass(frozen=True)
class Row:
    """A paper, what it says, and what the product answers."""

    paper: str
    says: str
    answer: str


def arithmetic(text: str, *numbers: str) -> str:
    """What the checker says of the statement that took these numbers."""
    (one,) = [
        each
        for each in check_report(text).findings
        if set(numbers) <= set(each.numbers) and each.numbers[-1] == numbers[-1]
    ]
    return one.arithmetic


def percent(value: float | None) -> str:
    """A share in per cent."""
    return f"{100 * float(value or 0):.1f} %"


def of_hotline(towns: Towns) -> list[Row]:
    """Repeat callers by both definitions, from 4,432 calls."""
    from test_measures_repeats_papers import hotline

    months = "2011-04..2012-02"
    with towns() as town:
        people = Repeating(town.workspace)
        people.told("police-incidents", months, hotline())
        people.link()
        rows = {name: people.repeats(name, months).rows for name in ("repeat-caller", "repeat-caller-jag")}
        query = RepeatQuery("repeat-caller", ALL, Period.parse(months))
        both = shared(town.workspace, query, "repeat-caller-jag")[Strictness.BEST]
    callers, calls = rows["repeat-caller"]
    raised, of_raised = rows["repeat-caller-jag"]
    text = papers.MINUTES_OF_A_PARTNERSHIP
    return [
        Row(
            HOTLINE,
            "4,432 calls; 379 people called three times or more; their 2,208 calls are 38.1 %",
            f"`repeat-caller`: {callers.numerator} people with {calls.numerator:,} of {calls.denominator:,} "
            f"calls, {percent(calls.value)}. The checker: {arithmetic(text, '2208', '4432', '38.1%')}",
        ),
        Row(
            HOTLINE,
            "215 of the 379 were raised at meetings; their 1,632 calls are 28.2 %",
            f"`repeat-caller-jag` (three in any two months): {raised.numerator} people with "
            f"{of_raised.numerator:,} calls, {percent(of_raised.value)}. The checker: "
            f"{arithmetic(text, '1632', '4432', '28.2%')}",
        ),
        Row(
            HOTLINE,
            "The criterion is three calls within the period of the meetings, usually two months",
            f"Two definitions: {both.both} people are repeat callers by both, {both.only_one} by three calls "
            f"in the whole time alone. Calls made at an officer's request can be left out of either.",
        ),
    ]


def of_breaks(towns: Towns) -> list[Row]:
    """A comparison across the break of April 2011, and a change between few."""
    months = [f"2010-{month:02d}" for month in range(4, 13)] + ["2011-01", "2011-02"]
    months += [f"2011-{month:02d}" for month in range(4, 13)] + ["2012-01", "2012-02"]
    with towns() as town:
        for month in months:
            rows = [{"id": f"{month}-{n}", "place": "W1", "kind": "anti-social-behaviour"} for n in range(3)]
            town.deliver(month, rows, received=at(2012, 4))
        asked = FigureQuery(
            "anti-social-behaviour",
            Form.CHANGE,
            period=Period.parse("2011-04..2012-02"),
            against=Period.parse("2010-04..2011-02"),
        )
        figure = town.figure(asked)
        said = next(note for note in figure.notes if "1 April 2011" in note)
        broken = f"`anti-social-behaviour` has no change ({', '.join(figure.rows[0].flags)}): {said}"
    with towns() as town:
        for month, count in (("2010-10", 7), ("2011-10", 25)):
            town.crimes(month, {"W1": count}, received=at(2012, 11))
        period = Period.parse("2011-10")
        row = town.figure(FigureQuery("recorded-crime", Form.CHANGE, period=period)).rows[0]
        few = (
            f"{row.denominator} to {row.numerator}, flagged {', '.join(row.flags)}: "
            f"{100 * float(row.value or 0):+.0f} % with an interval of {100 * float(row.lower or 0):+.0f} to "
            f"{100 * float(row.upper or 0):+.0f} %; screens and tables show both counts and no percentage"
        )
    return [
        Row(
            HOTLINE, "Anti-social behaviour against last year is not possible, for recording changed", broken
        ),
        Row(ASSESSMENT, "Racially or religiously aggravated distress: 7 to 25, an increase of 257 %", few),
    ]


def of_reoffending(towns: Towns) -> list[Row]:
    """The 3,510 people, the caseloads and the bridge."""
    from test_measures_reoffending import by_of, court, partnership

    who = [f"P{number}" for number in range(3_510)]
    heard = [
        *((one, "2022-02-01", "2021-12-01", "fine") for one in who),
        *((one, "2022-12-01", "2022-06-01", "fine") for one in who[:700]),
        *((one, "2023-05-01", "2023-01-31", "fine") for one in who[700:900]),
        *((one, "2023-12-01", "2023-09-01", "fine") for one in who[900:1_138]),
    ]
    with towns() as town:
        people = Repeating(town.workspace)
        partnership(people, court(*heard))
        row = by_of(people.reoffending("reoffended-within-two-years", "2022-02"))["reoffended"]
        single = by_of(people.reoffending("proven-reoffending", "2022-02"))["reoffended"]
        steps = people.bridge("reoffended-within-two-years", "proven-reoffending", "2022-02").steps
    walked = "; ".join(
        f"{step.part.replace('_', '-')}: {step.reoffenders:,} ({step.no_longer} no longer, "
        f"{step.now_reoffend} now)"
        for step in steps[Strictness.BEST][1:]
    )
    caseloads = {"probation": 800, "drugs team": 600, "youth offending": 1200}
    told = bounds(caseloads, 3_510)
    assert told.on_none is not None
    return [
        Row(
            PANEL,
            "32.5 % of about 3,510 people, 1,138, reoffended within two years",
            f"`reoffended-within-two-years`: {row.numerator:,} of {row.denominator:,}, {percent(row.value)} "
            f"({percent(row.lower)} to {percent(row.upper)}). The checker: "
            f"{arithmetic(papers.MINUTES_OF_A_PANEL, '1138', '3510', '32.5%')}",
        ),
        Row(
            PANEL,
            "Six measures disagree, and the numbers could not be reconciled",
            f"The single measure of the same people: {single.numerator:,}. The bridge from 1,138: {walked}. "
            "Its lines add up; the six older measures are on the same records, each with a bridge to each.",
        ),
        Row(
            PANEL,
            "800 with probation, 600 with the drugs team, 1,200 with youth offending",
            f"{told.memberships:,} memberships are {told.people.least:,} to {told.people.most:,} people: at "
            f"least {told.on_none.least:,} of the 3,510 are on none of the three. With linked records "
            "`combinations` gives every overlap exactly.",
        ),
    ]


def of_movement(towns: Towns) -> list[Row]:
    """Validated data: what moved a month's count."""

    def crime(name: str, kind: str = "burglary", **more: str) -> dict[str, str]:
        return {"id": name, "place": "W1", "crime_type": kind, "kind": "crime", **more}

    with towns() as town:
        first = [crime(name) for name in "abcdefgh"]
        later = [*(crime(name) for name in "abcde"), crime("f", "drugs"), crime("g", status="cancelled")]
        later += [crime("i"), crime("j")]  # and h is gone
        town.deliver("2024-05", first, received=at(2024, 6))
        town.deliver("2024-05", later, received=at(2024, 9))
        query = FigureQuery("recorded-crime", period=Period.parse("2024-05"), where=(("type", "burglary"),))
        found = explain(town.workspace, query, at(2024, 7), at(2024, 10))
        parts = ", ".join(f"{one.reason.value} {one.change:+d}" for one in found.movements if one.change)
        before, after = (sum(counts.values()) for counts in (found.before, found.after))
        moved = (
            f"`joinedup explain`: {before} to {after}: {parts}. The parts add up to the difference, always."
        )
    return [
        Row(PANEL, "Validated data might vary slightly: codes were changed, no-crimes were removed", moved)
    ]


def of_groups() -> list[Row]:
    """Ethnicity or address, and a scheme that takes on people at their worst."""
    residents = np.array([[9_000.0, 1_000.0], [10_000.0, 90_000.0]])
    counts = {(0, 0): 180, (0, 1): 5, (1, 0): 200, (1, 1): 450}
    rows = [key for key, number in counts.items() for _ in range(number)]
    who = People(np.array([one[0] for one in rows]), np.array([one[1] for one in rows]))
    found = {(one.of, one.group): one for one in by_group(who, ["group", "others"], residents, 1)}
    crude, within = found["ratio", "group"], found["ratio-within-areas", "group"]
    random = np.random.default_rng(11)
    people, day = 4_000, np.datetime64("2023-01-01")
    unit = np.repeat(np.arange(people), random.poisson(2.0, people))
    days = np.datetime64("2022-01-01") + random.integers(0, 730, len(unit))
    before = np.bincount(unit[days < day], minlength=people)
    chosen = random.choice(np.flatnonzero(before >= 3), 250, replace=False)
    nobody = np.array([], dtype=np.int64)
    never = np.array([], dtype="datetime64[D]")
    taken_on = np.full(people, np.datetime64("NaT"), dtype="datetime64[D]")
    taken_on[chosen] = day
    told = compared(
        {int(one): day for one in chosen},
        Offences(unit, days, days),
        Custody(nobody, never, never),
        taken_on,
        (12, 6),
    )
    cells = {one.of: one for one in before_and_after(told)}
    ratio, against = cells["ratio"], cells["against-others"]
    return [
        Row(
            GAPS,
            "Are minority residents over-represented as victims, and is it the address?",
            f"`victims-by-ethnic-group`, of records in which it is the address: {crude.value:.2f} times the "
            f"rate of the others ({crude.lower:.2f} to {crude.upper:.2f}), within wards {within.value:.2f} "
            f"({within.lower:.2f} to {within.upper:.2f}). Unknown groups are told, with both bounds.",
        ),
        Row(
            HOTLINE,
            "A cohort of about 250 is tracked for reduced convictions",
            f"`iom-before-and-after`, of 250 people chosen at their worst for whom nothing is done: "
            f"{ratio.value:.2f} of what they did before ({ratio.lower:.2f} to {ratio.upper:.2f}), as if it "
            f"were a success. Against others who had offended as much: {against.value:.2f} "
            f"({against.lower:.2f} to {against.upper:.2f}), which is none.",
        ),
    ]


def of_words() -> list[Row]:
    """What the papers' own words can tell."""
    minutes, assessed = papers.MINUTES_OF_A_PARTNERSHIP, papers.STRATEGIC_ASSESSMENT
    edition = next(one for one in check_report(assessed).findings if one.about.value == "edition")
    target = next(one for one in check_report(minutes).findings if one.about.value == "target")
    return [
        Row(HOTLINE, "A reduction of 5 % in anti-social behaviour will be met", target.arithmetic),
        Row(
            HOTLINE,
            "5,222 responses; 1,719 had read it; 38 % safer, 55 % no different, 4 % less safe",
            f"{arithmetic(minutes, '59', '1,719', '4%')}. {arithmetic(minutes, '1,719', '652', '952', '59')}",
        ),
        Row(HOTLINE, "£8,644 has been secured", arithmetic(minutes, "£8,644", "£644.00")),
        Row(ASSESSMENT, "Total crime rose by 4 % (+415)", arithmetic(assessed, "415", "4%")),
        Row(ASSESSMENT, "From April crime has reduced by 7.2 %", arithmetic(assessed, "7.2%")),
        Row(ASSESSMENT, "The fifth assessment, the sixth annual one", edition.arithmetic),
    ]


INTRODUCTION = (
    "Five published papers of two community safety partnerships in Teesside (2010 to 2021) say what follows,",
    "in short. Their records are not published, so records were made that agree with what they say, and",
    "joinedup was asked. Every number in the last column was computed when this page was written, by the",
    "measures and the checker of reports (`joinedup check-report`); a test holds the page against them.",
    "Nothing here says anything about today.",
)
AFTERWARDS = (
    "The checker needs a report's own sentences, as the minutes have them; the measures need records.",
    "Needs of people on probation are told by as many areas as the assessments have (`joinedup reoffending",
    "needs`): the paper's fifteen are data, not code. The ten data gaps of 2010 are in the register of the",
    "demonstration (Data, Data gaps).",
)
NOT_YET = (
    "whether a ward's rank by crime moved between two assessments beyond chance, in one question (`joinedup "
    "compare` gives each period's rank with its interval, `joinedup localities` the index and what is worst "
    "in everything)",
    "where crime went that cameras and lighting moved, and what one that they prevented cost (`joinedup "
    "interventions` reads before and after beside comparison areas)",
    "contributions to a fund by population, recommendations from year to year, and the meetings themselves",
)


def generated(towns: Towns) -> str:
    """The document."""
    rows = [
        *of_hotline(towns),
        *of_breaks(towns),
        *of_reoffending(towns),
        *of_movement(towns),
        *of_groups(),
        *of_words(),
    ]
    lines = [
        "# What the papers said, and what the records say",
        "",
        *INTRODUCTION,
        "",
        "| paper | it says | joinedup says |",
        "| --- | --- | --- |",
        *(f"| {row.paper} | {row.says} | {row.answer} |" for row in rows),
        "",
        *AFTERWARDS,
        "",
        "Not answered yet: " + "; ".join(NOT_YET) + ".",
        "",
    ]
    return "\n".join(lines)


@contextlib.contextmanager
def copies(template: Path, folder: Path) -> Iterator[Towns]:
    """Gives towns with nothing delivered, each a copy of the template."""
    import itertools
    import shutil

    number = itertools.count()

    @contextlib.contextmanager
    def town() -> Iterator[Town]:
        copy = folder / f"town-{next(number)}"
        shutil.copytree(template, copy)
        workspace = Workspace.open(copy)
        try:
            yield Town(workspace)
        finally:
            workspace.close()

    yield town


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        template = build_town(Path(name))
        with copies(template, Path(name)) as given:
            DOCUMENT.write_text(generated(given), encoding="utf-8")
