"""Who is who: which person of the truth each row of the exports names. For evaluation only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from joinedup.demo.exports.exported import ExportedFile, Named
from joinedup.demo.people.tables import ALL_SCHEMAS, WHO, TableWriter
from joinedup.feeds.contract import Contract
from joinedup.feeds.library import OWN
from joinedup.feeds.persons import Person
from joinedup.feeds.reading_contracts import read_contract

_Part = tuple[str, int]  # role and number
_Telling = tuple[int, frozenset[str]]  # a cell's place in the row, and the words in it that tell nothing
_Mention = tuple[str, str, int]  # reference, role, number


class WhoIsWho:
    """Writes ``who.parquet`` into the folder of a truth, feed by feed in the order of their names.

    A row for each feed, reference, role and number under which a file names somebody in any way. The
    reference is the cells of the contract's key, each after its length in bytes and a colon: the text whose
    hash (``records.identity.text_hash_sql``) is the record's key.
    """

    def __init__(self, truth_folder: Path) -> None:
        """Begin the table anew; leave the block to finish it."""
        self._writer = TableWriter(truth_folder, WHO)

    @staticmethod
    def file_of(truth_folder: Path) -> Path:
        """Where the table is."""
        return truth_folder / f"{WHO}.parquet"

    def __enter__(self) -> WhoIsWho:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the table."""
        self._writer.__exit__(kind, error, trace)

    def note(self, feed: str, header: Sequence[str], files: Iterable[ExportedFile]) -> None:
        """Write down whom a feed's files name; ``header`` has the columns of all their rows.

        A reference that the files give to two people is a spoilt key, and is left out.
        """
        contract = read_contract(OWN / f"{feed}.toml", (OWN / "codelists",))
        if not contract.persons or not contract.key:
            return
        told: dict[_Mention, int] = {}
        contested: set[_Mention] = set()
        for mention, person_id in _mentions(_Columns.of(contract, header), files):
            if told.setdefault(mention, person_id) != person_id:
                contested.add(mention)
        found = sorted(mention for mention in told if mention not in contested)
        rows = [(feed, *mention, told[mention]) for mention in found]
        if rows:
            names = ALL_SCHEMAS[WHO].names
            self._writer.write(dict(zip(names, zip(*rows, strict=True), strict=True)))


def _mentions(columns: _Columns, files: Iterable[ExportedFile]) -> Iterator[tuple[_Mention, int]]:
    for file in files:
        for cells, named in file.naming:
            reference = columns.reference(cells)
            if reference is None:
                continue
            for one in named:
                if one.person_id is not None and columns.tell_of(one, cells):
                    yield (reference, one.role, one.ordinal), one.person_id


@dataclass(frozen=True)
class _Columns:
    """Where in a feed's rows the key stands, and what tells of each person."""

    key: tuple[int, ...]
    persons: Mapping[_Part, tuple[_Telling, ...]]

    @classmethod
    def of(cls, contract: Contract, header: Sequence[str]) -> _Columns:
        """As the contract says, in the order of the header, which may use its other names."""
        own = {name: column.name for column in contract.columns for name in column.names}
        at = {own[name]: place for place, name in enumerate(header)}
        persons: dict[_Part, tuple[_Telling, ...]] = {}
        for person in contract.persons:
            number = 1 + sum(role == person.role for role, _ in persons)
            persons[person.role, number] = tuple(_telling(contract, person, at))
        return cls(tuple(at[name] for name in contract.key), persons)

    def reference(self, cells: Sequence[object]) -> str | None:
        """The key as the record book joins it; None where a part is missing."""
        parts = [_text(cells[place]) for place in self.key]
        return "".join(f"{len(part.encode())}:{part}" for part in parts) if all(parts) else None

    def tell_of(self, named: Named, cells: Sequence[object]) -> bool:
        """Whether a row says anything of somebody whom it may name."""
        return any(
            (text := _text(cells[place])) != "" and text not in words
            for place, words in self.persons[named.role, named.ordinal]
        )


def _telling(contract: Contract, person: Person, at: Mapping[str, int]) -> Iterator[_Telling]:
    for _attribute, name in person.used():
        column = contract.column(name)
        words = (*person.unknown, *person.refused, *column.unknown, *column.refused)
        yield at[name], frozenset(words)


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
