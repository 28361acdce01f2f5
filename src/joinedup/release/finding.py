"""The door for looking one person up by name: in the feeds whose people somebody may know, and logged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.records import RecordBook
from joinedup.records.telling import FEW, Said
from joinedup.release.acts import log_act
from joinedup.release.linking import linkable
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.people.looking_up import Found
    from joinedup.workspace import Workspace

MOST_FOUND = 20


def look_up(
    workspace: Workspace,
    viewer: Viewer,
    name: str,
    *,
    born: int | None = None,
    within: int = 2,
    purpose: Purpose,
    reason: str,
) -> list[Found]:
    """The people whose names are most like ``name``, born within so many years of ``born``: at most 20.

    The answer has keys, how like the name is and where it stands, no name: ``reveal`` shows those. The act is
    a consultation with the keys of the records found as its subjects, and never the name that was asked for.
    Raises NotPermitted where this person may know the people of no feed, and BadInput for no name or reason,
    for a name in other letters than Latin ones, or for a reason that says whom one looks for or finds.
    """
    from joinedup.people.looking_up import people_index

    may = linkable(workspace, viewer, purpose)
    if not may.feeds:
        sentence = next(iter(may.refused.values()), _("No feed that names people is shared with you."))
        raise NotPermitted(sentence)
    _refuse_asking(name, reason)
    index = people_index(workspace, may.feeds)
    found = index.like(name, born=born, within=within, most=MOST_FOUND)
    _refuse_telling_of(workspace, found, index.records_of({one.key for one in found}), reason)
    log_act(
        "consultation",
        by=viewer,
        purpose=purpose,
        what=f"a person looked up by name in {len(may.feeds)} feeds: {len(found)} found",
        reason=reason.strip(),
        subjects=[str(one.mention.record_key) for one in found],
        recipients=[viewer.username],
        detail={"feeds": list(may.feeds)},
    )
    return found


def _refuse_asking(name: str, reason: str) -> None:
    """Raise BadInput for a name that cannot be searched, or a reason that is none or has the name."""
    from joinedup.people.name_index import folded, is_latin

    if not is_latin(name):
        raise BadInput(
            _("Only names in Latin letters are searched"), next_step=_("Write it in Latin letters")
        )
    if not folded(name):
        raise BadInput(_("Say whom you look for"), next_step=_("A given name and a family name"))
    if not reason.strip():
        raise BadInput(_("Looking a person up needs its reason"), next_step=_("Say why, without a name"))
    if Said(reason, records=1).names([name]):
        raise BadInput(
            _("The reason says whom you look for, and it is kept"), next_step=_("Say why, without a name")
        )


def _refuse_telling_of(
    workspace: Workspace, found: Sequence[Found], of_them: Mapping[str, Collection[str]], reason: str
) -> None:
    """Raise BadInput where a reason has a name, number or words of somebody who was found.

    ``of_them`` are all records of theirs by feed: where they are many weak signs do not count, so the few
    that are shown are asked of by themselves as well.
    """
    with RecordBook(workspace).reading() as reader:
        for feed, keys in of_them.items():
            if len(keys) > FEW:
                shown = [one.mention.record_key for one in found if one.mention.feed == feed]
                reader.refuse_telling_of_records(feed, shown, reason)
            reader.refuse_telling_of_records(feed, keys, reason)
