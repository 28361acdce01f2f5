"""The SQL of a measure of reoffending: on Spark what it is on DuckDB, whatever the measure's parts."""

from __future__ import annotations

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_measures_reoffending_counting import history, measures, numbers, periods, tables

from joinedup.measures.reoffending.counting import outcomes
from joinedup.measures.reoffending.counting_sql import counted_sql
from joinedup.spark import in_dialect, session

ENTRY = pa.schema(
    {
        "unit": pa.string(),
        "way": pa.int32(),
        "day": pa.date32(),
        "adult_month": pa.date32(),
        "lives_here": pa.bool_(),
    }
)
PROOF = pa.schema(
    {
        "unit": pa.string(),
        "proof": pa.int32(),
        "offence": pa.string(),
        "offended": pa.date32(),
        "proven": pa.date32(),
    }
)


@pytest.fixture(scope="module")
def both():
    return tables(*history(11, 60))


@pytest.fixture
def spark(busy, both):
    opened = session.opened(busy.workspace)
    for name, frame, schema in (("entry", both.entries, ENTRY), ("proof", both.proofs, PROOF)):
        made = opened.createDataFrame(pa.Table.from_pandas(frame, schema=schema))
        made.createOrReplaceTempView(name)
    return opened


def test_a_measure_of_reoffending_counts_the_same_on_both_engines(spark, both):
    cursor = duckdb.connect()

    @settings(max_examples=10)
    @given(measures, periods, st.sampled_from([0, 0, 18]))
    def agree(measure, period, earlier):
        ways, proofs = numbers(measure)
        in_duckdb = outcomes(cursor, both, measure, period, ways, proofs, earlier)
        text = in_dialect(counted_sql(measure, period, ways, proofs, earlier))
        in_spark = spark.sql(text).toArrow().to_pandas()
        for found in (in_duckdb, in_spark):
            found["day"] = pd.to_datetime(found["day"])
        pd.testing.assert_frame_equal(in_spark, in_duckdb, check_dtype=False)

    agree()
