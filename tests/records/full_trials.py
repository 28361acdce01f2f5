"""Runs the long trials of the record book in full and writes their dated report: ``make test-full``."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import damage_trials
import duckdb
import history_trials
from desk_trials import DeskTrials
from fault_trials import Trials

sys.path += [str(Path(__file__).parents[1] / room) for room in ("measures", "log")]
import reason_trials
import tamper_trials

from joinedup import __version__
from joinedup.records import RecordBook
from joinedup.workspace import Workspace
from tiny_town import build_town

SEED = 20240501
DAMAGES = 1000
HISTORIES = 1000
REASONS = 300
TAMPERINGS = 1000
_SHOWN = 20  # of what went wrong; the report stays readable


@dataclass
class Told:
    """What one kind of trial came to: a table's rows, what went wrong, and how long it took."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    compared: int = 0
    seconds: float = 0.0

    @property
    def times(self) -> int:
        """How many trials there were."""
        return sum(self.counts.values())


def _faults(folder: Path) -> Told:
    told, started = Told(), time.monotonic()
    folder.mkdir()
    trials = Trials(folder)
    for trial, came_to, wrong in _watched("faults", trials.run(trials.all), len(trials.all)):
        told.counts[trial.act, came_to] += 1
        if wrong:
            told.wrong.append(f"{trial}: {wrong}")
    told.seconds = time.monotonic() - started
    return told


def _desk(folder: Path) -> Told:
    told, started = Told(), time.monotonic()
    folder.mkdir()
    trials = DeskTrials(folder)
    for trial, came_to, wrong in _watched("the desk", trials.run(trials.all), len(trials.all)):
        told.counts[trial.act, came_to] += 1
        if wrong:
            told.wrong.append(f"{trial}: {wrong}")
    told.seconds = time.monotonic() - started
    return told


def _damage(folder: Path) -> Told:
    told, started = Told(), time.monotonic()
    workspace = Workspace.create(folder, partnership="Testshire")
    damage_trials.stock(RecordBook(workspace))
    for kind, where, found in _watched("damage", damage_trials.trials(workspace, DAMAGES, SEED), DAMAGES):
        told.counts[kind, "found" if found else "missed"] += 1
        if not found:
            told.wrong.append(f"{kind}, {where}: not found")
    if found := RecordBook(workspace).check():
        told.wrong.append(f"found without damage: {found}")
    workspace.close()
    told.seconds = time.monotonic() - started
    return told


def _histories(folder: Path) -> Told:
    told, started = Told(), time.monotonic()
    folder.mkdir()
    Workspace.create(folder / "empty", partnership="Testshire").close()
    run = history_trials.trials(folder / "empty", folder, HISTORIES, SEED)
    for number, compared, wrong in _watched("histories", run, HISTORIES):
        told.counts["history", "differs" if wrong else "equal"] += 1
        told.compared += compared
        if wrong:
            told.wrong.append(f"history {number}: {wrong}")
    told.seconds = time.monotonic() - started
    return told


def _reasons(folder: Path) -> Told:
    told, started = Told(), time.monotonic()
    folder.mkdir()
    run = reason_trials.trials(build_town(folder), folder, REASONS, SEED)
    for number, judged, wrong in _watched("reasons", run, REASONS):
        told.counts["history", "another reason" if wrong else "its own reason"] += 1
        told.compared += judged
        if wrong:
            told.wrong.append(f"history {number}: {wrong}")
    told.seconds = time.monotonic() - started
    return told


def _tampering(folder: Path) -> Told:
    told, started = Told(), time.monotonic()
    workspace = Workspace.create(folder, partnership="Testshire")
    run = tamper_trials.trials(workspace, TAMPERINGS, SEED)
    for kind, where, found in _watched("tampering", run, TAMPERINGS):
        told.counts[kind, "found" if found else "missed"] += 1
        if not found:
            told.wrong.append(f"{kind}, {where}: not found")
    workspace.close()
    told.seconds = time.monotonic() - started
    return told


def _watched(what: str, trials: Iterable[tuple], times: int) -> Iterable[tuple]:
    for number, one in enumerate(trials, 1):
        if number % 100 == 0 or number == times:
            print(f"{what}: {number} of {times}", file=sys.stderr, flush=True)
        yield one


def _table(told: Told, first: str) -> str:
    """A row for each thing tried, a column for each thing it came to."""
    kinds = sorted({kind for _, kind in told.counts})
    lines = [f"| {first} | {' | '.join(kinds)} |", f"| --- |{' ---: |' * len(kinds)}"]
    for row in dict.fromkeys(row for row, _ in told.counts):
        lines.append(f"| {row} | {' | '.join(f'{told.counts[row, kind]:,}' for kind in kinds)} |")
    return "\n".join(lines)


