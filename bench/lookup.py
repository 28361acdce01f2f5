"""Looking one person up by name among a million, against Splink's comparison of one pair, in turns; then
the door around it against the index alone, in turns.

    python bench/lookup.py [--people 1000000] [--asked 200] [--keep FOLDER]

The people have given names, middle names and surnames as common as the demonstration's and a day of birth;
each has a record of their own. Those asked for are drawn at random: half of them with one slip in the name,
with the year of birth, a year off for some. In each turn joinedup finds whom one looks for
(``people.looking_up``, the index ready in memory), then Splink compares one pair of records
(``Linker.inference.score_pair``, its own comparisons of names and births, on DuckDB, the same people
registered): that answers whether two records are alike, and finds nobody. Printed: least, median, 95th
percentile and most of each in milliseconds, for joinedup also the processor's (other work beside it lengthens
what the clock says), the ratio of the medians, and how many were found first and among the twenty.

Then the same people are delivered to a workspace, in twelve feeds of twelve deliveries that agreements share,
and linked. In each turn somebody is looked up by the door (``release.finding.look_up``: it decides who may,
finds, holds the reason against every record that it found, and writes the log), by the page of the hub (the
same, with the session of who signed in, the purposes offered, and the page written; in this process, without
a server) and by the index alone. Printed: the same times of all, and the ratio of the medians of door and
index. Exits with 1 where the median of the index, or the median or 95th percentile of the page, is 50 ms or
more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import platform
import statistics
import string
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_library as cl
from linked_town import ANALYST, DELIVERIES, FEEDS, build
from splink import DuckDBAPI, Linker, SettingsCreator

from joinedup.demo.people.names import draw_given, draw_surname, load_names
from joinedup.demo.people.rates import load_rates
from joinedup.people.looking_up import Birth, PeopleIndex, people_index
from joinedup.terms import Purpose
from joinedup.workspace import Workspace

REACH = 50.0  # milliseconds
MOST = 20
WARM = 3  # turns


def invented(people: int) -> pa.Table:
    """So many people: given name, middle name, surname and birth."""
    chance = np.random.default_rng(20_261_130)
    names = load_names(["English, Welsh, Scottish, Northern Irish or British"], load_rates())
    group = np.zeros(people, dtype=np.int64)
    sex, year = chance.integers(0, 2, people), chance.integers(1935, 2012, people)
    given, middle = (names.words[draw_given(chance, names, group, sex, year)] for _ in range(2))
    days = np.array([dt.date(int(one), 1, 1).toordinal() for one in year]) + chance.integers(0, 365, people)
    return pa.table(
        {
            "unique_id": np.arange(people),
            "given": given.astype(str),
            "middle": middle.astype(str),
            "family": names.words[draw_surname(chance, names, group)].astype(str),
            "birth": pa.array([dt.date.fromordinal(int(one)) for one in days], pa.date32()),
        }
    )


def indexed(people: pa.Table) -> tuple[PeopleIndex, list[str]]:
    """The index as a look-up has it, and each person's key."""
    keys = [str(uuid.UUID(int=number + 1)) for number in range(people.num_rows)]
    parts = (people[name].to_pylist() for name in ("given", "middle", "family"))
    named = pa.table(
        {
            "feed": pa.array(["calls"] * people.num_rows),
            "record_key": keys,
            "role": pa.array(["caller"] * people.num_rows),
            "ordinal": pa.array(np.ones(people.num_rows, dtype=np.int32)),
            "best": keys,
            "birth": people["birth"],
            "name": [" ".join(one) for one in zip(*parts, strict=True)],
            "revised": pa.array(np.zeros(people.num_rows, dtype=bool)),
        }
    )
    return PeopleIndex(named), keys


def with_a_slip(name: str, chance: np.random.Generator) -> str:
    """One letter of a name replaced by another."""
    place = int(chance.integers(0, len(name)))
    return name[:place] + str(chance.choice(list(string.ascii_lowercase))) + name[place + 1 :]


def asked_for(people: pa.Table, asked: int) -> Iterator[tuple[int, str, Birth]]:
    """Who is looked for in each turn, those to warm up first: their row, and name and birth as asked for."""
    chance = np.random.default_rng(7)
    for turn, who in enumerate(chance.integers(0, people.num_rows, asked + WARM)):
        (row,) = people.slice(int(who), 1).to_pylist()
        name = f"{row['family']}, {row['given']} {row['middle']}"
        name = with_a_slip(name, chance) if turn % 2 else name
        yield int(who), name, Birth(row["birth"].year + int(chance.integers(-1, 2)))


@dataclass
class Spent:
    """Milliseconds of each turn, on the clock and of the processor, without those to warm up."""

    clock: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    @contextmanager
    def turn(self, number: int) -> Iterator[None]:
        """Time what is done in a turn."""
        begun, worked = time.perf_counter(), time.process_time()
        yield
        ended, worked = time.perf_counter(), time.process_time() - worked
        if number >= WARM:
            self.clock.append(1_000 * (ended - begun))
            self.processor.append(1_000 * worked)

    def lines(self, what: str) -> Iterator[str]:
        """Least, median, 95th percentile and most of both."""
        for name, spent in ((what, self.clock), ("  of it the processor's", self.processor)):
            told = (min(spent), statistics.median(spent), float(np.percentile(spent, 95)), max(spent))
            yield f"{name:<42}" + " / ".join(f"{one:.1f}" for one in told) + " ms"


