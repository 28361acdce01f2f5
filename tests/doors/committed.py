"""What each committed transaction wrote: the tables, as the database was asked to write them."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from typing import Any

_WRITES = re.compile(
    r'^\s*(?:INSERT(?:\s+OR\s+\w+)?\s+INTO|UPDATE|DELETE\s+FROM|REPLACE\s+INTO)\s+"?(\w+)"?', re.I
)


@contextlib.contextmanager
def committed() -> Iterator[list[set[str]]]:
    """The tables of each transaction that was committed meanwhile, one set each; what was rolled back is not
    among them."""
    from django.db import connection

    done: list[set[str]] = []
    open_now: set[str] = set()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        given = execute(sql, params, many, context)
        if found := _WRITES.match(sql):
            if connection.in_atomic_block:
                open_now.add(found.group(1))
            else:
                done.append({found.group(1)})
        return given

    def ends(kept: Any, *, commits: bool) -> Any:
        def end() -> None:
            kept()
            if commits and open_now:
                done.append(set(open_now))
            open_now.clear()

        return end

    commit, rollback = connection.commit, connection.rollback
    connection.commit = ends(commit, commits=True)
    connection.rollback = ends(rollback, commits=False)
    try:
        with connection.execute_wrapper(watch):
            yield done
    finally:
        del connection.commit, connection.rollback
