"""Editions of public tables: one person prepares, another approves, anybody of them withdraws; all is logged.

The ledger keeps every cell that left, and what was withdrawn was seen: both stay in every later attack.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import now as moment
from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import record_act
from joinedup.release.asking import Decisions
from joinedup.release.catalogue.counting import Counted, Key, counted
from joinedup.release.catalogue.entering import enter_cells, entered
from joinedup.release.catalogue.gate import Passed, Seen, pass_gate
from joinedup.release.catalogue.tables import FILE_NAME, Table, TableSet, table_sets
from joinedup.release.cubes.ways import holder_of, holders, require_exact
from joinedup.release.decision import Access, What
from joinedup.release.wards_and_quarters import BASE_LEVEL
from joinedup.terms import Every, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.measures import Measure
    from joinedup.release.models import Publication
    from joinedup.workspace import Workspace

RECIPIENTS = ("public", "councillors")


def prepare(workspace: Workspace, viewer: Viewer, name: str, recipients: str) -> tuple[Publication, Passed]:
    """Protect the tables of a measure as known now, and enter them as prepared: nothing leaves yet.

    Raises ``NotPermitted`` where the gate refuses, or where other tables of the same source left before: two
    measures of the same records could be played off against each other.
    """
    if recipients not in RECIPIENTS:
        raise BadInput("Tables are for the public or for councillors", where=recipients)
    tables = _set_of(workspace, name)
    _require_whole(workspace, viewer, tables.measure)
    _require_given(workspace, viewer, tables.measure, recipients)
    began = moment()  # what leaves from now on, the gate may not have seen
    require_exact(workspace, tables.measure)
    _require_own_source(tables.measure)
    now = _counted_now(workspace, tables)
    left = [one for one in publications(name) if one.left]
    passed = pass_gate(tables, now, [_seen(workspace, tables, one) for one in left])
    with transaction.atomic():
        made = entered(tables, now, passed, recipients, viewer, began)
        enter_cells(made, passed.cells)
        _act(viewer, made, "prepared", recipients=[viewer.username])
    return made, passed


def approve(workspace: Workspace, viewer: Viewer, number: int) -> Publication:
    """Publish what another person prepared. Refused where something of the measure left in between."""
    from joinedup.release.models import Publication

    with transaction.atomic():
        made = publication(number)
        list(Publication.objects.select_for_update().filter(measure=made.measure))  # one approval at a time
        made.refresh_from_db()
        _require_whole(workspace, viewer, measure_of(made))
        _require_given(workspace, viewer, measure_of(made), made.recipients)
        if made.state != Publication.State.PREPARED:
            raise BadInput("Only what is prepared is approved", where=f"publication {number}: {made.state}")
        if made.prepared_by == viewer.username:
            raise NotPermitted(
                _("Who prepared tables does not approve them: ask another analyst."),
                next_step=_("They run: joinedup release approve %(number)s") % {"number": number},
            )
        require_exact(workspace, measure_of(made))
        _require_own_source(measure_of(made))
        later = Publication.objects.filter(measure=made.measure, approved_at__gte=made.prepared_at)
        if later.exists():
            raise NotPermitted(
                _("Other tables of this measure left since these were prepared: prepare them again.")
            )
        made.state, made.approved_by, made.approved_at = (
            Publication.State.PUBLISHED,
            viewer.username,
            moment(),
        )
        made.save(update_fields=["state", "approved_by", "approved_at"])
        _act(viewer, made, "approved", recipients=[made.recipients])
    return made


def withdraw(workspace: Workspace, viewer: Viewer, number: int, why: str) -> Publication:
    """Mark what was published as withdrawn, or discard what was only prepared."""
    from joinedup.release.models import Publication

    if not why.strip():
        raise BadInput("Withdrawing needs a reason", where=f"publication {number}")
    with transaction.atomic():
        made = publication(number)
        _require_whole(workspace, viewer, measure_of(made))
        states = {
            Publication.State.PUBLISHED: Publication.State.WITHDRAWN,
            Publication.State.PREPARED: Publication.State.DISCARDED,
        }
        if made.state not in states:
            raise BadInput("It is withdrawn already", where=f"publication {number}")
        made.state = states[Publication.State(made.state)]
        made.withdrawn_by, made.withdrawn_at, made.withdrawn_why = viewer.username, moment(), why.strip()
        made.save(update_fields=["state", "withdrawn_by", "withdrawn_at", "withdrawn_why"])
        _act(viewer, made, "withdrew", recipients=[made.recipients], reason=why.strip())
    return made


def publications(measure: str | None = None) -> list[Publication]:
    """All editions, or those of a measure, oldest first."""
    from joinedup.release.models import Publication

    found = Publication.objects.all()
    return list(found.filter(measure=measure) if measure else found)


def visible(workspace: Workspace, viewer: Viewer) -> list[Publication]:
    """The editions of measures that this person may see tables of; where a measure is no more, of sources."""
    from joinedup.measures import catalogue

    decisions = Decisions(workspace, viewer)

    def may_see(made: Publication) -> bool:
        measure = catalogue().get(made.measure)
        if measure is not None:
            return decisions.of_measure(What.EXPORT, measure).allowed
        return all(decisions.of_source(What.EXPORT, source).allowed for source in made.sources)

    return [made for made in publications() if may_see(made)]


def offered(workspace: Workspace, viewer: Viewer) -> dict[str, TableSet]:
    """The tables that can be published of measures that this person may see tables of."""
    decisions, held = Decisions(workspace, viewer), holders(workspace)
    return {
        name: tables
        for name, tables in table_sets(workspace).items()
        if decisions.of_measure(What.EXPORT, tables.measure).allowed
        and holder_of(tables.measure, held) is None
    }


def publication(number: int) -> Publication:
    """The edition of this number."""
    from joinedup.release.models import Publication

    found = Publication.objects.filter(number=number).first()
    if found is None:
        raise NotFound(
            "There is no publication of that number",
            where=f"{number}",
            next_step="See: joinedup release list",
        )
    return found


def _set_of(workspace: Workspace, name: str) -> TableSet:
    sets = table_sets(workspace)
    if name not in sets:
        raise NotFound(
            "There are no public tables of that name", where=name, next_step="See: joinedup release catalogue"
        )
    return sets[name]


def measure_of(made: Publication) -> Measure:
    """The definition of what was published."""
    from joinedup.measures import catalogue

    measure = catalogue().get(made.measure)
    if measure is None:
        raise NotFound("The measure of this publication is no more", where=made.measure)
    return measure


def _require_whole(workspace: Workspace, viewer: Viewer, measure: Measure) -> None:
    """Who prepares, approves or withdraws sees the counts as they are."""
    decision = Decisions(workspace, viewer).of_measure(What.EXPORT, measure)
    if decision.access is not Access.FULL:
        raise NotPermitted(
            _("Public tables are prepared and approved by people who see the counts as they are."),
            next_step=_("Ask an analyst of the partnership"),
        )


def _require_given(workspace: Workspace, viewer: Viewer, measure: Measure, recipients: str) -> None:
    """What goes to the public is given for that by its owners' agreements."""
    if recipients != "public":
        return
    decision = Decisions(workspace, viewer).of_measure(
        What.EXPORT, measure, purpose=Purpose.PUBLIC_INFORMATION
    )
    if not decision.allowed:
        raise NotPermitted(decision.sentence)


