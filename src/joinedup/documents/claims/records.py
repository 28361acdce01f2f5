"""What the records say of a sentence that names a measure, an area and a period outright.

Modest on purpose: the measure's title or noun word for word, one area by its name, one period of whole
months. Whatever is less than that is not guessed, and the records are not asked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from joinedup.documents.claims.changes import pairs_of
from joinedup.documents.claims.finding import About, Finding, Verdict
from joinedup.documents.claims.periods import periods_in
from joinedup.documents.claims.quantities import Number, singular
from joinedup.documents.claims.statements import Statement, is_difference
from joinedup.documents.claims.wording import translated as _
from joinedup.documents.claims.wording import whole
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.terms import LONDON, AreaLevel, Flag, Period, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import FigureRow, Measure
    from joinedup.places import Area
    from joinedup.release import ReleasedFigure
    from joinedup.workspace import Workspace

_ON_A_RIVER = re.compile(r"([A-Z][a-z]{3,})[ -](?:on|upon)[ -]")
_LONGER = r"(?:Partnership|Council|Borough|Police|Community|Road|Street|Lane|Park|Centre|Town|School)\b"
MOST_QUESTIONS = 100  # of one report: each is an act in the log


@dataclass(frozen=True)
class Asker:
    """Who asks the records, for what, and through which channel: as every figure that is looked at."""

    workspace: Workspace
    viewer: Viewer
    purpose: Purpose
    channel: str


@dataclass(frozen=True)
class Compared:
    """What came of asking: the findings, and in how many sentences with figures no measure is named."""

    findings: tuple[Finding, ...]
    unnamed: int


def compare(asker: Asker, statements: Sequence[Statement]) -> Compared:
    """Ask for the figure of every sentence with numbers that names a measure, an area and a period."""
    from joinedup.release import available

    measures = available(asker.workspace, asker.viewer)
    areas = _areas(asker.workspace)
    findings: list[Finding] = []
    unnamed = 0
    for statement in statements:
        if not statement.numbers:
            continue
        measure = named_measure(measures, statement.text)
        if measure is None:
            unnamed += 1
        elif len(findings) < MOST_QUESTIONS:
            findings.append(_ask(asker, statement, measure, named_areas(areas, statement.text)))
    return Compared(tuple(findings), unnamed)


def named_measure(measures: Sequence[Measure], text: str) -> Measure | None:
    """The measure whose title or noun stands in the text: the longest; none where two are as long."""
    found = [(len(name), measure) for measure in measures for name in _names(measure) if _has(name, text)]
    longest = max((length for length, _measure in found), default=0)
    best = {measure.name: measure for length, measure in found if length == longest}
    return next(iter(best.values())) if len(best) == 1 else None


def _names(measure: Measure) -> set[str]:
    return {measure.title.lower(), measure.noun.lower()}


def _has(name: str, text: str) -> bool:
    spaced = r"[\s-]+".join(re.escape(word) for word in re.split(r"[\s-]+", name))
    return re.search(rf"(?<!\w){spaced}(?!\w)", text, re.IGNORECASE) is not None


def _areas(workspace: Workspace) -> list[Area]:
    from joinedup.places import areas

    found = []
    for level in (AreaLevel.PARTNERSHIP, AreaLevel.DISTRICT, AreaLevel.WARD):
        try:
            found.extend(areas(workspace, level))
        except NotFound:  # no such boundaries are loaded
            continue
    return found


def named_areas(areas: Sequence[Area], text: str) -> list[Area]:
    """The areas whose names stand in the text as they are written, but not within a longer name.

    A place on a river is known by its first word too: Newcastle for Newcastle-upon-Tyne.
    """
    found: list[Area] = []
    rest = text
    names = sorted({name for area in areas for name in _called(area)}, key=lambda name: (-len(name), name))
    for name in names:
        is_whole = any(name == area.name for area in areas)
        pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-]|\s+{_LONGER if is_whole else '[A-Z]'})")
        if len(name) > 2 and pattern.search(rest):
            found.extend(area for area in areas if name in _called(area) and area not in found)
            rest = pattern.sub(" ", rest)
    return found


def _called(area: Area) -> tuple[str, ...]:
    """The names of an area: its own, and its first word where the rest says on which river it lies."""
    short = _ON_A_RIVER.match(area.name)
    return (area.name, short[1]) if short else (area.name,)


def _ask(asker: Asker, statement: Statement, measure: Measure, areas: Sequence[Area]) -> Finding:
    periods = periods_in(statement.text)
    lacks = _lacking(areas, periods)
    if lacks:
        words = _("the sentence names “{measure}”, but {lacks}: the records were not asked").format(
            measure=measure.title, lacks=lacks
        )
        return statement.finding(About.RECORDS, Verdict.OPEN, [], words)
    from joinedup.measures import FigureQuery
    from joinedup.release import release

    area, period = areas[0], periods[0]
    subject = f"{measure.title}, {area.name}, {period.words}"
    level = AreaLevel(area.level)
    query = FigureQuery(
        measure.name,
        level=level,
        areas=() if level is AreaLevel.PARTNERSHIP else (area.code,),
        period=period,
    )
    try:
        answer = release(asker.workspace, asker.viewer, query, purpose=asker.purpose, channel=asker.channel)
    except (NotPermitted, NotFound, BadInput) as refused:
        words = _("{subject}: the records are not shown. {why}").format(
            subject=subject, why=refused.sentence()
        )
        return statement.finding(About.RECORDS, Verdict.OPEN, [], words)
    return _told(statement, measure, answer, subject)


def _lacking(areas: Sequence[Area], periods: Sequence[Period]) -> str:
    if not areas:
        return _("no area by its whole name")
    if len(areas) > 1:
        return _("more than one area of that name or names")
    if not periods:
        return _("no period of whole months")
    return _("more than one period") if len(periods) > 1 else ""


def _told(statement: Statement, measure: Measure, answer: ReleasedFigure, subject: str) -> Finding:
    row = next(iter(answer.rows), None)
    if row is None or row.value is None:
        flags = ", ".join(str(flag) for flag in row.flags) if row is not None else ""
        words = _("{subject}: the records have no number to show{why}").format(
            subject=subject, why=f" ({flags})" if flags else ""
        )
        return statement.finding(About.RECORDS, Verdict.OPEN, [], words)
    words = _("{subject}: the records say {value}").format(
        subject=subject, value=whole(Fraction(row.value).limit_denominator(100))
    )
    words += _known(answer) + _cautions(row)
    said = _said(statement, measure)
    if said is None:
        before = {pair.before for pair in pairs_of(statement)}
        unnamed = [one for one in statement.counts if not one.noun and one not in before]
        same = [one for one in unnamed if one.value == row.value and not is_difference(statement, one)]
        if len(same) == 1:
            return statement.finding(About.RECORDS, Verdict.AGREES, same, words)
        words += "; " + _("which number of the sentence is to be held against it cannot be told")
        return statement.finding(About.RECORDS, Verdict.OPEN, [], words)
    verdict = hold_against(said, row)
    if verdict is Verdict.OPEN:
        words += "; " + _("another number is not wrong by it: {why}").format(why=", ".join(_unsettled(row)))
    return statement.finding(About.RECORDS, verdict, [said], words)


def _known(answer: ReleasedFigure) -> str:
    if answer.known_on is None:
        return ""
    known_on = answer.known_on.astimezone(LONDON)
    return _(" (definition {version}, as known on {day})").format(
        version=answer.measure.version, day=f"{known_on.day} {known_on:%B %Y}"
    )


def _cautions(row: FigureRow) -> str:
    return f"; {', '.join(str(flag) for flag in row.flags)}" if row.flags else ""


def _unsettled(row: FigureRow) -> list[str]:
    """Why the number of the records is not the one that a report would have to give."""
    reasons = {
        Flag.ROUNDED: _("it is rounded"),
        Flag.INCOMPLETE_FEED: _("some months have not been delivered"),
        Flag.PROVISIONAL: _("later deliveries may change it"),
        Flag.NOT_YET_MATURE: _("some results are still to come"),
    }
    return [reason for flag, reason in reasons.items() if flag in row.flags]


def _said(statement: Statement, measure: Measure) -> Number | None:
    """The one count of the measure's things that the sentence gives; None where it gives several or none."""
    things = {singular(word) for word in f"{measure.unit} {measure.noun}".lower().split()}
    counts = [n for n in statement.counts if n.noun in things and not is_difference(statement, n)]
    return counts[0] if len(counts) == 1 else None


def hold_against(said: Number, row: FigureRow) -> Verdict:
    """Whether a report's count is that of the records; a figure that is not settled makes no other wrong."""
    real = Fraction(row.value or 0)
    if said.value == real:
        return Verdict.AGREES
    within = said.least <= real and (said.most is None or real <= said.most)
    if within and not said.is_exact:
        return Verdict.ROUNDED
    return Verdict.OPEN if _unsettled(row) else Verdict.DISAGREES
