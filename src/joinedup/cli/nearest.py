"""What somebody may have meant by a word that is not among those known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

import click


def nearest(word: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """The known words nearest to ``word``, capitals aside, the best first; none where none is near."""
    folded = {each.casefold(): each for each in known}
    found = difflib.get_close_matches(word.strip().casefold(), folded, n=most, cutoff=0.6)
    return [folded[each] for each in found]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``Did you mean ward?``, or ``Did you mean one of: ward, oa?``; empty where nothing is near."""
    return or_these(nearest(word, known))


def or_these(near: Sequence[str]) -> str:
    """The question whether one of these was meant; empty where there are none."""
    if not near:
        return ""
    return f"Did you mean {near[0]}?" if len(near) == 1 else f"Did you mean one of: {', '.join(near)}?"


class Choice(click.Choice[str]):
    """One of several words; a wrong one is answered with the nearest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """What is known, and what may have been meant."""
        known = [str(choice) for choice in self.choices]
        said = super().get_invalid_choice_message(value, ctx)
        return f"{said} {did_you_mean(str(value), known)}".rstrip()