def _require_own_source(measure: Measure) -> None:
    for other in publications():
        if other.left and other.measure != measure.name and set(other.sources) & set(measure.sources):
            raise NotPermitted(
                _(
                    "Tables of another measure of the same source were published (%(measure)s): the two "
                    "could be played off against each other."
                )
                % {"measure": other.measure}
            )
        if other.left and other.measure == measure.name and other.version != measure.version:
            raise NotPermitted(
                _("Tables of another version of this measure's definition were published before.")
            )


def _counted_now(workspace: Workspace, tables: TableSet) -> Counted:
    first = counted(workspace, tables)
    found = counted(workspace, tables, first.known_on) if first else None
    if found is None:
        raise NotFound("There is no whole quarter of data to publish", where=tables.measure.name)
    return found


def _seen(workspace: Workspace, tables: TableSet, made: Publication) -> Seen:
    found = counted(workspace, tables, made.known_on)
    if found is None:
        raise NotPermitted(_("What was published before can no longer be counted as it was."))
    shown = [Table.named(name) for name in made.tables]
    if made.cells.filter(in_catalogue=False).exists():  # of a workspace from before decision 22
        shown.append(Table(BASE_LEVEL, Every.QUARTER, bool(tables.breakdown)))
    return Seen(found, shown, cells_of(made))


def cells_of(made: Publication, *, in_catalogue: bool | None = None) -> dict[Key, int | None]:
    """Every cell of an edition with its count, None where hidden."""
    rows = made.cells.all() if in_catalogue is None else made.cells.filter(in_catalogue=in_catalogue)
    return {(row.area_level, row.area_code, row.period, row.value): row.count for row in rows}


def _act(viewer: Viewer, made: Publication, verb: str, *, recipients: list[str], reason: str = "") -> None:
    """In the same transaction: what cannot be logged does not happen."""
    record_act(
        "disclosure",
        by=viewer,
        purpose=Purpose.PUBLIC_INFORMATION,
        what=f"{verb} publication {made.number}: tables of {made.measure} for {made.recipients}",
        reason=reason,
        recipients=recipients,
        detail={
            "publication": made.number,
            "measure": made.measure,
            "version": made.version,
            "tables": list(made.tables),
            "known_on": made.known_on.isoformat(),
            "gate": made.gate,
        },
    )


__all__ = [
    "FILE_NAME",
    "RECIPIENTS",
    "approve",
    "cells_of",
    "prepare",
    "publication",
    "publications",
    "withdraw",
]
