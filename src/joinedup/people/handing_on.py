"""The keys that mentions have, and what a new linkage changes of them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from joinedup.people.keys import NOBODY, Handed, handed_on
from joinedup.records.linkages import HOME
from joinedup.records.segments import text
from joinedup.terms import Strictness

_WHICH = "feed, record_key, role, ordinal"
_LEVELS = tuple(one.value for one in Strictness)
_WRITTEN = (*_LEVELS, HOME)


class Standing:
    """Mentions in their order, and the keys that they have before a linkage.

    ``mentions``: feed, record_key (text), role and ordinal of each; ``before``: the same of each mention that
    has keys, with strict, best, loose and home (text). Mentions that are no more lose theirs.
    ``leading_to``: keys that were merged, by strictness, with where they lead; they are nobody's any more.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        mentions: pa.Table,
        before: pa.Table,
        leading_to: Mapping[Strictness, Mapping[str, str]] | None = None,
    ) -> None:
        self._connection = connection
        self._leading_to = leading_to or {}
        numbered = mentions.append_column("row", pa.array(np.arange(mentions.num_rows)))
        self._connection.register("mention", numbered)
        self._connection.register("before", before)
        self._old = self._connection.sql(
            f"""SELECT {", ".join(_WRITTEN)} FROM mention LEFT JOIN before USING ({_WHICH}) ORDER BY row"""
        ).to_arrow_table()
        self._new = {level: pa.nulls(mentions.num_rows, pa.string()) for level in _WRITTEN}

    def hand_on(self, level: Strictness, enough: NDArray[np.bool_], clusters: NDArray[np.int64]) -> Handed:
        """Give the mentions that tell ``enough`` the keys of their clusters; all others have none.

        ``clusters``: of each of those mentions, in their order.
        """
        return self._hand_on(level.value, enough, clusters, self._leading_to.get(level, {}))

    def hand_on_homes(self, told: NDArray[np.bool_], homes: NDArray[np.int64]) -> Handed:
        """The same for the mentions of which a home is ``told``: the keys of ``homes``."""
        return self._hand_on(HOME, told, homes, {})

    def _hand_on(
        self, column: str, of: NDArray[np.bool_], clusters: NDArray[np.int64], leads: Mapping[str, str]
    ) -> Handed:
        texts_now = [leads.get(key, key) for key in self._old[column].to_pylist()]
        old = pa.array(texts_now, pa.string()).dictionary_encode()
        texts = sorted(old.dictionary.to_pylist())
        place = {text: number for number, text in enumerate(texts)}
        rank = np.array([place[text] for text in old.dictionary.to_pylist()], dtype=np.int64)
        codes = pc.fill_null(old.indices, NOBODY).to_numpy().astype(np.int64)
        codes = np.where(codes == NOBODY, NOBODY, rank[codes] if len(rank) else NOBODY)
        _, numbered = np.unique(clusters, return_inverse=True)
        handed = handed_on(numbered.astype(np.int64), codes[of], [uuid.UUID(text) for text in texts])
        keys = np.full(len(of), None, dtype=object)
        keys[of] = np.array([str(key) for key in handed.keys], dtype=object)[numbered]
        self._new[column] = pa.array(keys, pa.string())
        return handed

    def write_changes(self, path: Path) -> int:
        """Write the mentions whose keys change, as ``RecordBook.link`` wants them; how many there are."""
        new = pa.table({"row": np.arange(self._old.num_rows), **self._new})
        self._connection.register("given", new)
        keys = ", ".join(f"given.{level}::UUID AS {level}" for level in _WRITTEN)
        differ = " OR ".join(f"given.{level} IS DISTINCT FROM before.{level}" for level in _WRITTEN)
        nothing = ", ".join(f"NULL::UUID AS {level}" for level in _WRITTEN)
        query = f"""
            SELECT feed, record_key::UUID AS record_key, role, ordinal::INTEGER AS ordinal, {keys}
            FROM mention JOIN given USING (row) LEFT JOIN before USING ({_WHICH}) WHERE {differ}
            UNION ALL
            SELECT feed, record_key::UUID, role, ordinal::INTEGER, {nothing}
            FROM before ANTI JOIN mention USING ({_WHICH})"""
        written = self._connection.execute(f"COPY ({query}) TO {text(path)} (FORMAT parquet)")
        return int(written.fetchall()[0][0])
