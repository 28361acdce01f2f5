"""Erasing the words of an act: what somebody wrote as a reason, where it names anybody.

The act stays, with the commitment to the words. An act of its own says who erased them and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log.acts import record_act
from joinedup.terms import Role, Viewer

if TYPE_CHECKING:
    from joinedup.log.models import Act


_WHERE_FROM = "Take it from: joinedup log --format json"


def erase_words(act_id: UUID | str, *, by: Viewer, reason: str) -> Act:
    """Erase the reason of an act for good; returns the act that says so. What is left of deleted rows in the
    database's files is the caller's to clear (``records.clear_database``).

    Raises NotPermitted for who is no administrator, NotFound where there is no such act, BadInput where it
    has no reason (any more), or where none is given for this.
    """
    from django.db import transaction

    from joinedup.log.models import Act, ErasedWords, Words

    if by.role is not Role.ADMINISTRATOR:
        raise NotPermitted(
            "Words of the log are erased by an administrator", next_step="Ask one of them, with the act's id"
        )
    if not reason.strip():
        raise BadInput("It is not said why", next_step="Give --reason, without naming anybody: it stays")
    try:
        key = UUID(str(act_id))
    except ValueError:
        raise BadInput("That is no act's id", next_step=_WHERE_FROM) from None
    with transaction.atomic():
        act = Act.objects.filter(id=key).first()
        if act is None:
            raise NotFound("No act of the log has that id", next_step=_WHERE_FROM)
        if not Words.objects.filter(act_id=key).exists():
            raise BadInput("That act has no reason in words", where=str(key))
        what = f"erased the reason of act {act.number} of {act.agency}"
        erased_by = record_act(
            "erasure", by=by, purpose=None, what=what, reason=reason.strip(), subjects=[str(key)]
        )
        ErasedWords(act_id=key, erased_by=erased_by.id).save(force_insert=True)
        Words.objects.filter(act_id=key).delete()
    return erased_by
