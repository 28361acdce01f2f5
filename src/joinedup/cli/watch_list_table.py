"""What a watch-list shows of one feed, as a table in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joinedup.release.watch_lists import Section


def table_of(section: Section) -> tuple[list[str], list[dict[str, Any]]]:
    """Headings and rows: the details, the record's date, why and until when it is on, and its key."""
    from joinedup.release.watch_lists import detail_names

    details = detail_names(section.details)
    heads = [*details, section.day_title, "why", "until", "key"]
    rows = [
        dict(
            zip(
                heads,
                [*line.values, line.day, line.why or None, line.until, line.record_key],
                strict=True,
            )
        )
        for line in section.rows
    ]
    return heads, rows
