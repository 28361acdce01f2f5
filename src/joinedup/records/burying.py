"""Which tombstones an erasure leaves: by what it is told that a row of a later file is of what was erased.

Each is left only where no record that stays has the same: a crime's number is the reference of all its
victims, and an identifier may be of somebody who has other records. What was named is left in any case, as
no record with it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from joinedup.errors import NotFound
from joinedup.records import known_again, mentions
from joinedup.records.meant import Files, Identifier, Named, RefusedRow, has_one
from joinedup.records.segments import columns_of, scan, text
from joinedup.records.tombstones import Secret

_STAYS = "record_key NOT IN (FROM erased)"
_GOES = "record_key IN (FROM erased)"
_SOMEBODY = f"role <> {text(mentions.OF_THE_RECORD)}"


@dataclass(frozen=True)
class Burial:
    """Works out the digests; the temporary table ``erased`` has the keys of the records that go."""

    connection: duckdb.DuckDBPyConnection
    secret: Secret
    feed: str
    files: Files

    def digests(self, named: Named, references: Sequence[str]) -> list[str]:
        """The digests of all by which what goes is known again, each once; ``references`` as below."""
        found = set(
            self._texts(f"SELECT {self.secret.digest_sql(self.feed, 'key', 'record_key')} FROM erased")
        )
        found |= {self.secret.digest(self.feed, "ref", one) for one in references}
        if named.people:
            found |= self._of_identifiers(named.identifiers)
            for person in self._within_a_reference():
                found.add(self.secret.digest(self.feed, "within", person))
                found.add(self.secret.digest(self.feed, "among", person.partition("\n")[0]))
        return sorted(found | self._of_refused(named.refused))

    def records_left(self) -> int:
        """How many records stay that name somebody whom the erased ones name, by an identifier."""
        if not self.files.who:
            return 0
        query = f"""SELECT count(DISTINCT record_key) FROM ({self._said(_STAYS)})
                    WHERE said IN (SELECT said FROM ({self._said(self._alone())}))"""
        return int(self.connection.execute(query).fetchall()[0][0])

    def _texts(self, query: str) -> list[str]:
        return [str(value) for (value,) in self.connection.execute(query).fetchall()]

    def references(self, named: Sequence[str]) -> list[str]:
        """The references of the records that go and those that were named, where none that stays has them."""
        if not self.files.pos:
            return list(named)
        versions = scan(self.files.pos, by_name=True)
        given = ", ".join(map(text, named))
        return self._texts(
            f"""SELECT ref FROM (
                    SELECT ref FROM {versions} WHERE {_GOES}
                    UNION SELECT unnest(CAST([{given}] AS VARCHAR[])))
                WHERE ref IS NOT NULL AND ref NOT IN (
                    SELECT ref FROM {versions} WHERE {_STAYS} AND ref IS NOT NULL)"""
        )

    def _of_identifiers(self, named: Sequence[Identifier]) -> set[str]:
        """Those named, and all others of whom they are of; of records that name one person, all of theirs."""
        said = {f"{scheme}:{value}" for scheme, value in named}
        if self.files.who:
            whose = self._alone()
            if named:
                same = f"""(record_key, role, ordinal) IN (
                    SELECT (record_key, role, ordinal) FROM {scan(self.files.who)} WHERE {has_one(named)})"""
                whose = f"({whose} OR {same})"
            staying = f"SELECT said FROM ({self._said(_STAYS)})"
            said |= set(self._texts(f"SELECT said FROM ({self._said(whose)}) WHERE said NOT IN ({staying})"))
        found = set()
        for one in said:
            found.add(self.secret.digest(self.feed, "identifier", one))
            value = one.partition(":")[2]
            if len(value) >= known_again.TELLING:
                found.add(self.secret.digest(self.feed, "cell", value))
        return found

    def _alone(self) -> str:
        """A condition: the mention is the only one of a record that goes."""
        return f"""({_SOMEBODY} AND record_key IN (
            SELECT record_key FROM {scan(self.files.who)} WHERE {_GOES} AND {_SOMEBODY}
            GROUP BY record_key HAVING count(DISTINCT (role, ordinal)) = 1))"""

    def _said(self, condition: str) -> str:
        """A SELECT of key and ``scheme:value`` of the identifiers of some mentions."""
        return f"""SELECT record_key, unnest({known_again.identifiers("identifiers")}) AS said
                   FROM {scan(self.files.who)} WHERE {condition}"""

    def _within_a_reference(self) -> list[str]:
        """Who was named by records that go and whose reference other records have, which stay."""
        if not self.files.who or not self.files.pos:
            return []
        person = known_again.within("version.ref", mentions.ATTRIBUTES)
        versions = f"(SELECT DISTINCT record_key, ref FROM {scan(self.files.pos, by_name=True)})"
        people = f"{scan(self.files.who)} JOIN {versions} AS version USING (record_key)"
        shared = f"ref IN (SELECT ref FROM {versions} WHERE {_STAYS})"
        return self._texts(
            f"""SELECT DISTINCT {person} AS person FROM {people} WHERE {shared} AND {self._alone()}
                AND person IS NOT NULL AND person NOT IN (
                    SELECT {person} AS staying FROM {people} WHERE {_STAYS} AND staying IS NOT NULL)"""
        )

    def _of_refused(self, rows: Sequence[RefusedRow]) -> set[str]:
        """Each refused row's text, and its record's key where the book has no such record."""
        found: set[str] = set()
        told: set[RefusedRow] = set()
        for number, path in self.files.quarantine:
            wanted = [row for delivery, row in rows if delivery == number]
            if wanted:
                table = scan([path])
                listed = ", ".join(map(str, wanted))
                row = self.secret.digest_sql(self.feed, "row", known_again.folded("raw"))
                query = f"SELECT row_number, {row} FROM {table} WHERE row_number IN ({listed})"
                for row_number, digest in self.connection.execute(query).fetchall():
                    told.add((number, int(row_number)))
                    found.add(str(digest))
                found |= set(self._keys_of_refused(table, listed))
        if absent := len(set(rows) - told):
            raise NotFound(
                f"{absent} of the {len(rows)} refused rows are not in quarantine, so nothing was erased",
                where=self.feed,
                next_step="Look for them: joinedup erase FEED --look",
            )
        return found

    def _keys_of_refused(self, table: str, listed: str) -> list[str]:
        if "record_key" not in {name for name, _ in columns_of(self.connection, table)}:
            return []
        key = self.secret.digest_sql(self.feed, "key", "record_key")
        query = f"SELECT {key} FROM {table} WHERE row_number IN ({listed}) AND record_key IS NOT NULL"
        if self.files.pos:
            stay = f"SELECT record_key FROM {scan(self.files.pos, by_name=True)} WHERE {_STAYS}"
            query += f" AND record_key NOT IN ({stay})"
        return self._texts(query)
