"""A linkage of the workspace's own records: who the mentions of some feeds are, handed to the record book."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from splink.internals.exceptions import SplinkException

from joinedup.durable import sha256
from joinedup.errors import Damaged, NotFound, NotPermitted
from joinedup.people.attributes import IDENTIFIERS, TEXTS
from joinedup.people.drawing import sample
from joinedup.people.evidence import BEGINS, RULES
from joinedup.people.explaining import Explanation, explain_all
from joinedup.people.handing_on import Standing
from joinedup.people.homes import NOWHERE
from joinedup.people.keeping import DESCRIPTIONS, PAIRS, read_kept
from joinedup.people.keys import Handed
from joinedup.people.linking import Keeping, Known, Linked, Pairing, RowPairs, link_table
from joinedup.people.model import read_model
from joinedup.people.reviewing import Drawn, Mentioned, Stands, bound, draw
from joinedup.people.scoring import Comparing, InDuckDB, Pairs
from joinedup.people.tokens.facets import in_clear, refuse_keys
from joinedup.people.ways import DECIDED, ways
from joinedup.records import KeyChanged, LinkageRow, NewLinkage, RecordBook, engine, kept_pairs
from joinedup.records.linkages import HOME
from joinedup.terms import Engine, Strictness, Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

ONE_EACH = ("nhs", "pnc", "crn")
"""Schemes of numbers of which a person has one: two different ones are two people."""
_WHICH = ("feed", "record_key", "role", "ordinal")
_ATTRIBUTES = tuple(one for one in TEXTS if one not in {"birth_place", "occupation"})


@dataclass(frozen=True)
class Told:
    """What a linkage came to: its row in the ledger, how many mentions there were, of how many it is told
    too little to say who they are, the mentions in the largest cluster, how many decisions that two are not
    one person could not bind, because both say the very same by now, and how many pairs were not compared
    again: none where everything was."""

    row: LinkageRow
    mentions: int
    of_nobody: int
    largest: int
    undone: int = 0
    taken_over: int = 0


def link_alone(
    workspace: Workspace,
    feed: str,
    *,
    by: Viewer,
    one_each: Sequence[str] = ONE_EACH,
    anew: bool = False,
    engine: Engine = Engine.DUCKDB,
) -> Told:
    """Link the mentions of one feed by itself, as restricted feeds are linked: never with another's.

    No pair of it is drawn for review, because it names whom few may know. Raises as ``link`` does.
    """
    how = _How(one_each, anew, engine)
    return _link(workspace, [feed], how, by=by, without=(), alone=feed)


def link(
    workspace: Workspace,
    feeds: Collection[str],
    *,
    by: Viewer,
    without: Collection[str] = (),
    one_each: Sequence[str] = ONE_EACH,
    anew: bool = False,
    engine: Engine = Engine.DUCKDB,
) -> Told:
    """Find out who the mentions of these feeds are, and write down what changed since the linkage before.

    A feed of the linkage before that is not among them loses its keys, and only if it is named in
    ``without``: half of the people would else go on under keys that the other half has left. ``one_each``:
    schemes of numbers of which a person has only one. Only pairs of which one is new or says something new
    since the linkage before are compared; ``anew``: all are. ``engine``: what finds and compares the pairs;
    the people are the same. Raises NotFound where the feeds name nobody, NotPermitted for a feed that is
    neither linked nor named and for tokens of several keys, MissingPart where the engine is not installed,
    and Busy where somebody else links meanwhile.
    """
    return _link(workspace, feeds, _How(one_each, anew, engine), by=by, without=without, alone="")


@dataclass(frozen=True)
class _How:
    """As in ``link``."""

    one_each: Sequence[str]
    anew: bool
    engine: Engine

    def comparing(self, workspace: Workspace) -> Comparing:
        """What finds and compares the pairs."""
        if self.engine is Engine.SPARK:
            from joinedup.people.in_spark import InSpark

            return InSpark(workspace)
        return InDuckDB()


def _link(
    workspace: Workspace,
    feeds: Collection[str],
    how: _How,
    *,
    by: Viewer,
    without: Collection[str],
    alone: str,
) -> Told:
    comparing = how.comparing(workspace)  # before anything is read: what is missing is told at once
    book = RecordBook(workspace)
    with book.reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, feeds)
        refuse_keys(cursor)
        told = _mentions(cursor)
        dropped = _dropped(reader.linkages(alone), feeds, without)
        reader.persons(cursor, {*feeds, *dropped}, alone=bool(alone))
        before = cursor.sql(_BEFORE).to_arrow_table()
        generation = reader.generation
    if not told.num_rows:
        raise NotFound(
            "These feeds name nobody", where=", ".join(sorted(feeds)), next_step="See: joinedup feeds"
        )
    same, different = _decided(feeds, told)
    known = Known(how.one_each, same, different)
    with _scratch(workspace) as (connection, folder):
        linked = link_table(
            told,
            {name: name for name in (*_ATTRIBUTES, IDENTIFIERS)},
            model=read_model(),
            known=known,
            connection=connection,
            pairing=Pairing(comparing, _keeping(workspace, book, alone, how.anew)),
        )
        drawn = [] if alone else _drawn(connection, linked, told, len(book.linkages()) + 1, known)
        standing = Standing(connection, told.select(list(_WHICH)), before, _leading_to(book, before))
        enough = linked.enough
        handed = {
            level: standing.hand_on(level, enough, of[enough]) for level, of in _clusterings(linked).items()
        }
        housed = enough & (linked.home != NOWHERE)
        standing.hand_on_homes(housed, linked.home[housed])
        path = folder / "keys.parquet"
        standing.write_changes(path)
        files, settings = _kept(linked, folder)
        new = NewLinkage(
            linked.model.trained_on,
            generation,
            len(handed[Strictness.BEST].keys),
            sorted(feeds),
            [change for level, one in handed.items() for change in _changes(level, one)],
            {"one_each": list(how.one_each), "engine": how.engine.value, **settings},
            alone=bool(alone),
        )
        row = book.link(
            path,
            new,
            by=by,
            alongside=None if alone else lambda number: draw(number, drawn, by=by),
            keep=files,
        )
    sizes = np.bincount(linked.best[enough])
    undone = sum(bool(linked.description[one] == linked.description[other]) for one, other in different)
    taken_over = linked.keep.taken_over if linked.keep else 0
    return Told(row, told.num_rows, int((~enough).sum()), int(sizes.max(initial=0)), undone, taken_over)


def _keeping(workspace: Workspace, book: RecordBook, alone: str, anew: bool) -> Keeping:
    """What the linkage before kept, as far as it is there and this one may begin with it."""
    secret, found = kept_pairs.secret(workspace.secrets_folder), None if anew else book.kept(alone)
    if found is None:
        return Keeping(secret)
    row, files = found
    said = cast(Mapping[str, Any], row.settings[kept_pairs.SETTING])
    return Keeping(
        secret, read_kept(files[PAIRS], files[DESCRIPTIONS], str(said["made_of"]), int(said["most"]))
    )


def _kept(linked: Linked, folder: Path) -> tuple[list[Path], dict[str, object]]:
    """What the next linkage begins with, as files, and what the ledger says of them."""
    if linked.keep is None:
        return [], {}
    this = linked.keep.kept
    files = this.written(folder)
    digests = {one.name: sha256(one) for one in files}
    return files, {
        kept_pairs.SETTING: {kept_pairs.DIGESTS: digests, "made_of": this.made_of, "most": this.most}
    }


def _leading_to(book: RecordBook, before: pa.Table) -> dict[Strictness, dict[str, str]]:
    """Keys that mentions still have though they were merged (of a record that was restricted meanwhile)."""
    found = {}
    for level in Strictness:
        keys = {UUID(key) for key in before[level.value].to_pylist()}
        found[level] = {str(key): str(other) for key, other in book.leading_to(keys, level).items()}
    return found


def _dropped(before: Sequence[LinkageRow], feeds: Collection[str], without: Collection[str]) -> set[str]:
    """The feeds of the linkage before that this one leaves out."""
    dropped = (set(before[-1].feeds) if before else set()) - set(feeds)
    if unnamed := dropped - set(without):
        raise NotPermitted(
            "The linkage before has people of feeds that are not linked now",
            where=f"{len(unnamed)} feeds",
            next_step="Ask somebody who may know them all, or take their keys away: --without FEED",
        )
    return dropped


@contextmanager
def _scratch(workspace: Workspace) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database within the workspace's limits, and a folder for what is written, which goes with all in it.

    Splink's and DuckDB's errors may echo values: only their kind is told.
    """
    connection = engine.apart(workspace)
    try:
        with tempfile.TemporaryDirectory(dir=workspace.temporary_folder) as folder:
            yield connection, Path(folder)
    except (duckdb.Error, SplinkException) as error:
        raise Damaged(
            "The people could not be linked, so nothing was changed",
            where=type(error).__name__,
            next_step="Check the disk and the memory, then try again; if it stays so, report it",
        ) from None
    finally:
        connection.close()


