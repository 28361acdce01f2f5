"""The answer: computed once, and shown by map, graph and table alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from joinedup.hub.intelligence import wording
from joinedup.hub.intelligence.choices import Choices, Place
from joinedup.hub.intelligence.classes import Shading, shade
from joinedup.hub.intelligence.comparison import Change, change_text, is_few, map_class, rank
from joinedup.hub.intelligence.question import Question
from joinedup.hub.intelligence.trend import Trend, trend_of
from joinedup.measures.peers import LEAST_COMPARED, Comparison, Verdict, comparable, compare
from joinedup.terms import AreaLevel, Every, Flag, Form, Period

NOWHERE = ("outside", "unlocated")


@dataclass(frozen=True)
class Line:
    """One area's figure: a row of the table, a feature of the map.

    ``denominator`` is what a rate divides by and the count before for a change; numbers are None where there
    is no figure or where release hides it.
    """

    code: str
    name: str
    parent: str
    form: Form
    numerator: int | None
    denominator: float | None
    value: float | None
    lower: float | None
    upper: float | None
    flags: tuple[str, ...]
    change: Change | None

    @property
    def suppressed(self) -> bool:
        """Whether release hides the number."""
        return Flag.SUPPRESSED.value in self.flags

    @property
    def text(self) -> str:
        """The value as people read it; a change between few as its two counts."""
        if self.form is Form.CHANGE:
            return change_text(self.numerator, self.change)
        return wording.value(self.form, self.value)

    @property
    def interval_text(self) -> str:
        """The interval as people read it; empty where the value is no percentage."""
        if self.form is Form.CHANGE and is_few(self.numerator, self.change):
            return ""
        return wording.interval(self.form, self.lower, self.upper)

    @property
    def incomplete(self) -> bool:
        """Whether some of the months, but not all, were delivered: what is counted is a count so far."""
        return Flag.INCOMPLETE_FEED.value in self.flags

    @property
    def counted(self) -> bool:
        """Whether anything was recorded here, in these months or in those compared with."""
        return bool(self.numerator or self.suppressed or (self.change is not None and self.change.before))


@dataclass(frozen=True)
class Answer:
    """Everything map, graph, table, finding and strip show, for one question."""

    question: Question
    choices: Choices
    measure: Any
    whole: Line
    lines: tuple[Line, ...]
    chosen: Line | None
    shading: Shading
    trend: Trend
    nowhere: Mapping[str, int | None]
    figure: Any
    peers: Comparison | None = None

    @property
    def focus(self) -> Line:
        """What the graph shows: the chosen area, or the whole place."""
        return self.chosen or self.whole

    @property
    def compares(self) -> bool:
        """Whether each line has a change beside its value."""
        return compares(self.question, self.measure)

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        """Of each area, where it stands among its peers; of none where these are few, or differ by chance."""
        rows = self.peers.rows if self.peers and self.peers.differs else ()
        return {one.row.area_code: one.verdict for one in rows}

    @property
    def kind_label(self) -> str:
        """The type asked for, in words; empty for all."""
        return self.choices.kind_label(self.measure, self.question.kind)


def compares(question: Question, measure: Any) -> bool:
    """Whether a change stands beside the value: asked for, not the value itself, and known to the measure."""
    return question.against and question.form is not Form.CHANGE and Form.CHANGE in measure.forms


@dataclass(frozen=True)
class _Asking:
    """One question on its way: the doors, what may be asked, and the place looked within."""

    doors: Any
    question: Question
    choices: Choices

    @property
    def place(self) -> Place | None:
        return self.choices.places.get(self.question.within)

    def figure(self, form: Form, level: AreaLevel, areas: Sequence[str], **query: Any) -> Any:
        """A released figure for the question's period, with the year before where the form needs it."""
        against = self.question.before if form is Form.CHANGE else None
        asked = {"period": self.question.period, "against": against, **query}
        return self.doors.figure(self.question, form=form, level=level, areas=tuple(areas), **asked)

    @property
    def compares(self) -> bool:
        return compares(self.question, self.choices.measure(self.question.measure))

    @property
    def protected(self) -> bool:
        return self.question.measure in self.choices.protected

    def inside(self) -> tuple[str, ...]:
        """The codes that keep a figure within the place: none for the whole partnership."""
        place = self.place
        if place is None:
            return ()
        if self.question.level is AreaLevel.SQUARE:
            # A square on the border is counted whole: one number, wherever it is looked at from.
            return tuple(area.code for area in self.doors.areas(AreaLevel.SQUARE, within=place.code))
        return (place.code,)

    def whole(self) -> tuple[AreaLevel, tuple[str, ...]]:
        """The level and codes of the place itself."""
        place = self.place
        return (
            (place.level, (place.code,)) if place else (AreaLevel.PARTNERSHIP, (AreaLevel.PARTNERSHIP.value,))
        )


def compute(doors: Any, question: Question, choices: Choices) -> Answer:
    """Ask release for everything one view shows, and join it by area."""
    asking = _Asking(doors, question, choices)
    figure, lines = _lines(asking)
    chosen = next((line for line in lines if line.code == question.area), None)
    if chosen is None:
        question = question.but(area="")
    whole = _whole(asking)
    return Answer(
        question=question,
        choices=choices,
        measure=choices.measure(question.measure),
        whole=whole,
        lines=lines,
        chosen=chosen,
        shading=_shading(question.form, lines),
        trend=_trend(asking, chosen),
        nowhere=_nowhere(asking, figure),
        figure=figure,
        peers=_peers(question, choices.measure(question.measure), figure, whole),
    )


