"""The door of drafting: asks a process of its own, with intake's limits, and writes what it proposes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from joinedup import durable, errors
from joinedup.errors import BadInput, Damaged, JoinedupError, NotFound
from joinedup.feeds.columns import NAME
from joinedup.feeds.drafting.definitions import Draft
from joinedup.feeds.file_names import shown, shown_name
from joinedup.feeds.intake.process import environment
from joinedup.feeds.scratch import scratch
from joinedup.workspace import Workspace

_MODULE = "joinedup.feeds.drafting.worker"
_SECONDS = 600.0


def draft(workspace: Workspace, file: Path, *, name: str | None = None) -> Draft:
    """Propose a contract for a file. Raises BadInput where it is no table with a header.

    No cell of a column that is likely to be personal is in the draft or in an error.
    """
    if not file.is_file():
        raise NotFound("There is no such file", where=shown(file))
    if name is not None and not NAME.fullmatch(name):
        raise BadInput("A feed's name has small letters, digits and single hyphens only", where=name)
    with scratch(workspace) as folder:
        asked = {"file": str(file.resolve()), "folder": str(folder), "name": name}
        told = _ask(json.dumps(asked), folder, shown_name(file))
    if "error" in told:
        parts = told["error"]
        kind: type[JoinedupError] = getattr(errors, parts["kind"], Damaged)
        where = ": ".join(filter(None, (shown_name(file), parts["where"])))
        raise kind(parts["what"], where=where, next_step=parts["next_step"])
    return Draft(**told["draft"])


def _ask(question: str, folder: Path, file_name: str) -> dict[str, Any]:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", _MODULE],
            input=question,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment(),
            encoding="utf-8",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BadInput(
            f"Reading the file took longer than {_SECONDS:,.0f} seconds and was stopped",
            where=file_name,
            next_step="Draft from its first rows",
        ) from None
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:  # it was ended before it had answered
        raise BadInput(
            "Reading the file was ended by the system: it used too much memory or crashed a library",
            where=file_name,
            next_step="Draft from its first rows",
        ) from None
    return answer


def write_draft(found: Draft, target: Path) -> list[Path]:
    """Write the draft, and its code lists beside it in ``codelists/``; BadInput where a file is there."""
    lists = {target.parent / "codelists" / f"{name}.csv": text for name, text in found.code_lists.items()}
    for path in (target, *lists):
        if path.exists():
            raise BadInput("That file exists already", where=str(path), next_step="Name another with --out")
    for path, text in {**lists, target: found.toml}.items():
        try:
            durable.write_text(path, text)
        except OSError as error:
            raise BadInput("That file cannot be written", where=f"{path}: {error.strerror}") from None
    return [target, *lists]
