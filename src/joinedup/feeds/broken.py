"""Contracts that cannot be read: which data they may speak of, and how closed it is until they are mended.

Nothing can be known for sure of a spoilt file, so it is read as text and believed only where that closes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from joinedup.errors import JoinedupError
from joinedup.terms import Sensitivity

_STATED = re.compile(r"""^\s*sensitivity\s*=\s*["'](\w+)["']\s*(?:#.*)?$""", re.MULTILINE)


@dataclass(frozen=True)
class BrokenContract:
    """A feed whose contract has an error. ``files`` are its versions (the first ``stating`` of them),
    and the product's own that they replace."""

    feed: str
    files: tuple[Path, ...]
    error: JoinedupError
    stating: int = 1

    @property
    def sensitivity(self) -> Sensitivity:
        """Closed, even if the file says open; where it does not say so plainly, shown to nobody."""
        stated = [set(_STATED.findall(_text(file))) for file in self.files[: self.stating]]
        closed = all(words and words <= {Sensitivity.OPEN, Sensitivity.OFFICIAL} for words in stated)
        return Sensitivity.OFFICIAL if closed else Sensitivity.RESTRICTED

    def concerned(self, sources: Iterable[str]) -> set[str]:
        """Those of these sources that the contract may be of: every one whose code stands in its text."""
        text = "\n".join(_text(file) for file in self.files)
        return {source for source in sources if re.search(rf"(?<![\w-]){re.escape(source)}(?![\w-])", text)}


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
