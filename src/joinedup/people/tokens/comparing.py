"""How two mentions are compared where one was sent as tokens: by the levels of clear text.

Each level of ``comparisons`` has its counterpart: what agrees there has a token in common here, so both weigh
the same by the same model. Slips of numbers, and addresses that merely look alike, cannot be seen in tokens.
How rare a name is cannot be seen either.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from joinedup.people.comparisons import ALL, Comparison, can_compare
from joinedup.people.tokens.facets import BOND_COLUMN, PREFIX

_NEVER = "false"
_COLUMN = re.compile(rf"\b({PREFIX}\w+)_[lr]\b")


def _both(name: str, other: str = "") -> str:
    """SQL: a token of a facet (or of two facets of one domain) in common."""
    return f"coalesce(list_has_any({PREFIX}{name}_l, {PREFIX}{other or name}_r), false)"


def _either(one: str, other: str) -> str:
    return f"({_both(one, other)} OR {_both(other, one)})"


def _missing(*names: str) -> str:
    """SQL: one of the two has none of these facets."""
    sides = (f"coalesce({', '.join(f'{PREFIX}{name}_{side}' for name in names)})" for side in "lr")
    return " OR ".join(f"{one} IS NULL" for one in sides)


_NO_BOND = f"NOT coalesce(list_has_any({BOND_COLUMN}_l, {BOND_COLUMN}_r), false)"
_SWAPPED = f"({_both('given', 'family')} AND {_both('family', 'given')})"
_NO_HOME = " AND ".join(f"({_missing(one)})" for one in ("home", "street", "postcode"))
_A_DAY_MISSING = f"({PREFIX}birth_l IS NULL OR {PREFIX}birth_r IS NULL)"
# For each comparison: when nothing can be said, and its levels but the last in their order.
_CONDITIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "given": (
        f"{_missing('canon', 'initial')} OR {_NO_BOND}",
        (
            _both("given"),
            _SWAPPED,
            _both("canon"),
            _either("short", "initial"),
            _both("given_slips"),
            _either("given", "names"),
            _both("given_sound"),
        ),
    ),
    "family": (
        f"{_missing('family')} OR {_SWAPPED} OR {_NO_BOND}",
        (_both("family"), _both("family_slips"), _either("family", "names"), _both("family_sound")),
    ),
    "middle": (
        f"{_missing('middle', 'middle_short')} OR {_NO_BOND}",
        (_both("middle"), _either("middle_short", "middle_initial"), _NEVER),
    ),
    "birth": (
        f"{_missing('year')} OR {_NO_BOND}",
        (
            _both("birth"),
            _both("birth_key"),
            _both("birth_slips"),
            f"{_A_DAY_MISSING} AND {_both('year')}",
            _NEVER,
            _both("day"),
            _both("year"),
            _both("years_near"),
            _both("years_far"),
        ),
    ),
    "home": (
        f"({_NO_HOME}) OR {_NO_BOND}",
        (
            _both("home"),
            _both("street"),
            _both("postcode"),
            _NEVER,
            _both("sector"),
            _both("district"),
            _both("post_area"),
        ),
    ),
    "phone": (_missing("phone"), (_both("phone"), _NEVER)),
    "email": (_missing("email"), (_both("email"), _NEVER)),
    "identifier": (
        f"{_missing('identifiers')} OR NOT {_both('schemes')}",
        (_both("identifiers"), _NEVER, _NEVER),
    ),
}


def compared(present: frozenset[str]) -> tuple[Comparison, ...]:
    """The comparisons of which a table with these columns of ``STANDARD`` has anything."""
    if "token" not in present:
        return tuple(one for one in ALL if can_compare(one, present))
    return tuple(with_tokens(one) for one in ALL if one.name in _CONDITIONS or can_compare(one, present))


def with_tokens(comparison: Comparison) -> Comparison:
    """A comparison of what both say in clear text, and of tokens where one of them does not."""
    if comparison.name not in _CONDITIONS:
        return comparison
    unknown, levels = _CONDITIONS[comparison.name]

    def asked(in_clear: str, of_tokens: str) -> str:
        return f"CASE WHEN {comparison.unknown} THEN {of_tokens} ELSE {in_clear} END"

    but_last = zip(comparison.levels[:-1], levels, strict=True)
    told = (*(replace(level, sql=asked(level.sql, sql)) for level, sql in but_last), comparison.levels[-1])
    columns = {*comparison.columns, *_columns_of(comparison.unknown, unknown, *levels)}
    return replace(comparison, columns=tuple(sorted(columns)), unknown=asked("false", unknown), levels=told)


def _columns_of(*conditions: str) -> set[str]:
    """The columns of facets that these conditions name."""
    return {name for sql in conditions for name in _COLUMN.findall(sql)}
