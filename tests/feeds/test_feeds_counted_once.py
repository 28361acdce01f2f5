"""Quality and the register of section 17A count each row once, whatever is mended, released or sent again."""

from __future__ import annotations

import csv
import random

import pytest
from staging_by_hand import small_contract

from joinedup.feeds import deliver, mend, of_delivery, release
from joinedup.feeds.quarantine import write_refused_rows
from joinedup.measures.quality import QualityQuery, quality
from joinedup.partnership import assign, holdings, register
from joinedup.records import RecordBook
from joinedup.terms import Every, Period

EXTRA = '\n[[column]]\nname = "size"\nfield = "size"\nkind = "integer"\n'
GOOD, BAD, LET_IN = "good", "bad", "let in"  # of a row: let in is without its size


class Desk:
    """A feed whose rows may have an unreadable size, beside what stands of each month, row by row."""

    def __init__(self, workspace, analyst, folder):
        path = small_contract(workspace.contracts_folder)
        path.write_text(path.read_text() + EXTRA)
        self.workspace, self.analyst, self.folder = workspace, analyst, folder
        self.rows = {}  # month -> what became of each row of its latest file
        self.latest = {}  # month -> the number of its latest file
        self.files = 0

    def send(self, month, rows):
        """Deliver a month whole."""
        self.files += 1
        path = self.folder / f"file-{self.files}.csv"
        lines = [
            f"r{number},{month},n,{self.files if state == GOOD else 'many'}\n"
            for number, state in enumerate(rows)
        ]
        path.write_text("id,month,note,size\n" + "".join(lines))
        receipt = deliver(
            self.workspace,
            "small-feed",
            path,
            by=self.analyst,
            accept_unusual=True,
            accept_all_quarantined=True,
        )
        assert receipt.state == "stored"
        self.rows[month], self.latest[month] = list(rows), receipt.delivery

    def waits(self, month):
        """The places of the rows that wait, from 0."""
        return [place for place, state in enumerate(self.rows[month]) if state == BAD]

    def mend(self, month, states):
        """Send waiting rows back: good, or still bad in another way."""
        self.files += 1
        target = self.folder / f"mended-{self.files}.csv"
        write_refused_rows(self.workspace, self.latest[month], target)
        with target.open(newline="", encoding="utf-8") as content:
            head, *rows = list(csv.reader(content))
        for place, row in zip(self.waits(month), rows, strict=True):
            if place in states:
                row[head.index("size")] = "7" if states[place] == GOOD else row[head.index("size")] + "!"
        with target.open("w", newline="", encoding="utf-8") as out:
            csv.writer(out).writerows([head, *rows])
        mend(self.workspace, self.latest[month], target, by=self.analyst)
        for place, state in states.items():
            self.rows[month][place] = state

    def let_in(self, month, places):
        """Let waiting rows in without their size."""
        numbers = [place + 1 for place in places]
        release(self.workspace, self.latest[month], numbers, by=self.analyst, why="The size is not needed")
        for place in places:
            self.rows[month][place] = LET_IN

    def told(self, measure, month, **more):
        """What quality says of a month: numerator and denominator."""
        query = QualityQuery(
            measure, ("small-source",), period=Period.parse(month), every=Every.WHOLE, **more
        )
        (row,) = quality(self.workspace, query).rows
        return row.numerator, row.denominator

    def register(self):
        """Rows kept and rows in, of the quarter's line of section 17A."""
        lines = register(Period.parse("2024-Q2"), holdings(), RecordBook(self.workspace).deliveries())
        (line,) = [one for one in lines if one.feed]
        assert line.uncounted == ()
        return line.kept, line.rows_in

    def wrong(self):
        """What quality and register say otherwise than the rows themselves."""
        said, expected = {}, {}
        for month, rows in self.rows.items():
            good, let_in = rows.count(GOOD), rows.count(LET_IN)
            expected[month] = [(good + let_in, len(rows)), (good, good + let_in), (good, good + let_in)]
            said[month] = [
                self.told("acceptance", month),
                *(self.told(name, month, fields=("size",)) for name in ("completeness", "validity")),
            ]
        every = [state for rows in self.rows.values() for state in rows]
        expected["quarter"], said["quarter"] = (len(every) - every.count(BAD), len(every)), self.register()
        return [(key, said[key], expected[key]) for key in expected if said[key] != expected[key]]


@pytest.fixture
def desk(workspace, analyst, tmp_path):
    """The desk, with nothing on it; its feed brings the eighth kind of section 17A."""
    assign(8, "small-feed", holder="council", by=analyst)
    return Desk(workspace, analyst, tmp_path)


def test_ten_rows_of_which_four_are_mended_are_ten_rows_and_stay_ten_when_sent_again(desk):
    desk.send("2024-05", [GOOD] * 6 + [BAD] * 4)
    assert (desk.told("acceptance", "2024-05"), desk.register()) == ((6, 10), (6, 10))
    desk.mend("2024-05", dict.fromkeys(range(6, 10), GOOD))
    assert (desk.told("acceptance", "2024-05"), desk.register()) == ((10, 10), (10, 10))
    assert desk.told("completeness", "2024-05", fields=("size",)) == (10, 10)
    assert len(of_delivery(desk.workspace, 1).waiting) == 0
    desk.send("2024-05", [GOOD] * 10)
    assert (desk.told("acceptance", "2024-05"), desk.register()) == ((10, 10), (10, 10))
    assert desk.told("completeness", "2024-05", fields=("size",)) == (10, 10)


@pytest.mark.slow
def test_random_work_at_the_desk_leaves_each_row_counted_once(desk):
    chance = random.Random("desk 2")
    for _ in range(9):
        month = chance.choice(["2024-04", "2024-05"])
        waits = desk.waits(month) if month in desk.rows else []
        some = chance.sample(waits, chance.randint(1, len(waits))) if waits else []
        act = chance.choice(["send", "mend", "mend", "let in"]) if some else "send"
        if act == "send":
            desk.send(month, [chance.choice([GOOD, BAD, BAD]) for _ in range(chance.randint(2, 6))])
        elif act == "mend":
            desk.mend(month, {place: chance.choice([GOOD, GOOD, BAD]) for place in some})
        else:
            desk.let_in(month, some)
        assert desk.wrong() == []
