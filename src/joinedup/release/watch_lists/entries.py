"""Putting records on a watch-list and taking them off, by key; what is erased goes by itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from joinedup.accounts import today
from joinedup.errors import BadInput, NotFound
from joinedup.log import record_act
from joinedup.release import matters
from joinedup.release.watch_lists import drawing
from joinedup.release.watch_lists.deciding import refuse_unshared
from joinedup.release.watch_lists.definition import Definition
from joinedup.release.watch_lists.standing import kept_list, owners_of
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.records import Reader
    from joinedup.workspace import Workspace


def add_to_watch_list(  # noqa: PLR0913 - the door's signature: each way in which records are named
    workspace: Workspace,
    by: Viewer,
    name: str,
    *,
    feed: str = "",
    references: Sequence[str] = (),
    keys: Sequence[str] = (),
    everyone: bool = False,
    why: str,
    until: dt.date | None = None,
) -> int:
    """Put standing records on a list that ``by`` keeps, by their references or keys.

    A reference of several records, which may name different people, is refused unless ``everyone`` is meant.
    ``feed`` may be left out where the list draws on one. ``why`` is a code of ``WatchListEntry.Why``. What is
    on the list already takes the new code and day. Returns how many records were named. Raises as a change of
    the list does, and NotFound, where nothing is added, for a record that does not stand.
    """
    from django.db import transaction

    from joinedup.records import RecordBook
    from joinedup.release.watch_list_models import WatchListEntry

    made = kept_list(workspace, by, name).definition
    feed = _feed_of(made, feed)
    if why not in WatchListEntry.Why.values:
        codes = ", ".join(WatchListEntry.Why.values)
        raise BadInput(_("That is no reason for an entry"), where=why, next_step=f"Choose from {codes}")
    if until is not None and until < today():
        raise BadInput(_("An entry ends in time to come"), where=f"{until}")
    decision = refuse_unshared(workspace, by, made)
    with RecordBook(workspace).reading() as reader:
        found = _found(reader, drawing.delivered(workspace, feed), references, keys, everyone=everyone)
        with transaction.atomic():
            if not _stands_still(reader.generation):
                raise BadInput(_("The record book changed meanwhile"), next_step=_("Try again"))
            for key in found:
                said = {"why": why, "until": until, "added_by": by.username}
                WatchListEntry.objects.update_or_create(
                    watch_list_id=name, feed=feed, record_key=UUID(key), defaults=said
                )
            _log(by, made, feed, "put on", found, {"why": why, **decision.basis})
    return len(found)


def remove_from_watch_list(
    workspace: Workspace,
    by: Viewer,
    name: str,
    *,
    feed: str = "",
    references: Sequence[str] = (),
    keys: Sequence[str] = (),
) -> int:
    """Take records off a list that ``by`` keeps; how many. What a rule puts on it stays while it fits."""
    from django.db import transaction

    from joinedup.records import RecordBook
    from joinedup.release.watch_list_models import WatchListEntry

    made = kept_list(workspace, by, name).definition
    feed = _feed_of(made, feed)
    with RecordBook(workspace).reading() as reader:
        there = drawing.keys_of_references(reader, drawing.delivered(workspace, feed), references)
    named = {*_keys(keys), *(key for found in there.values() for key in found)}
    with transaction.atomic():
        entries = WatchListEntry.objects.filter(watch_list_id=name, feed=feed, record_key__in=named)
        gone = sorted(str(one.record_key) for one in entries)
        if not gone:
            raise NotFound(_("None of these is on the list by hand"), where=name)
        entries.delete()
        _log(by, made, feed, "taken off", gone, {"owners": owners_of(made, matters.known(workspace))})
    return len(gone)


def forget(*, feed: str, record_keys: Collection[UUID], **_of_the_signal: object) -> None:
    """Let go of the entries of records that are erased, on every list: in the erasure's own transaction."""
    from joinedup.release.watch_list_models import WatchListEntry

    gone = frozenset(record_keys)
    held = WatchListEntry.objects.filter(feed=feed).values_list("pk", "record_key")
    erased = [number for number, key in held if key in gone]
    if erased:
        WatchListEntry.objects.filter(pk__in=erased).delete()


def _feed_of(made: Definition, feed: str) -> str:
    if not feed and len(made.feeds) == 1:
        return made.feeds[0]
    if feed not in made.feeds:
        raise BadInput(
            _("The list does not draw on that feed") if feed else _("The list draws on several feeds"),
            where=feed or made.name,
            next_step=_("Name one of %(feeds)s") % {"feeds": ", ".join(made.feeds)},
        )
    return feed


def _keys(keys: Sequence[str]) -> list[str]:
    from joinedup.records.mentions import keys_of

    return [str(one) for one in keys_of(keys)]


def _found(
    reader: Reader, feed: drawing.Feed, references: Sequence[str], keys: Sequence[str], *, everyone: bool
) -> list[str]:
    """The keys of all that is named. Raises NotFound where one of them is of no standing record."""
    if not references and not keys:
        raise BadInput(_("An entry is a record"), next_step=_("Name it by its reference or its key"))
    by_reference = drawing.keys_of_references(reader, feed, references)
    if not everyone and (several := max((len(found) for found in by_reference.values()), default=0)) > 1:
        raise BadInput(
            _("%(count)s records have one of these references, and may name different people")
            % {"count": several},
            where=feed.name,
            next_step=_("Name the one by its key, or say --all"),
        )
    named = _keys(keys)
    standing = drawing.standing_keys(reader, feed, named)
    absent = sum(not found for found in by_reference.values()) + len(set(named) - standing)
    if absent:
        raise NotFound(
            _("%(count)s of the records named are not in the record book as it stands") % {"count": absent},
            where=feed.name,
            next_step=_("Nothing was added. Name records of that feed by their references or keys"),
        )
    return sorted({*named, *(key for found in by_reference.values() for key in found)})


def _stands_still(generation: int) -> bool:
    """Whether the record book is as it was read; held so until the caller's transaction ends, so that no
    erasure passes between the reading and the entry."""
    from joinedup.records.models import Generation

    held = Generation.objects.select_for_update().filter(pk=1).values_list("value", flat=True).first()
    return (held or 0) == generation


def _log(
    by: Viewer, made: Definition, feed: str, what: str, keys: Sequence[str], detail: dict[str, object]
) -> None:
    record_act(
        "alteration",
        by=by,
        purpose=made.purpose,
        what=f"{len(keys)} records {what} the watch-list {made.name}",
        subjects=keys,
        detail={"watch_list": made.name, "feeds": [feed], **detail},
    )
