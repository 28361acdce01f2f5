"""Counting on Spark: the same SQL over the same files, in Spark's dialect (docs/spark.md).

Its door: ``InSpark`` (a measure's records, to be asked) and ``in_dialect`` (what they are asked).
"""

from joinedup.measures.spark.dialect import in_dialect
from joinedup.measures.spark.in_spark import InSpark

__all__ = ["InSpark", "in_dialect"]
