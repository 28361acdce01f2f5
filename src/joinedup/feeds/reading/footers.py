"""Lines below the data that are no rows: the contract's pattern, matched as intake matches it."""

from __future__ import annotations

from joinedup.errors import BadInput


class Footers:
    """A pattern that a whole line matches, in an engine whose time is linear whatever the pattern."""

    def __init__(self, pattern: str | None) -> None:
        self.pattern = pattern

    def match(self, line: str) -> bool:
        """Whether a line is a footer."""
        if self.pattern is None:
            return False
        import pyarrow as pa
        import pyarrow.compute as pc

        try:
            found = pc.match_substring_regex(pa.array([line]), f"^(?:{self.pattern})$")
        except pa.ArrowInvalid:
            raise BadInput(
                "The contract's footers have what joinedup's pattern engine (RE2) does not know",
                where="set_aside, footers",
                next_step="Write it more simply",
            ) from None
        return bool(found[0].as_py())
