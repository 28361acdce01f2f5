"""Which exporters there are: every module of ``partners`` is one feed, and nothing else lists them."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from joinedup.demo.exports import partners
from joinedup.demo.exports.exported import ExportedFile, Truth
from joinedup.demo.exports.mess import Mess
from joinedup.terms import Period


class Exporter(Protocol):
    """What a module of ``partners`` has: the feed's name, its columns, and how its files are written."""

    FEED: str
    HEADER: Sequence[str]

    def write(self, truth: Truth, folder: Path, mess: Mess, months: Sequence[Period]) -> list[ExportedFile]:
        """Write the feed's files for these months, in order, into ``folder``."""


def exporters() -> dict[str, Exporter]:
    """Every exporter by its feed's name."""
    found = {}
    for module in pkgutil.iter_modules(partners.__path__):
        exporter: Exporter = importlib.import_module(f"{partners.__name__}.{module.name}")
        found[exporter.FEED] = exporter
    return dict(sorted(found.items()))
