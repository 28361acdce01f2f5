"""Looking one person up by name among a million, against Splink's comparison of one pair, in turns.

    python bench/lookup.py [--people 1000000] [--asked 200]

The people have given names, middle names and surnames as common as the demonstration's and a day of birth;
each has a record of their own. Those asked for are drawn at random: half of them with one slip in the name,
with the year of birth, a year off for some. In each turn joinedup finds whom one looks for
(``people.looking_up``, the index ready in memory), then Splink compares one pair of records
(``Linker.inference.score_pair``, its own comparisons of names and births, on DuckDB, the same people
registered): that answers whether two records are alike, and finds nobody. Printed: least, median, 95th
percentile and most of each in milliseconds, for joinedup also the processor's (other work beside it lengthens
what the clock says), the ratio of the medians, and how many were found first and among the twenty. Exits with
1 where the median is 50 ms or more.
"""

from __future__ import annotations

import argparse
import datetime as dt
import logging
import platform
import statistics
import string
import sys
import time
import uuid
from collections.abc import Callable, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator

from joinedup.demo.people.names import draw_given, draw_surname, load_names
from joinedup.demo.people.rates import load_rates
from joinedup.people.looking_up import Birth, PeopleIndex

REACH = 50.0  # milliseconds
MOST = 20


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


def line(what: str, spent: Sequence[float]) -> str:
    """Least, median, 95th percentile and most, in milliseconds."""
    told = (min(spent), statistics.median(spent), float(np.percentile(spent, 95)), max(spent))
    return f"{what:<42}" + " / ".join(f"{one:.1f}" for one in told) + " ms"


def main() -> int:
    """Ask in turns, print, and say whether it is quick enough."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=200)
    options = parser.parse_args()
    people = invented(options.people)
    begun = time.perf_counter()
    index, keys = indexed(people)
    built = time.perf_counter() - begun
    compare = comparing(people)
    chance = np.random.default_rng(7)
    ours: list[float] = []
    ours_worked: list[float] = []
    theirs: list[float] = []
    places = []
    for turn, who in enumerate(chance.integers(0, options.people, options.asked + 3)):
        (row,) = people.slice(int(who), 1).to_pylist()
        name = f"{row['family']}, {row['given']} {row['middle']}"
        name = with_a_slip(name, chance) if turn % 2 else name
        born = Birth(row["birth"].year + int(chance.integers(-1, 2)))
        begun, worked = time.perf_counter(), time.process_time()
        found = index.like(name, born=born, most=MOST)
        between, worked = time.perf_counter(), time.process_time() - worked
        compare(row)
        ended = time.perf_counter()
        if turn >= 3:  # the first are to warm up
            ours.append(1_000 * (between - begun))
            ours_worked.append(1_000 * worked)
            theirs.append(1_000 * (ended - between))
            listed = [str(one.key) for one in found]
            places.append(listed.index(keys[who]) if keys[who] in listed else None)
    print(f"{platform.machine()}, {options.people:,} people, one record each")
    print(f"index made in {built:.1f} s; {options.asked} asked; least / median / 95 % / most")
    print(line("joinedup finds a person", ours))
    print(line("  of it the processor's", ours_worked))
    print(line("Splink compares one pair", theirs))
    ratio = statistics.median(ours) / statistics.median(theirs)
    print(f"ratio of the medians {ratio:.2f}")
    first, among = (sum(one is not None and one < most for one in places) for most in (1, MOST))
    print(f"found first {first} of {len(places)}, among the first {MOST} {among}")
    return int(statistics.median(ours) >= REACH)


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