def _wrong(told: Told) -> str:
    if not told.wrong:
        return "**Nothing was wrong.**"
    more = [f"- … and {len(told.wrong) - _SHOWN} more"] if len(told.wrong) > _SHOWN else []
    listed = [f"- {one}" for one in told.wrong[:_SHOWN]]
    return "\n".join([f"**{len(told.wrong)} were wrong:**", "", *listed, *more])


_REPORT = """\
# The long trials

Written by `make test-full`; `make test` runs a seeded sample of the same trials.

Run on {on}: {versions}; {minutes:.0f} minutes on {processors} shared processors; seed {seed}.

## A step fails

Every named step of a delivery, a withdrawal, a taking back and an erasure (write a segment, sync the file,
rename, sync the folder, commit the ledger, unlink, clear the database), at each of its occurrences, failed in
every way: the process was killed before and after it, the disk was full, the disk failed; a segment was left
half written.
{faults.times:,} runs, each in a process of its own. Afterwards the book had all of the act or nothing; what
was acknowledged was there, what was refused was not; after the next writer `check` found nothing, no file was
left over, and what was erased was in no file.

{faults_table}

{faults_wrong}

## A step of the desk fails

The same for what people do at the desk (a report by form, taking it back, letting a row in, mended rows, a
file that is held, accepted, refused): {desk.times:,} runs, with files read by their own process. Afterwards
book and desk said all of the act or nothing, and doing it again ended as an undisturbed run does; only a held
file that was delivered may wait once more for its decision to be written down.

{desk_table}

{desk_wrong}

## Damage

{damage.times:,} times one bit of a segment was flipped, a segment was cut short, or one value of a sealed row
of the ledger was changed. `check` looked each time.

{damage_table}

{damage_wrong}

## Histories

{histories.times:,} random histories of deliveries (snapshots, changes, appends, rows that were refused, the
same file again), withdrawals of any of them, records taken back and let in again, and erasures, against a
naive replay of all that was delivered. As known on every date the book said what the replay says; it allowed
what the replay allows; every delivery's counts were the replay's; and between two dates the parts of an
explained movement added up exactly to the difference of the replay's counts. {histories.compared:,} answers
were compared.

{histories_table}

{histories_wrong}

## Reasons

{reasons.times:,} random histories of which each act changes one thing of one record (it comes, goes, is
cancelled, reclassified, re-dated, re-located, or another attribute of it changes), with months restated in
any order and keys that stand in several months' files. An explained movement named each act's own reason,
and nothing else, in every ward. {reasons.compared:,} movements were judged.

{reasons_table}

{reasons_wrong}

## Tampering with the log

{tampering.times:,} times somebody with the database's password altered the log: an act was edited, taken out,
put in or moved, its reason changed or removed, the end of a chain moved. Verifying looked each time.

{tampering_table}

{tampering_wrong}
"""


def _report(faults: Told, desk: Told, damage: Told, histories: Told, reasons: Told, tampering: Told) -> str:
    return _REPORT.format(
        on=f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC",
        versions=f"joinedup {__version__}, Python {platform.python_version()}, DuckDB {duckdb.__version__}, "
        f"SQLite {sqlite3.sqlite_version}, {platform.system()}",
        minutes=sum(one.seconds for one in (faults, desk, damage, histories, reasons, tampering)) / 60,
        processors=os.cpu_count(),
        seed=SEED,
        faults=faults,
        desk=desk,
        damage=damage,
        histories=histories,
        reasons=reasons,
        tampering=tampering,
        faults_table=_table(faults, "act"),
        desk_table=_table(desk, "act"),
        damage_table=_table(damage, "damage"),
        histories_table=_table(histories, "trial"),
        reasons_table=_table(reasons, "trial"),
        tampering_table=_table(tampering, "alteration"),
        faults_wrong=_wrong(faults),
        desk_wrong=_wrong(desk),
        damage_wrong=_wrong(damage),
        histories_wrong=_wrong(histories),
        reasons_wrong=_wrong(reasons),
        tampering_wrong=_wrong(tampering),
    )


def _said(told: Told) -> Told:
    """Say at once what one kind came to, for whoever must stop the rest."""
    print(f"{dict(told.counts)}: {len(told.wrong)} wrong {told.wrong[:_SHOWN]}", file=sys.stderr, flush=True)
    return told


def _main(target: Path) -> int:
    with tempfile.TemporaryDirectory() as folder:
        acts = (_faults, _desk, _damage, _histories, _reasons, _tampering)
        told = [_said(act(Path(folder) / act.__name__)) for act in acts]
    target.write_text(_report(*told), encoding="utf-8")
    wrong = sum(len(one.wrong) for one in told)
    print(f"{sum(one.times for one in told):,} trials, {wrong} wrong: {target}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