def ratio(one: Spent, other: Spent) -> str:
    """The ratio of the medians, on the clock and of the processor."""
    pairs = ((one.clock, other.clock), (one.processor, other.processor))
    clock, processor = (statistics.median(mine) / statistics.median(theirs) for mine, theirs in pairs)
    return f"ratio of the medians {clock:.2f}, of the processor's {processor:.2f}"


def main() -> int:
    """Ask in turns, print, and say whether it is quick enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=200)
    parser.add_argument("--keep", type=Path, help="a folder for the town, used again where it is there")
    options = parser.parse_args()
    people = invented(options.people)
    print(f"{platform.machine()}, {options.people:,} people, one record each; {options.asked} asked")
    print("least / median / 95 % / most")
    quick = the_index(people, options.asked)
    with tempfile.TemporaryDirectory() as folder:
        quick &= the_door(options.keep or Path(folder), people, options.asked)
    return int(not quick)


def the_index(people: pa.Table, asked: int) -> bool:
    """The index against Splink's comparison of one pair; whether it is quick enough."""
    begun = time.perf_counter()
    index, keys = indexed(people)
    print(f"index made in {time.perf_counter() - begun:.1f} s")
    compare = comparing(people)
    ours, theirs, places = Spent(), Spent(), []
    for turn, (who, name, born) in enumerate(asked_for(people, asked)):
        with ours.turn(turn):
            found = index.like(name, born=born, most=MOST)
        row = people.slice(who, 1).to_pylist()[0]
        with theirs.turn(turn):
            compare(row)
        if turn >= WARM:
            listed = [str(one.key) for one in found]
            places.append(listed.index(keys[who]) if keys[who] in listed else None)
    print(*ours.lines("joinedup finds a person"), *theirs.lines("Splink compares one pair"), sep="\n")
    print(ratio(ours, theirs))
    first, among = (sum(one is not None and one < most for one in places) for most in (1, MOST))
    print(f"found first {first} of {len(places)}, among the first {MOST} {among}", flush=True)
    return statistics.median(ours.clock) < REACH


def the_door(folder: Path, people: pa.Table, asked: int) -> bool:
    """The door and the page of the hub against the index alone; whether the page is quick enough."""
    if (folder / "workspace").is_dir():
        workspace = Workspace.open(folder / "workspace")
    else:
        workspace, _by = build(folder, people)
    from joinedup.accounts import acting_viewer
    from joinedup.release.finding import look_up
    from joinedup.release.linking import findable

    by = acting_viewer(ANALYST)
    purpose, reason = Purpose.CRIME_AND_DISORDER, "a check before a visit, as the panel agreed"
    begun = time.perf_counter()
    index = people_index(workspace, findable(workspace, by, purpose).feeds)
    print(f"index of the linked town made in {time.perf_counter() - begun:.1f} s")
    page, door, hub, alone = a_page(workspace), Spent(), Spent(), Spent()
    for turn, (_who, name, born) in enumerate(asked_for(people, asked)):
        with hub.turn(turn):
            shown = page(name, born, purpose, reason)
        with door.turn(turn):
            found = look_up(workspace, by, name, born=born, purpose=purpose, reason=reason)
        with alone.turn(turn):
            same = index.like(name, born=born, most=MOST)
        if found != same or any(str(one.key) not in shown for one in found):
            raise SystemExit("The door, the page and the index find different people")
    workspace.close()
    print(f"in {FEEDS} feeds of {DELIVERIES} deliveries, the same people linked:")
    print(*hub.lines("a person found by the page of the hub"), sep="\n")
    print(*door.lines("a person found by the door"), *alone.lines("by the index alone"), sep="\n")
    print(ratio(door, alone))
    return float(np.percentile(hub.clock, 95)) < REACH


def a_page(workspace: Workspace) -> Callable[[str, Birth, Purpose, str], str]:
    """What the hub's page shows the analyst, who has signed in, of somebody."""
    from joinedup.hub import application

    application(workspace)
    from django.test import Client

    from joinedup.accounts.models import User

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(User.objects.get(username=ANALYST))

    def shown(name: str, born: Birth, purpose: Purpose, reason: str) -> str:
        asked = {"name": name, "born": str(born.year), "purpose": purpose.value, "reason": reason}
        answer = browser.post("/data/same/find/", asked)
        if answer.status_code != HTTPStatus.OK:
            raise SystemExit(f"The page answered {answer.status_code}")
        return str(answer.content.decode())

    return shown


def comparing(people: pa.Table) -> Callable[[dict[str, object]], None]:
    """Splink's comparison of a person with another record, as it is."""
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.NameComparison("given"),
            cl.NameComparison("family"),
            cl.DateOfBirthComparison("birth", input_is_string=False),
        ],
    )
    api = DuckDBAPI(connection=duckdb.connect())
    linker = Linker(api.register(people), settings, log_level=logging.ERROR)
    other = people.slice(0, 1).to_pylist()[0]

    def compare(row: dict[str, object]) -> None:
        scored = linker.inference.score_pair(row, other)
        scored.as_record_list()
        scored.drop_table_from_database_and_remove_from_cache()

    return compare


if __name__ == "__main__":
    sys.exit(main())
