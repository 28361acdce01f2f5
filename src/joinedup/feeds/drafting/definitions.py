"""What drafting finds and gives. No cell of the sample is in any of it, but for the words of code lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from joinedup.feeds.columns import Kind


@dataclass(frozen=True)
class Draft:
    """A proposed contract: its TOML, its code lists by name (CSV), and how many points a person decides.

    ``doubts`` are what no row settles; ``to_agree`` what no file can tell (owner, purposes, retention).
    """

    name: str
    toml: str
    code_lists: Mapping[str, str] = field(default_factory=dict)
    doubts: int = 0
    to_agree: int = 0


class Likely(StrEnum):
    """What a column seems to say of a person. The values are those of ``Personal`` where it is kept so."""

    NOTHING = "no"
    DESCRIBES = "personal"
    SPECIAL = "special"
    IDENTIFIES = "identifying"


@dataclass(frozen=True)
class About:
    """How a column seems to be about a person.

    ``attribute`` of whom (None: about the record, as a narrative is); ``scheme`` where it is an identifier;
    ``by_shape``: its name does not say so, its values look so.
    """

    likely: Likely = Likely.NOTHING
    attribute: str | None = None
    scheme: str | None = None
    role: str = ""
    by_shape: bool = False

    @property
    def personal(self) -> bool:
        """Whether its values are never to be written down."""
        return self.likely is not Likely.NOTHING


class TimeKind(StrEnum):
    """What a column of dates or times tells."""

    MONTH = "month"
    DATE = "date"
    LOCAL = "local"
    UTC = "utc"
    CLOCK = "clock"


@dataclass(frozen=True)
class TimeReading:
    """How a column of dates or times is written.

    ``other``: a pattern of the other order of day and month that reads every row as well, so that nothing
    settles it; ``settled_by`` is how many rows only this order reads; ``midnights`` how many have no time.
    ``first`` and ``last`` are years and months as numbers (year * 12 + month - 1).
    """

    kind: TimeKind
    pattern: str
    other: str | None = None
    settled_by: int = 0
    two_digit_years: bool = False
    midnights: int = 0
    first: int = 0
    last: int = 0


@dataclass(frozen=True)
class Profile:
    """One column of the sample: how it is called, and what all its rows have in common.

    Counts are of rows. ``words`` are its values where they are few and it is not personal, most frequent
    first; ``shape`` is the shape that most of its values have.
    """

    index: int
    name: str
    given: int
    empty: int
    distinct: int
    longest: int = 0
    kind: Kind = Kind.TEXT
    time: TimeReading | None = None
    about: About = About()
    shape: str = ""
    words: tuple[str, ...] = ()
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    low: float = 0.0
    high: float = 0.0
    only_zero_and_one: bool = False
    leading_zeros: bool = False


@dataclass(frozen=True)
class Sample:
    """What was read of a file. ``rows`` are data rows of the table, ``odd`` those of another width, and
    ``footers`` the usual words with which lines below the table begin. ``cut``: there are more rows."""

    file_name: str
    format: str
    delimiter: str
    recoded: bool
    header_row: int
    names: tuple[str, ...]
    rows: int
    odd: int = 0
    footers: tuple[str, ...] = ()
    repeated_headers: int = 0
    empty_rows: int = 0
    exact_repeats: int = 0
    totals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sheet: str = ""
    cut: bool = False


@dataclass(frozen=True)
class Keys:
    """What makes a row the same record: columns, and how many rows lack them or share them."""

    columns: tuple[str, ...] = ()
    missing: int = 0
    shared: int = 0
