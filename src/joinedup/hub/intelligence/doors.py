"""The one place where Intelligence asks the rooms below: release for figures, places for areas."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from joinedup import places
from joinedup import release as release_room
from joinedup.errors import JoinedupError
from joinedup.hub.intelligence.choices import Choices, Place, span
from joinedup.hub.intelligence.question import LEVELS, Question
from joinedup.measures import FigureQuery, Measure, bases, catalogue
from joinedup.measures.rhythms import SCHOOL, Rhythm, fitting, rhythms
from joinedup.measures.rhythms import state as rhythms_state
from joinedup.records import RecordBook
from joinedup.release import Access, What
from joinedup.release.catalogue import published_measures
from joinedup.release.cubes import Offer, holder_of, holders, offer
from joinedup.release.rhythms import released_rhythm
from joinedup.terms import AreaLevel, Form, Period, Purpose, Viewer, parse_knowledge_date
from joinedup.workspace import Workspace

_USUAL = Purpose.CRIME_AND_DISORDER
_kept: dict[tuple[str, str, str], tuple[Any, Choices]] = {}


@dataclass(frozen=True)
class Doors:
    """What one viewer can ask of one workspace. Release logs every figure as it gives it."""

    workspace: Workspace
    viewer: Viewer
    what: What = What.FIGURE
    asked_for: str = ""

    @cached_property
    def decisions(self) -> release_room.Decisions:
        """What this viewer may have, by the agreements at this moment."""
        return release_room.Decisions(self.workspace, self.viewer)

    @cached_property
    def catalogue(self) -> dict[str, Measure]:
        """Every definition, the partnership's own too; which of them this viewer may see is decided."""
        return catalogue(self.workspace)

    @cached_property
    def purposes(self) -> tuple[Purpose, ...]:
        """The purposes for which any closed measure is there for this viewer, the usual one always."""
        return release_room.purposes_of(self.decisions)

    @property
    def purpose(self) -> Purpose:
        """What the figures are for: as asked, where anything is there for it."""
        return next((one for one in self.purposes if one.value == self.asked_for), _USUAL)

    @cached_property
    def choices(self) -> Choices:
        """Measures with data, the levels loaded, and the places to look within.

        Kept for each role and agency until a delivery or a boundary changes: nothing in it is a figure.
        """
        with RecordBook(self.workspace).reading() as reader:
            generation = reader.generation
        access = self._access()
        cubes = self._cubes(access)
        published = published_measures() if Access.PROTECTED in access.values() else set()
        own = tuple(one for one in self.catalogue.values() if one.own)
        kept = (
            *(tuple(access.items()), tuple(cubes.items()), frozenset(published), self.purposes, own),
            rhythms_state(self.workspace),
        )
        state = (str(self.workspace.folder), generation, self.places_state(), kept)
        whose = (self.viewer.role.value, self.viewer.agency, self.purpose.value)
        if _kept.get(whose, ((), None))[0] != state:
            _kept[whose] = (state, self._choices(access, cubes, published))
        return _kept[whose][1]

    def _access(self) -> dict[str, Access]:
        """How this viewer may see each measure, as the contracts stand now."""
        return {
            name: self.decisions.of_measure(What.FIGURE, one, purpose=self.purpose).access
            for name, one in self.catalogue.items()
        }

    def _cubes(self, access: Mapping[str, Access]) -> dict[str, Offer | None]:
        """The protected measures of sources that go the way of rounded numbers, with what can be asked of
        each: None where another measure of the source has them, or they are not made yet."""
        protected = [one for name, one in self.catalogue.items() if access[name] is Access.PROTECTED]
        held = holders(self.workspace) if protected else ()
        named = {one.name: (one, name) for one in protected if (name := holder_of(one, held)) is not None}
        return {name: offer(one) if has == name else None for name, (one, has) in named.items()}

    def _choices(
        self, access: Mapping[str, Access], cubes: Mapping[str, Offer | None], published: Set[str]
    ) -> Choices:
        protected = {name for name, one in access.items() if one is Access.PROTECTED}
        offered = {name: one for name, one in cubes.items() if one is not None}

        def can_be_shown(measure: Measure) -> bool:
            if measure.name in cubes:
                return measure.name in offered
            return measure.name not in protected or measure.name in published

        available = [
            measure
            for name, measure in self.catalogue.items()
            if access[name] is not Access.NONE and measure.placed and can_be_shown(measure)
        ]
        sources = {source for measure in available for source in measure.sources}
        seen = release_room.covered_for_figures(self.workspace, self.viewer, sorted(sources))
        covered: dict[str, Period] = {}
        for measure in available:
            period = span(row.period for row in seen if row.source in measure.sources)
            if period is not None and {Form.COUNT, Form.RATE, Form.CHANGE} & set(measure.forms):
                covered[measure.name] = offered[measure.name].span if measure.name in offered else period
        loaded = {entry.level for entry in places.catalogue(self.workspace) if entry.kind == "boundaries"}
        levels = tuple(level for level in LEVELS if level.value in loaded)
        if levels:
            levels = (*levels, AreaLevel.SQUARE)
        return Choices(
            partnership=self.workspace.settings.partnership,
            measures=tuple(measure for measure in available if measure.name in covered),
            covered=covered,
            levels=levels,
            places={place.code: place for level in levels[:-1] for place in self.areas(level)},
            protected=frozenset(protected),
            cubes=offered,
            bases={level: bases.offered(self.workspace, level) for level in levels},
            purposes=self.purposes,
            purpose=self.purpose,
            rhythms={one.name: self._rhythms(one) for one in available if one.name not in protected},
        )

    def _rhythms(self, measure: Measure) -> tuple[Rhythm, ...]:
        """By which rhythms a measure can be cut; none where a file of the workspace is wrong, which the
        doctor tells and which is no reason to show nothing else."""
        try:
            return tuple(fitting(self.workspace, measure))
        except JoinedupError:
            return ()

    def why_not_cut_by(self, name: str) -> str:
        """Why a measure is not cut by a rhythm that none of its own is: a sentence without what was asked."""
        known = rhythms(self.workspace)
        if name in known:
            return _("This measure cannot be cut by: {rhythm}.").format(rhythm=known[name].words["title"])
        if name == SCHOOL:
            return _("There are no term dates in this workspace.")
        return _("There is no rhythm of that name.")

    def rhythm(self, question: Question, name: str, level: AreaLevel, codes: tuple[str, ...]) -> Any:
        """The question's count cut by a rhythm, in one area or place."""
        as_at = parse_knowledge_date(question.as_at) if question.as_at else None
        asked = FigureQuery(
            measure=question.measure,
            level=level,
            areas=codes,
            period=question.period,
            by=(name,),
            where=question.where(),
            as_at=as_at,
        )
        return released_rhythm(self.workspace, self.viewer, asked, purpose=question.purpose)

    def figure(self, question: Question, **query: Any) -> Any:
        """A released figure for the question's measure, type and date of knowledge."""
        if question.measure in self.choices.protected and question.measure not in self.choices.cubes:
            # Release compares closed data with the year before and with nothing else: it need not be told.
            query = {**query, "against": None}
        as_at = parse_knowledge_date(question.as_at) if question.as_at else None
        if query["form"] is Form.RATE:
            query = {**query, "per": question.per}
        asked = FigureQuery(measure=question.measure, where=question.where(), as_at=as_at, **query)
        return release_room.release(
            self.workspace, self.viewer, asked, what=self.what, purpose=question.purpose
        )

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
