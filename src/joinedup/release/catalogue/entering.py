"""Entering an edition and its cells in the ledger, within the caller's transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING

from joinedup.release.catalogue.counting import Counted, Key
from joinedup.release.catalogue.gate import Passed
from joinedup.release.catalogue.tables import TableSet
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.release.models import Publication

_AT_ONCE = 2_000  # rows written to the database together


def entered(
    tables: TableSet, now: Counted, passed: Passed, recipients: str, viewer: Viewer, began: dt.datetime
) -> Publication:
    """A new edition, prepared."""
    from django.db.models import Max

    from joinedup.release.models import Publication

    last = Publication.objects.aggregate(last=Max("number"))["last"] or 0
    return Publication.objects.create(
        number=last + 1,
        measure=tables.measure.name,
        version=tables.measure.version,
        sources=list(tables.measure.sources),
        tables=[table.name for table in tables.tables],
        breakdown=tables.breakdown,
        least_shown=tables.rule.least_shown,
        rounded_to=tables.rule.rounded_to,
        recipients=recipients,
        state=Publication.State.PREPARED,
        known_on=now.known_on,
        gate=passed.digest,
        prepared_by=viewer.username,
        prepared_at=began,
    )


def enter_cells(made: Publication, cells: Mapping[Key, int | None]) -> None:
    """Every cell of its tables, None for hidden."""
    from joinedup.release.models import PublishedCell

    PublishedCell.objects.bulk_create(
        [
            PublishedCell(
                publication=made,
                area_level=level,
                area_code=code,
                period=period,
                value=value,
                count=count,
            )
            for (level, code, period, value), count in cells.items()
        ],
        batch_size=_AT_ONCE,
    )
