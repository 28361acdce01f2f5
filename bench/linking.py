"""Linking: a table of people through joinedup, against Splink alone on the same blocks, in turns.

    python bench/linking.py [--people 400000] [--mentions 1000000] [--pairs 5] [--keep FOLDER]

The people are those of the demonstration's simulation (with their twins, moves and aliases), each written
down as the demonstration's agencies write, with the frozen rates of what goes wrong; whom a mention is of is
kept for judging alone. joinedup: ``people.link_table`` with the frozen model, from the raw table to who is
who. Splink alone is spared the tidying: it begins with the descriptions, with its own comparisons, trained
(untimed) and then timed from predicting to connected components at a probability of 0.95. Every run is its
own process with as many threads. Prints the ratios of time and of processor time, memory, and how good both
are.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from delivery import THREADS, Watch, apart, processor_seconds

MOST_TIMES, MOST_MEMORY = 1.3, 1_500
FEEDS = ("police-victims", "police-suspects", "council-asb-callers", "probation-caseload")
SEED = 99
FIRST = dt.datetime(2022, 4, 1)  # noqa: DTZ001 - the truth has naive civil times
COLUMNS = {
    **{
        name: name for name in ("given_name", "middle_names", "family_name", "birth_date", "sex", "ethnicity")
    },
    **{name: name for name in ("address", "postcode", "uprn", "phone", "email", "identifiers")},
}


@dataclass
class Run:
    """One side of a pair."""

    seconds: float
    processor: float
    megabytes: float
    told: str


def make_mentions(folder: Path, people: int, mentions: int) -> Path:
    """A table of mentions with ``person_id``; used again where it is there."""
    path = folder / f"mentions-{people}-{mentions}.parquet"
    if path.is_file():
        return path
    from joinedup.demo.exports.mess import frozen
    from joinedup.demo.exports.people import People
    from joinedup.demo.people import simulate
    from joinedup.demo.people.truth import Truth

    if not (folder / "truth" / "summary.json").is_file():
        simulate(folder / "truth", people=people, seed=SEED)
    truth = Truth(folder / "truth")
    known, mess = People(truth), frozen()
    luck = [mess.luck(feed) for feed in FEEDS]
    chance = random.Random(SEED)
    everybody = truth.person["person_id"].tolist()
    again = [min(chance.paretovariate(1.5), 40) for _ in everybody]  # some are written down very often
    rows = []
    for number, person in enumerate(chance.choices(everybody, again, k=mentions)):
        day = FIRST + dt.timedelta(days=chance.randrange(1096))
        rows.append(_row(known.written(person, day, chance.choice(luck).draw(number, person)), person))
    table = {name: [row[place] for row in rows] for place, name in enumerate(_WRITTEN)}
    numbers = pa.array(table.pop("identifiers"), pa.map_(pa.string(), pa.string()))
    people_of = pa.array(table.pop("person_id"), pa.int64())
    columns = {name: pa.array(values, pa.string()) for name, values in table.items()}
    pq.write_table(pa.table({**columns, "identifiers": numbers, "person_id": people_of}), path)
    return path


_WRITTEN = (*COLUMNS, "person_id")


def _row(written, person: int) -> tuple:
    """A mention as a record has it; half of the numbers of police and health are known."""
    numbers = [("nhs", written.nhs_number)] if written.nhs_number and person % 4 == 0 else []
    numbers += [("pnc", written.pnc_id)] if written.pnc_id and person % 2 == 0 else []
    return (
        written.given or None,
        written.middle or None,
        written.family or None,
        written.born.isoformat() if written.born else None,
        written.sex or None,
        written.ethnic_words("", "") or None,
        written.address or None,
        written.postcode or None,
        written.uprn or None if person % 3 == 0 else None,
        written.phone or None,
        written.email or None,
        numbers or None,
        person,
    )


def _said(found: np.ndarray, truth: np.ndarray) -> str:
    from joinedup.people.measuring_quality import b_cubed, pairwise

    pairs, each = pairwise(found, truth), b_cubed(found, truth)
    return f"pairs {pairs.precision:.3f} {pairs.recall:.3f} F1 {pairs.f1:.4f}, B-cubed F1 {each.f1:.4f}"


def joinedup_links(path: Path, scratch: Path) -> Run:
    """joinedup, from the raw table to who is who."""
    from joinedup.people.linking import Known, link_table
    from joinedup.people.model import read_model
    from joinedup.people.running import ONE_EACH

    connection = _connection(scratch)
    read_model()
    with Watch() as watch:
        started, used = time.perf_counter(), processor_seconds()
        linked = link_table(
            pq.read_table(path, columns=list(COLUMNS)),
            COLUMNS,
            model=read_model(),
            known=Known(ONE_EACH),
            connection=connection,
        )
        seconds, used = time.perf_counter() - started, processor_seconds() - used
    truth = pq.read_table(path, columns=["person_id"])["person_id"].to_numpy()
    best = linked.best.copy()
    best[~linked.enough] = best.max() + 1 + np.arange((~linked.enough).sum())
    return Run(seconds, used, watch.megabytes, _said(best, truth))


def splink_links(path: Path, scratch: Path) -> Run:
    """Splink alone on the table of descriptions, made untimed, by the same blocks."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on
    from splink.blocking_rule_library import CustomRule

    from joinedup.people.blocking import SWAPPED_BLOCK, blocks
    from joinedup.people.descriptions import describe, present_columns
    from joinedup.people.normalising import normalise

    connection = _connection(scratch)
    table = pq.read_table(path, columns=list(COLUMNS))
    connection.register("given", table.append_column("row", pa.array(np.arange(table.num_rows))))
    normalise(connection, "given", COLUMNS, "normalised")
    connection.unregister("given")
    count = describe(connection, "normalised", "described")
    connection.execute("DROP TABLE normalised")
    shared = blocks(connection, "described", present_columns(connection, "described"))
    rules = [block_on(*columns) for columns in shared.equal]
    rules += [CustomRule(SWAPPED_BLOCK), *(block_on(one, arrays_to_explode=[one]) for one in shared.listed)]
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="description",
        blocking_rules_to_generate_predictions=rules,
        comparisons=[
            cl.NameComparison("given").configure(term_frequency_adjustments=True),
            cl.NameComparison("family").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("birth", [1, 2]),
            cl.JaroWinklerAtThresholds("street", [0.92]),
            cl.ExactMatch("postcode"),
            cl.ExactMatch("phone"),
            cl.ExactMatch("email"),
            cl.ExactMatch("sex"),
            cl.ExactMatch("ethnicity"),
            cl.ArrayIntersectAtSizes("identifiers", [1]),
        ],
    )
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register("described"), settings, log_level=40)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("given", "family", "birth")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=SEED)
    for block in (("birth",), ("given", "family")):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*block))
    with Watch() as watch:
        started, used = time.perf_counter(), processor_seconds()
        predicted = linker.inference.predict(threshold_match_probability=0.5)
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, 0.95)
        seconds, used = time.perf_counter() - started, processor_seconds() - used
    labels = np.zeros(count, dtype=np.int64)
    rows = connection.sql(
        f"SELECT description, dense_rank() OVER (ORDER BY cluster_id) AS n FROM {clusters.physical_name}"
    ).fetchnumpy()
    labels[rows["description"]] = rows["n"]
    of = connection.sql("SELECT description FROM described_rows ORDER BY row").fetchnumpy()["description"]
    truth = pq.read_table(path, columns=["person_id"])["person_id"].to_numpy()
    return Run(seconds, used, watch.megabytes, _said(labels[of], truth))


