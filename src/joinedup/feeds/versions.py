"""Versions of one feed's contract: which is for which days, and what they must agree on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from joinedup.errors import BadInput
from joinedup.feeds.contract import Contract
from joinedup.terms import Period

_PARTED = "@"
_AGREED = ("owner_code", "source", "record_type")  # what the record book and measures know a feed by


@dataclass(frozen=True)
class Version:
    """One version of a feed's contract and the file that says it."""

    file: Path
    contract: Contract

    @property
    def begins(self) -> dt.date:
        """The first day it is for."""
        return self.contract.valid_from or dt.date.min

    @property
    def ends(self) -> dt.date:
        """The last day it is for."""
        return self.contract.valid_to or dt.date.max

    @property
    def days(self) -> str:
        """For people: from when to when."""
        contract = self.contract
        first = f"from {contract.valid_from}" if contract.valid_from else "from the beginning"
        return f"{first} to {contract.valid_to}" if contract.valid_to else first


def split_name(stem: str) -> tuple[str, int | None]:
    """The feed's name and the version's number in the name of a contract's file; None: the one in force."""
    feed, parted, number = stem.partition(_PARTED)
    if not parted:
        return feed, None
    return feed, int(number) if number.isdecimal() else 0


def check_versions(feed: str, versions: Sequence[Version]) -> None:
    """Raise BadInput unless these, the one in force first, are versions of one feed that do not overlap."""
    in_force = versions[0]
    if split_name(in_force.file.stem)[1] is not None:
        raise BadInput(
            "There are older versions of a contract, but none in force",
            where=in_force.file.name,
            next_step=f"Call the newest {feed}.toml",
        )
    for one in versions:
        _check_name(feed, one)
        _check_agreement(in_force, one)
    for one, other in combinations(versions, 2):
        if one.begins <= other.ends and other.begins <= one.ends:
            raise BadInput(
                "Two versions of a contract are for the same days",
                where=f"{one.file.name} ({one.days}), {other.file.name} ({other.days})",
                next_step="Let valid_to of the older be the day before valid_from of the newer",
            )


def _check_name(feed: str, one: Version) -> None:
    contract, number = one.contract, split_name(one.file.stem)[1]
    if contract.name != feed:
        raise BadInput(
            "A contract's file is named for its feed",
            where=f"{one.file.name}, name",
            next_step=f"Call the file {contract.name}.toml, or change its name key",
        )
    if number is not None and number != contract.version:
        raise BadInput(
            f"The file is named for version {number}, and says version {contract.version}",
            where=f"{one.file.name}, version",
            next_step=f"Call the file {feed}@{contract.version}.toml, or change its version key",
        )


def _check_agreement(in_force: Version, older: Version) -> None:
    if older is in_force:
        return
    if older.contract.version >= in_force.contract.version:
        raise BadInput("The version in force has the highest number", where=f"{older.file.name}, version")
    for key in _AGREED:
        if getattr(older.contract, key) != getattr(in_force.contract, key):
            raise BadInput(
                "All versions of a contract are of one owner, source and record type",
                where=f"{older.file.name}, {key}",
            )
    if older.contract.publishing.sensitivity is not in_force.contract.publishing.sensitivity:
        raise BadInput(
            "All versions of a contract have one sensitivity: the feed's records are shown by it",
            where=f"{older.file.name}, sensitivity",
        )


def of_period(versions: Sequence[Version], period: Period) -> Version:
    """The version that is for the whole of a period."""
    touching = [one for one in versions if one.begins <= period.last and period.start <= one.ends]
    if len(touching) > 1:
        raise BadInput(
            "The period lies in two versions of the contract",
            where=f"{period}: {'; '.join(f'version {one.contract.version} {one.days}' for one in touching)}",
            next_step="Deliver a file for each",
        )
    if not touching or period.start < touching[0].begins or touching[0].ends < period.last:
        raise BadInput(
            "No version of the contract is for that period",
            where=f"{period}: {'; '.join(f'version {one.contract.version} {one.days}' for one in versions)}",
            next_step="Check the period; if it is right, change valid_from or valid_to, or add a version",
        )
    return touching[0]


def on_day(versions: Sequence[Version], day: dt.date) -> Version:
    """The version that is for a day."""
    for one in versions:
        if one.begins <= day <= one.ends:
            return one
    raise BadInput(
        "No version of the contract is for that day",
        where=f"{day}: {'; '.join(f'version {one.contract.version} {one.days}' for one in versions)}",
    )
