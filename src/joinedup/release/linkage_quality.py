"""How good the latest linkage is by what people decided of its pairs: of everybody, and of each group.

What it says of groups is drawn from what records say of people's sex, ethnic group and birth: it is a
disclosure, and in the log before it is worked out. It names nobody, and is for those who may know everybody
whom the linkage linked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import numpy as np
import pyarrow as pa
from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.people import reviewing
from joinedup.people.judging import Estimate, Stratum, estimated
from joinedup.people.reviewing import Mentioned, Pair
from joinedup.records import RecordBook
from joinedup.release.acts import log_act
from joinedup.release.comparing import standing
from joinedup.release.linking import Linkable, linkable_when
from joinedup.terms import LONDON, Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.people.groups import Dimension
    from joinedup.people.judging_groups import GroupEstimate
    from joinedup.workspace import Workspace

_SAME, _DIFFERENT, _UNSURE = "same", "different", "unsure"
_WHICH = "feed, record_key, role, ordinal"


@dataclass(frozen=True)
class Quality:
    """How good the latest linkage is, by decisions.

    ``linkage``: its number, 0 where none drew a pair. ``decided`` and ``unsure``: of how many of its pairs
    people said the same or different, and that they cannot tell. ``lacking``: how many strata no decision
    tells of; ``is_whole``: whether it drew pairs of feeds that this person may know, and no others.
    """

    linkage: int
    precision: Estimate
    recall: Estimate
    decided: int
    unsure: int
    lacking: int
    is_whole: bool

    @property
    def tells(self) -> bool:
        """Whether there is an estimate, and it is for this person."""
        return self.is_whole and not self.lacking and bool(self.decided)


def pairs_of(workspace: Workspace, feeds: Collection[str]) -> tuple[list[Pair], list[Pair]]:
    """The pairs of these feeds that wait, and those that somebody decided on, without those of which a record
    is restricted or no longer stands."""
    waiting, decided = reviewing.waiting(feeds), reviewing.reviewed(feeds)
    there = standing(workspace, {one for each in (*waiting, *decided) for one in _both(each)})
    left, right = ([one for one in some if there.issuperset(_both(one))] for some in (waiting, decided))
    return left, right


def quality_of(workspace: Workspace, pairs: Sequence[Pair], feeds: Collection[str]) -> Quality:
    """What the decisions on these pairs, all that this person may see, tell of the latest linkage."""
    delivered = {feed for feed, *_rest in RecordBook(workspace).feeds()}
    everything = [*reviewing.waiting(delivered), *reviewing.reviewed(delivered)]
    latest = max((one.linkage for one in everything), default=0)
    strata = _strata([one for one in pairs if one.linkage == latest])
    precision, recall = estimated(strata)
    return Quality(
        latest,
        precision,
        recall,
        sum(int(one.decided) for one in strata),
        sum(int(one.unsure) for one in strata),
        sum(one.decided == 0 for one in strata),
        all({side.feed for side in _both(one)} <= set(feeds) for one in everything if one.linkage == latest),
    )


Grouped: TypeAlias = "list[tuple[Dimension, list[GroupEstimate]]]"
"""For each way to group people, what is estimated of each of its groups."""


def released_quality(
    workspace: Workspace, viewer: Viewer, *, purpose: Purpose, reason: str = ""
) -> tuple[Quality, Grouped]:
    """How good the latest linkage is by all decisions on its pairs, of everybody and of each group.

    Raises NotPermitted for whoever may not know all whom it linked for this purpose.
    """
    may = linkable_when(workspace, viewer, purpose)
    if not may.feeds:
        raise NotPermitted(_("How good a linkage is, is shown to people whom names are shared with"))
    waiting, decided = pairs_of(workspace, may.feeds)
    told = quality_of(workspace, [*waiting, *decided], may.feeds)
    if not told.is_whole:
        raise NotPermitted(_("The latest linkage linked feeds whose people you may not know as well"))
    return told, quality_by_group(workspace, viewer, told, decided, may, purpose=purpose, reason=reason)


def quality_by_group(
    workspace: Workspace,
    viewer: Viewer,
    quality: Quality,
    pairs: Sequence[Pair],
    may: Linkable,
    *,
    purpose: Purpose,
    reason: str = "",
) -> Grouped:
    """The same for people of each sex, ethnic group and age band; nothing where ``quality`` tells nothing, or
    where nobody was linked.

    The group of a mention is what its record says, else what most records of its person do; a pair of two
    groups is half of either. Ages are those on the day from which the linkage is known.
    """
    from joinedup.people.groups import ALL
    from joinedup.people.judging_groups import Looked, by_group

    linkages = RecordBook(workspace).linkages()
    if not quality.tells or not linkages:
        return []
    looked = [one for one in pairs if one.linkage == quality.linkage and one.verdict]
    log_act(
        "disclosure",
        by=viewer,
        purpose=purpose,
        what=f"how good linkage {quality.linkage} is for groups of people, by {len(looked)} pairs",
        reason=reason,
        recipients=[viewer.username],
        detail={"linkage": quality.linkage, "pairs": len(looked), "feeds": sorted(may.feeds), **may.basis},
    )
    on = linkages[-1].known_from.astimezone(LONDON).date()
    groups = _groups_of(workspace, {side for one in looked for side in _both(one)}, may.feeds, on)
    told = []
    for number, dimension in enumerate(ALL):
        as_looked = [
            Looked(
                one.drawn.stratum,
                one.drawn.stratum_pairs,
                one.drawn.together,
                one.verdict,
                (groups[one.drawn.left][number], groups[one.drawn.right][number]),
            )
            for one in looked
        ]
        found = {one.group: one for one in by_group(as_looked)}
        told.append((dimension, [found[code] for code in dimension.codes if code in found]))
    return told


def _groups_of(
    workspace: Workspace, mentions: Collection[Mentioned], feeds: Collection[str], on: dt.date
) -> Mapping[Mentioned, tuple[str, ...]]:
    """The groups of each mention, one for each dimension; ages are those ``on`` a day."""
    from joinedup.people.evaluating_groups import said_sql
    from joinedup.people.groups import ALL, numbered, of_each

    wanted = pa.table(
        {
            "feed": [one.feed for one in mentions],
            "record_key": [str(one.record_key) for one in mentions],
            "role": [one.role for one in mentions],
            "ordinal": pa.array([one.ordinal for one in mentions], pa.int32()),
        }
    )
    with RecordBook(workspace).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, feeds)
        reader.persons(cursor, feeds)
        cursor.register("wanted", wanted)
        cursor.execute(_OF_THEM)
        said = f"SELECT {_WHICH}, person, {said_sql('told', on)} FROM told"
        rows = cursor.sql(said).to_arrow_table()
        cursor.unregister("wanted")
    owner = np.unique(rows["person"].to_numpy(zero_copy_only=False), return_inverse=True)[1]
    columns = []
    for one in ALL:
        own = numbered(one, rows[one.name].to_pylist())
        of_person = of_each(one, owner, own, int(owner.max(initial=-1)) + 1)[owner]
        columns.append([one.codes[place] for place in np.where(own < one.telling, own, of_person)])
    which = zip(*(rows[name].to_pylist() for name in ("feed", "record_key", "role", "ordinal")), strict=True)
    named = (Mentioned(feed, UUID(key), role, ordinal) for feed, key, role, ordinal in which)
    return dict(zip(named, zip(*columns, strict=True), strict=True))


_OF_THEM = f"""
    CREATE OR REPLACE TEMP TABLE told AS
    WITH asked AS (SELECT feed, record_key::UUID AS record_key, role, ordinal FROM wanted),
    known AS (SELECT mention.*, coalesce(person.best::VARCHAR, concat_ws('/', {_WHICH})) AS person
              FROM mention LEFT JOIN person USING ({_WHICH}) WHERE role <> 'record')
    SELECT feed, record_key::VARCHAR AS record_key, role, ordinal, person,
           sex, ethnicity, birth_date, birth_date_given FROM known
    WHERE ({_WHICH}) IN (FROM asked)
        OR person IN (SELECT person FROM known WHERE ({_WHICH}) IN (FROM asked))"""


def _strata(pairs: Sequence[Pair]) -> list[Stratum]:
    of_stratum: dict[int, list[Pair]] = {}
    for one in pairs:
        of_stratum.setdefault(one.drawn.stratum, []).append(one)
    return [
        Stratum(
            some[0].drawn.stratum_pairs,
            sum(one.verdict in {_SAME, _DIFFERENT} for one in some),
            sum(one.verdict == _SAME for one in some),
            some[0].drawn.together,
            sum(one.verdict == _UNSURE for one in some),
        )
        for some in of_stratum.values()
    ]


def _both(pair: Pair) -> tuple[Mentioned, Mentioned]:
    return pair.drawn.left, pair.drawn.right
