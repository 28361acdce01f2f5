"""What a linkage keeps for the next one: pairs that were compared already, without a name.

Two files for each linkage that the next one begins with, in a folder of their own that only its owner can
enter; their digests are in the ledger, among the linkage's settings. Nothing is lost with them: a linkage
that finds none compares everything anew. So whatever is erased takes them all with it.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from django.db.models import Max

from joinedup import durable
from joinedup.records.definitions import Finding, LinkageRow
from joinedup.records.tombstones import Secret

FOLDER = "kept"
SETTING = "kept"
"""Of a linkage: the digest of each kept file by its name, and what else ``people`` says of them."""
DIGESTS = "sha256"
_KEY_FILE = "linkage.key"
_STRANGER = "Look whose it is, and delete it if it is nobody's"


def secret(secrets_folder: Path) -> Secret:
    """The workspace's key for knowing again what was linked, made where there is none; it is in no backup."""
    path = secrets_folder / _KEY_FILE
    if not path.is_file():
        durable.write_secret(path, secrets.token_hex(32))
    return Secret(path.read_text(encoding="utf-8").strip().encode())


def place(records: Path, row: LinkageRow, files: Collection[Path], before: Collection[int]) -> None:
    """Keep the files of a linkage, in the place of those of the linkages ``before``.

    The linkage stands already. Where a disk fails, nothing is kept: the next one compares everything anew.
    """
    folder = _folder(records, row.number)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for one in (folder.parent, folder):
            one.chmod(0o700)
        for file in files:
            shutil.move(file, folder / file.name)
            (folder / file.name).chmod(0o600)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
    for number in before:
        shutil.rmtree(_folder(records, number), ignore_errors=True)


def files_of(records: Path, row: LinkageRow) -> dict[str, Path] | None:
    """The kept files of a linkage by their names; None where there are none, where one is not what was
    written, and where anything was erased since."""
    told = row.settings.get(SETTING)
    digests = told.get(DIGESTS) if isinstance(told, Mapping) else None
    if not isinstance(digests, Mapping) or row.number in _erased_since([row.number]):
        return None
    found = {name: _folder(records, row.number) / name for name in digests}
    if any(not path.is_file() or durable.sha256(path) != digests[name] for name, path in found.items()):
        return None
    return found


def let_go(records: Path) -> None:
    """Delete what linkages keep from before the latest erasure. Needs the writer's lock."""
    for number in _erased_since(_kept(records)):
        shutil.rmtree(_folder(records, number))


def findings(records: Path) -> Iterator[Finding]:
    """What is kept from before an erasure, or is no file that a linkage keeps, or can be read by others."""
    kept = _kept(records)
    for number in sorted(_erased_since(kept)):
        where = f"{FOLDER}/{number:06d}"
        yield Finding("Pairs are kept from before an erasure", where, "Run: joinedup erase --finish")
    folder = records / FOLDER
    known = {folder / f"{number:06d}" for number in kept}
    for path in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        name = path.relative_to(records).as_posix()
        if path not in known and not (path.parent in known and path.name in _names()):
            yield Finding("The ledger does not know this file", name, _STRANGER)
        elif os.name == "posix" and path.stat().st_mode & 0o077:
            yield Finding("Others can read what linkages keep", name, "Let only its owner read it: chmod")


def _names() -> set[str]:
    """The names of the files that any linkage keeps."""
    from joinedup.records.models import Linkage

    told = [one.get(SETTING) for one in Linkage.objects.values_list("settings", flat=True)]
    return {name for one in told if isinstance(one, Mapping) for name in one.get(DIGESTS, ())}


def _folder(records: Path, number: int) -> Path:
    return records / FOLDER / f"{number:06d}"


def _kept(records: Path) -> list[int]:
    return [int(one.name) for one in (records / FOLDER).glob("*") if one.name.isdigit()]


def _erased_since(numbers: Collection[int]) -> set[int]:
    """Those of these linkages that read before the latest erasure, and those that there are not."""
    from joinedup.records.models import Erasure, Linkage

    last = Erasure.objects.aggregate(last=Max("generation"))["last"] or 0
    after = Linkage.objects.filter(number__in=numbers, read_generation__gte=last)
    return set(numbers) - set(after.values_list("number", flat=True))
