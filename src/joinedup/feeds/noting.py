"""Writing down what is decided about files and rows, all or nothing, with one error where it fails."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, transaction

from joinedup.errors import Damaged


@contextmanager
def noted() -> Iterator[None]:
    """A transaction; raises Damaged, which holds nothing of the library's message, where it fails."""
    try:
        with transaction.atomic():
            yield
    except DatabaseError as error:
        raise Damaged(
            "The database could not be written, so nothing was written down",
            where=type(error).__name__,
            next_step="Check the disk's space and health and that the database answers, then try again",
        ) from error