def _peers(question: Question, measure: Any, figure: Any, whole: Line) -> Comparison | None:
    """The areas among their peers, where rates of whole counts can be compared; squares have no residents."""
    if question.form is not Form.RATE or not measure.additive_over_areas or whole.incomplete:
        return None
    return compare(figure.rows, ranked=False) if comparable(figure.rows) >= LEAST_COMPARED else None


def _shading(form: Form, lines: Sequence[Line]) -> Shading:
    apart = [map_class(line.numerator, line.change) if form is Form.CHANGE else "" for line in lines]
    undelivered = any(Flag.NO_DATA.value in line.flags for line in lines)
    return shade(form, [_shaded(line) for line in lines], apart, undelivered=undelivered)


def _shaded(line: Line) -> tuple[float | None, float | None, float | None, bool]:
    """A line as the map's classes take it; a change that may not be compared comes without its interval."""
    comparable = line.form is not Form.CHANGE or line.change is None or line.change.clear
    ends = (line.lower, line.upper) if comparable else (None, None)
    return (line.value, *ends, line.suppressed)


def _lines(asking: _Asking) -> tuple[Any, tuple[Line, ...]]:
    """The figure of every area shown, and its lines, greatest value first."""
    question, doors = asking.question, asking.doors
    codes = asking.inside()
    figure = asking.figure(question.form, question.level, codes)
    changes = {}
    if asking.compares:
        rows = asking.figure(Form.CHANGE, question.level, codes).rows
        changes = {row.area_code: _change(row) for row in rows}
    within = {area.code: area for area in doors.areas(question.level, within=question.within or None)}
    lines = [
        _line(row, question.form, changes.get(row.area_code), _parent(within.get(row.area_code), asking))
        for row in figure.rows
        if row.area_code not in NOWHERE
    ]
    if question.level is AreaLevel.SQUARE:
        lines = [line for line in lines if line.counted]
    return figure, tuple(sorted(lines, key=_order))


def _order(line: Line) -> tuple[int, float, str]:
    if line.form is Form.CHANGE:
        return (rank(line.numerator, line.change), -(line.value or 0.0), line.name)
    return (int(line.value is None), -(line.value or 0.0), line.name)


def _parent(area: Place | None, asking: _Asking) -> str:
    """The name of the district around an area, where the question spans several."""
    if area is None or asking.question.within:
        return ""
    district = asking.choices.places.get(area.parents.get(AreaLevel.DISTRICT.value, ""))
    return district.name if district and district.code != area.code else ""


def _change(row: Any) -> Change:
    return Change(row.denominator, row.value, row.lower, row.upper, _flags(row))


def _flags(row: Any) -> tuple[str, ...]:
    return tuple(str(getattr(flag, "value", flag)) for flag in row.flags)


def _line(row: Any, form: Form, change: Change | None, parent: str) -> Line:
    return Line(
        code=row.area_code,
        name=row.area_name or row.area_code,
        parent=parent,
        form=form,
        numerator=row.numerator,
        denominator=row.denominator,
        value=row.value,
        lower=row.lower,
        upper=row.upper,
        flags=_flags(row),
        change=_change(row) if form is Form.CHANGE else change,
    )


def _whole(asking: _Asking) -> Line:
    """The place itself, as one line."""
    question = asking.question
    level, codes = asking.whole()
    row = asking.figure(question.form, level, codes).rows[0]
    change = None
    if asking.compares:
        change = _change(asking.figure(Form.CHANGE, level, codes).rows[0])
    name = asking.choices.name_of(question.within)
    return replace(_line(row, question.form, change, ""), name=name)


def _trend(asking: _Asking, chosen: Line | None) -> Trend:
    """The months of the chosen area or the whole place, and those of the year before beside them.

    Protected data comes by quarters.
    """
    question = asking.question
    form = Form.COUNT if question.form is Form.CHANGE else question.form
    level, codes = (question.level, (chosen.code,)) if chosen else asking.whole()
    start = question.before.start if question.against else question.period.start
    if question.measure in asking.choices.cubes:
        start = max(start, asking.choices.covered[question.measure].start)  # before it there is nothing
    every = Every.QUARTER if asking.protected else Every.MONTH
    parts = asking.figure(form, level, codes, every=every, period=Period(start, question.period.end))
    name = chosen.name if chosen else asking.choices.name_of(question.within)
    return trend_of(question, form, name, parts.rows, every)


def _nowhere(asking: _Asking, figure: Any) -> dict[str, int | None]:
    """How many records lie outside every area, and how many have no place.

    A figure of every area tells it itself; one narrowed to a place does not.
    """
    whole = asking.place is None and asking.question.level is not AreaLevel.SQUARE
    rows = figure.rows if whole else asking.figure(Form.COUNT, AreaLevel.DISTRICT, ()).rows
    counted = {row.area_code: row.numerator for row in rows if row.area_code in NOWHERE}
    return {kind: counted.get(kind, 0) for kind in NOWHERE}
