"""Which of a breakdown's declared values get a row: those that occur in the data, and those asked for.

A value that the definition permits but that no record carries is no finding of zero: nobody writes it.
"""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from joinedup.measures import answering
from joinedup.measures.definition import UNSTATED, Measure
from joinedup.measures.kept import Kept
from joinedup.records import Reader
from joinedup.terms import Engine
from joinedup.workspace import Workspace

Values = dict[str, tuple[str, ...]]

_KEPT = 128
_LISTED = 6
_guard = threading.Lock()
_kept: dict[tuple[object, ...], frozenset[str]] = {}


def values_with_rows(
    workspace: Workspace,
    reader: Reader,
    measure: Measure,
    found: Mapping[str, frozenset[str]],
    asked: Mapping[str, Sequence[str]],
    engine: Engine,
    ready: Kept | None = None,
) -> tuple[Values, tuple[str, ...]]:
    """For each breakdown the declared values that get a row, and sentences that name those that do not.

    ``found`` has the values that the figure's own answer holds, ``asked`` those that the question names. Only
    where a declared value is in neither is the whole of the source looked through, as known on the reader's
    date, or what is kept of it (``ready``). Where the source holds nothing at all, every declared value keeps
    its row.
    """
    shown: Values = {}
    notes = []
    for name, answered in found.items():
        declared = tuple(measure.breakdowns[name])
        named = frozenset(asked.get(name, ()))
        if named or answered.issuperset(declared):
            shown[name] = declared
            continue
        carried = _carried(workspace, reader, measure, name, engine, ready)
        shown[name] = tuple(value for value in declared if value in carried) if carried else declared
        left_out = [measure.label(name, value) for value in declared if value not in shown[name]]
        if not shown[name] and UNSTATED in carried:
            shown[name] = (UNSTATED,)
        if left_out:
            note = _("No record known carries {values} ({breakdown}): no row, which is not a count of 0.")
            notes.append(note.format(values=_in_words(left_out), breakdown=name.replace("_", " ")))
    return shown, tuple(notes)


def _in_words(labels: Sequence[str]) -> str:
    listed = ", ".join(labels[:_LISTED])
    hidden = len(labels) - _LISTED
    return _("{values} and {number} more").format(values=listed, number=hidden) if hidden > 0 else listed


def _carried(
    workspace: Workspace,
    reader: Reader,
    measure: Measure,
    name: str,
    engine: Engine,
    ready: Kept | None,
) -> frozenset[str]:
    """Every value of the breakdown that a record of any month carries; kept until the ledger changes."""
    folder = workspace.folder.stat()
    key = (workspace.folder, folder.st_ino, reader.generation, reader.as_at, measure, name)
    with _guard:
        values = _kept.get(key)
    if values is None:
        values = ready.carried() if ready else _read(workspace, reader, measure, name, engine)
        with _guard:
            while len(_kept) >= _KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = values
    return values


def _read(
    workspace: Workspace, reader: Reader, measure: Measure, name: str, engine: Engine
) -> frozenset[str]:
    records = answering.opened(workspace, reader, measure, None, engine)
    body = textwrap.indent(textwrap.dedent(measure.sql).strip(), "    ")
    answer = records.ask(
        f"WITH counted AS (\n{body}\n)\n"
        f"SELECT DISTINCT coalesce({name}, '{UNSTATED}') AS carried FROM counted"
    )
    return frozenset(answer["carried"].to_pylist())
