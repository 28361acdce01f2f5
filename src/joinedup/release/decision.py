"""What a decision is: what is asked for, how much of it may be seen, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class What(StrEnum):
    """What somebody asks to see or to take away."""

    FIGURE = "figure"  # numbers by area, period and breakdown
    WORKINGS = "workings"  # numerators, denominators and the deliveries behind them
    DOCUMENT = "document"
    EXPORT = "export"  # a table as a file
    REVEAL = "reveal"  # identifying fields of named records
    COMPARE = "compare"  # the same, to find out who is the same person, and to decide about two records
    REFUSED_ROWS = "refused-rows"  # rows in quarantine as their owner wrote them, whatever they hold


class Access(StrEnum):
    """How much may be seen."""

    NONE = "none"
    PROTECTED = "protected"  # tables with small counts and their partners hidden
    FULL = "full"


@dataclass(frozen=True)
class Decision:
    """The answer to "may they see it?", with the sentence that the person reads.

    ``rule`` is a short, stable name of the rule that decided; ``sentence`` says the rule in words and, for a
    refusal, what would be needed. The same sentence is the tooltip of the disabled button. ``agreement`` is
    the code and version of the agreement that allows it, where one does; ``owners`` are whose data it is.
    ``grants`` are the numbers of the break-glass grants without which it would be less.
    """

    access: Access
    sentence: str
    rule: str
    agreement: str = ""
    owners: tuple[str, ...] = ()
    grants: tuple[int, ...] = ()

    @property
    def allowed(self) -> bool:
        """Whether anything may be seen at all."""
        return self.access is not Access.NONE

    @property
    def basis(self) -> dict[str, Any]:
        """What the log keeps of it: by which rule, agreement or broken glass, and of whose data."""
        told = {"rule": self.rule, "agreement": self.agreement, "owners": list(self.owners)}
        return {**told, "break_glass": list(self.grants)} if self.grants else told

    @property
    def protected(self) -> bool:
        """Whether only protected tables may be seen."""
        return self.access is Access.PROTECTED
