"""What is asked of whom at which door, and what came back."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from doors_rules import answer, figures, tables, there
from doors_table import FIGURES, TABLES
from doors_town import LISTS, MEASURES, NUMBER, OFFICIAL, PAIR, REQUEST, RESTRICTED, SHARED_FOR

from joinedup.terms import Purpose

NOT_THERE = {
    "number": "999",
    "feed": "zephyrlodgx",
    "measure": "zephyrstayx",
    "gap": "G.99",
    "target": "T.99",
    "list": "list-9",
    "pair": "999",
    "request": "999",
}


@dataclass(frozen=True)
class Answer:
    """What came back: a page's status or a command's exit status, and all of its text."""

    status: int
    text: str


@dataclass(frozen=True)
class Asked:
    """A door, who asks at it, with which words, and of which feed."""

    name: str
    shows: str
    person: tuple[str, str]
    words: str
    feed: str

    @property
    def purpose(self) -> str:
        """What it is for: as asked, but a page takes the usual purpose where nothing closed is there for
        them for another."""
        asked = purpose_of(self.person)
        if "{purpose}" not in self.words:
            return SHARED_FOR
        offered = any(figures(*self.person, feed, asked) != "none" for feed in (OFFICIAL, RESTRICTED))
        return asked if offered or "--purpose" in self.words else SHARED_FOR

    @property
    def wanted(self) -> str:
        """What the rules answer."""
        return answer(self.shows, *self.person, self.feed, self.purpose)

    @property
    def is_protected(self) -> bool:
        """Whether it is a figure or a table that they see protected: which of those there are is told in
        tests/release."""
        seen = tables(*self.person, self.feed, self.purpose)
        return self.shows in {FIGURES, TABLES} and seen == "protected"

    @property
    def is_there(self) -> bool:
        """Whether the door has anything of the feed for them."""
        return there(self.shows, *self.person, self.feed)

    def filled(self, told: dict[str, str]) -> str:
        """The words as they are asked."""
        return self.words.format(**told)


def purpose_of(person: tuple[str, str]) -> str:
    """One of all purposes, chosen once and for all for each person."""
    return random.Random(" ".join(person)).choice([one.value for one in Purpose])


def things(feed: str, person: tuple[str, str] = ("", "")) -> dict[str, str]:
    """What a door's words are filled with for a feed and who asks."""
    gaps = {OFFICIAL: "G.1", RESTRICTED: "G.2"}
    targets = {OFFICIAL: "T.1", RESTRICTED: "T.2"}
    return {
        "number": str(NUMBER[feed]),
        "feed": feed,
        "measure": MEASURES.get(feed, ""),
        "gap": gaps.get(feed, ""),
        "target": targets.get(feed, ""),
        "list": LISTS.get(feed, ""),
        "pair": str(PAIR.get(feed, "")),
        "request": str(REQUEST.get(feed, "")),
        "purpose": purpose_of(person),
    }


def fits(words: str, feed: str) -> bool:
    """Whether what is asked names a thing that this feed has."""
    return all(things(feed)[name] for name in re.findall(r"{(\w+)}", words))


def without(text: str, words: str, asked: dict[str, str]) -> str:
    """An answer without the name that was asked for, so that it compares with that for another name."""
    for name in re.findall(r"{(\w+)}", words):
        if asked[name].isdecimal():
            text = re.sub(rf"(?<=[/(]){asked[name]}(?=[/)])", "ASKED", text)
        else:
            text = text.replace(asked[name], "ASKED")
    return text
