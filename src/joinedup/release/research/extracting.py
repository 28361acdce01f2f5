"""An extract for a study: the records of those who agreed, under pseudonyms, with a manifest that counts.

A record leaves where everybody whom it names has agreed, and of it coded values, whole numbers, yes and no,
and months instead of days: no name, address, reference, point, number of a case or words that somebody wrote.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup import durable
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.release import bulk
from joinedup.release.asking import Decisions
from joinedup.release.deciding import all_of
from joinedup.release.decision import Decision, What
from joinedup.release.export import rows_as_csv
from joinedup.release.research.consents import Person, State
from joinedup.release.research.registering import (
    EXTRACT,
    WHAT,
    Register,
    keys_that_left,
    permitted,
    register,
    register_feeds,
    require_settled,
)
from joinedup.terms import Purpose, Viewer

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.records import Reader
    from joinedup.workspace import Workspace

KEY_FILE = "research.key"
MANIFEST = "manifest.json"
_KEY_BYTES, _PSEUDONYM = 32, 20  # bytes of the key; hexadecimal digits of a pseudonym
_OF_EVERY_ROW = ("person", "role", "month")
_LONGEST = 200


@dataclass(frozen=True)
class Extracting:
    """What is asked for: a study, feeds, a new folder to write to, whom it is for, and why."""

    study: str
    feeds: tuple[str, ...]
    folder: Path
    to: str
    reason: str


@dataclass(frozen=True)
class Extracted:
    """What was written: the manifest, as it stands in the folder."""

    folder: Path
    manifest: Mapping[str, Any]


@dataclass
class _OfFeed:
    """One feed's rows, and how many of its records were withheld: they name others too, or nobody known."""

    columns: list[str]
    rows: list[dict[str, Any]] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    not_asked: int = 0
    name_others: int = 0


def extract(workspace: Workspace, viewer: Viewer, asked: Extracting) -> Extracted:
    """Write an extract of those who agreed to a study: a CSV for each feed and ``manifest.json``, in a new
    folder that only its maker can enter.

    The act is a disclosure with the consents of those in it as its subjects, in the log before anything is
    written. From so many rows on as are bulk it takes a second person (NeedsSecond). Raises NotPermitted
    where the register or a feed may not be had for research, NotFound for a study or feed there is not,
    BadInput where the linkage has not read the register and the feeds, rows of the register wait or are
    gone, nobody agreed, or the folder is there.
    """
    decision = _decided(workspace, viewer, asked)
    _check(asked, register_feeds(workspace))
    require_settled(workspace)
    from joinedup.feeds import contract
    from joinedup.records import RecordBook

    contracts = {name: contract(workspace, name) for name in asked.feeds}
    with RecordBook(workspace).reading() as reader:
        found = register(reader, workspace, asked.feeds)
        found.require(asked.study)
        found.require_read()
        found.require_whole()
        people = found.people_of(asked.study)
        left = keys_that_left(asked.study)
        agreed = {one.strict: one for one in people if one.state is State.AGREED and one.strict is not None}
        if not agreed:
            raise BadInput("Nobody agreed to that study whom the linkage knows", where=asked.study)
        key = _key(workspace)
        subjects = {strict: person.key_that_left(left) for strict, person in agreed.items()}
        names = {strict: _pseudonym(key, asked.study, own) for strict, own in subjects.items()}
        taken = {name: _read(reader, one, names) for name, one in contracts.items()}
    texts = {name: rows_as_csv(one.columns, one.rows) for name, one in taken.items()}
    manifest = _manifest(asked, viewer, found, people, taken, texts)
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    _log(workspace, viewer, asked, decision, taken, subjects, names, text)
    _write(asked.folder, texts, text)
    return Extracted(asked.folder, manifest)


def _decided(workspace: Workspace, viewer: Viewer, asked: Extracting) -> Decision:
    """The decision about the register and each feed, by the rule of names; the first refusal is raised."""
    decisions = [permitted(workspace, viewer, asked.reason)]
    asking = Decisions(workspace, viewer, glass=False)
    for name in asked.feeds:
        one = asking.of_feed(What.REVEAL, name, purpose=Purpose.RESEARCH, reason=asked.reason)
        if not asking.knows(name):
            raise NotFound("There is no such feed", where=name, next_step="See: joinedup feeds")
        if not one.allowed:
            raise NotPermitted(one.sentence)
        if any(matter.is_restricted for matter in asking.known.of_feed(name)):
            raise NotPermitted("Records of a restricted feed are in no extract")
        decisions.append(one)
    return all_of(decisions)


