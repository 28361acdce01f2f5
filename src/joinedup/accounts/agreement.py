"""What an information-sharing agreement says. Definitions only: who gives which feeds to whom, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from joinedup.errors import BadInput
from joinedup.terms import Purpose, Restriction, Role

ANY = "*"
"""Every agency, or every owner: only in what a workspace of before brings along."""


@dataclass(frozen=True)
class Share:
    """What one owner gives: some ``feeds`` (none named: every feed of theirs that is not restricted).

    ``names`` are the identifying details that may be shown of named records, as patterns (``victim.*``); none
    where tables alone are shared. ``restricted`` are the kinds of restricted records of its named feeds that
    may be shown. It holds from ``signed_on``; unsigned it holds nothing.
    """

    owner: str
    feeds: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    restricted: frozenset[Restriction] = frozenset()
    signed_by: str = ""
    signed_as: str = ""
    signed_on: dt.date | None = None

    def __post_init__(self) -> None:
        if self.signed_on is not None and not (self.signed_by.strip() and self.signed_as.strip()):
            raise BadInput(
                "A signature has a day, a name and what that person is",
                where=self.owner,
                next_step="Write signed_by, signed_as and signed_on",
            )

    def covers(self, feed: str, *, restricted: bool) -> bool:
        """Whether the feed is shared. What is restricted is shared by its name only."""
        return feed in self.feeds or (not self.feeds and not restricted)

    def names_shared(self, asked: Collection[str]) -> bool:
        """Whether every one of these identifying details may be shown (none asked for: whether any may)."""
        if not asked:
            return bool(self.names)
        return all(any(fnmatchcase(one, pattern) for pattern in self.names) for one in asked)


@dataclass(frozen=True)
class Receiver:
    """People of some roles of an agency, for all of the agreement's purposes or only these."""

    agency: str
    roles: frozenset[Role]
    purposes: frozenset[Purpose] = frozenset()


@dataclass(frozen=True)
class Agreement:
    """An information-sharing agreement, or one version of it.

    It holds from ``starts`` to ``ends``, both included: no agreement is for ever. ``stopped`` names the
    owners who have taken their share back since, ``carried_over`` says that no owner signed it: it is what a
    workspace allowed before it knew agreements.
    """

    code: str
    version: int
    title: str
    basis: str
    purposes: frozenset[Purpose]
    starts: dt.date
    ends: dt.date
    review: dt.date
    shares: tuple[Share, ...]
    receivers: tuple[Receiver, ...]
    carried_over: bool = False
    stopped: frozenset[str] = field(default=frozenset())

    def __post_init__(self) -> None:
        if self.ends < self.starts:
            raise BadInput("An agreement ends after it starts", where=f"{self.starts} to {self.ends}")
        if not self.starts <= self.review <= self.ends:
            raise BadInput("An agreement is reviewed while it holds", where=f"review {self.review}")
        if not self.purposes:
            raise BadInput("An agreement has at least one purpose", where=self.code)
        owners = [share.owner for share in self.shares]
        if len(set(owners)) < len(owners):
            raise BadInput("An owner stands once among the shares", where=self.code)
        if not self.carried_over and ANY in {*owners, *(one.agency for one in self.receivers)}:
            raise BadInput("Owners and agencies are named one by one", where=self.code)
        for receiver in self.receivers:
            if not receiver.purposes <= self.purposes:
                raise BadInput("A receiver's purposes are among the agreement's", where=receiver.agency)

    def holds_on(self, day: dt.date) -> bool:
        """Whether the day lies within the agreement's time."""
        return self.starts <= day <= self.ends

    def share_of(self, owner: str) -> Share | None:
        """What this owner gives; None where they are no party, or have taken it back."""
        if owner in self.stopped:
            return None
        return next((one for one in self.shares if one.owner in {owner, ANY}), None)

    def is_signed(self, share: Share, day: dt.date) -> bool:
        """Whether the owner had signed by that day."""
        return self.carried_over or (share.signed_on is not None and share.signed_on <= day)

    def purposes_for(self, agency: str, role: Role) -> frozenset[Purpose]:
        """For what people of this role of this agency may use what is shared; empty: not at all."""
        found: frozenset[Purpose] = frozenset()
        for receiver in self.receivers:
            if receiver.agency in {agency, ANY} and role in receiver.roles:
                found |= receiver.purposes or self.purposes
        return found
