"""The door for changes to what is shared: the register of agreements and the log, in one transaction."""

from __future__ import annotations

from joinedup.accounts import Agreement, record_agreement, stop_share
from joinedup.log import record_act
from joinedup.terms import Viewer


def record_sharing(text: str, *, where: str, by: Viewer) -> Agreement:
    """Take an agreement's text into the register (see ``accounts.record_agreement``), with the act."""
    from django.db import transaction

    with transaction.atomic():
        made = record_agreement(text, where=where, by=by)
        record_act(
            "administration",
            by=by,
            purpose=None,
            what=f"recorded the agreement {made.code}, version {made.version}",
            detail={"agreement": made.code, "owners": sorted(one.owner for one in made.shares)},
        )
    return made


def stop_sharing(code: str, owner: str, *, reason: str, by: Viewer) -> None:
    """Take back what an owner shares by an agreement, at once (see ``accounts.stop_share``), with the act."""
    from django.db import transaction

    with transaction.atomic():
        stop_share(code, owner, reason=reason, by=by)
        record_act(
            "administration",
            by=by,
            purpose=None,
            what=f"took back what {owner} shares by the agreement {code}",
            reason=reason.strip(),
            detail={"agreement": code, "owners": [owner]},
        )