def _check(asked: Extracting, registers: Sequence[str]) -> None:
    if not asked.feeds or set(registers) & set(asked.feeds) or len(set(asked.feeds)) < len(asked.feeds):
        raise BadInput("An extract is of feeds, each once, and not of the register itself", where="--feed")
    if not asked.to.strip() or len(asked.to) > _LONGEST:
        raise BadInput("It is not said whom the extract is for", next_step="Give --to, an organisation")
    if asked.folder.exists():
        raise BadInput("That folder exists already", where=str(asked.folder), next_step="Name a new one")
    if not asked.folder.absolute().parent.is_dir():
        raise BadInput("There is no folder in which that could lie", where=str(asked.folder))


def _key(workspace: Workspace) -> bytes:
    """The key of the pseudonyms: of the workspace, and in no backup. A new one makes new pseudonyms."""
    path = workspace.secrets_folder / KEY_FILE
    if not path.is_file():
        durable.write_secret(path, secrets.token_hex(_KEY_BYTES))
    return path.read_bytes()


def _pseudonym(key: bytes, study: str, subject: str) -> str:
    """Of a row of the register: the same in each extract of a study, and another one in another study."""
    return hmac.new(key, f"{study}\n{subject}".encode(), hashlib.sha256).hexdigest()[:_PSEUDONYM]


def _fields(contract: Contract) -> dict[str, bool]:
    """The fields that may leave, in the contract's order, and whether each is a day, of which the month
    leaves."""
    from joinedup.feeds.contract import Kind, Personal

    plain = {Kind.CODE, Kind.INTEGER, Kind.BOOLEAN, Kind.DATE}
    found = {
        one.field: one.kind is Kind.DATE
        for one in contract.columns
        if one.field and not one.ignored and one.personal is not Personal.IDENTIFYING and one.kind in plain
    }
    return {**found, **{one.field: False for one in contract.derived}}


def _read(reader: Reader, contract: Contract, names: Mapping[str, str]) -> _OfFeed:
    """The rows of one feed, a row for each person whom a record names, in the order of pseudonym."""
    cursor = reader.connection()
    fields = _fields(contract)
    taken = _OfFeed([*_OF_EVERY_ROW, *fields])
    reader.define_views(cursor, [contract.record_type], [contract.source])
    view = contract.record_type.value
    there = {str(row[0]) for row in cursor.execute(f'DESCRIBE "{view}"').fetchall()}
    reader.persons(cursor, [contract.name])
    reader.mentions(cursor, [contract.name])
    told = [_told(name, is_day=is_day) if name in there else "NULL" for name, is_day in fields.items()]
    rows = cursor.execute(
        f"""WITH unknown AS (
                SELECT DISTINCT mention.record_key FROM mention ANTI JOIN person
                    ON mention.record_key = person.record_key AND mention.role = person.role
                    AND mention.ordinal = person.ordinal
                WHERE mention.role <> 'record'
            )
            SELECT CAST(record.record_key AS VARCHAR), CAST(person.strict AS VARCHAR),
                unknown.record_key IS NOT NULL, person.role, strftime(record.occurred_date, '%Y-%m')
                {"".join(f", {one}" for one in told)}
            FROM "{view}" AS record
            JOIN person ON person.feed = record.feed AND person.record_key = record.record_key
            LEFT JOIN unknown ON unknown.record_key = record.record_key
            WHERE record.feed = ? AND record.status <> 'cancelled'
            ORDER BY record.record_key, person.role, person.ordinal""",
        [contract.name],
    ).fetchall()
    by_record: dict[str, list[tuple[Any, ...]]] = {}
    for row in rows:
        by_record.setdefault(row[0], []).append(row)
    for mentions in by_record.values():
        _take(taken, mentions, names)
    taken.rows.sort(key=lambda row: [str(row[name] or "") for name in taken.columns])
    return taken


