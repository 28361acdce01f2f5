"""Exports: the files that each agency of the demonstration sends, in its own format with its own mess.

The doors: ``write_all``, ``WhoIsWho`` and ``exporters``. A new feed is one more module in ``partners``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from joinedup.demo.exports.discovery import exporters
from joinedup.demo.exports.exported import ExportedFile, Truth
from joinedup.demo.exports.mess import Mess, frozen
from joinedup.demo.exports.who_is_who import WhoIsWho
from joinedup.progress import Progress, Silent
from joinedup.terms import Period

__all__ = ["ExportedFile", "Mess", "Truth", "WhoIsWho", "exporters", "frozen", "write_all"]


def write_all(
    truth: Truth,
    folder: Path,
    months: Sequence[str],
    *,
    feeds: Sequence[str] = (),
    mess: Mess | None = None,
    who: WhoIsWho | None = None,
    progress: Progress | None = None,
) -> list[ExportedFile]:
    """Write every feed's files (or those of ``feeds``) for these months (``["2024-05", …]``) into ``folder``.

    Returns them in the order in which they came to the partnership. The same truth, months and mess give the
    same bytes. ``who`` is told whom the rows name.
    """
    mess = mess or frozen()
    periods = [Period.parse(month) for month in sorted(months)]
    chosen = {feed: one for feed, one in exporters().items() if not feeds or feed in feeds}
    files: list[ExportedFile] = []
    with (progress or Silent()).stage("Writing the agencies' exports", len(chosen)) as stage:
        for feed, exporter in chosen.items():
            written = exporter.write(truth, folder / feed, mess, periods)
            if who is not None:
                who.note(feed, exporter.HEADER, written)
            files += [replace(file, naming=()) for file in written]
            stage.advance(1, f"{feed}: {len(written)} files")
    return sorted(files, key=lambda file: (file.received_at, file.feed, file.path.name))
