"""What an assessment is about: an area, twelve months, the twelve before; and how it asks for figures."""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from joinedup.documents.workings import Asked, Workings
from joinedup.errors import BadInput, Busy, NotFound
from joinedup.terms import AreaLevel, Every, Form, Period, Viewer, add_months

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

MONTHS = 12
PARTNERSHIP = "partnership"


class Source(Protocol):
    """Who answers a query with a released figure: the release room, or a stand-in of the tests."""

    def __call__(self, query: Any) -> Any: ...


@dataclass(frozen=True)
class Subject:
    """The area an assessment is about. ``codes`` narrows a figure of a lower level to it."""

    level: AreaLevel
    code: str
    name: str

    @property
    def codes(self) -> tuple[str, ...]:
        """What to ask for so that only this area's parts come."""
        return () if self.level is AreaLevel.PARTNERSHIP else (self.code,)


def subject_named(workspace: Workspace, wanted: str) -> Subject:
    """The district with this code or name, or the partnership. Raises NotFound with the nearest name."""
    from joinedup.places import areas

    text = wanted.strip().casefold()
    name = workspace.settings.partnership
    if text in {PARTNERSHIP, name.casefold()}:
        return Subject(AreaLevel.PARTNERSHIP, PARTNERSHIP, name)
    districts = areas(workspace, AreaLevel.DISTRICT)
    for area in districts:
        if text in {area.code.casefold(), area.name.casefold()}:
            return Subject(AreaLevel.DISTRICT, area.code, area.name)
    names = {area.name.casefold(): area.name for area in districts}
    near = difflib.get_close_matches(text, [*names, PARTNERSHIP], n=1, cutoff=0.4)
    nearest = f"Did you mean {names.get(near[0], near[0])}? " if near else ""
    raise NotFound(
        "There is no district of that name or code here",
        where=wanted,
        next_step=f"{nearest}Known: {', '.join([*sorted(names.values()), PARTNERSHIP])}",
    )


def twelve_months(period: Period) -> Period:
    """The period itself, when it has twelve months. Raises BadInput otherwise."""
    if period.months != MONTHS:
        raise BadInput(
            f"A strategic assessment covers 12 months, and this period has {period.months}",
            where=str(period),
            next_step=f"Write for example {Period(add_months(period.end, -MONTHS), period.end)}",
        )
    return period


def check_recorded(period: Period, recorded: Period | None) -> None:
    """Refuse a period of which nothing was delivered. Raises NotFound, naming the months that there are."""
    if recorded is not None and period.start < recorded.end and recorded.start < period.end:
        return
    raise NotFound(
        "There is no data for that period",
        where=period.words,
        next_step=f"There is: {recorded.words}" if recorded else "Deliver some first: joinedup deliver",
    )


@dataclass
class Scope:
    """One assessment being written: what it is about, and every figure it has asked for.

    ``recorded`` is the whole time for which anything was delivered; ``deliveries`` and ``field_states`` are
    what the record book says of them.
    """

    workspace: Workspace
    viewer: Viewer
    subject: Subject
    period: Period
    source: Source
    recorded: Period | None = None
    deliveries: tuple[Any, ...] = ()
    field_states: tuple[Any, ...] = ()
    workings: Workings = field(default_factory=Workings)
    _asked: dict[Any, Asked] = field(default_factory=dict)

    @property
    def before(self) -> Period:
        """The twelve months before."""
        return self.period.shifted(-MONTHS)

    def ask(
        self,
        measure: str,
        form: Form = Form.COUNT,
        *,
        level: AreaLevel | None = None,
        areas: tuple[str, ...] | None = None,
        period: Period | None = None,
        every: Every = Every.WHOLE,
        by: tuple[str, ...] = (),
        where: tuple[tuple[str, str], ...] = (),
    ) -> Asked:
        """A released figure: of the subject and the period where nothing else is said. Asked once, kept."""
        from joinedup.measures import FigureQuery

        query = FigureQuery(
            measure,
            form=form,
            level=level or self.subject.level,
            areas=self.subject.codes if areas is None else areas,
            period=period or self.period,
            every=every,
            by=by,
            where=where,
            against=self.before if form is Form.CHANGE else None,
        )
        if query not in self._asked:
            self._asked[query] = Asked(self.workings, self.workings.question(self.source(query)))
        return self._asked[query]

    def known_on(self) -> Any:
        """The latest date of knowledge of all figures. Raises Busy when a delivery came in between."""
        latest: dict[str, Any] = {}
        for asked in self._asked.values():
            figure = asked.figure
            if figure.known_on is None:
                continue
            key = f"{figure.measure.name} {figure.query.period}"
            if latest.setdefault(key, figure.known_on) != figure.known_on:
                raise Busy(
                    "A delivery arrived while the document was being written, so its figures would not agree",
                    next_step="Write the document again",
                )
        if not latest:
            raise NotFound(
                "There is no data for that area and period",
                where=f"{self.subject.name}, {self.period.words}",
                next_step="See what has been delivered with: joinedup deliveries",
            )
        return max(latest.values())
