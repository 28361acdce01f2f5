"""What Spark and Java raise, as sentences of ours: their own words echo values."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyarrow as pa

from joinedup.errors import BadInput


@contextmanager
def told_in_sentences(doing: str, where: str, unfit: BadInput | None = None) -> Iterator[None]:
    """Turn what Spark raises, also where Java has died, into BadInput: that it could not do ``doing``.

    ``unfit``: what is raised in its place where the SQL does not fit the tables.
    """
    from py4j.protocol import Py4JError
    from pyspark.errors import AnalysisException, PySparkException

    try:
        yield
    except (PySparkException, Py4JError, pa.ArrowException, ConnectionError, EOFError) as error:
        if unfit is not None and isinstance(error, AnalysisException):
            raise unfit from None
        raise BadInput(
            f"Spark could not {doing}",
            where=f"{where}: {type(error).__name__}",
            next_step="Compute it with: --engine duckdb",
        ) from None
