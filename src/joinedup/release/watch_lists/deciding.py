"""What the agreements say of a watch-list: to its recipients when it is made, to who looks at each look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from joinedup.accounts import role_name, user_named
from joinedup.errors import NotFound, NotPermitted
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Decision, What
from joinedup.release.existing import contracts_known
from joinedup.release.identifying import details_of
from joinedup.release.watch_lists.definition import Definition, Recipient
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.workspace import Workspace

_ASKING = "-"  # whether one may, before anybody gave the reason that a look needs


def carried(made: Definition, feed: str, contracts: Mapping[str, Contract]) -> tuple[str, ...]:
    """Those of a list's details that a feed carries by its contract of now, in the list's order."""
    there = details_of(contracts[feed]) if feed in contracts else set()
    return tuple(name for name in made.details if name in there)


def decide_look(
    decisions: Decisions, made: Definition, contracts: Mapping[str, Contract], *, reason: str = _ASKING
) -> Decision:
    """Whether a person may have the list's details of every feed that it draws on, for its purpose.

    A feed that carries none of them by now is asked for all of them.
    """
    return all_of(
        [
            decisions.of_feed(
                What.REVEAL,
                feed,
                purpose=made.purpose,
                reason=reason,
                fields=carried(made, feed, contracts) or made.details,
            )
            for feed in made.feeds
        ]
    )


def refuse_unshared(workspace: Workspace, by: Viewer, made: Definition) -> Decision:
    """Raise unless the owners' agreements of now give keeper and recipients what the list would show.

    NotFound for a feed that does not exist for this person, or a detail that none of the feeds carries;
    NotPermitted, with the decision's sentence, for who may not have it. Else the keeper's decision.
    """
    from joinedup.feeds import contracts

    known, said = contracts_known(workspace, by), contracts(workspace)
    for feed in made.feeds:
        if feed not in known:
            raise NotFound(_("There is no feed of that name"), where=feed, next_step=_("See: joinedup feeds"))
    own = decide_look(Decisions(workspace, by, glass=False), made, said)
    if not own.allowed:
        raise NotPermitted(own.sentence)
    _refuse_not_carried(made, said)
    for recipient in made.recipients:
        decision = decide_look(Decisions(workspace, _as_viewer(recipient), glass=False), made, said)
        if not decision.allowed:
            raise NotPermitted(
                decision.sentence,
                next_step=_("The list cannot be for %(recipient)s") % {"recipient": in_words(recipient)},
            )
    return own


def in_words(recipient: Recipient, agency_names: Mapping[str, str] | None = None) -> str:
    """A recipient as it stands in a sentence; an agency by its name, where one is given for its code."""
    if recipient.role is None:
        return recipient.username
    return _("%(role)s of %(agency)s") % {
        "role": role_name(recipient.role),
        "agency": (agency_names or {}).get(recipient.agency, recipient.agency),
    }


def _refuse_not_carried(made: Definition, contracts: Mapping[str, Contract]) -> None:
    carrying = {feed: carried(made, feed, contracts) for feed in made.feeds}
    absent = [one for one in made.details if not any(one in names for names in carrying.values())]
    bare = [feed for feed, names in carrying.items() if not names]
    if absent or bare:
        raise NotFound(
            _("A feed of the list carries no such identifying detail"),
            where=", ".join(absent or bare),
            next_step=_("See what it carries: joinedup feeds show FEED"),
        )


def _as_viewer(recipient: Recipient) -> Viewer:
    if recipient.role is None:
        user = user_named(recipient.username)
        if not user.is_active:
            raise NotFound(_("There is no active user of that name"), where=recipient.username)
        return user.viewer()
    return Viewer("", "", recipient.role, recipient.agency)
