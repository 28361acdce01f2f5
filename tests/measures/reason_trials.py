"""Random histories of which each act changes one thing of one record, so that the reason of a move is known.

Months are restated in any order, keys stand in the files of several months at once, a file of the quarter
comes between those of its months. Between two acts ``explain`` must name the act's own reason, with what it
gained and lost in each ward, and nothing else; so it must between any two dates between which no record was
touched twice, nor one of a key gone and another of it come. The oracle follows each record by a number that
no file has.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from joinedup.measures import FigureQuery, Reason, explain
from joinedup.terms import AreaLevel, Period
from joinedup.workspace import Workspace
from tiny_town import Town

MONTHS = ("2024-04", "2024-05", "2024-06")
QUARTER = "2024-04..2024-06"
STRAY = "2024-03"  # a month for which no file comes
KEYS = "abcd"
PLACES = ("W1", "W2", "W3", "sea", None)
ASKED_OF = ("W1", "W2")
START = dt.datetime(2024, 7, 1, 12, tzinfo=dt.UTC)
Parts = dict[tuple[str, Reason], tuple[int, int]]


@dataclass(frozen=True)
class Record:
    """A record as it stands: who it is, and what its latest version says, by which file, told when."""

    number: int
    key: str
    file: str
    told: int
    month: str
    place: str | None
    kind: str
    crime_type: str
    outcome: str | None
    status: str = "recorded"

    def row(self) -> dict[str, object]:
        """What its owner sends of it."""
        return {
            "id": self.key,
            "place": self.place,
            "kind": self.kind,
            "crime_type": self.crime_type,
            "last_outcome": self.outcome,
            "status": self.status,
            "month": f"{self.month}-01",
        }


@dataclass
class Step:
    """What stood after an act, the records it touched, and for what reason they moved."""

    after: dt.datetime
    records: tuple[Record, ...]
    touched: tuple[Record, ...]
    reason: Reason
    in_place: bool  # each of them is in the same month's file as before


@dataclass
class History:
    """Acts on the months of a quarter: what is delivered, and what is then known to stand."""

    town: Town
    chance: random.Random
    records: list[Record] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _told: int = 0

    def begin(self) -> None:
        """Deliver each month once."""
        for month in MONTHS:
            keys = self.chance.sample(KEYS, self.chance.randint(0, 3))
            self.records += [self._new(key, month) for key in keys]
            self._deliver(month)
        self._note([], Reason.ADDED_LATE)

    def act(self) -> None:
        """One act, if it can be done."""
        acts = [self._change] * 6 + [self._add] * 2 + [self._drop, self._drop, self._refile, self._quarter]
        self.chance.choice(acts)()

    def _new(self, key: str, file: str) -> Record:
        return Record(
            next(self._numbers),
            key,
            file,
            self._told + 1,
            self.chance.choice([file, file, file, *MONTHS, STRAY]),
            self.chance.choice(PLACES),
            self.chance.choice(["crime", "crime", "crime", "anti-social-behaviour"]),
            self.chance.choice(["burglary", "burglary", "drugs"]),
            self.chance.choice(["charged", None]),
            self.chance.choice(["recorded", "recorded", "cancelled"]),
        )

    def _in_file(self, file: str) -> list[Record]:
        """The records that a file of this period speaks of, as the record book has it."""
        if file == QUARTER:
            return list(self.records)
        return [one for one in self.records if file == (one.month if one.file == QUARTER else one.file)]

    def _file_of(self, one: Record) -> str | None:
        """The month's file in which it can be sent again; None where only the quarter's has it."""
        month = one.month if one.file == QUARTER else one.file
        return month if month in MONTHS else None

    def _deliver(self, file: str, records: Sequence[Record] | None = None) -> None:
        self._told += 1
        sent = self._in_file(file) if records is None else records
        rows = [one.row() for one in sorted(sent, key=lambda one: one.number)]
        self.town.deliver(file, rows, received=START + dt.timedelta(hours=self._told))

    def _note(self, touched: Sequence[Record], reason: Reason, *, in_place: bool = False) -> None:
        after = START + dt.timedelta(hours=self._told, minutes=1)
        self.steps.append(Step(after, tuple(self.records), tuple(touched), reason, in_place))

    def _some(self) -> tuple[Record, str] | None:
        """A record, and the file that will say something new of it."""
        there = [(one, file) for one in self.records if (file := self._file_of(one))]
        if not there:
            return None
        one, file = self.chance.choice(there)
        alone = len({each.key for each in self.records}) == len(self.records)
        return one, QUARTER if alone and self.chance.random() < 0.2 else file

    def _change(self) -> None:
        if (found := self._some()) is None:
            return
        one, file = found
        changes: dict[Reason, list[dict[str, object]]] = {
            Reason.CANCELLED: [{"status": "recorded" if one.status == "cancelled" else "cancelled"}],
            Reason.RECLASSIFIED: [
                {"crime_type": "drugs" if one.crime_type == "burglary" else "burglary"},
                {"kind": "crime" if one.kind != "crime" else "anti-social-behaviour"},
            ],
            Reason.RE_DATED: [{"month": month} for month in (*MONTHS, STRAY) if month != one.month],
            Reason.ATTRIBUTE: [{"outcome": None if one.outcome else "charged"}],
            Reason.RE_LOCATED: [{"place": place} for place in PLACES if place != one.place],
        }
        reason = self.chance.choice(list(changes))
        new = replace(one, file=file, told=self._told + 1, **self.chance.choice(changes[reason]))  # type: ignore[arg-type]
        sent = [new if each is one else each for each in self._in_file(file)]
        self.records[self.records.index(one)] = new
        self._deliver(file, sent)
        self._note([one], reason, in_place=file != QUARTER)

    def _add(self) -> None:
        file = self.chance.choice(MONTHS)
        free = sorted(set(KEYS) - {one.key for one in self._in_file(file)})
        if free:
            new = self._new(self.chance.choice(free), file)
            self._deliver(file, [*self._in_file(file), new])
            self.records.append(new)
            self._note([new], Reason.ADDED_LATE)

    def _drop(self) -> None:
        if (found := self._some()) is not None:
            one, file = found
            self._deliver(file, [each for each in self._in_file(file) if each is not one])
            self.records.remove(one)
            self._note([one], Reason.WITHDRAWN)

    def _refile(self) -> None:
        """A record leaves one month's file and is in another's, dated there."""
        there = [one for one in self.records if one.file in MONTHS]
        if not there:
            return
        one = self.chance.choice(there)
        others = [month for month in MONTHS if month not in {one.file, one.month}]
        free = [month for month in others if one.key not in {each.key for each in self._in_file(month)}]
        if free:
            target = self.chance.choice(free)
            self._deliver(one.file, [each for each in self._in_file(one.file) if each is not one])
            new = replace(one, file=target, month=target, told=self._told + 1)
            self._deliver(target, [*self._in_file(target), new])
            self.records[self.records.index(one)] = new
            self._note([one], Reason.RE_DATED)

    def _quarter(self) -> None:
        """The quarter in one file: of a key that stood in several months it has one, as it was."""
        kept, dropped = list(self.records), []
        for key in KEYS:
            same = [one for one in kept if one.key == key]
            if len({one.month for one in same}) < len(same):
                return  # which of two alike in all that files tell is gone cannot be known
            stays = self.chance.choice(same) if same else None
            dropped += [one for one in same if one is not stays]
            last = max(same, key=lambda one: one.told, default=None)
            if stays is not None and (stays is not last or stays.row() != last.row()):
                kept[kept.index(stays)] = replace(stays, file=QUARTER, told=self._told + 1)
        kept = [one for one in kept if one.number not in {gone.number for gone in dropped}]
        self._deliver(QUARTER, kept)
        self.records = kept
        self._note(dropped, Reason.WITHDRAWN)


@dataclass(frozen=True)
class Question:
    """A count of crimes in the wards asked of: its months, and what of them."""

    period: Period
    where: tuple[tuple[str, str], ...]

    def ward(self, one: Record | None) -> str | None:
        """The ward in which a record counts; None where it does not."""
        if one is None or one.place not in ASKED_OF or one.kind != "crime" or one.status == "cancelled":
            return None
        start = dt.date.fromisoformat(f"{one.month}-01")
        if one.month == STRAY or not self.period.start <= start < self.period.end:
            return None
        said = {"type": one.crime_type, "outcome": one.outcome}
        return one.place if all(said[name] == value for name, value in self.where) else None


QUESTIONS = [
    Question(Period.parse(period), where)
    for period in (*MONTHS, QUARTER)
    for where in ((), (("type", "burglary"),), (("outcome", "charged"),))
]


def trials(empty: Path, folder: Path, times: int, seed: int) -> Iterator[tuple[int, int, str]]:
    """So many histories: number, how many movements were judged, and what was wrong (nothing: all right)."""
    for number in range(times):
        place = Path(shutil.copytree(empty, folder / f"reasons-{number}"))
        workspace = Workspace.open(place)
        try:
            chance = random.Random(f"reasons {seed} {number}")
            history = History(Town(workspace), chance)
            history.begin()
            for _ in range(chance.randint(4, 9)):
                history.act()
            judged, wrong = _judge(workspace, history.steps, chance)
            yield number, judged, wrong
        finally:
            workspace.close()
            shutil.rmtree(place)


def _judge(workspace: Workspace, steps: Sequence[Step], chance: random.Random) -> tuple[int, str]:
    judged = 0
    known = [
        span
        for span in itertools.combinations(range(len(steps)), 2)
        if _is_known(steps[span[0] + 1 : span[1] + 1])
    ]
    longer = [(first, last) for first, last in known if last > first + 1]
    for first, last in [
        *(span for span in known if span not in longer),
        *chance.sample(longer, min(4, len(longer))),
    ]:
        between = steps[first + 1 : last + 1]
        question = _asked(steps[first], between, chance)
        said = _said(workspace, question, steps[first], steps[last])
        told = expected(question, steps[first], between)
        judged += 1
        if said != told:
            return judged, f"{question} from {first} to {last}: {said}, not {told}: {steps}"
    return judged, ""


def _asked(first: Step, between: Sequence[Step], chance: random.Random) -> Question:
    """Mostly a question whose answer moved; now and then any: where nothing moved nothing is to be said."""
    moved = [question for question in QUESTIONS if expected(question, first, between)]
    return chance.choice(moved if moved and chance.random() < 0.8 else QUESTIONS)


def _is_known(between: Sequence[Step]) -> bool:
    """Whether the parts of what moved can be known: no act hides or undoes what another did."""
    if len(between) == 1:
        return True
    numbers = Counter(one.number for step in between for one in step.touched)
    keys = Counter(one.key for step in between for one in step.touched)
    moved = {one.key for step in between if not step.in_place for one in step.touched}
    return max(numbers.values(), default=0) < 2 and all(keys[key] < 2 for key in moved)


def _said(workspace: Workspace, question: Question, first: Step, last: Step) -> Parts:
    query = FigureQuery(
        "recorded-crime", level=AreaLevel.WARD, areas=ASKED_OF, period=question.period, where=question.where
    )
    found = explain(workspace, query, first.after, last.after)
    return {(row.area_code, row.reason): (row.gained, row.lost) for row in found.movements}


def expected(question: Question, first: Step, between: Sequence[Step]) -> Parts:
    """What each reason gained and lost in each ward: every act's own, added up."""
    gained: Counter[tuple[str, Reason]] = Counter()
    lost: Counter[tuple[str, Reason]] = Counter()
    before = {one.number: one for one in first.records}
    for step in between:
        after = {one.number: one for one in step.records}
        for number in before.keys() | after.keys():
            was, now = question.ward(before.get(number)), question.ward(after.get(number))
            if was != now:
                lost.update([(was, step.reason)] if was else [])
                gained.update([(now, step.reason)] if now else [])
        before = after
    return {part: (gained[part], lost[part]) for part in gained | lost}
