"""Spark, for whoever counts or compares on it: started once, asked in its dialect (docs/spark.md).

Its doors: ``session`` (``opened``, ``stop``), ``in_dialect`` and ``told_in_sentences``. pyspark is imported
when Spark is asked for, and not before.
"""

from joinedup.spark.dialect import in_dialect
from joinedup.spark.sentences import told_in_sentences

__all__ = ["in_dialect", "told_in_sentences"]
