"""The gate: a set of tables is protected and attacked together with all of it that was ever seen outside."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from django.utils.translation import gettext as _

from joinedup.errors import NotPermitted
from joinedup.release import closed_system
from joinedup.release.catalogue.counting import Counted, Key, Laid, laid_out
from joinedup.release.catalogue.tables import Table, TableSet
from joinedup.release.suppression.auditing import certify
from joinedup.release.suppression.cells import Marks
from joinedup.release.suppression.editions import Edition, in_one
from joinedup.release.suppression.rules import Threshold
from joinedup.release.suppression.suppressing import suppress
from joinedup.terms import Every

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


def pass_gate(
    tables: TableSet, now: Counted, seen: Sequence[Seen], live: Mapping[Key, int | None] | None = None
) -> Passed:
    """Protect the tables so that the attack over them and all that was ``seen`` finds nothing.

    ``live``: what protected viewers see of the same counts until now, a cell that they do not see missing.
    Raises ``NotPermitted`` where no pattern withstands the attack, or an earlier edition cannot be counted
    again: it fails closed.
    """
    wanted = {key for cell in laid_out(now, tables.tables).keys for key in cell}
    laid = laid_out(now, tables.tables, live_tables(tables) if live is not None else ())
    if live is not None:
        laid = _with_live(laid, live, wanted)
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
    return _told(tables.rule, laid, hidden, wanted, certificate.digest(whole, result.hidden))


def live_tables(tables: TableSet) -> list[Table]:
    """The tables of the system that protected viewers see where nothing was published (``closed_system``)."""
    return [Table(closed_system.BASE_LEVEL, Every.QUARTER, bool(tables.breakdown))]


def _with_live(laid: Laid, live: Mapping[Key, int | None], wanted: set[Key]) -> Laid:
    """What protected viewers see is shown already; what is hidden from them stays hidden."""
    system = laid.edition.system
    frozen, hidden, published = system.frozen.copy(), system.hidden.copy(), system.published.copy()
    for cell, keys in enumerate(laid.keys):
        told = [live[key] for key in keys if key in live]
        published[cell] = bool(told) or not wanted.isdisjoint(keys)
        hidden[cell] = any(count is None for count in told)
        frozen[cell] = bool(told) and not hidden[cell]
        if frozen[cell] and told[0] != system.values[cell]:
            raise NotPermitted(
                _("What councillors see now is of another day: try again when no delivery is running.")
            )
    system = replace(
        system,
        published=published,
        least=np.where(published, system.least, 0),
        sensitive=~published,
        frozen=frozen,
        hidden=hidden,
    )
    return replace(laid, edition=replace(laid.edition, system=system))


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


def _told(rule: Threshold, laid: Laid, hidden: Marks, wanted: set[Key], digest: str) -> Passed:
    values = laid.edition.system.values
    cells: dict[Key, int | None] = {}
    kept = total = kept_count = count = 0
    for cell, keys in enumerate(laid.keys):
        for key in keys:
            if key in wanted:
                cells[key] = None if hidden[cell] else int(values[cell])
                total += 1
                kept += not hidden[cell]
                count += int(values[cell])
                kept_count += 0 if hidden[cell] else int(values[cell])
    return Passed(cells, digest, kept, total, kept_count / count if count else 1.0)
