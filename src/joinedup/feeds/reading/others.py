"""The contracts of the other feeds, to tell whose a file is that was delivered to the wrong one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from joinedup.errors import JoinedupError
from joinedup.feeds.contract import Contract
from joinedup.feeds.reading_contracts import read_contract


def contracts_beside(code_list_folders: Sequence[Path]) -> Iterator[Contract]:
    """Every contract in force in the folders that hold these code lists; broken ones are passed over."""
    seen: set[str] = set()
    for folder in dict.fromkeys(folder.parent for folder in code_list_folders):
        for file in sorted(folder.glob("*.toml")):
            if "@" in file.stem or file.stem in seen:
                continue
            seen.add(file.stem)
            try:
                yield read_contract(file, tuple(code_list_folders))
            except JoinedupError:
                continue
