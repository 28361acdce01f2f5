"""A reason is held against the records of several feeds as if each feed was asked of by itself."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
from tiny_feed import ANALYST, MAY, draft, key_of, stage

from joinedup.errors import BadInput
from joinedup.records import RecordBook, recalling
from joinedup.records.listing import listed
from joinedup.records.mentions import NAMED
from joinedup.records.reasons import tells_private
from joinedup.records.telling import Said
from joinedup.terms import Restriction, Role, Viewer
from joinedup.workspace import Workspace
from seconding import by_two

CHIEF = Viewer("sam", "Sam Chief", Role.ADMINISTRATOR, "council")
Concerned = Sequence[tuple[str, Sequence[str]]]

ZEB = {
    "role": "victim",
    "full_name": "Zebedee Quillfeather",
    "alias": "Zeddo",
    "birth_date": "1984-05-03",
    "address": "12 Gasworks Lane, Yarm, TS18 1AA",
    "phone": "01632 960123",
    "identifiers": {"nhs": "943 476 5919"},
}
STORY = {"role": "record", "private": {"narrative": "He was seen behind the gasworks with a brindled dog"}}
OLD = {"role": "victim", "given_name": "Ottoline", "family_name": "Marrow", "email": "q.marrow@example.org"}
NEW = {"role": "victim", "full_name": "Ann Other", "postcode": "YO1 7HH", "birth_date_given": "03/02/1975"}
OTHER = {"role": "caller", "full_name": "Peregrine Wainscott", "uprn": "100110123456"}
CROWD = {f"H-{number}": [{"role": "tenant", "full_name": f"Tenant {number}"}] for number in range(118)}
LONG_STORY = {"role": "record", "private": {"narrative": "youths near Teesside Park were seen at the stop"}}
BORN = {"role": "tenant", "full_name": "Cy Abelson", "birth_date": "1971-12-31", "middle_names": "Fenwick"}

TELLING = """
Zebedee rang
Quillfeather asked
called Zeddo
born 3 May 1984
of 3 May 1984
of 12 Gasworks Lane
of ts18 1aa
rang from 960 123
NHS 9434765919
report CR-2024-0077
seen behind the gasworks with
for Ottoline
q.marrow@example.org wrote
lives in YO1 7HH
of 3 February 1975
Wainscott agreed
uprn 100110123456
born 31 December 1971
of 31 December 1971
near Teesside Park were stopped
youths near Teesside Park were seen at the stop
Mr Abelson
by Fenwick
house H-0117
""".strip().splitlines()
PLAIN = ["kept for seven years as agreed", "under article 17", "house H-17", "request 12 of 14 May 2024"]


def deliver(
    book: RecordBook, feed: str, said: Mapping[str, Sequence[Mapping[str, Any]]], content: str = "x"
) -> None:
    """Deliver records by reference, each with the mentions that it has."""
    rows = [(reference, content) for reference in said]
    with book.writing() as writer:
        path = writer.folder / "named.parquet"
        _stage(path, writer.connection, said)
        drafted = draft(rows, feed=feed, source=f"{feed}-source")
        writer.add(drafted, stage(writer, rows, MAY.start), None, by=ANALYST, named=path)


def _stage(
    path: Path, connection: duckdb.DuckDBPyConnection, said: Mapping[str, Sequence[Mapping[str, Any]]]
) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in NAMED.items())
    connection.execute(f"CREATE OR REPLACE TEMP TABLE given_names ({columns})")
    for number, (reference, mentions) in enumerate(said.items(), 1):
        for ordinal, mention in enumerate(mentions, 1):
            values = {"record_key": key_of(reference), "row_number": number, "ordinal": ordinal, **mention}
            marks = ", ".join(["?"] * len(values))
            names = ", ".join(values)
            connection.execute(f"INSERT INTO given_names ({names}) VALUES ({marks})", list(values.values()))
    connection.execute(f"COPY given_names TO '{path}' (FORMAT parquet)")


@pytest.fixture
def told(book: RecordBook) -> RecordBook:
    """Two feeds that have one reference in common, of different people; one record in two versions; and a
    third feed of more records than those of which weak signs tell."""
    first = {"CR-2024-0077": [ZEB, STORY], "CR-2024-0001": [OLD], "CR-2024-0002": []}
    deliver(book, "calls", first)
    deliver(book, "calls", first | {"CR-2024-0001": [NEW]}, content="y")
    deliver(book, "crimes", {"CR-2024-0077": [OTHER]})
    deliver(book, "homes", {**CROWD, "H-0117": [BORN, LONG_STORY], "H-1234567": []})
    return book


def refused(book: RecordBook, concerned: Concerned, reason: str) -> bool:
    """Whether the reason is refused; where it is, the error says nothing of whose records tell."""
    with book.reading() as reader:
        try:
            reader.refuse_telling_of_all(concerned, reason)
        except BadInput as wrong:
            assert wrong.where == "" and "says who the records are about" in wrong.what
            return True
    return False


Versions = Sequence[tuple[str, str, Mapping[str, Any]]]
"""Feed, kind of segment and columns of every version of every record that the book holds."""


def versions(workspace: Workspace) -> Versions:
    """All of them, as the files have them."""
    from joinedup.records.models import Segment

    every = []
    for segment in Segment.objects.filter(kind__in=["pos", "who"]).select_related("delivery"):
        found = duckdb.sql(f"SELECT * FROM '{workspace.records_folder / segment.file}'")
        for row in found.fetchall():
            every.append((segment.delivery.feed, segment.kind, dict(zip(found.columns, row, strict=True))))
    return every


def naively(every: Versions, concerned: Concerned, reason: str) -> bool:
    """The same by reading every version of each record, one feed after the other."""
    return any(
        _tells(
            Said(reason, len(set(keys))),
            [(kind, one) for of, kind, one in every if of == feed and str(one["record_key"]) in set(keys)],
        )
        for feed, keys in concerned
    )


def _tells(said: Said, versions: Iterable[tuple[str, Mapping[str, Any]]]) -> bool:
    for kind, one in versions:
        if kind == "pos":
            if one["ref"] and said.number(one["ref"]):
                return True
            continue
        names = ("full_name", "given_name", "middle_names", "family_name", "alias")
        numbers = [one["postcode"], one["uprn"], one["email"], *(one["identifiers"] or {}).values()]
        signs = [
            said.names([one[name] for name in names if one[name]]),
            any(said.number(value) for value in numbers if value),
            bool(one["phone"]) and said.phone(one["phone"]),
            bool(one["address"]) and said.address(one["address"]),
            one["birth_date"] is not None and said.born(one["birth_date"]),
            bool(one["birth_date_given"]) and said.born_as(one["birth_date_given"]),
            any(tells_private(said, value) for value in (one["private"] or {}).values()),
        ]
        if any(signs):
            return True
    return False


FEW = {
    "calls": ["CR-2024-0077", "CR-2024-0001", "CR-2024-0002"],
    "crimes": ["CR-2024-0077"],
    "homes": ["H-0117", "H-1234567", "H-17"],
}
HOMES = [*CROWD, "H-0117", "H-1234567"]


def some(chance: random.Random) -> Concerned:
    """Some records of some feeds, of the homes all or few or both, and a feed of which nothing came."""
    groups: list[tuple[str, list[str]]] = []
    for feed in chance.sample(sorted(FEW), chance.randint(0, 3)):
        groups.append((feed, chance.sample(FEW[feed], chance.randint(1, len(FEW[feed])))))
    if chance.random() < 0.5:
        groups.append(("homes", HOMES))
    if chance.random() < 0.2:
        groups.append(("nothing", ["CR-2024-0077"]))
    return [(feed, [key_of(one) for one in references]) for feed, references in groups]


def test_it_is_refused_just_where_one_feed_by_itself_refuses_it(
    workspace: Workspace, told: RecordBook
) -> None:
    chance, every = random.Random(20_261_130), versions(workspace)
    answers = []
    for reason in [*TELLING * 3, *PLAIN]:
        concerned = some(chance)
        answers.append(naively(every, concerned, reason))
        assert refused(told, concerned, reason) == answers[-1], (reason, [feed for feed, _ in concerned])
    assert 20 < sum(answers) < len(answers) - 20  # the question is put both ways


def test_it_is_the_same_of_files_that_do_not_fit_into_memory(
    workspace: Workspace, told: RecordBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance, every = random.Random(20_261_201), versions(workspace)
    monkeypatch.setattr(recalling, "_kept", {})
    monkeypatch.setattr(recalling, "_PACKED", 0)  # of files so small most bytes are their footers
    for room, kept in ((0, 0), (3_000, 2)):  # none, and some of the files
        monkeypatch.setattr(recalling, "MOST", room)
        for reason in TELLING[::2]:
            concerned = some(chance)
            assert refused(told, concerned, reason) == naively(every, concerned, reason), reason
        assert len(recalling._kept) >= kept and (room or not recalling._kept)


def test_what_was_erased_is_let_go(workspace: Workspace, told: RecordBook) -> None:
    hers = [("calls", [key_of("CR-2024-0077")])]
    assert refused(told, hers, "Quillfeather asked")
    by_two(told.erase, *hers[0], by=CHIEF, reason="article 17")
    assert not refused(told, hers, "Quillfeather asked")
    with told.reading() as reader:
        paths = {one.path for one in listed(workspace.records_folder, reader.generation)}
    assert set(recalling._kept) <= paths
    assert "Quillfeather" not in str([one.rows.to_pylist() for one in recalling._kept.values()])


def test_every_sign_tells_of_somebody_and_ordinary_words_of_nobody(told: RecordBook) -> None:
    everything = [(feed, [key_of(one) for one in references]) for feed, references in FEW.items()]
    assert [one for one in [*TELLING, *PLAIN] if refused(told, everything, one)] == TELLING


def test_of_many_records_weak_signs_count_only_where_few_are_asked_of_as_well(told: RecordBook) -> None:
    many, few = [("homes", list(map(key_of, HOMES)))], [("homes", [key_of("H-0117")])]
    for weak in ("of 31 December 1971", "near Teesside Park were stopped"):
        assert (refused(told, many, weak), refused(told, few, weak)) == (False, True)
        assert refused(told, [*many, *few], weak)
    assert refused(told, many, "Mr Abelson asked")


def test_a_reference_that_two_feeds_share_tells_of_those_of_its_own_feed(told: RecordBook) -> None:
    both = key_of("CR-2024-0077")
    assert refused(told, [("calls", [both])], "Quillfeather asked")
    assert not refused(told, [("crimes", [both])], "Quillfeather asked")
    assert refused(told, [("crimes", [both])], "Wainscott asked")


def test_of_no_records_nothing_is_refused_and_a_restricted_one_tells_as_by_itself(told: RecordBook) -> None:
    assert not refused(told, [], "Quillfeather asked")
    assert not refused(told, [("calls", [])], "Quillfeather asked")
    hers = [("calls", [key_of("CR-2024-0077")])]
    told.restrict("calls", hers[0][1], kind=Restriction.MARAC, by=ANALYST, reason="a court order")
    with told.reading() as reader, pytest.raises(BadInput):
        reader.refuse_telling_of_records(*hers[0], "Quillfeather asked")
    assert refused(told, hers, "Quillfeather asked")


def test_what_was_delivered_after_the_reading_began_is_not_read(told: RecordBook) -> None:
    with told.reading() as reader:
        deliver(
            told, "calls", {"CR-2024-0077": [{"role": "victim", "full_name": "Nell Thistle"}]}, content="z"
        )
        reader.refuse_telling_of_all([("calls", [key_of("CR-2024-0077")])], "Thistle asked")
    assert refused(told, [("calls", [key_of("CR-2024-0077")])], "Thistle asked")
