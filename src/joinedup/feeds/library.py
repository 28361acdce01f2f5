"""Where contracts are kept: the product's own, and the workspace's, which may replace or add to them."""

from __future__ import annotations

from pathlib import Path

from joinedup.errors import BadInput, NotFound
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
    """Every feed's contract, by name."""
    return {feed: contract(workspace, feed) for feed in contract_files(workspace)}


def check_contract(workspace: Workspace, file: Path) -> Contract:
    """Read and check a contract anywhere; its code lists may stand beside it, in ``codelists/``."""
    return read_contract(file, (file.parent / "codelists", *code_list_folders(workspace)))
