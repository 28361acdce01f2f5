"""Tokens beside clear text: what they cost in accuracy, and what attacks on them find.

    python bench/tokens.py WORKSPACE TRUTH

WORKSPACE is the demonstration partnership, TRUTH the folder beside it that has ``who.parquet``. The truth is
read for judging only: the model is the product's own, frozen without it, and no threshold is set here. The
same mentions are linked by clear text, by tokens and by exact tokens; then the tokens are attacked without
their key. Exits with 1 where tokens lose more than 0.02 of F1.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from joinedup.people.descriptions import ENOUGH
from joinedup.people.linking import link_table
from joinedup.people.measuring_quality import b_cubed, pairwise
from joinedup.people.model import read_model
from joinedup.people.normalising import STANDARD, normalise
from joinedup.people.tokens.bonds import FACETS
from joinedup.people.tokens.encoding import CHARACTERS, encode, token
from joinedup.people.tokens.key import Key
from joinedup.people.tokens.telling import told
from joinedup.records import RecordBook
from joinedup.records.identity import text_hash_sql
from joinedup.workspace import Workspace

REACH = 0.02
RESTRICTED = "marac-referrals"
TOKENS_ONLY = ("drug-treatment", "youth-justice-caseload")
NAMES = ["full_name", "given_name", "middle_names", "family_name", "alias", "birth_date", "birth_date_given"]
ADDRESSES = ["address", "postcode", "uprn"]
OTHERS = ["phone", "email", "sex", "ethnicity", "identifiers"]
KEY = Key(bytes(range(32)))
COMMONEST = 100
LETTERS = {facet.name: facet.letter for facet in FACETS}
READ_FROM = {
    "given name": LETTERS["given"] + LETTERS["canon"],
    "surname": LETTERS["family"],
    "date of birth": LETTERS["birth"] + LETTERS["birth_key"],
    "postcode": LETTERS["postcode"],
}
ATTRIBUTES = {"given name": "given", "surname": "family", "date of birth": "birth", "postcode": "postcode"}

Row = Mapping[str, object]


@dataclass(frozen=True)
class Mentions:
    """Mentions as they stand, who each is by the truth, and their rows as they are tidied for linkage."""

    table: pa.Table
    truth: np.ndarray

    def tidied(self, columns: Sequence[str]) -> list[Row]:
        """A row of ``STANDARD`` for each mention, and whether it tells ``enough``."""
        with duckdb.connect() as connection:
            numbered = self.table.append_column("row", pa.array(np.arange(self.table.num_rows)))
            connection.register("given_table", numbered)
            normalise(connection, "given_table", {name: name for name in columns}, "tidy")
            listed = ", ".join((*STANDARD, f"coalesce({ENOUGH}, false) AS enough"))
            return connection.sql(f"SELECT {listed} FROM tidy ORDER BY row").to_arrow_table().to_pylist()


def read(folder: Path, truth: Path) -> Mentions:
    """The mentions of every feed but the restricted one that the truth tells of."""
    workspace = Workspace.open(folder)
    try:
        book = RecordBook(workspace)
        with book.reading() as reader:
            cursor = reader.connection()
            reader.mentions(cursor, {one[0] for one in book.feeds()} - {RESTRICTED})
            cursor.register("truth", pq.read_table(truth / "who.parquet"))
            table = cursor.sql(
                f"""SELECT mention.*, truth.person_id FROM mention JOIN truth ON truth.feed = mention.feed
                    AND truth.role = mention.role AND truth.ordinal = mention.ordinal
                    AND {text_hash_sql("truth.reference")} = mention.record_key
                    WHERE mention.role <> 'record'
                    ORDER BY mention.feed, mention.record_key, mention.role, mention.ordinal"""
            ).to_arrow_table()
    finally:
        workspace.close()
    return Mentions(table.drop_columns(["person_id"]), table["person_id"].to_numpy())


def cells(rows: Iterable[Row], *, exact: bool = False) -> list[str | None]:
    """The cell of tokens of each row."""
    made: dict[str, str | None] = {}
    found = []
    for row in rows:
        said = repr(row)
        if said not in made:
            made[said] = (encode(KEY, told(row), exact=exact) or None) if row["enough"] else None
        found.append(made[said])
    return found


def judged(name: str, table: pa.Table, columns: Mapping[str, str], truth: np.ndarray) -> tuple[float, float]:
    """Pairwise and B-cubed F1 of a linkage, printed."""
    linked = link_table(table, columns, model=read_model())
    found = linked.best.copy()
    alone = ~linked.enough
    found[alone] = found.max() + 1 + np.arange(alone.sum())
    pairs, people = pairwise(found, truth), b_cubed(found, truth)
    print(
        f"  {name:28} pairs: precision {pairs.precision:.4f} recall {pairs.recall:.4f} F1 {pairs.f1:.4f};"
        f" B-cubed F1 {people.f1:.4f}; without a key {alone.sum():,}"
    )
    return pairs.f1, people.f1


def of_tokens(name: str, made: list[str | None], truth: np.ndarray) -> tuple[float, float]:
    """The same of cells of tokens alone."""
    table = pa.table({"cell": pa.array(made, pa.string())})
    return judged(name, table, {"identifier:tokens": "cell"}, truth)


def accuracy(mentions: Mentions) -> float:
    """Link by clear text and by tokens; the most that tokens lose of F1."""
    lost = []
    for what, columns in (
        ("name, birth and address", [*NAMES, *ADDRESSES]),
        ("name and birth, no address", NAMES),
        ("all that is told but sex and ethnic group", [*NAMES, *ADDRESSES, "phone", "email", "identifiers"]),
    ):
        print(f"{what}:")
        rows = mentions.tidied(columns)
        clear = judged("clear text", mentions.table, {name: name for name in columns}, mentions.truth)
        by_tokens = of_tokens("tokens", cells(rows), mentions.truth)
        of_tokens("exact tokens", cells(rows, exact=True), mentions.truth)
        lost += [one - other for one, other in zip(clear, by_tokens, strict=True)]
    return max(lost)


def together(mentions: Mentions) -> None:
    """Two agencies send tokens only, all others clear text and tokens."""
    print(f"everything told, {' and '.join(TOKENS_ONLY)} as tokens only, the others with both:")
    columns = [*NAMES, *ADDRESSES, *OTHERS]
    mapped = {name: name for name in columns}
    judged("clear text of all", mentions.table, mapped, mentions.truth)
    made = cells(mentions.tidied(columns))
    hidden = np.isin(mentions.table["feed"].to_numpy(zero_copy_only=False), TOKENS_ONLY)
    shown = {
        name: _without(mentions.table[name], hidden) for name in columns if name not in {"sex", "ethnicity"}
    }
    shown |= {name: mentions.table[name] for name in ("sex", "ethnicity")}
    table = pa.table({**shown, "cell": pa.array(made, pa.string())})
    judged("tokens of some", table, {**mapped, "identifier:tokens": "cell"}, mentions.truth)


def _without(column: pa.ChunkedArray, hidden: np.ndarray) -> pa.ChunkedArray:
    return pc.if_else(pa.array(hidden), pa.scalar(None, column.type), column)


def tokens_of(cell: str | None, letters: str) -> set[str]:
    """The tokens of the facets of some letters in a cell."""
    found: set[str] = set()
    for section in (cell or "..").split(".", 2)[2].split("|"):
        if section[:1] and section[0] in letters:
            text = section[1:]
            found.update(text[at : at + CHARACTERS] for at in range(0, len(text), CHARACTERS))
    return found


def attacks(mentions: Mentions) -> None:
    """What is found without the key."""
    rows = mentions.tidied([*NAMES, *ADDRESSES])
    by_counting(mentions, rows)
    by_knowing_others(mentions, rows)


def by_counting(mentions: Mentions, rows: Sequence[Row]) -> None:
    """Take the commonest token for the commonest given name, and so on. A Bloom filter without salt is
    counted like one keyed token: equal names have equal filters."""
    people = {(person, row["given"]): row for person, row in zip(mentions.truth, rows, strict=True)}
    named = [row for (_person, given), row in people.items() if given and len(given) > 1]
    commonest = [name for name, _ in Counter(row["given"] for row in named).most_common(COMMONEST)]
    print(f"of the {COMMONEST} commonest given names, found by whoever knows how common each is:")
    alone = [{token(KEY, "alone", row["given"])} for row in named]
    print(
        f"  one keyed token for a name, or a Bloom filter without salt: {_by_rank(named, alone, commonest)}"
    )
    salted = [{token(KEY, "salted", row["given"], str(row["birth_year"]))} for row in named]
    print(f"  one keyed token for a name, salted by the year of birth: {_by_rank(named, salted, commonest)}")
    bonds = [tokens_of(cell, LETTERS["given"]) for cell in cells(named)]
    print(f"  tokens of joinedup: {_by_rank(named, bonds, commonest)}")


def _by_rank(named: Sequence[Row], told_by: Sequence[set[str]], commonest: Sequence[str]) -> str:
    counted = Counter(one for tokens in told_by for one in tokens)
    meant: defaultdict[str, set[object]] = defaultdict(set)
    for row, tokens in zip(named, told_by, strict=True):
        for one in tokens:
            meant[one].add(row["given"])
    ranked = sorted(counted, key=lambda one: (-counted[one], one))[: len(commonest)]
    right = sum(name in meant[one] for one, name in zip(ranked, commonest, strict=False))
    return f"{right} (the commonest is of {counted[ranked[0]]} people)"


def by_knowing_others(mentions: Mentions, rows: Sequence[Row]) -> None:
    """What somebody who has clear text and tokens of others learns of people whom nobody else names: whatever
    token of theirs somebody else has too is read."""
    hidden = np.isin(mentions.table["feed"].to_numpy(zero_copy_only=False), TOKENS_ONLY)
    known = set(mentions.truth[~hidden])
    strangers: defaultdict[int, list[int]] = defaultdict(list)
    for place in np.flatnonzero(hidden):
        if mentions.truth[place] not in known:
            strangers[int(mentions.truth[place])].append(int(place))
    others = np.flatnonzero(~hidden)
    print(
        f"of {len(strangers):,} people whom only {' and '.join(TOKENS_ONLY)} name, read by whoever has clear "
        f"text and tokens of the {len(known):,} people of the others:"
    )
    for name, exact in (("tokens", False), ("exact tokens", True)):
        made = cells(rows, exact=exact)
        said = {what: [tokens_of(cell, letters) for cell in made] for what, letters in READ_FROM.items()}
        _print_read(name, said, strangers, others)
    for name, salt in (
        ("one keyed token for each", None),
        ("the same, salted by the year of birth", "birth_year"),
    ):
        said = {
            what: [{(row[salt] if salt else "", row[attribute])} if row[attribute] else set() for row in rows]
            for what, attribute in ATTRIBUTES.items()
        }
        _print_read(name, said, strangers, others)


def _print_read(
    name: str,
    said: Mapping[str, Sequence[set[object]]],
    strangers: Mapping[int, Sequence[int]],
    others: Sequence[int],
) -> None:
    """The share of people of whom each thing is read, and given name and surname both."""
    read_of: dict[str, set[int]] = {}
    for what, tokens in said.items():
        seen = set().union(*(tokens[place] for place in others))
        read_of[what] = {
            person for person, places in strangers.items() if any(tokens[place] & seen for place in places)
        }
    read_of["given name and surname"] = read_of["given name"] & read_of["surname"]
    shares = (f"{what} {len(read) / len(strangers):.1%}" for what, read in read_of.items())
    print(f"  {name}: {', '.join(shares)}")


def main() -> int:
    """Measure, and say whether the reach was kept."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("workspace", type=Path)
    parser.add_argument("truth", type=Path)
    asked = parser.parse_args()
    mentions = read(asked.workspace, asked.truth)
    print(f"{mentions.table.num_rows:,} mentions")
    lost = accuracy(mentions)
    print(f"tokens lose at most {lost:.4f} of F1 (reach: {REACH})")
    together(mentions)
    attacks(mentions)
    return int(lost > REACH)


if __name__ == "__main__":
    sys.exit(main())
