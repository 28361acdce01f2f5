"""What a watch-list is: definitions that check themselves. Nothing here reads a file or a database."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from joinedup.errors import BadInput
from joinedup.terms import Purpose, Role, Viewer

if TYPE_CHECKING:
    from joinedup.release.watch_list_models import WatchList

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_NAME, LONGEST_TITLE = 60, 200
MOST_DAYS = 92
"""How far a rule reaches before and after its day: a quarter. More is no list of whom to watch for now."""

MAKERS = frozenset({Role.ANALYST, Role.COORDINATOR, Role.DATA_OWNER})
"""Who makes and keeps watch-lists; the agreements must give them what the list shows, too."""


class CountedFrom(StrEnum):
    """The day from which a rule counts."""

    TODAY = "today"
    LATEST = "latest"  # the last day that the feed's deliveries tell of, where that is before today


@dataclass(frozen=True)
class Rule:
    """All records of a feed whose date lies so many days before or after a day, both ends included."""

    days_back: int
    days_ahead: int
    counted_from: CountedFrom = CountedFrom.TODAY

    def __post_init__(self) -> None:
        if not (0 <= self.days_back <= MOST_DAYS and 0 <= self.days_ahead <= MOST_DAYS):
            raise BadInput(
                "A rule of a watch-list reaches too far",
                where=f"{self.days_back} days back, {self.days_ahead} ahead",
                next_step=f"Write 0 to {MOST_DAYS} days",
            )


@dataclass(frozen=True)
class Draw:
    """A feed that a list draws on: records put on it by hand, and with a ``rule`` those that fit it too."""

    feed: str
    rule: Rule | None = None


@dataclass(frozen=True)
class Recipient:
    """For whom a list is: everybody of a role of an agency, or one named user."""

    agency: str = ""
    role: Role | None = None
    username: str = ""

    def __post_init__(self) -> None:
        if bool(self.username) == bool(self.agency and self.role):
            raise BadInput(
                "A recipient is a role of an agency, or a user",
                next_step="Write council-wardens:practitioner, or a user name",
            )

    @classmethod
    def parse(cls, text: str) -> Recipient:
        """Read ``agency:role`` or a user name."""
        agency, colon, role = text.strip().partition(":")
        if not colon:
            return cls(username=agency)
        if role not in {one.value for one in Role}:
            raise BadInput(
                "There is no such role", where=role, next_step=f"Choose from {', '.join(one for one in Role)}"
            )
        return cls(agency, Role(role))

    def is_for(self, viewer: Viewer) -> bool:
        """Whether this person is meant."""
        if self.username:
            return self.username.casefold() == viewer.username.casefold()
        return (self.agency, self.role) == (viewer.agency, viewer.role)

    def __str__(self) -> str:
        return self.username or f"{self.agency}:{self.role}"


@dataclass(frozen=True)
class Definition:
    """A watch-list but for its entries. ``details`` are identifying details as contracts name them
    (``client.full_name``); ``expires`` is the last day on which it is shown; ``keeper`` is a user name.
    """

    name: str
    title: str
    purpose: Purpose
    basis: str
    draws: tuple[Draw, ...]
    recipients: tuple[Recipient, ...]
    details: tuple[str, ...]
    keeper: str
    starts: dt.date
    expires: dt.date
    review: dt.date

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or len(self.name) > LONGEST_NAME:
            raise BadInput(
                "A watch-list's name has small letters, digits and single hyphens",
                next_step=f"Write at most {LONGEST_NAME} of them",
            )
        if not self.title.strip() or len(self.title) > LONGEST_TITLE:
            raise BadInput("A watch-list has a title", next_step=f"Write at most {LONGEST_TITLE} letters")
        if not self.basis.strip():
            raise BadInput("A watch-list says why it may be shared", next_step="Write its legal basis")
        if self.purpose is Purpose.PUBLIC_INFORMATION:
            raise BadInput("A watch-list is never public information", next_step="State another purpose")
        if self.purpose is Purpose.DATA_MATCHING:
            raise BadInput("Nobody is watched for data matching", next_step="State another purpose")
        for what, several in (("feed", self.feeds), ("recipient", self.recipients), ("detail", self.details)):
            if not several or len(set(several)) < len(several):
                raise BadInput(f"A watch-list names each {what} once, and at least one", where=self.name)
        if not self.starts <= self.review <= self.expires:
            raise BadInput(
                "A watch-list starts, is reviewed and expires in this order",
                where=f"{self.starts}, {self.review}, {self.expires}",
            )

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds that it draws on."""
        return tuple(one.feed for one in self.draws)

    def is_for(self, viewer: Viewer) -> bool:
        """Whether this person is a recipient."""
        return any(one.is_for(viewer) for one in self.recipients)

    def is_kept_by(self, viewer: Viewer) -> bool:
        """Whether this person keeps it."""
        return self.keeper.casefold() == viewer.username.casefold()


def read(row: WatchList) -> Definition:
    """The definition that a row keeps."""
    return Definition(
        name=row.name,
        title=row.title,
        purpose=Purpose(row.purpose),
        basis=row.basis,
        draws=tuple(_draw(one) for one in row.draws),
        recipients=tuple(Recipient.parse(one) for one in row.recipients),
        details=tuple(row.details),
        keeper=row.keeper,
        starts=row.starts,
        expires=row.expires,
        review=row.review,
    )


def write(made: Definition, row: WatchList) -> None:
    """Put a definition into its row; the caller saves it."""
    row.name, row.title, row.purpose, row.basis = made.name, made.title.strip(), made.purpose, made.basis
    row.draws = [_plain(one) for one in made.draws]
    row.recipients = [str(one) for one in made.recipients]
    row.details, row.keeper = list(made.details), made.keeper
    row.starts, row.expires, row.review = made.starts, made.expires, made.review


def _draw(said: dict[str, Any]) -> Draw:
    if "days_back" not in said:
        return Draw(said["feed"])
    return Draw(said["feed"], Rule(said["days_back"], said["days_ahead"], CountedFrom(said["counted_from"])))


def _plain(draw: Draw) -> dict[str, Any]:
    rule = draw.rule
    if rule is None:
        return {"feed": draw.feed}
    return {
        "feed": draw.feed,
        "days_back": rule.days_back,
        "days_ahead": rule.days_ahead,
        "counted_from": rule.counted_from.value,
    }