_BEFORE = f"""SELECT feed, record_key::VARCHAR AS record_key, role, ordinal,
              {", ".join(f"{one}::VARCHAR AS {one}" for one in (*Strictness, HOME))} FROM person"""


def _mentions(cursor: duckdb.DuckDBPyConnection) -> pa.Table:
    """The mentions of people, in order."""
    which = "feed, record_key::VARCHAR AS record_key, role, ordinal"
    listed = ", ".join((which, *_ATTRIBUTES, IDENTIFIERS))
    return cursor.sql(
        f"SELECT {listed} FROM mention WHERE role <> 'record' ORDER BY {', '.join(_WHICH)}"
    ).to_arrow_table()


def _decided(feeds: Collection[str], told: pa.Table) -> tuple[RowPairs, RowPairs]:
    """The decisions that bind, as rows: pairs that are one person, and pairs that are not.

    A pair of which a mention is no more binds nothing.
    """
    decided = bound(feeds)
    pairs = [*decided.same, *decided.different]
    if not pairs:
        return (), ()
    wanted = {one for pair in pairs for one in pair}
    rows = {one: place for place, one in enumerate(_mentioned(told)) if one in wanted}
    same, different = (
        [(rows[left], rows[right]) for left, right in some if left in rows and right in rows]
        for some in (decided.same, decided.different)
    )
    return same, different


