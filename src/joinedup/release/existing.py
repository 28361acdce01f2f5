"""What exists for a person: whatever is restricted does not for those outside, by name or by number."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from joinedup.accounts import KEEPERS, Agreement, agreements
from joinedup.errors import NotFound
from joinedup.release import matters
from joinedup.release.asking import Decisions
from joinedup.release.decision import What
from joinedup.release.matters import no_such_measure
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.records import DeliveryRow
    from joinedup.workspace import Workspace


def contracts_known(workspace: Workspace, viewer: Viewer) -> set[str]:
    """The names of the feeds whose contract exists for this person.

    Analysts and administrators keep contracts and draft agreements, so they know each by its contract,
    whether or not anything of it exists for them.
    """
    decisions = Decisions(workspace, viewer)
    names = {one.feed for one in decisions.known.matters}
    if viewer.role in KEEPERS:
        from joinedup.feeds.library import contract_files

        return names | set(contract_files(workspace))  # of one with an error no source may be known
    return {name for name in names if decisions.knows(name)}


def delivery_known(workspace: Workspace, viewer: Viewer, number: int) -> DeliveryRow:
    """The delivery of this number. Raises NotFound where there is none that exists for this person."""
    from joinedup.records import RecordBook

    row = next((one for one in RecordBook(workspace).deliveries() if one.number == number), None)
    if row is None or not Decisions(workspace, viewer).knows(row.feed):
        raise NotFound(
            "There is no delivery of that number that you may see",
            where=str(number),
            next_step="See: joinedup deliveries",
        )
    return row


def measure_known(workspace: Workspace, viewer: Viewer, name: str) -> Measure:
    """The measure of this name, whether or not this person may see figures of it.

    Raises NotFound, as ``release`` does, where there is none that exists for them: what is restricted does
    for those alone who may see something of it.
    """
    from joinedup.measures import catalogue

    measure, decisions = catalogue(workspace).get(name), Decisions(workspace, viewer, glass=False)
    if measure is None or not decisions.knows_measure(measure):
        raise no_such_measure(name)
    return measure


def measure_asked(workspace: Workspace, viewer: Viewer, name: str) -> Measure:
    """The definition that somebody asks figures of: whether they may have any is decided when they do.

    Raises NotFound naming the nearest of those that exist for them; BadInput where the name is that of a file
    of the workspace that is not in force, and they keep such files.
    """
    from joinedup.measures import catalogue, own_measures
    from joinedup.measures.registry import no_such

    measure = catalogue().get(name)
    if measure is not None:
        return measure
    own = own_known(workspace, viewer)
    if name in own:
        return own[name]
    if viewer.role in KEEPERS:
        for one in own_measures(workspace).broken:
            if one.file == f"{name}.toml":
                raise one.error
    raise no_such(name, [*catalogue(), *own_shown(workspace, viewer)])


def own_shown(workspace: Workspace, viewer: Viewer) -> dict[str, Measure]:
    """Those of ``own_known`` that are told of: for those who keep the files all, for others those of which
    they may have figures, for a filter can say whom somebody looked for."""
    decisions = Decisions(workspace, viewer)
    return {
        name: one
        for name, one in own_known(workspace, viewer).items()
        if viewer.role in KEEPERS or decisions.of_measure(What.FIGURE, one).allowed
    }


def own_known(workspace: Workspace, viewer: Viewer) -> dict[str, Measure]:
    """The measures of the partnership's own, in force, that exist for this person at this moment: what is
    restricted does for those alone who may see something of it, be it by broken glass."""
    from joinedup.measures import own_measures

    decisions = Decisions(workspace, viewer)
    found = {name: one.measure for name, one in own_measures(workspace).measures.items()}
    return {name: one for name, one in found.items() if decisions.knows_measure(one)}


def owners_of(workspace: Workspace, name: str) -> set[str]:
    """The codes of the agencies whose data a measure rests on; nobody's where there is no such measure."""
    from joinedup.measures import catalogue

    measure = catalogue(workspace).get(name)
    return {one.owner for one in matters.known(workspace).of_measure(measure)} if measure else set()


def agreements_known(workspace: Workspace, viewer: Viewer) -> list[Agreement]:
    """The latest version of each agreement that exists for this person: who keeps them sees all, others those
    to which their agency is a party, without the names of feeds that do not exist for them."""
    found = agreements()
    if viewer.role in KEEPERS:
        return found
    hidden = {one.feed for one in matters.known(workspace).matters} - contracts_known(workspace, viewer)
    return [_without(one, hidden) for one in found if _is_party(one, viewer.agency)]


def _is_party(agreement: Agreement, agency: str) -> bool:
    parties = {one.owner for one in agreement.shares} | {one.agency for one in agreement.receivers}
    return bool(parties & {agency, "*"})


def _without(agreement: Agreement, hidden: set[str]) -> Agreement:
    """The agreement without what it shares of these feeds; a share of nothing else is not there."""
    shares = [
        replace(one, feeds=one.feeds - hidden) if one.feeds & hidden else one for one in agreement.shares
    ]
    left = [one for one, was in zip(shares, agreement.shares, strict=True) if one.feeds or not was.feeds]
    return replace(agreement, shares=tuple(left))
