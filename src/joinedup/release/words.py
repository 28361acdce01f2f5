"""A question in words, for the log and for titles: never a number that came out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.terms import AreaLevel, Every, Form, Per

if TYPE_CHECKING:
    from joinedup.measures import FigureQuery

LONGEST = 300  # what the log keeps of it
_SOME_AREAS = 3


def in_words(title: str, query: FigureQuery) -> str:
    """For instance ``Recorded crime, rate, by ward and month, in Anytown, April 2024 to March 2025``."""
    parts = [title]
    if query.form != Form.COUNT:
        by = "" if query.per == Per.RESIDENTS else f" per {query.per}"
        parts.append(f"{query.form}{by}")
    cuts = [] if query.level in {AreaLevel.ALL, AreaLevel.PARTNERSHIP} else [str(query.level)]
    cuts += [] if query.every == Every.WHOLE else [str(query.every)]
    cuts += list(query.by)
    if cuts:
        parts.append("by " + _listed(cuts))
    if query.areas:
        named = list(query.areas[:_SOME_AREAS])
        more = len(query.areas) - len(named)
        parts.append("in " + _listed([*named, f"{more} more"] if more else named))
    parts += [f"{name} {value}" for name, value in query.where]
    if query.period:
        parts.append(query.period.words)
    if query.as_at:
        parts.append(f"as known on {query.as_at:%Y-%m-%d %H:%M} UTC")
    text = ", ".join(parts)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def _listed(items: list[str]) -> str:
    return " and ".join([", ".join(items[:-1]), items[-1]] if len(items) > 1 else items)
