"""Where contracts are kept: the product's own, and the workspace's, which may replace or add to them.

``feed.toml`` is the version in force; older ones lie beside it as ``feed@1.toml``. A feed whose ``feed.toml``
is in the workspace is the workspace's: the product's older versions of it are not looked at.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from joinedup.errors import JoinedupError, NotFound
from joinedup.feeds.broken import BrokenContract
from joinedup.feeds.contract import Contract
from joinedup.feeds.reading_contracts import read_contract
from joinedup.feeds.versions import Version, check_versions, of_period, on_day, split_name
from joinedup.terms import Period
from joinedup.workspace import Workspace

OWN = Path(__file__).parent / "contracts"

_Stamp = tuple[tuple[str, int, int, int, int], ...]
_read_before: dict[Path, tuple[object, Contract]] = {}
_all_before: dict[Path, tuple[object, Sequence[tuple[str, Contract | BrokenContract]]]] = {}


def version_files(workspace: Workspace) -> dict[str, tuple[Path, ...]]:
    """Feed name to the files of its versions, the one in force first, then the newest of the older ones."""
    product, own = ({path.stem: path for path in folder.glob("*.toml")} for folder in _folders(workspace))
    replaced = set(own)
    kept = {stem: path for stem, path in product.items() if split_name(stem)[0] not in replaced}
    feeds: dict[str, list[Path]] = {}
    for stem, path in (kept | own).items():
        feeds.setdefault(split_name(stem)[0], []).append(path)
    return {feed: tuple(sorted(feeds[feed], key=_newest_first)) for feed in sorted(feeds)}


def _folders(workspace: Workspace) -> tuple[Path, Path]:
    return OWN, workspace.contracts_folder


def _newest_first(path: Path) -> tuple[bool, int]:
    number = split_name(path.stem)[1]
    return number is not None, -(number or 0)


def contract_files(workspace: Workspace) -> dict[str, Path]:
    """Feed name to the file of its contract in force."""
    return {feed: files[0] for feed, files in version_files(workspace).items()}


def code_list_folders(workspace: Workspace) -> tuple[Path, ...]:
    """Where code lists are looked for, in this order."""
    return workspace.contracts_folder / "codelists", OWN / "codelists"


def versions(workspace: Workspace, feed: str) -> list[Version]:
    """Every version of one feed's contract, read and checked against each other, the one in force first."""
    files = version_files(workspace).get(feed)
    if files is None:
        raise NotFound("There is no feed of that name", where=feed, next_step="See: joinedup feeds")
    folders, lists = _code_lists(workspace)
    return _versions(feed, files, folders, lists)


def _versions(feed: str, files: Iterable[Path], folders: tuple[Path, ...], lists: _Stamp) -> list[Version]:
    found = [Version(path, _read(path, folders, lists)) for path in files]
    check_versions(feed, found)
    return found


def _read(path: Path, folders: tuple[Path, ...], lists: _Stamp) -> Contract:
    """The contract, read again only where its file or a code list changed: pages ask for all, many times."""
    state = (_file_stamp(path.name, path.stat()), lists) if path.is_file() else None
    known = _read_before.get(path)
    if state is not None and known is not None and known[0] == (state, folders):
        return known[1]
    contract = read_contract(path, folders)
    if state is not None:
        _read_before[path] = ((state, folders), contract)
    return contract


def _code_lists(workspace: Workspace) -> tuple[tuple[Path, ...], _Stamp]:
    """The folders that hold code lists, and what changes whenever one is written, added or taken away.

    A workspace without lists of its own reads the product's contracts as every other one does.
    """
    listed = {
        folder: [_file_stamp(f"{folder}/{entry.name}", entry.stat()) for entry in os.scandir(folder)]
        for folder in code_list_folders(workspace)
        if folder.is_dir()
    }
    holding = tuple(folder for folder, stamps in listed.items() if stamps)
    return holding, tuple(sorted(stamp for stamps in listed.values() for stamp in stamps))


def _file_stamp(name: str, told: os.stat_result) -> tuple[str, int, int, int, int]:
    return name, told.st_size, told.st_mtime_ns, told.st_ctime_ns, told.st_ino


def version(
    workspace: Workspace, feed: str, period: Period | None = None, on: dt.date | None = None
) -> Version:
    """The version for a delivery's period, or in force on a day; without either the newest.

    Raises BadInput where a period lies in two versions, or no version is for it.
    """
    found = versions(workspace, feed)
    if period is not None:
        return of_period(found, period)
    return found[0] if on is None else on_day(found, on)


def contract(
    workspace: Workspace, feed: str, period: Period | None = None, on: dt.date | None = None
) -> Contract:
    """The contract of one feed, read and checked: as ``version`` chooses it."""
    return version(workspace, feed, period, on).contract


def contracts(workspace: Workspace) -> dict[str, Contract]:
    """The contract of every feed that has a good one, by name; ``broken_contracts`` has the others."""
    return {feed: one for feed, one in _all(workspace) if isinstance(one, Contract)}


def broken_contracts(workspace: Workspace) -> dict[str, BrokenContract]:
    """The feeds whose contract, or an older version of it, has an error: each is refused when asked for."""
    return {feed: one for feed, one in _all(workspace) if isinstance(one, BrokenContract)}


def _all(workspace: Workspace) -> Iterable[tuple[str, Contract | BrokenContract]]:
    """Every feed and its contract, as far as it can be read: one with an error does not close the others.

    Folders are looked through once for all, and contracts are put together again only where a file of theirs
    or a code list changed, because pages ask for all, many times.
    """
    folders, lists = _code_lists(workspace)
    state = (_stamps(_folders(workspace)), folders, lists)
    known = _all_before.get(workspace.contracts_folder)
    if known is not None and known[0] == state:
        return known[1]
    found = list(_read_all(workspace, folders, lists))
    if not any(isinstance(one, BrokenContract) for _feed, one in found):  # what is broken is tried again
        _all_before[workspace.contracts_folder] = (state, found)
    return found


def _stamps(folders: Iterable[Path]) -> _Stamp:
    """What changes whenever a contract is written, added or taken away."""
    return tuple(
        _file_stamp(entry.path, entry.stat())
        for folder in folders
        if folder.is_dir()
        for entry in os.scandir(folder)
        if entry.name.endswith(".toml") and entry.is_file()
    )


def _read_all(
    workspace: Workspace, folders: tuple[Path, ...], lists: _Stamp
) -> Iterator[tuple[str, Contract | BrokenContract]]:
    for feed, files in version_files(workspace).items():
        try:
            yield feed, _versions(feed, files, folders, lists)[0].contract
        except JoinedupError as error:
            replaced = [path for path in OWN.glob("*.toml") if split_name(path.stem)[0] == feed]
            also = tuple(path for path in sorted(replaced) if path not in files)
            yield feed, BrokenContract(feed, (*files, *also), error, stating=len(files))


def check_contract(workspace: Workspace, file: Path) -> Contract:
    """Read and check a contract anywhere; its code lists may stand beside it, in ``codelists/``.

    Raises BadInput with the first thing that is wrong; the others are its notes (``wrongs.sentences``).
    """
    return read_contract(file, (file.parent / "codelists", *code_list_folders(workspace)))
