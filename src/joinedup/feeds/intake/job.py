"""What the intake process is told, and what it answers: plain values that go through JSON."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from joinedup.records.definitions import Foretold
from joinedup.terms import Period

FOOTING_FOLLOWS = "footing_follows"  # beside a job's values: what it stands on is told in the next line


@dataclass(frozen=True)
class Job:
    """One file to stage. ``period`` is what the caller or the file's name says, None if neither does.
    ``file_name`` is the name under which it came, where ``file`` has another.

    ``foretold``: the number and known-from that go into the staged rows; without it they lack both.
    ``stands``: a file of what stands (``records.footing``); rows that equal it are counted, not typed.
    ``read_by``: the rules, as marked in the staged file; ``by_length``: content is digested as older books
    have it.
    """

    file: Path
    contract_file: Path
    code_list_folders: tuple[Path, ...]
    folder: Path
    period: Period | None
    memory_limit: str = "1GB"
    threads: int = 2
    foretold: Foretold | None = None
    file_name: str = ""
    stands: Path | None = None
    read_by: str = ""
    by_length: bool = False
    from_the_desk: bool = False

    @property
    def told_name(self) -> str:
        """The name by which people are told of it."""
        return self.file_name or self.file.name

    def footing(self) -> dict[str, Any]:
        """What the job stands on, as plain values."""
        return {"stands": self.stands and str(self.stands), "by_length": self.by_length}

    def on(self, footing: dict[str, Any]) -> Job:
        """The job on this footing."""
        stands = footing["stands"] and Path(footing["stands"])
        return replace(self, stands=stands, by_length=footing["by_length"])

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return {
            "file": str(self.file),
            "contract_file": str(self.contract_file),
            "code_list_folders": [str(folder) for folder in self.code_list_folders],
            "folder": str(self.folder),
            "period": period_to_json(self.period),
            "memory_limit": self.memory_limit,
            "threads": self.threads,
            "foretold": self.foretold and [self.foretold.number, self.foretold.known_from.isoformat()],
            "file_name": self.told_name,
            "stands": self.stands and str(self.stands),
            "read_by": self.read_by,
            "by_length": self.by_length,
            "from_the_desk": self.from_the_desk,
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Job:
        """From plain values."""
        return cls(
            Path(plain["file"]),
            Path(plain["contract_file"]),
            tuple(Path(folder) for folder in plain["code_list_folders"]),
            Path(plain["folder"]),
            period_from_json(plain["period"]),
            plain["memory_limit"],
            plain["threads"],
            Foretold(plain["foretold"][0], dt.datetime.fromisoformat(plain["foretold"][1]))
            if plain["foretold"]
            else None,
            plain["file_name"],
            Path(plain["stands"]) if plain["stands"] else None,
            plain["read_by"],
            plain["by_length"],
            plain["from_the_desk"],
        )


@dataclass(frozen=True)
class Staged:
    """What intake made of a file: counts that add up, and the files beside them.

    In the job's folder: ``staged.parquet`` (envelope and fields), ``quarantined.parquet`` (row_number, raw,
    reasons, record_key where it is known) where there is any, ``named.parquet`` (who the rows name) where
    there are ``mentions``, and ``points.parquet`` (point, stated_area, rows). ``field_states`` is field to
    (given, missing, unknown, refused, invalid). ``provisional``: whether any of it is still validated, None
    where not said. ``unchanged`` of the accepted rows equal what stands: they are not in the staged file, and
    ``absent.parquet`` has the keys that came with no row.
    """

    rows_in: int
    accepted: int
    quarantined: int
    set_aside: dict[str, int]
    reasons: dict[str, int]
    period: Period | None
    field_states: dict[str, tuple[int, ...]]
    unlocated: int
    distinct_points: int
    careful: bool
    notes: tuple[str, ...] = ()  # what was accepted and normalised, a sentence each
    mentions: int = 0
    provisional: bool | None = None
    unchanged: int = 0
    seconds: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self) | {"period": period_to_json(self.period)}

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Staged:
        """From plain values."""
        states = {name: tuple(counts) for name, counts in plain["field_states"].items()}
        notes = tuple(plain["notes"])
        period = period_from_json(plain["period"])
        return cls(**(plain | {"period": period, "field_states": states, "notes": notes}))


def period_to_json(period: Period | None) -> list[str] | None:
    """The first day, and the first day after."""
    return None if period is None else [period.start.isoformat(), period.end.isoformat()]


def period_from_json(plain: list[str] | None) -> Period | None:
    """The period again."""
    return None if plain is None else Period(*(dt.date.fromisoformat(day) for day in plain))
