"""What one person cannot be: pairs of descriptions that contradict each other whatever their weight.

A contradiction is set aside where both have the same or nearly the same number of an agency: that is stronger
than any of these. Another given name in one household, and other names altogether, contradict only where the
table has twins rather than wrong names: two people are often of different sex, one person under two names is
not.
"""

from __future__ import annotations

from collections.abc import Collection

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.people.comparisons import BIRTH, FAMILY, GIVEN, HOME, IDENTIFIER
from joinedup.people.descriptions import present_columns
from joinedup.people.evidence import BIRTHS, HOUSEHOLD, IDENTIFIERS, NAMES, NONE, PROVEN, SUPPORTED
from joinedup.people.model import Model
from joinedup.people.scoring import Pairs
from joinedup.people.tokens.comparing import with_tokens
from joinedup.people.tokens.facets import PREFIX
from joinedup.people.training import level_sql

_ASKED = (GIVEN, FAMILY, BIRTH, HOME, IDENTIFIER)
_BORN_APART = len(BIRTH.levels) - 1
_OTHER_GIVEN = len(GIVEN.levels) - 1
_OTHER_FAMILY = len(FAMILY.levels) - 1
_NEARLY_THE_SAME_FAMILY = 1
_THE_SAME_POSTCODE = 2
_NEARLY_THE_SAME_NUMBER = 2
_NEARLY_THE_SAME_BIRTH = 3
_TWINS_OF_TWO_SEXES = 0.1  # of pairs that the rule finds: from so many on they are people, not slips
_ENOUGH = 20  # pairs of which both sexes are known; with fewer the model is asked
_WHOLE = "least(length(given_l), length(given_r)) > 1"  # no initial in the place of a given name
_WHOLE_IN_EITHER = f"""CASE WHEN given_l IS NOT NULL AND given_r IS NOT NULL THEN {_WHOLE}
    ELSE {PREFIX}short_l IS NULL AND {PREFIX}short_r IS NULL END"""
_SELDOM_OTHER_GIVEN = 0.1  # of pairs of one person


def contradictions(
    connection: duckdb.DuckDBPyConnection,
    described: str,
    pairs: Pairs,
    model: Model,
    one_each: Collection[str] = (),
) -> NDArray[np.int8]:
    """For each pair which rule it breaks, ``NONE``, ``SUPPORTED`` or ``PROVEN``; levels that the pairs have
    are not found out again.

    ``one_each``: schemes of which a person has one number only, ever.
    """
    if not len(pairs.left):
        return np.zeros(0, dtype=np.int8)
    known = {one.name: pairs.levels[one.name] for one in _ASKED if one.name in pairs.levels}
    places = np.arange(len(pairs.left))
    connection.register("asked", pa.table({"l": pairs.left, "r": pairs.right, "place": places, **known}))
    tokens = "token" in present_columns(connection, described)
    clash = _clash(one_each, tokens)
    whole = _WHOLE_IN_EITHER if tokens else _WHOLE
    asked = [with_tokens(one) if tokens else one for one in _ASKED if one.name not in known]
    levels = ", ".join([*map(level_sql, asked), *known])
    kept = ["given", "sex", "identifiers", *((f"{PREFIX}short", f"{PREFIX}identifiers") if tokens else ())]
    also = ", ".join(f"{name}_{side}" for name in kept for side in "lr")
    columns = sorted({column for one in asked for column in one.columns} | set(kept))
    both = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in columns)
    rows = connection.execute(
        f"""SELECT place, CASE
                WHEN identifier BETWEEN 0 AND {_NEARLY_THE_SAME_NUMBER} AND NOT ({clash}) THEN {PROVEN}
                WHEN {clash} THEN {IDENTIFIERS}
                WHEN birth = {_BORN_APART} THEN {BIRTHS}
                WHEN given = {_OTHER_GIVEN} AND family BETWEEN 0 AND {_NEARLY_THE_SAME_FAMILY}
                    AND {whole}
                    AND (home BETWEEN 0 AND {_THE_SAME_POSTCODE} OR birth = 0) THEN {HOUSEHOLD}
                WHEN given = {_OTHER_GIVEN} AND family = {_OTHER_FAMILY} AND {whole} THEN {NAMES}
                WHEN birth BETWEEN 0 AND {_NEARLY_THE_SAME_BIRTH} AND given < {_OTHER_GIVEN} THEN {SUPPORTED}
                ELSE {NONE} END AS rule, sex_l <> sex_r AS two_sexes
            FROM (SELECT place, {also}, {levels}
                  FROM (SELECT asked.* EXCLUDE (l, r), {both} FROM asked
                        JOIN {described} AS l ON l.description = asked.l
                        JOIN {described} AS r ON r.description = asked.r))"""
    ).fetchnumpy()
    connection.unregister("asked")
    broken = np.zeros(len(pairs.left), dtype=np.int8)
    broken[rows["place"]] = rows["rule"]
    if not _are_twins(rows["two_sexes"][rows["rule"] == HOUSEHOLD], model):
        broken[np.isin(broken, (HOUSEHOLD, NAMES))] = NONE
    return broken


def _are_twins(two_sexes: NDArray[np.bool_], model: Model) -> bool:
    """Whether pairs of one surname and home or birth and two given names are two people, as a rule."""
    known = np.ma.compressed(np.ma.asarray(two_sexes))
    if len(known) >= _ENOUGH:
        return bool(known.mean() >= _TWINS_OF_TWO_SEXES)
    return "given" in model.shares and model.shares["given"][-1].m < _SELDOM_OTHER_GIVEN


def _clash(one_each: Collection[str], tokens: bool) -> str:
    """SQL: both have a number of one of these schemes, and none of them is the same."""
    tests = []
    for scheme in sorted(one_each):
        prefix = scheme.replace("'", "''") + "="
        for column in ("identifiers", f"{PREFIX}identifiers") if tokens else ("identifiers",):
            left, right = (
                f"list_filter(coalesce({column}_{side}, []), lambda x: starts_with(x, '{prefix}'))"
                for side in "lr"
            )
            tests.append(f"(len({left}) > 0 AND len({right}) > 0 AND NOT list_has_any({left}, {right}))")
    return " OR ".join(tests) if tests else "false"
