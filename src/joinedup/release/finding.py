"""The door for looking one person up by name: in the feeds whose people somebody may know, and logged."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.errors import BadInput, NotPermitted
from joinedup.log import record_act
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
    or for a reason that says whom one looks for.
    """
    from joinedup.people.looking_up import people_index
    from joinedup.people.name_index import folded

    may = linkable(workspace, viewer, purpose)
    if not may.feeds:
        sentence = next(iter(may.refused.values()), _("No feed that names people is shared with you."))
        raise NotPermitted(sentence)
    words = set(folded(name).split())
    if not words:
        raise BadInput(_("Say whom you look for"), next_step=_("A given name and a family name"))
    if not reason.strip():
        raise BadInput(_("Looking a person up needs its reason"), next_step=_("Say why, without a name"))
    if words & set(folded(reason).split()):
        raise BadInput(
            _("The reason says whom you look for, and it is kept"), next_step=_("Say why, without a name")
        )
    found = people_index(workspace, may.feeds).like(name, born=born, within=within, most=MOST_FOUND)
    record_act(
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
