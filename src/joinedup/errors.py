"""Errors that say what happened, where, and what to do next.

No message ever holds a personal value: name the column, the row number and the rule, never the content.
"""

from __future__ import annotations


class JoinedupError(Exception):
    """Something was refused or went wrong, told in one sentence or two.

    ``what`` happened, ``where`` (a file, row, column, setting), and what to do ``next_step``. Nothing has
    been changed when this is raised, unless ``what`` says otherwise.
    """

    exit_status = 2

    def __init__(self, what: str, *, where: str = "", next_step: str = "") -> None:
        self.what = what
        self.where = where
        self.next_step = next_step
        super().__init__(self.sentence())

    def sentence(self) -> str:
        """The whole message in one line: what, where, what next."""
        parts = [self.what.rstrip(".")]
        if self.where:
            parts[0] += f" ({self.where})"
        if self.next_step:
            parts.append(self.next_step.rstrip("."))
        return " ".join(part if part.endswith("?") else f"{part}." for part in parts)


class BadInput(JoinedupError):
    """A file, option or value that cannot be used as it is."""


class NotFound(JoinedupError):
    """A thing that was named does not exist here."""


class NotPermitted(JoinedupError):
    """Policy refuses; the sentence names the rule and what would be needed."""


class Busy(JoinedupError):
    """Somebody else holds what is needed; trying again later will do."""


class Damaged(JoinedupError):
    """Stored data is not what the ledger says it is."""


class MissingPart(JoinedupError):
    """An optional library or program is not installed."""
