"""Where contracts are kept: the product's own, and the workspace's, which may replace or add to them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from joinedup.errors import BadInput, JoinedupError, NotFound
from joinedup.feeds.broken import BrokenContract
from joinedup.feeds.contract import Contract
from joinedup.feeds.reading_contracts import read_contract
from joinedup.workspace import Workspace

OWN = Path(__file__).parent / "contracts"


def contract_files(workspace: Workspace) -> dict[str, Path]:
    """Feed name to its contract's file; one in the workspace replaces the product's of that name."""
    files = {path.stem: path for path in sorted(OWN.glob("*.toml"))}
    files |= {path.stem: path for path in sorted(workspace.contracts_folder.glob("*.toml"))}
    return dict(sorted(files.items()))


def code_list_folders(workspace: Workspace) -> tuple[Path, ...]:
    """Where code lists are looked for, in this order."""
    return workspace.contracts_folder / "codelists", OWN / "codelists"


def contract(workspace: Workspace, feed: str) -> Contract:
    """The contract of one feed, read and checked."""
    files = contract_files(workspace)
    if feed not in files:
        raise NotFound("There is no feed of that name", where=feed, next_step="See: joinedup feeds")
    found = read_contract(files[feed], code_list_folders(workspace))
    if found.name != feed:
        raise BadInput(
            "A contract's file is named for its feed",
            where=f"{files[feed].name}, name",
            next_step=f"Call the file {found.name}.toml, or change its name key",
        )
    return found


def contracts(workspace: Workspace) -> dict[str, Contract]:
    """The contract of every feed that has a good one, by name; ``broken_contracts`` has the others."""
    return {feed: one for feed, one in _all(workspace) if isinstance(one, Contract)}


def broken_contracts(workspace: Workspace) -> dict[str, BrokenContract]:
    """The feeds whose contract has an error, by name: each is refused when it is asked for."""
    return {feed: one for feed, one in _all(workspace) if isinstance(one, BrokenContract)}


def _all(workspace: Workspace) -> Iterator[tuple[str, Contract | BrokenContract]]:
    """Every feed and its contract, as far as it can be read: one with an error does not close the others."""
    for feed, file in contract_files(workspace).items():
        try:
            yield feed, contract(workspace, feed)
        except JoinedupError as error:
            replaced = OWN / file.name
            files = (file, replaced) if replaced.is_file() else (file,)
            yield feed, BrokenContract(feed, files, error)


def check_contract(workspace: Workspace, file: Path) -> Contract:
    """Read and check a contract anywhere; its code lists may stand beside it, in ``codelists/``."""
    return read_contract(file, (file.parent / "codelists", *code_list_folders(workspace)))
