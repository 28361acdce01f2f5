"""Counting on Spark: the same SQL over the same files, in Spark's dialect (docs/spark.md).

Its door: ``InSpark``, a measure's records, to be asked.
"""

from joinedup.measures.spark.in_spark import InSpark

__all__ = ["InSpark"]
