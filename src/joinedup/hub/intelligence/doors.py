"""The one place where Intelligence asks the rooms below: release for figures, places for areas."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from joinedup import places
from joinedup import release as release_room
from joinedup.hub.intelligence.choices import Choices, Place, span
from joinedup.hub.intelligence.question import LEVELS, Question
from joinedup.measures import FigureQuery
from joinedup.records import RecordBook
from joinedup.release import What
from joinedup.terms import AreaLevel, Form, Period, Viewer, parse_knowledge_date
from joinedup.workspace import Workspace

_kept: dict[tuple[str, str], tuple[Any, Choices]] = {}


@dataclass(frozen=True)
class Doors:
    """What one viewer can ask of one workspace. Release logs every figure as it gives it."""

    workspace: Workspace
    viewer: Viewer
    what: What = What.FIGURE

    @cached_property
    def choices(self) -> Choices:
        """Measures with data, the levels loaded, and the places to look within.

        Kept for each role and agency until a delivery or a boundary changes: nothing in it is a figure.
        """
        with RecordBook(self.workspace).reading() as reader:
            state = (str(self.workspace.folder), reader.generation, self.places_state())
        whose = (self.viewer.role.value, self.viewer.agency)
        if _kept.get(whose, ((), None))[0] != state:
            _kept[whose] = (state, self._choices())
        return _kept[whose][1]

    def _choices(self) -> Choices:
        available = release_room.available(self.workspace, self.viewer)
        sources = {source for measure in available for source in measure.sources}
        seen = release_room.provenance(self.workspace, self.viewer, sources=sorted(sources))
        covered: dict[str, Period] = {}
        for measure in available:
            period = span(row.period for row in seen.coverage if row.source in measure.sources)
            if period is not None and {Form.COUNT, Form.RATE, Form.CHANGE} & set(measure.forms):
                covered[measure.name] = period
        catalogue = places.catalogue(self.workspace)
        loaded = {entry.level for entry in catalogue if entry.kind == "boundaries"}
        levels = tuple(level for level in LEVELS if level.value in loaded)
        if levels:
            levels = (*levels, AreaLevel.SQUARE)
        return Choices(
            partnership=self.workspace.settings.partnership,
            measures=tuple(measure for measure in available if measure.name in covered),
            covered=covered,
            levels=levels,
            places={place.code: place for level in levels[:-1] for place in self.areas(level)},
        )

    def figure(self, question: Question, **query: Any) -> Any:
        """A released figure for the question's measure, type and date of knowledge."""
        as_at = parse_knowledge_date(question.as_at) if question.as_at else None
        asked = FigureQuery(measure=question.measure, where=question.where(), as_at=as_at, **query)
        return release_room.release(self.workspace, self.viewer, asked, what=self.what)

    def places_state(self) -> str:
        """Changes whenever boundaries or placed points change."""
        return places.generation(self.workspace)

    def areas(self, level: AreaLevel, within: str | None = None) -> list[Place]:
        """The areas of a level, all or those inside one place."""
        found = places.areas(self.workspace, level, within=within)
        return [Place(level, area.code, area.name, area.parents) for area in found]

    def geometry(self, level: AreaLevel, within: str | None = None) -> dict[str, Any]:
        """The boundaries of a level as a GeoJSON FeatureCollection; each feature's id is its code."""
        shapes: dict[str, Any] = places.geometry(self.workspace, level, within=within)
        return shapes
