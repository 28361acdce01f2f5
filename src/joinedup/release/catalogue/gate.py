"""The gate: a set of tables is protected and attacked together with all of it that was ever seen outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release.catalogue.counting import Counted, Key, Laid, laid_out
from joinedup.release.catalogue.tables import Table, TableSet
from joinedup.release.suppression.auditing import certify
from joinedup.release.suppression.cells import Marks
from joinedup.release.suppression.editions import Edition, in_one
from joinedup.release.suppression.suppressing import suppress

MOST_CELLS = 60_000  # of the tables and all that left before: beyond it the attack would take too long


@dataclass(frozen=True)
class Seen:
    """Cells that left at one time: their count, or None for hidden."""

    counts: Counted
    tables: Sequence[Table]
    cells: Mapping[Key, int | None]


@dataclass(frozen=True)
class Passed:
    """What passed the gate: each cell with its count or None, the digest of the certificate, what is kept."""

    cells: Mapping[Key, int | None]
    digest: str
    kept_cells: int
    all_cells: int
    kept_share: float


def pass_gate(tables: TableSet, now: Counted, seen: Sequence[Seen]) -> Passed:
    """Protect the tables so that the attack over them and all that was ``seen`` finds nothing.

    Raises ``NotPermitted`` where no pattern withstands the attack, or an earlier edition cannot be counted
    again: it fails closed.
    """
    laid = laid_out(now, tables.tables)
    earlier = [_edition(one) for one in seen]
    whole, own = in_one(earlier, laid.edition) if earlier else (laid.edition.system, slice(0, None))
    if whole.size > MOST_CELLS:
        raise NotPermitted(_("These tables have too many cells to be attacked: publish coarser ones."))
    result = suppress(whole, tables.rule)
    certificate = certify(whole, result, tables.rule)
    if not certificate.holds:
        raise NotPermitted(
            _("These tables cannot be made safe beside those published before: wait until more has changed.")
            if earlier
            else _("These tables cannot be made safe: publish coarser ones.")
        )
    hidden = result.hidden[own]
    return _told(laid, hidden, certificate.digest(whole, result.hidden))


def _edition(seen: Seen) -> Edition:
    """An earlier edition, counted again as it was known; it must come to what was shown."""
    laid = laid_out(seen.counts, seen.tables)
    system = laid.edition.system
    hidden = np.zeros(system.size, dtype=np.bool_)
    for cell, keys in enumerate(laid.keys):
        told = [seen.cells[key] for key in keys if key in seen.cells]
        hidden[cell] = not told or any(count is None for count in told)
        if any(count is not None and count != system.values[cell] for count in told):
            raise NotPermitted(
                _(
                    "What was published before can no longer be counted as it was: records were erased or "
                    "came in for an earlier day. Nothing more of this measure can be published."
                )
            )
    unseen = np.array([not any(key in seen.cells for key in keys) for keys in laid.keys], dtype=np.bool_)
    published = system.published.copy()
    published[: unseen.size] &= ~unseen
    least = np.where(published, system.least, 0)
    system = replace(system, published=published, least=least, sensitive=~published)
    return replace(laid.edition, system=system, hidden=hidden & published)


def _told(laid: Laid, hidden: Marks, digest: str) -> Passed:
    values = laid.edition.system.values
    cells: dict[Key, int | None] = {}
    kept_count = count = 0
    for cell, keys in enumerate(laid.keys):
        for key in keys:
            cells[key] = None if hidden[cell] else int(values[cell])
            count += int(values[cell])
            kept_count += cells[key] or 0
    kept = sum(told is not None for told in cells.values())
    return Passed(cells, digest, kept, len(cells), kept_count / count if count else 1.0)
