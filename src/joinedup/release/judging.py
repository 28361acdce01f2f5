"""The door for judging a linkage by a truth that is known: only by many mentions at once, and logged.

A truth of a few people would tell who they are, one question at a time, and no look at them would be logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
from django.utils.translation import gettext as _
from pyarrow import parquet

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release.acts import log_act
from joinedup.release.linking import linkable_when
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.people import Evaluation
    from joinedup.workspace import Workspace

LEAST = 1_000
"""Mentions that a truth has to tell of."""
_TWINS = ("person_id", "twin_of")
_OF_GROUPS = ("sex", "ethnic_group", "birth_date")


def judge(
    workspace: Workspace, viewer: Viewer, truth: Path, *, purpose: Purpose, reason: str
) -> list[Evaluation]:
    """Compare the keys that stand, of the feeds whose people this person may know, with a truth.

    For data matching these are all that can be linked. ``truth`` is a folder with ``who.parquet`` (the
    columns ``people.evaluating.WHO``) and, for twins, ``person.parquet`` (``person_id``, ``twin_of``, and for
    groups any of ``sex``, ``ethnic_group`` and ``birth_date``). The act is a consultation with the feeds and
    how many mentions were compared. Raises NotPermitted where this person may know the people of no feed,
    NotFound where there is no truth, and BadInput for no reason or a truth that cannot be used or is too
    small.
    """
    from joinedup.people import evaluate
    from joinedup.people.evaluating import WHO

    may = linkable_when(workspace, viewer, purpose)
    if not may.feeds:
        sentence = next(iter(may.refused.values()), _("No feed that names people is shared with you."))
        raise NotPermitted(sentence)
    if not reason.strip():
        raise BadInput(_("Judging a linkage needs its reason"), next_step=_("Say why, without a name"))
    if not (truth / "who.parquet").is_file():
        raise NotFound(_("That folder holds no truth of who is who"), where=str(truth / "who.parquet"))
    who, people_file = _read(truth / "who.parquet", WHO), truth / "person.parquet"
    _require_many(who.num_rows)
    people = _read(people_file, _TWINS, _OF_GROUPS) if people_file.is_file() else None
    told = evaluate(workspace, may.feeds, who, people)
    mentions = told[0].mentions
    _require_many(mentions)
    log_act(
        "consultation",
        by=viewer,
        purpose=purpose,
        what=f"a linkage of {len(may.feeds)} feeds judged by a truth of {mentions:,} mentions",
        reason=reason.strip(),
        recipients=[viewer.username],
        detail={"feeds": list(may.feeds), "mentions": mentions, **may.basis},
    )
    return told


def _require_many(mentions: int) -> None:
    if mentions < LEAST:
        raise BadInput(
            _("The truth is too small to judge by"),
            next_step=_("Judge by at least %(least)s mentions of people you may know")
            % {"least": f"{LEAST:,}"},
        )


def _read(path: Path, columns: Sequence[str], others: Sequence[str] = ()) -> pa.Table:
    """These columns of a Parquet file, and those of the others that it has. Raises BadInput where it is none
    or lacks one of the first."""
    try:
        there = parquet.read_schema(path).names
        lacking = sorted(set(columns) - set(there))
        wanted = [*columns, *(one for one in others if one in there)]
        found = None if lacking else parquet.read_table(path, columns=wanted)
    except (pa.ArrowException, OSError):
        raise BadInput(
            _("That is no Parquet file that can be read"),
            where=str(path),
            next_step=_("Write the truth as Parquet; docs/linking-people.md has its columns"),
        ) from None
    if found is None:
        raise BadInput(
            _("The truth lacks the column %(column)s") % {"column": lacking[0]},
            where=str(path),
            next_step=_("docs/linking-people.md has its columns"),
        )
    return found
