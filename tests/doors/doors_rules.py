"""What docs/agreements.md, docs/two-people.md and docs/watch-lists.md say that people see of the town.

A naive reading, apart from the product's.
"""

from __future__ import annotations

from doors_table import (
    CONTRACTS,
    DELIVERIES,
    ERASING,
    FIGURES,
    GLASS,
    LOG,
    PAIRS,
    REGISTERS,
    REQUESTS,
    SHARING,
    TABLES,
    WATCH_LISTS,
    WATCHED,
    WHO_LOOKED,
)
from doors_town import (
    GIVEN_FOR,
    GLASS_FOR,
    INSIDERS,
    MEASURES,
    OFFICIAL,
    OPEN,
    OWNERS,
    RESTRICTED,
    SHARED_FOR,
    SOURCES,
)

OF_THE_RESTRICTED = {
    CONTRACTS: {RESTRICTED, SOURCES[RESTRICTED]},
    GLASS: {RESTRICTED},
    SHARING: {RESTRICTED},
    WATCH_LISTS: {RESTRICTED},
    REQUESTS: {MEASURES[RESTRICTED]},
    FIGURES: {MEASURES[RESTRICTED], SOURCES[RESTRICTED]},
    TABLES: {MEASURES[RESTRICTED]},
    LOG: {MEASURES[RESTRICTED]},
    ERASING: {RESTRICTED},
}
"""What names the restricted feed behind such a door to whom it is there only for what they do: nothing else
of it, and nothing behind other doors."""
AUDITED = {LOG, GLASS, SHARING, REQUESTS, WATCH_LISTS, WATCHED, WHO_LOOKED}
"""What auditors of every agency see in whole, because it tells of acts and of nothing that was delivered."""


def tables(agency: str, role: str, feed: str, purpose: str = SHARED_FOR) -> str:
    """``full``, ``protected`` or ``none``: what docs/agreements.md gives this person of a feed's tables."""
    if feed == OPEN:
        return "full"
    for_the_public = purpose == "public-information" and feed != RESTRICTED
    mine = agency == OWNERS[feed] and (purpose in GIVEN_FOR or for_the_public)
    shared = agency == "council" and (feed == OFFICIAL or role in INSIDERS) and purpose == SHARED_FOR
    if not (mine or shared):
        return "none"
    return "protected" if for_the_public or role in {"auditor", "councillor", "administrator"} else "full"


def figures(agency: str, role: str, feed: str, purpose: str = SHARED_FOR) -> str:
    """The same of figures on the screen, which broken glass opens too, for what the contract gives it for."""
    if (agency, role) == GLASS_FOR and purpose in GIVEN_FOR:
        return "full"
    return tables(agency, role, feed, purpose)


def exists(agency: str, role: str, feed: str) -> bool:
    """Whether anything that came of a feed is there for this person."""
    return feed != RESTRICTED or tables(agency, role, feed) != "none"


def there(shows: str, agency: str, role: str, feed: str) -> bool:
    """Whether such a door has anything of a feed for this person.

    They see what came of it, keep contracts, erase, audit acts, or the glass is broken for them. Then
    there are figures, why no table is taken away, and in the log what they looked at themselves.
    """
    if exists(agency, role, feed):
        return True
    if shows in {CONTRACTS, SHARING} and keeps_contracts(role):
        return True
    if (shows in AUDITED and role == "auditor") or (shows == ERASING and role == "administrator"):
        return True
    return shows in {GLASS, SHARING, FIGURES, TABLES, LOG} and (agency, role) == GLASS_FOR


def sees_request(agency: str, role: str, feed: str) -> bool:
    """Whether the request about this feed's measure, which the helpline's councillor made, is there."""
    if role == "auditor" or (agency, role) == ("helpline", "councillor"):
        return True
    return answers_request(agency, role, feed)


def answers_request(agency: str, role: str, feed: str) -> bool:
    """Whether this person may answer it: analysts for whom the measure exists, and its owner's data owner."""
    if role == "analyst":
        return exists(agency, role, feed)
    return role == "data-owner" and agency == OWNERS[feed]


def compares(agency: str, role: str, feed: str) -> bool:
    """Whether pairs of a feed's people are there for this person: who may know whom its records name.

    Restricted feeds are linked for nobody.
    """
    if feed == RESTRICTED or (role == "theme-lead" and (agency, role) != GLASS_FOR):
        return False
    return figures(agency, role, feed) == "full"


def keeps_contracts(role: str) -> bool:
    """Analysts and administrators keep contracts and agreements, so they know each feed by its contract."""
    return role in {"analyst", "administrator"}


def is_shown(agency: str, role: str) -> bool:
    """Whether the town's watch-lists are for this person: their keeper, or a recipient."""
    return (agency, role) in {("helpline", "analyst"), ("council", "practitioner")}


def sees_looks(agency: str, role: str) -> bool:
    """Whether this person sees who looked: the keeper, the data owner, auditors."""
    return role == "auditor" or (agency, role) in {("helpline", "analyst"), ("helpline", "data-owner")}


def answer(shows: str, agency: str, role: str, feed: str, purpose: str = SHARED_FOR) -> str:
    """``allowed``, ``refused`` (it says why) or ``not there`` for a thing of one feed behind such a door."""
    if not there(shows, agency, role, feed):
        return "not there"
    if shows in {CONTRACTS, REGISTERS}:
        return "allowed"
    if shows == REQUESTS:
        return "allowed" if sees_request(agency, role, feed) else "not there"
    if shows == PAIRS:
        return "allowed" if compares(agency, role, feed) else "not there"
    if shows == DELIVERIES:  # counts of rows could undo protection: whole or not at all
        return "allowed" if tables(agency, role, feed) == "full" else "not there"
    if shows in {WATCH_LISTS, WATCHED, WHO_LOOKED}:
        return _answer_about_a_list(shows, agency, role)
    if shows in {FIGURES, TABLES}:
        seen = (figures if shows == FIGURES else tables)(agency, role, feed, purpose)
        return "refused" if seen == "none" else "allowed"
    raise AssertionError(f"The table asks for a thing of one feed behind a door that shows {shows}")


def _answer_about_a_list(shows: str, agency: str, role: str) -> str:
    """That it exists know both; who is on it is shown to some of them, who saw it to others."""
    shown, looks = is_shown(agency, role), sees_looks(agency, role)
    if not (shown or looks):
        return "not there"
    may = {WATCH_LISTS: True, WATCHED: shown, WHO_LOOKED: looks}
    return "allowed" if may[shows] else "refused"


def delivers(agency: str, role: str, feed: str) -> bool:
    """Whether this person may deliver files of a feed, and settle its desk."""
    if not exists(agency, role, feed):
        return False
    return role in {"analyst", "administrator"} or (role == "data-owner" and agency == OWNERS[feed])
