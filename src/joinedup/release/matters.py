"""What a decision is about: the data of one feed, with what its owner's contract says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from joinedup.errors import NotFound
from joinedup.release.sources import contracts_state, of_sources, strictest
from joinedup.terms import Purpose, RecordType, Restriction, Sensitivity

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Matter:
    """The data of a feed: its owner's agency, how sensitive it is, and for what its contract gives it.

    It is as strict as anything that speaks of the feed or of its source. ``purposes`` empty: no contract says
    (it has an error, or is gone). ``owner`` empty: nobody knows whose it is, so no agreement speaks of it.
    ``fields`` are the identifying details that are asked for; ``restrictions`` those of the single records
    that are asked for.
    """

    feed: str
    source: str
    owner: str
    sensitivity: Sensitivity
    purposes: frozenset[Purpose] = frozenset()
    record_type: RecordType | None = None
    fields: tuple[str, ...] = ()
    restrictions: frozenset[Restriction] = frozenset()

    @property
    def is_restricted(self) -> bool:
        """Whether it does not exist for those outside."""
        return self.sensitivity is Sensitivity.RESTRICTED or bool(self.restrictions)


NOWHERE = Matter("", "", "", Sensitivity.RESTRICTED)
"""A thing that is not there: decided like what is restricted, so that the two answers do not differ."""


def no_such_measure(name: str) -> NotFound:
    """What is said of a measure that is not there, and of one that does not exist for who asks."""
    return NotFound("There is no measure of that name", where=name, next_step="See: joinedup measures")


@dataclass(frozen=True)
class Known:
    """What a workspace knows: a matter for each feed that has a contract or delivered once.

    A feed that a spoilt contract may bring to several sources has a matter for each of them.
    """

    matters: tuple[Matter, ...]
    sources: Mapping[str, Sensitivity]

    def of_feed(self, feed: str) -> tuple[Matter, ...]:
        """The matters of a feed; where there is none of that name, one that is nowhere."""
        return tuple(one for one in self.matters if one.feed == feed) or (NOWHERE,)

    def of_source(self, source: str) -> tuple[Matter, ...]:
        """The matters of a source: every feed that brings it now or brought it once."""
        found = tuple(one for one in self.matters if one.source == source)
        return found or (Matter("", source, "", self.sources.get(source, Sensitivity.OFFICIAL)),)

    def of_measure(self, measure: Measure) -> tuple[Matter, ...]:
        """The matters of a measure: the feeds of its sources that bring its types of record.

        None is more open than the measure says it is, nor than any feed of its sources.
        """
        matters = [one for source in measure.sources for one in self.of_source(source)]
        sensitivity = strictest([measure.sensitivity, *(one.sensitivity for one in matters)])
        counted = [one for one in matters if one.record_type in {None, *measure.record_types}]
        return tuple(replace(one, sensitivity=sensitivity) for one in counted or matters)


_kept: dict[str, tuple[object, Known]] = {}


def known(workspace: Workspace) -> Known:
    """What the workspace knows now; worked out again when a contract changes or a new feed delivers."""
    from joinedup.records import RecordBook

    delivered = RecordBook(workspace).feeds()
    state = (contracts_state(workspace), frozenset(delivered))
    kept = _kept.get(str(workspace.folder))
    if kept is None or kept[0] != state:
        found = Known(tuple(_found(workspace, delivered)), of_sources(workspace))
        kept = _kept[str(workspace.folder)] = (state, found)
    return kept[1]


def asking_for(matters: Iterable[Matter], fields: Iterable[str]) -> tuple[Matter, ...]:
    """The same matters, of which these identifying details are asked for."""
    return tuple(replace(one, fields=tuple(fields)) for one in matters)


def _found(workspace: Workspace, delivered: set[tuple[str, str, str, str]]) -> Iterable[Matter]:
    from joinedup.feeds import broken_contracts, contracts

    sources = of_sources(workspace)
    said, broken = contracts(workspace), broken_contracts(workspace)
    for contract in said.values():
        own = [contract.publishing.sensitivity, sources.get(contract.source, Sensitivity.OFFICIAL)]
        purposes = frozenset(contract.publishing.purposes)
        if contract.name in broken:
            own.append(broken[contract.name].sensitivity)
        yield Matter(
            contract.name,
            contract.source,
            contract.owner_code,
            strictest(own),
            purposes,
            contract.record_type,
        )
    for feed, source, owner, record_type in sorted(delivered):
        if feed in said and said[feed].source == source:
            continue
        own = [sources.get(source, Sensitivity.OFFICIAL)]
        if feed in broken:
            own.append(broken[feed].sensitivity)
        yield Matter(feed, source, owner, strictest(own), record_type=RecordType(record_type))
    delivered_feeds = {(feed, source) for feed, source, _owner, _type in delivered}
    for feed, one in broken.items():
        for source in sorted(one.concerned(sources)):
            if (feed, source) not in delivered_feeds and feed not in said:
                yield Matter(feed, source, "", strictest([one.sensitivity, sources[source]]))