def _mentioned(table: pa.Table) -> Iterator[Mentioned]:
    columns = (table[name].to_pylist() for name in _WHICH)
    for feed, key, role, ordinal in zip(*columns, strict=True):
        yield Mentioned(feed, UUID(key), role, ordinal)


def _drawn(
    connection: duckdb.DuckDBPyConnection, linked: Linked, told: pa.Table, number: int, known: Known
) -> list[Drawn]:
    """Pairs to look at, each by the first mention of either description, with the evidence about them and why
    they stand as they do."""
    _, first = np.unique(linked.description, return_index=True)
    enough = linked.enough[first] & in_clear(connection, "described")  # nobody could judge tokens
    usable = np.flatnonzero(enough[linked.pairs.left] & enough[linked.pairs.right])
    pairs = Pairs(linked.pairs.left[usable], linked.pairs.right[usable], linked.pairs.weight[usable])
    sampled = sample(pairs, linked.best[first], number)
    both = [(int(pairs.left[one.place]), int(pairs.right[one.place])) for one in sampled]
    explained = explain_all(connection, "described", linked.model, both, known.one_each)
    rows = [place for pair in both for place in pair]
    mentions = iter(list(_mentioned(told.take(pa.array(first[rows], pa.int64())))))
    places = [int(usable[one.place]) for one in sampled]
    stands = _stands(linked, told["feed"].take(pa.array(first, pa.int64())).to_pylist(), places, known)
    return [
        Drawn(
            next(mentions),
            next(mentions),
            why.weight,
            one.together,
            one.stratum,
            one.stratum_pairs,
            one.stratum_drawn,
            _evidence(why, int(linked.contradicting[place])),
            so,
        )
        for one, why, place, so in zip(sampled, explained, places, stands, strict=True)
    ]


def _stands(linked: Linked, feeds: Sequence[str], places: Sequence[int], known: Known) -> list[Stands]:
    """Why the pairs at these places stand as they do; ``feeds``: of each description's first mention."""
    decided = known.of_descriptions(linked.description)
    _, first = np.unique(linked.description, return_index=True)
    found = ways(
        linked.pairs, linked.contradicting, linked.best[first], places, decided.same, decided.different
    )
    return [
        Stands(
            one.because, [(feeds[at], None if bits == DECIDED else round(bits, 1)) for at, bits in one.steps]
        )
        for one in found
    ]


def _evidence(explained: Explanation, rule: int) -> list[tuple[str, float]]:
    """The evidence, and the rule that keeps the two apart whatever their weight, if one does."""
    told = [(BEGINS, explained.prior), *((one.code, one.weight) for one in explained.evidence if one.weight)]
    if rule in RULES:
        told.append((RULES[rule], 0.0))
    return told


def _clusterings(linked: Linked) -> Mapping[Strictness, NDArray[np.int64]]:
    return {
        Strictness.STRICT: linked.strict,
        Strictness.BEST: linked.best,
        Strictness.LOOSE: linked.loose,
    }


def _changes(level: Strictness, handed: Handed) -> list[KeyChanged]:
    return [
        KeyChanged(level, kind, key, other)
        for kind, pairs in (("merged", handed.merged), ("split", handed.split))
        for key, other in pairs
    ]
