"""Watch-lists: records whose people some roles watch for, shared under agreements and in no other way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.release.watch_lists.deciding import in_words
    from joinedup.release.watch_lists.definition import (
        MAKERS,
        CountedFrom,
        Definition,
        Draw,
        Recipient,
        Rule,
    )
    from joinedup.release.watch_lists.entries import add_to_watch_list, remove_from_watch_list
    from joinedup.release.watch_lists.keeping import change_watch_list, end_watch_list, make_watch_list
    from joinedup.release.watch_lists.looking import Row, Section, ShownWatchList, look_at_watch_list, why_not
    from joinedup.release.watch_lists.looks import Look, looks_at
    from joinedup.release.watch_lists.standing import KnownWatchList, State, watch_list, watch_lists
    from joinedup.release.watch_lists.words import detail_names

__all__ = [
    "MAKERS",
    "CountedFrom",
    "Definition",
    "Draw",
    "KnownWatchList",
    "Look",
    "Recipient",
    "Row",
    "Rule",
    "Section",
    "ShownWatchList",
    "State",
    "add_to_watch_list",
    "change_watch_list",
    "detail_names",
    "end_watch_list",
    "in_words",
    "look_at_watch_list",
    "looks_at",
    "make_watch_list",
    "remove_from_watch_list",
    "watch_list",
    "watch_lists",
    "why_not",
]

when_asked(
    __name__,
    {
        "deciding": ("in_words",),
        "definition": ("MAKERS", "CountedFrom", "Definition", "Draw", "Recipient", "Rule"),
        "entries": ("add_to_watch_list", "remove_from_watch_list"),
        "keeping": ("change_watch_list", "end_watch_list", "make_watch_list"),
        "looking": ("Row", "Section", "ShownWatchList", "look_at_watch_list", "why_not"),
        "looks": ("Look", "looks_at"),
        "standing": ("KnownWatchList", "State", "watch_list", "watch_lists"),
        "words": ("detail_names",),
    },
)
