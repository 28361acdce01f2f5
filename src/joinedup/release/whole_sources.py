"""Sources whose counts somebody may see as they are: what repeats, linked figures and reoffending are
counted from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Access, Decision, What
from joinedup.terms import Period, Purpose, Role, Viewer

if TYPE_CHECKING:
    from joinedup.measures.linked import Definition
    from joinedup.measures.repeats import Repeat
    from joinedup.records import DeliveryRow
    from joinedup.workspace import Workspace

Counts = TypeVar("Counts", bound="Definition")
_LONGEST = 300  # of what the log says an act was about


@dataclass(frozen=True)
class Offer:
    """What somebody may ask of a definition: for each purpose for which they get an answer the sources that
    they see whole, and the months of which any of these tells (None: nothing was delivered)."""

    sources: Mapping[Purpose, tuple[str, ...]]
    period: Period | None


@dataclass(frozen=True)
class Whole:
    """The ``sources`` to count from, by which ``decision``; ``left_out`` those that are there and may not be
    seen whole. ``feeds`` bring the sources: by their names acts are hidden from those outside."""

    sources: tuple[str, ...]
    left_out: tuple[str, ...]
    feeds: tuple[str, ...]
    decision: Decision

    @property
    def notes(self) -> tuple[str, ...]:
        """What a reader is told of what is left out."""
        if not self.left_out:
            return ()
        said = _("Not counted, because you may not see them whole: %(sources)s.")
        return (said % {"sources": ", ".join(self.left_out)},)


def seen_whole(decisions: Decisions, sources: Iterable[str], purpose: Purpose | None) -> list[str]:
    """Those of the sources that this person may see the counts of as they are (None: for any purpose)."""
    return [
        source
        for source in sorted(sources)
        if decisions.of_source(What.FIGURE, source, purpose=purpose).access is Access.FULL
    ]


def whole_enough(workspace: Workspace, viewer: Viewer, definitions: Iterable[Counts]) -> list[Counts]:
    """Those of the definitions of which this person may see anything for some purpose."""
    decisions = Decisions(workspace, viewer)
    return [
        one
        for one in definitions
        if (seen := seen_whole(decisions, one.sources, None)) and one.needed <= set(seen)
    ]


def offered(workspace: Workspace, viewer: Viewer, definition: Repeat | Definition) -> Offer:
    """For which purposes this person gets an answer by a definition, from which sources, of which months.

    Which sources there are, and which months: no count of anything.
    """
    from joinedup.records import RecordBook

    decisions = Decisions(workspace, viewer)
    needed = frozenset(getattr(definition, "needed", ()))
    may = {one: tuple(seen_whole(decisions, definition.sources, one)) for one in Purpose}
    found = {one: seen for one, seen in may.items() if seen and needed <= set(seen)}
    with RecordBook(workspace).reading() as reader:
        covered = [
            one.period for one in reader.coverage(sorted({s for seen in found.values() for s in seen}))
        ]
    if not covered:
        return Offer(found, None)
    return Offer(found, Period(min(one.start for one in covered), max(one.end for one in covered)))


def deliveries_told(
    workspace: Workspace, viewer: Viewer, deliveries: Iterable[DeliveryRow], purpose: Purpose
) -> list[DeliveryRow]:
    """Those of the deliveries behind a figure that this person is told of for the purpose: by broken glass
    they see figures, and no delivery."""
    decisions, found = Decisions(workspace, viewer), list(deliveries)
    told = {
        source
        for source in {one.source for one in found}
        if decisions.of_source(What.WORKINGS, source, purpose=purpose).access is Access.FULL
    }
    return [one for one in found if one.source in told]


def log_counted(
    viewer: Viewer,
    wholes: Sequence[Whole],
    what: str,
    detail: Mapping[str, object],
    *,
    purpose: Purpose,
    reason: str,
) -> None:
    """Write the act of showing what was counted from these sources: a disclosure, with their sources and
    feeds, and why they may be seen."""
    log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=what[:_LONGEST],
        reason=reason,
        recipients=[viewer.username],
        detail={
            **detail,
            "sources": sorted({source for whole in wholes for source in whole.sources}),
            "feeds": sorted({feed for whole in wholes for feed in whole.feeds}),
            **all_of([whole.decision for whole in wholes]).basis,
        },
    )


def _other_purposes(
    decisions: Decisions, wanted: Sequence[str], needed: frozenset[str], purpose: Purpose
) -> str:
    """For what else this person may have what they were refused for this purpose."""
    others = [
        one.value
        for one in Purpose
        if one is not purpose and (may := set(seen_whole(decisions, wanted, one))) and needed <= may
    ]
    if not others and decisions.viewer.role is Role.ANALYST:
        return _("Ask whoever sends them for an agreement that shares them with you: joinedup agreements")
    if not others:
        return _("Ask an analyst of the partnership")
    said = _("You may for another purpose, if it is yours: --purpose {purposes}")
    return said.format(purposes=_(" or ").join(others))


def require_whole(
    decisions: Decisions,
    sources: Iterable[str],
    *,
    asked: Sequence[str],
    needed: Iterable[str],
    purpose: Purpose,
) -> Whole:
    """What may be counted of the sources (of those ``asked`` for, where any are named).

    Raises NotPermitted where it is nothing, or lacks one that is ``needed``.
    """
    wanted = sorted(sources)
    may = seen_whole(decisions, wanted, purpose)
    counted = tuple(one for one in may if not asked or one in asked)
    if not counted or not set(needed) <= set(counted):
        raise NotPermitted(
            _("Counts of linked people are for those who see the counts of their sources as they are."),
            next_step=_other_purposes(decisions, wanted, frozenset(needed), purpose),
        )
    there = {one for one in wanted if not any(m.is_restricted for m in decisions.known.of_source(one))}
    decision = all_of([decisions.of_source(What.FIGURE, one, purpose=purpose) for one in counted])
    feeds = {matter.feed for one in counted for matter in decisions.known.of_source(one) if matter.feed}
    return Whole(counted, tuple(sorted(there - set(may))), tuple(sorted(feeds)), decision)