def _connection(scratch: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET threads = {THREADS}")
    connection.execute(f"SET temp_directory = '{scratch / 'spill'}'")
    connection.execute("SET memory_limit = '1GB'")
    return connection


def main() -> int:
    """Run the pairs and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=400_000)
    parser.add_argument("--mentions", type=int, default=1_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        path = make_mentions(folder, options.people, options.mentions)
        ratios, memory = [], 0.0
        for pair in range(1, options.pairs + 1):
            ours = apart(joinedup_links, path, Path(scratch))
            alone = apart(splink_links, path, Path(scratch))
            ratios.append(ours.seconds / alone.seconds)
            memory = max(memory, ours.megabytes)
            print(
                f"pair {pair}: joinedup {ours.seconds:.1f} s ({ours.processor:.1f} s of the processor,"
                f" {ours.megabytes:,.0f} MB; {ours.told}); Splink alone {alone.seconds:.1f} s"
                f" ({alone.processor:.1f}, {alone.megabytes:,.0f} MB; {alone.told});"
                f" {ratios[-1]:.2f} x, {ours.processor / alone.processor:.2f} x of the processor",
                flush=True,
            )
    median = statistics.median(ratios)
    print(f"{min(ratios):.2f} / {median:.2f} / {max(ratios):.2f} x; at most {memory:,.0f} MB")
    return 0 if median <= MOST_TIMES and memory <= MOST_MEMORY else 1


if __name__ == "__main__":
    sys.exit(main())
