"""Making, changing and ending a watch-list, each an act in the log in the same transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from joinedup.accounts import today, user_named
from joinedup.errors import BadInput, NotPermitted
from joinedup.log import record_act
from joinedup.release import matters
from joinedup.release.decision import Decision
from joinedup.release.watch_lists.deciding import refuse_unshared
from joinedup.release.watch_lists.definition import MAKERS, Definition, read, write
from joinedup.release.watch_lists.standing import kept_list, owners_of, watch_list
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.release.watch_list_models import WatchList
    from joinedup.workspace import Workspace


def make_watch_list(workspace: Workspace, by: Viewer, made: Definition) -> Definition:
    """Make a list that ``by`` keeps.

    Raises NotPermitted and NotFound where the agreements in force do not give keeper and recipients its
    details for its purpose, BadInput where its name was ever used or its time is not right.
    """
    from django.db import IntegrityError, transaction

    from joinedup.release.watch_list_models import WatchList

    made = replace(made, keeper=by.username)
    decision = _allowed(workspace, by, made)
    row = WatchList()
    write(made, row)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
            _log(by, made, "made", decision, _told(row))
    except IntegrityError as error:
        raise BadInput(
            _("That name cannot be given to a new watch-list"),
            where=made.name,
            next_step=_("Choose another one"),
        ) from error
    return made


def change_watch_list(workspace: Workspace, by: Viewer, name: str, **changes: Any) -> Definition:
    """Change a list that ``by`` keeps: any field of its definition but the name. Decided anew as a whole.

    A new ``keeper`` must be one who might have made it. Feeds that it no longer draws on take their entries
    with them.
    """
    from django.db import transaction

    from joinedup.release.watch_list_models import WatchList

    known = kept_list(workspace, by, name)
    made = replace(known.definition, **changes)
    decision = _allowed(workspace, by, made)
    if not made.is_kept_by(by):
        heir = user_named(made.keeper)
        if not heir.is_active:
            raise BadInput(_("Nobody signs in by that name any more"), where=made.keeper)
        _allowed(workspace, heir.viewer(), made)
        made = replace(made, keeper=heir.username)
    with transaction.atomic():
        row = WatchList.objects.select_for_update().get(pk=name)
        if row.ended_at is not None or read(row) != known.definition:
            raise BadInput(_("The list was changed meanwhile"), where=name, next_step=_("Look at it again"))
        write(made, row)
        row.save()
        row.entries.exclude(feed__in=made.feeds).delete()
        _log(by, made, "changed", decision, {"changed": sorted(changes), **_told(row)})
    return made


def end_watch_list(workspace: Workspace, by: Viewer, name: str, *, reason: str) -> Definition:
    """End a list for good, at once, and let its entries go; for its keeper and its feeds' data owners."""
    from django.db import transaction

    from joinedup.release.watch_list_models import WatchList

    known = watch_list(workspace, by, name)
    if not (known.keeps or known.owns):
        raise NotPermitted(
            _("A watch-list is ended by who keeps it, or by a data owner of what it draws on"), where=name
        )
    if not reason.strip():
        raise BadInput(_("Ending a watch-list needs a reason"), next_step=_("It is written to the log"))
    with transaction.atomic():
        row = WatchList.objects.select_for_update().get(pk=name)
        if row.ended_at is not None:
            raise BadInput(_("That watch-list was ended before"), where=name)
        row.ended_at, row.ended_by = dt.datetime.now(dt.UTC), by.username
        row.save(update_fields=["ended_at", "ended_by"])
        gone = row.entries.all().delete()[0]
        told = {"entries": gone, "owners": owners_of(known.definition, matters.known(workspace))}
        _log(by, known.definition, "ended", None, told, reason=reason.strip())
    return known.definition


def _allowed(workspace: Workspace, by: Viewer, made: Definition) -> Decision:
    if by.role not in MAKERS:
        raise NotPermitted(
            _("Watch-lists are made and kept by analysts, meeting coordinators and data owners"),
            where=by.username,
        )
    _refuse_time(made)
    return refuse_unshared(workspace, by, made)


def _refuse_time(made: Definition) -> None:
    on = today()
    if made.expires < on:
        raise BadInput(_("A watch-list expires in time to come"), where=f"{made.expires}")
    begins = max(made.starts, on)
    if made.expires > _a_year_after(begins):
        raise BadInput(
            _("A watch-list holds for 12 months at most"),
            where=f"{begins} to {made.expires}",
            next_step=_("Let it expire earlier: it can be renewed by a change, decided anew"),
        )


def _a_year_after(day: dt.date) -> dt.date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return dt.date(day.year + 1, 2, 28)


def _told(row: WatchList) -> dict[str, Any]:
    return {"recipients": row.recipients, "expires": str(row.expires)}


def _log(
    by: Viewer,
    made: Definition,
    what: str,
    decision: Decision | None,
    detail: dict[str, Any],
    *,
    reason: str = "",
) -> None:
    """The act: which list, of which feeds, under which agreement; in the caller's transaction."""
    record_act(
        "administration",
        by=by,
        purpose=made.purpose,
        what=f"{what} the watch-list {made.name}",
        reason=reason,
        detail={
            "watch_list": made.name,
            "feeds": list(made.feeds),
            "fields": list(made.details),
            **(decision.basis if decision else {}),
            **detail,
        },
    )
