"""Run by the desk's trials: does one act of the desk in a child, and lets one named step of it fail."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fault_process import Fault, _arm

from joinedup.errors import JoinedupError
from joinedup.feeds import deliver, desk, judge_again, mend, release, report, take_back
from joinedup.feeds.quarantine import write_refused_rows
from joinedup.terms import Period, Role, Viewer
from joinedup.workspace import Workspace

ANALYST = Viewer("ada", "Ada Analyst", Role.ANALYST, "council")
COUNCILLOR = Viewer("cllr", "Cllr Hale", Role.COUNCILLOR, "council")
MAY = Period.parse("2024-05")
CONTRACT = """
name = "small-feed"
version = 1
title = "A small feed"
record_type = "incident"
mode = "snapshot"
ref = "id"
[owner]
code = "council"
name = "The council"
[source]
code = "small-source"
title = "A small source"
[key]
columns = ["id"]
[time]
column = "month"
format = "month"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = ["crime-and-disorder"]
sensitivity = "official"
licence = "none"
attribution = "The council"
[[column]]
name = "id"
required = true
[[column]]
name = "month"
[[column]]
name = "note"
field = "note"
[[column]]
name = "size"
field = "size"
kind = "integer"
"""
HEADER = "id,month,note,size\n"
ROWS = ["a,2024-05,one,1", "b,2024-05,two,many", "c,2024-13,three,3"]
MANY = [f"k{number},2024-05,note,1" for number in range(30)]
ANSWERS = {
    "Reported by": "Resident",
    "Reported on": "2026-05-31",
    "Topic": "Noise",
    "What was said": "loud",
    "Map ref": "54.5742, -1.2350",
}


def _file(workspace: Workspace, name: str, rows: list[str]) -> Path:
    path = workspace.folder.parent / f"{workspace.folder.name}-{name}"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def _deliver(workspace: Workspace, rows: list[str], name: str = "may.csv") -> Any:
    return deliver(workspace, "small-feed", _file(workspace, name, rows), by=ANALYST, period=MAY)


def _mend(workspace: Workspace) -> None:
    target = workspace.folder.parent / f"{workspace.folder.name}-mended.csv"
    target.unlink(missing_ok=True)
    write_refused_rows(workspace, 1, target)
    with target.open(newline="", encoding="utf-8") as content:
        rows = list(csv.reader(content))
    for row in rows[1:]:
        row[rows[0].index("size")] = "2"
        row[rows[0].index("month")] = "2024-05"
    with target.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows(rows)
    mend(workspace, 1, target, by=ANALYST)


def _take_back(workspace: Workspace) -> None:
    reference = next(iter(_references(workspace)))
    take_back(workspace, "councillor-reports", references=[reference], by=ANALYST, reason="a hoax")


def _references(workspace: Workspace) -> list[str]:
    from joinedup.feeds.models import FormReport

    return [one.reference for one in FormReport.objects.order_by("id")]


def _mend_contract(workspace: Workspace) -> None:
    """From now on a size may be any word."""
    (workspace.contracts_folder / "small-feed.toml").write_text(
        CONTRACT.replace('kind = "integer"\n', ""), encoding="utf-8"
    )


ACTS: dict[str, Callable[[Workspace], Any]] = {
    "report by form": lambda workspace: report(
        workspace, "councillor-reports", ANSWERS, token="0" * 32, by=COUNCILLOR
    ),
    "taking a report back": _take_back,
    "delivery with refused rows": lambda workspace: _deliver(workspace, ROWS),
    "release of a row": lambda workspace: release(workspace, 1, [2], by=ANALYST, why="the officer agrees"),
    "mended rows": _mend,
    "a mended contract": _mend_contract,
    "rows judged again": lambda workspace: judge_again(workspace, 1, by=ANALYST),
    "many rows": lambda workspace: _deliver(workspace, MANY, "many.csv"),
    "a file that is held": lambda workspace: _deliver(workspace, MANY[:3], "few.csv"),
    "a newer whole file": lambda workspace: _deliver(workspace, MANY[:29], "newer.csv"),
    "an overtaken file again": lambda workspace: _deliver(workspace, MANY[:3], "few.csv"),
    "accepting a held file": lambda workspace: desk.accept(workspace, 1, by=ANALYST, why="a quiet month"),
    "refusing a held file": lambda workspace: desk.refuse(workspace, 1, by=ANALYST, why="cut short"),
}


def _do(request: dict[str, Any]) -> dict[str, Any]:
    workspace = Workspace.open(Path(request["workspace"]))
    fault = Fault(request.get("step", ""), request.get("occurrence", 0), request.get("way", ""))
    _arm(fault)
    try:
        ACTS[request["act"]](workspace)
    except JoinedupError as error:
        return {"came_to": "refused", "says": str(error), "steps": fault.seen}
    return {"came_to": "done", "steps": fault.seen}


def _in_a_child(request: dict[str, Any]) -> None:
    child = os.fork()
    if child == 0:
        try:
            answer = json.dumps(_do(request))
        except BaseException as error:
            answer = json.dumps({"came_to": "crashed", "says": repr(error)})
        os.write(1, (answer + "\n").encode())
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        os.write(1, (json.dumps({"came_to": "killed"}) + "\n").encode())


if __name__ == "__main__":
    Workspace.open(Path(sys.argv[1])).close()
    for line in sys.stdin:
        _in_a_child(json.loads(line))
