"""Cells of tokens as columns of lists, one for each facet, beside what was told in clear text."""

from __future__ import annotations

import duckdb
import numpy as np
from numpy.typing import NDArray

from joinedup.errors import BadInput, NotPermitted
from joinedup.people.tokens.bonds import BONDS, FACETS
from joinedup.people.tokens.encoding import CHARACTERS
from joinedup.records.tokens import CELL, FINGERPRINT_DIGITS, SCHEME, VERSION

PREFIX = "t_"
BOND_COLUMN = f"{PREFIX}bonds"
_LETTERS = {facet.name: facet.letter for facet in FACETS}
_GIVEN, _FAMILY = _LETTERS["canon"] + _LETTERS["initial"], _LETTERS["family_sound"]
WHOLE_NAME = f"regexp_matches(token, '[.|][{_GIVEN}]') AND regexp_matches(token, '[.|]{_FAMILY}')"
"""SQL: whether a cell was made of a given name and a surname."""
_FINGERPRINT = f"substr(token, {len(VERSION) + 2}, {FINGERPRINT_DIGITS})"


def refuse_strange(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Raise where the cells of a table's column ``token`` have another form, or are of more than one key."""
    strange = connection.execute(
        f"SELECT count(*) FROM {table} WHERE NOT regexp_full_match(token, '{CELL}')"
    ).fetchall()[0][0]
    if strange:
        raise BadInput(
            f"{strange:,} cells of tokens are not in the form that this version reads",
            next_step="Make them again with the same version: joinedup tokens make",
        )
    _refuse_several(
        connection, f"SELECT {_FINGERPRINT} AS key, '' AS feed FROM {table} WHERE token IS NOT NULL"
    )


def refuse_keys(cursor: duckdb.DuckDBPyConnection) -> None:
    """The same of keys for the view ``mention``: the refusal names the feeds of each."""
    cells = f"SELECT feed, identifiers['{SCHEME}'] AS token FROM mention"
    _refuse_several(cursor, f"SELECT {_FINGERPRINT} AS key, feed FROM ({cells}) WHERE token IS NOT NULL")


def _refuse_several(connection: duckdb.DuckDBPyConnection, keys: str) -> None:
    """Tokens of two keys have nothing in common: everybody would silently be two people."""
    rows = connection.execute(
        f"SELECT key, list_sort(list(DISTINCT feed)) FROM ({keys}) GROUP BY key ORDER BY key"
    ).fetchall()
    if len(rows) > 1:
        told = [f"{key}: {', '.join(feeds)}" if feeds != [""] else key for key, feeds in rows]
        raise NotPermitted(
            "The tokens were made with different keys, so nobody of one key could be found under another",
            where="; ".join(told),
            next_step="Ask the agencies to make theirs again with one key, or leave a feed out",
        )


def in_clear(connection: duckdb.DuckDBPyConnection, described: str) -> NDArray[np.bool_]:
    """Of each description whether anything but tokens says who it is, in their order."""
    rows = connection.execute(
        f"""SELECT token IS NULL OR coalesce(given, family) IS NOT NULL AS clear
            FROM {described} ORDER BY description"""
    ).fetchnumpy()
    return np.asarray(rows["clear"], np.bool_)


def add_columns(connection: duckdb.DuckDBPyConnection, described: str) -> None:
    """Give a table of descriptions a column of tokens for each facet, read from its column ``token``, and
    two more: the schemes of numbers, and all tokens by which pairs are found."""
    sections = ", ".join(f"{_section(facet.name)} AS {PREFIX}{facet.name}" for facet in FACETS)
    bonds = ", ".join(f"coalesce({PREFIX}{name}, [])" for name in BONDS)
    identifiers = f"{PREFIX}identifiers"
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE {described} AS
            SELECT *, CASE WHEN {identifiers} IS NOT NULL
                    THEN list_distinct([split_part(x, '=', 1) FOR x IN {identifiers}]) END AS {PREFIX}schemes,
                CASE WHEN token IS NOT NULL THEN nullif(list_distinct(list_concat({bonds})), []) END
                    AS {BOND_COLUMN}
            FROM (SELECT *, {sections} FROM {described}) ORDER BY description"""
    )


def _section(name: str) -> str:
    """SQL: the tokens of a facet as a list; NULL where there are none. As numbers, which compare quickly."""
    text = f"regexp_extract(token, '[.|]{_LETTERS[name]}([^|]+)', 1)"
    if name == "identifiers":
        return f"CASE WHEN {text} <> '' THEN string_split({text}, ',') END"
    return f"nullif([hash(x) FOR x IN regexp_extract_all({text}, '.{{{CHARACTERS}}}')], [])"