def _told(name: str, *, is_day: bool) -> str:
    """A field as text; of a day its month."""
    if is_day:
        return f"strftime(TRY_CAST(record.\"{name}\" AS DATE), '%Y-%m')"
    return f'CAST(record."{name}" AS VARCHAR)'


def _take(taken: _OfFeed, mentions: Sequence[tuple[Any, ...]], names: Mapping[str, str]) -> None:
    """Take a record whose people have all agreed; count one that names somebody else, or nobody of them."""
    agreed = [one[1] in names for one in mentions]
    if not any(agreed):
        taken.not_asked += 1
    elif not all(agreed) or mentions[0][2]:
        taken.name_others += 1
    else:
        for _key_of, strict, _unknown, *values in mentions:
            taken.people.add(strict)
            taken.rows.append(dict(zip(taken.columns, [names[strict], *values], strict=True)))


def _manifest(
    asked: Extracting,
    viewer: Viewer,
    found: Register,
    people: Sequence[Person],
    taken: Mapping[str, _OfFeed],
    texts: Mapping[str, str],
) -> dict[str, Any]:
    stands = {state.value: sum(one.state is state for one in people) for state in State}
    return {
        "study": asked.study,
        "made_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "made_by": viewer.username,
        "for": asked.to.strip(),
        "linkage": found.linkage.number if found.linkage else None,
        "asked": len(people),
        **{name.replace("-", "_"): number for name, number in stands.items()},
        "in_the_extract": len(set[str]().union(*(one.people for one in taken.values()))),
        "feeds": {
            name: {
                "file": f"{name}.csv",
                "rows": len(one.rows),
                "people": len(one.people),
                "records_of_people_who_did_not_agree_or_were_not_asked": one.not_asked,
                "records_withheld_for_naming_others": one.name_others,
                "columns": one.columns,
                "sha256": hashlib.sha256(texts[name].encode()).hexdigest(),
            }
            for name, one in taken.items()
        },
        "notes": [
            "A person is a pseudonym, the same in every extract of this study and another in other studies, "
            "unless two people turn out to be one or one to be two, or their row of the register is gone.",
            "Days are months. There is no name, address, reference, place, or text that somebody wrote.",
            "A pseudonym is no anonymity: do not join this with anything that could say who somebody is.",
            "Doubtful are people who agreed, and may be the same as somebody who did not: they are left out.",
        ],
    }


def _log(
    workspace: Workspace,
    viewer: Viewer,
    asked: Extracting,
    decision: Decision,
    taken: Mapping[str, _OfFeed],
    subject_of: Mapping[str, str],
    names: Mapping[str, str],
    manifest: str,
) -> None:
    rows = sum(len(one.rows) for one in taken.values())
    strict = set[str]().union(*(one.people for one in taken.values()))
    subjects = sorted(subject_of[one] for one in strict)
    feeds = sorted([*register_feeds(workspace), *asked.feeds])
    told = {"study": asked.study, "to": asked.to.strip()}
    needed = bulk.asked_for(
        workspace,
        rows,
        what=What.REVEAL,
        feeds=feeds,
        owners=decision.owners,
        purpose=Purpose.RESEARCH,
        exactly={
            **told,
            "subjects": bulk.digest(subjects),
            "names": bulk.digest(names[one] for one in strict),
        },
        told=told,
    )
    bulk.log_leaving(
        workspace,
        "disclosure",
        needed,
        by=viewer,
        purpose=Purpose.RESEARCH,
        what=f"{WHAT} {len(subjects)} people who agreed, {len(asked.feeds)} feeds",
        reason=asked.reason,
        subjects=subjects,
        recipients=[asked.to.strip()],
        detail={
            EXTRACT: asked.study,
            "rows": rows,
            "feeds": feeds,
            "manifest": hashlib.sha256(manifest.encode()).hexdigest(),
            **decision.basis,
        },
    )


def _write(folder: Path, texts: Mapping[str, str], manifest: str) -> None:
    """Every file for its maker's eyes only, the manifest last: a folder without it is not whole."""
    folder.mkdir(mode=0o700)
    for name, text in texts.items():
        durable.write_secret(folder / f"{name}.csv", text)
    durable.write_secret(folder / MANIFEST, manifest)
