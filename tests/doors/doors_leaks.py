"""What an answer tells to somebody who may not know it, known by words that only the town has."""

from __future__ import annotations

import re

from doors_rules import OF_THE_RESTRICTED, exists, is_shown, tables, there
from doors_table import ERASING, INSIDE, LOG, NAMES, SHARING, WATCHED
from doors_town import FILES, OFFICIAL, PERSON, REFUSED, RESTRICTED, RESTRICTS, ROWS, SINGLE

CLOSED = (OFFICIAL, RESTRICTED)
_OF_THE_RESTRICTED = re.compile(r"[\w-]*zephyr[\w-]*")


def told(number: int) -> re.Pattern[str]:
    """A number of rows as pages and tables write it."""
    return re.compile(rf"(?<![\w.:-]){number // 1000},?{number % 1000:03}(?![\w.:-])")


def leaks(person: tuple[str, str], shows: str, text: str) -> list[str]:
    """Whatever of a feed stands in an answer to somebody who may not see it."""
    named = shows == NAMES or (shows == WATCHED and is_shown(*person))
    found = [word for word in [*REFUSED.values(), *(() if named else PERSON.values())] if word in text]
    found += [word for word in SINGLE if word in text and not may_read_of_single(person, shows, word)]
    if not (shows == LOG and person[1] == "auditor"):
        found += [leak for feed in CLOSED for leak in of_feed(person, shows, feed, text)]
    return found


def may_read_of_single(person: tuple[str, str], shows: str, word: str) -> bool:
    """The record's reference and why it is restricted are for auditors and the owner's data owner; in the log
    the why is there for who did it too. Whom the record names stands behind none of these doors."""
    reference, _name, why = SINGLE
    if shows not in {LOG, INSIDE, SHARING}:
        return False
    if person[1] == "auditor" or person == ("helpline", "data-owner"):
        return word in {reference, why}
    return shows == LOG and person == RESTRICTS and word == why


def of_feed(person: tuple[str, str], shows: str, feed: str, text: str) -> list[str]:
    """What of a closed feed is told to somebody who sees it protected, or not at all: its files and how many
    rows they have, and of what is not there for them whatever names it."""
    found = []
    if tables(*person, feed) != "full":
        found += [name for name in (FILES[feed], FILES[feed].replace("-04", "-05")) if name in text]
        erases = shows == ERASING and person[1] == "administrator"
        found += [] if erases else told(ROWS[feed]).findall(text)
    if not exists(*person, feed):
        left = text.casefold()
        for word in OF_THE_RESTRICTED.get(shows, ()) if there(shows, *person, feed) else ():
            left = left.replace(word, "")
        found += _OF_THE_RESTRICTED.findall(left)
    return found
