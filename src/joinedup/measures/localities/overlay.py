"""What is laid over the index: deprivation and published classes of areas, and whether they agree with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from django.utils.translation import gettext as _

from joinedup import places
from joinedup.measures.localities.columns import Ground
from joinedup.measures.localities.result import Agreement, LocalityRow, OverlayRow, Verdict
from joinedup.measures.localities.statistics import Floats, rank_correlation

DEPRIVATION = "deprivation"
UNKNOWN = "unknown"


def overlay(
    ground: Ground, rows: Sequence[LocalityRow], deprivation: places.Deprivation
) -> tuple[OverlayRow, ...]:
    """Areas of the index by decile of deprivation in the country, and by each classification of them."""
    judged = [row for row in rows if row.inside is not None]
    found: list[OverlayRow] = []
    deciles = {row.code: row.deprivation_decile for row in judged if row.deprivation_decile}
    if deciles:
        of_deciles = {code: str(decile) for code, decile in deciles.items()}
        title = _("Decile of deprivation in the country, {year} (1: most deprived)").format(
            year=deprivation.year
        )
        found += _classes(DEPRIVATION, title, judged, of_deciles, {str(n): str(n) for n in range(1, 11)})
    for one in places.classifications(ground.workspace, ground.level, vintage=ground.vintage):
        of = {row.code: one.classes.get(row.code) for row in judged}
        found += _classes(one.name, one.title, judged, of, one.labels)
    return tuple(found)


def _classes(
    over: str,
    title: str,
    rows: Sequence[LocalityRow],
    kinds: Mapping[str, str | None] | Mapping[str, str],
    labels: Mapping[str, str],
) -> list[OverlayRow]:
    by_kind: dict[str, list[LocalityRow]] = {kind: [] for kind in labels}
    for row in rows:
        by_kind.setdefault(kinds.get(row.code) or UNKNOWN, []).append(row)
    named = {**labels, UNKNOWN: _("Not known")}
    return [
        OverlayRow(
            over,
            title,
            kind,
            named[kind],
            len(of),
            sum(bool(row.inside) for row in of),
            sum(row.verdict is Verdict.SURELY for row in of),
            sum(row.verdict is Verdict.PERHAPS for row in of),
            _people(of),
            _people([row for row in of if row.inside]),
        )
        for kind, of in by_kind.items()
        if of
    ]


def _people(rows: Sequence[LocalityRow]) -> int | None:
    """Residents of the areas; None where those of one are not known."""
    if any(row.residents is None for row in rows):
        return None
    return sum(row.residents or 0 for row in rows)


def agreement(
    codes: Sequence[str],
    index: Floats,
    counts_alone: Floats,
    inside: Sequence[bool],
    deprivation: places.Deprivation,
) -> Agreement | None:
    """How far the index and deprivation name the same areas, of those whose rank is known; None of too few.

    The most deprived are as many as are in the group; on a tie of ranks those with the lower code.
    """
    known = [at for at, code in enumerate(codes) if code in deprivation.areas]
    ranks = np.array([deprivation.areas[codes[at]].rank for at in known], dtype=np.float64)
    whole = rank_correlation(index[known], -ranks) if known else None
    if whole is None:
        return None
    group = {at for at in known if inside[at]}
    order = sorted(range(len(known)), key=lambda at: (ranks[at], codes[known[at]]))
    most = {known[at] for at in order[: len(group)]}
    return Agreement(len(group), len(group & most), whole, rank_correlation(counts_alone[known], -ranks))
