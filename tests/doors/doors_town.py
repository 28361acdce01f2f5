"""A town with an open, an official and a restricted feed, and somebody of every role in three agencies.

``helpline`` owns the official and the restricted feed, ``council`` receives by signed agreements (the
official feed in every role, the restricted one as analyst and practitioner), ``hospital`` has no agreement,
but for its review chair the glass is broken.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from joinedup import places
from joinedup.accounts import (
    Asked,
    Seconder,
    acting_viewer,
    add_agency,
    add_user,
    propose,
    record_agreement,
    today,
)
from joinedup.feeds import deliver
from joinedup.measures import Measure
from joinedup.partnership import add_gap, assign, set_standard
from joinedup.people.reviewing import Drawn, Mentioned, draw, waiting
from joinedup.records import RecordBook
from joinedup.release import open_glass
from joinedup.release.watch_lists import Definition, Draw, Recipient, add_to_watch_list, make_watch_list
from joinedup.terms import (
    Form,
    Period,
    Purpose,
    RecordType,
    Restriction,
    Role,
    Sensitivity,
    Viewer,
    parse_knowledge_date,
)
from joinedup.workspace import Workspace

AGENCIES = ("helpline", "council", "hospital")
PEOPLE = [(agency, role.value) for agency in AGENCIES for role in Role]
INSIDERS = {"analyst", "practitioner"}  # of the council: those whom the restricted feed's agreement names
OPEN, OFFICIAL, RESTRICTED = "bench-repairs", "calls", "zephyrlodge"
SOURCES = {OPEN: "benches", OFFICIAL: "callsource", RESTRICTED: "zephyrsource"}
OWNERS = {OPEN: "parks", OFFICIAL: "helpline", RESTRICTED: "helpline"}
SENSITIVITY = {OPEN: "open", OFFICIAL: "official", RESTRICTED: "restricted"}
ROWS = {OPEN: 12, OFFICIAL: 2713, RESTRICTED: 1239}
FILES = {
    OPEN: "2024-04-benchfile.csv",
    OFFICIAL: "2024-04-callfile.csv",
    RESTRICTED: "2024-04-zephyrfile.csv",
}
NUMBER = {OPEN: 1, OFFICIAL: 2, RESTRICTED: 3}
HELD = {OFFICIAL: 1, RESTRICTED: 2}
WAITING = {OFFICIAL: 1, RESTRICTED: 2}  # the number of a proposal, and of a grant
GLASS_FOR = ("hospital", "review-chair")
"""For whom the glass is broken, of each closed feed."""
RESTRICTS = ("helpline", "analyst")
"""Who restricted the single record."""
SHARED_FOR = "crime-and-disorder"
GIVEN_FOR = (SHARED_FOR, "safeguarding")
"""The purpose that the agreements share for, and those that the contracts give the feeds for."""
REQUEST = {OFFICIAL: 1, RESTRICTED: 2}
"""Requests for information about each feed's measure, which the helpline's councillor made."""
PAIR = {OFFICIAL: 1, RESTRICTED: 2}
"""Pairs of callers to review, of each closed feed; a third has the restricted record of the official one."""
PERSON = {OFFICIAL: "Quillfeather", RESTRICTED: "Mosswhistle"}
SINGLE = ("RX77", "Thistledownham", "Falconhurst")
"""Reference and caller of a record of the official feed that is restricted, and a word of why."""
REFUSED = {OFFICIAL: "Grumblethwaite", RESTRICTED: "Snodgrassington"}
LISTS = {OFFICIAL: "list-1", RESTRICTED: "list-2"}
MEASURES = {OFFICIAL: "calls-taken", RESTRICTED: "zephyrstays"}

_CONTRACT = """
name = "{feed}"
version = 1
title = "{feed} as sent"
record_type = "incident"
mode = "snapshot"
ref = "Number"
[owner]
code = "{owner}"
name = "The {owner}"
[source]
code = "{source}"
title = "The {source}"
[period]
file_name = '(?P<period>\\d{{4}}-\\d{{2}})-'
[key]
columns = ["Number"]
[time]
column = "Day"
format = "date"
[place]
longitude = "Longitude"
latitude = "Latitude"
[publishing]
expected_every = "month"
late_after_days = 30
purposes = {purposes}
sensitivity = "{sensitivity}"
licence = "Closed"
attribution = "The {owner}"
retention_years = 1
[[column]]
name = "Number"
required = true
[[column]]
name = "Day"
required = true
[[column]]
name = "Longitude"
[[column]]
name = "Latitude"
[[column]]
name = "Kind"
field = "call_kind"
"""
_CALLER = """
[[column]]
name = "Caller"
personal = "identifying"
[[person]]
role = "caller"
full_name = "Caller"
"""
_AGREEMENT = """
code = "{code}"
version = 1
title = "The {code} agreement"
basis = "Crime and Disorder Act 1998, section 115"
purposes = ["crime-and-disorder"]
starts = 2024-01-01
ends = 2099-12-31
review = 2099-01-01
[[shares]]
owner = "helpline"
feeds = ["{feed}"]
names = ["caller.*"]
signed_by = "Fay"
signed_as = "Manager"
signed_on = 2024-01-01
[[receives]]
agency = "council"
roles = {roles}
"""


def _measure(feed: str) -> Measure:
    return Measure(
        name=MEASURES[feed],
        version=1,
        title=f"{MEASURES[feed].title()} counted",
        noun="calls",
        meaning="Calls that were written down.",
        unit="calls",
        theme="Helpline",
        sources=(SOURCES[feed],),
        record_types=(RecordType.INCIDENT,),
        carries={RecordType.INCIDENT: "call_kind"},
        sql="SELECT month, point, call_kind AS kind FROM incident",
        breakdowns={"kind": {"day": "By day", "night": "By night"}},
        forms=(Form.COUNT,),
        additive_over_areas=True,
        additive_over_time=True,
        sensitivity=Sensitivity(SENSITIVITY[feed]),
    )


OWN_MEASURES = {MEASURES[feed]: _measure(feed) for feed in (OFFICIAL, RESTRICTED)}


def username(agency: str, role: str) -> str:
    """Who has this role in this agency."""
    return f"{agency}-{role}"


def build(folder: Path) -> Workspace:
    """The town, open."""
    made = Workspace.create(folder / "workspace", partnership="Testshire")
    from joinedup.accounts.models import AgreementVersion  # once Django is set up

    AgreementVersion.objects.all().delete()  # what other tests' workspaces share
    for feed in NUMBER:
        (made.contracts_folder / f"{feed}.toml").write_text(contract(feed))
    for code in AGENCIES:
        agency = add_agency(code, code.title())
        for role in Role:
            add_user(username(code, role), name=f"Robin {role.value.title()}", role=role, agency=agency)
    _wards(made, folder)
    by = acting_viewer("helpline-analyst")
    for feed, number in NUMBER.items():
        path = folder / FILES[feed]
        path.write_text(_rows(feed, "2024-04", ROWS[feed] - 1, refused=True))
        given = deliver(made, feed, path, by=by, received_at=parse_knowledge_date("2024-05-05"))
        assert (given.delivery, given.rows_in, given.quarantined) == (number, ROWS[feed], 1)
    for feed, number in HELD.items():
        path = folder / FILES[feed].replace("2024-04", "2024-05")
        path.write_text(_rows(feed, "2024-05", 0, refused=False))  # held: no row for a first time
        given = deliver(made, feed, path, by=by, received_at=parse_knowledge_date("2024-06-05"))
        assert given.held == number, given
    for code, feed, roles in (
        ("calls-circle", OFFICIAL, [one.value for one in Role]),
        ("lodge", RESTRICTED, sorted(INSIDERS)),
    ):
        text = _AGREEMENT.format(code=code, feed=feed, roles=json.dumps(roles))
        record_agreement(text, where=code, by=by)
    _registers()
    _requests(made)
    single = _callers(made, OFFICIAL, f"Robin {SINGLE[1]}")
    RecordBook(made).restrict(
        OFFICIAL,
        references=[SINGLE[0]],
        kind=Restriction.WITNESS_PROTECTION,
        by=acting_viewer(username(*RESTRICTS)),
        reason=f"the {SINGLE[2]} order",
    )
    _watch_lists(made)
    _two_people(made)
    _pairs(made, single)
    return made


def contract(feed: str) -> str:
    """The contract of a feed, as TOML."""
    told = {"feed": feed, "owner": OWNERS[feed], "source": SOURCES[feed], "sensitivity": SENSITIVITY[feed]}
    told["purposes"] = json.dumps(GIVEN_FOR)
    return _CONTRACT.format(**told) + ("" if feed == OPEN else _CALLER)


def _registers() -> None:
    by = acting_viewer("helpline-analyst")
    for number, feed in enumerate(HELD, start=1):
        said = {"title": f"Kinds of {feed}", "lead": "helpline", "action": "Write them"}
        standard = set_standard("completeness", feed, "call_kind", threshold=0.9, by=by, **said)
        add_gap(f"G.{number}", by=by, standard=standard, **said)
        assign(number, feed, holder="helpline", by=by)
        _target(number, feed, by)


def _target(number: int, feed: str, by: Viewer) -> None:
    """A target of a feed's measure, with the number of its baseline."""
    from joinedup.partnership.aims import Aim, Place
    from joinedup.partnership.targets import set_target

    known = parse_knowledge_date("2024-05-05")
    set_target(
        f"T.{number}",
        f"Fewer {MEASURES[feed]}",
        measure=MEASURES[feed],
        version=1,
        place=Place("Testshire"),
        year=Period.parse("2024/25"),
        aim=Aim(at_most=True, change=-0.05, baseline_value=ROWS[feed] - 1, known_at=known),
        owner="helpline",
        by=by,
    )


def _watch_lists(made: Workspace) -> None:
    """A list of each closed feed, for the council's practitioners, with one caller on it."""
    by, first = acting_viewer("helpline-analyst"), today()
    for feed, name in LISTS.items():
        told = Definition(
            name=name,
            title=f"Callers of {feed}",
            purpose=Purpose.CRIME_AND_DISORDER,
            basis="Section 115",
            draws=(Draw(feed),),
            recipients=(Recipient("council", Role.PRACTITIONER),),
            details=("caller.full_name",),
            keeper="",
            starts=first,
            review=first,
            expires=first + dt.timedelta(days=300),
        )
        make_watch_list(made, by, told)
        add_to_watch_list(made, by, name, references=["N3"], why="other")


def _callers(made: Workspace, feed: str, name: str) -> list[Mentioned]:
    """The mentions of a feed that have this name, in the order of their keys."""
    with RecordBook(made).reading() as reader:
        cursor = reader.connection()
        reader.mentions(cursor, [feed])
        rows = cursor.execute(
            """SELECT feed, record_key, role, ordinal FROM mention
               WHERE role = 'caller' AND full_name = ? ORDER BY record_key""",
            [name],
        ).fetchall()
    return [Mentioned(*row) for row in rows]


def _pairs(made: Workspace, single: list[Mentioned]) -> None:
    """A pair of each closed feed, and one of a restricted record."""
    callers = {feed: _callers(made, feed, f"Robin {PERSON[feed]}") for feed in PAIR}
    both = [callers[feed][:2] for feed in PAIR] + [[callers[OFFICIAL][2], single[0]]]
    by = acting_viewer("helpline-analyst")
    draw(1, [Drawn(left, right, 1.0, False, 1, 9, 9) for left, right in both], by=by)
    assert [one.drawn.left.feed for one in waiting(list(PAIR))] == [*PAIR, OFFICIAL]


def _two_people(made: Workspace) -> None:
    """Of each closed feed: an erasure that waits for a second person, and glass that is broken."""
    by = acting_viewer("helpline-administrator")
    for feed, number in WAITING.items():
        roles = (Role.ADMINISTRATOR, Role.ANALYST)
        seconders = [*(Seconder(role) for role in roles), Seconder(Role.DATA_OWNER, "helpline")]
        told = {"records": ROWS[feed]}
        asked = Asked("erasure", [feed], ["helpline"], {"exactly": feed}, seconders, told)
        assert propose(asked, by=by, reason="x").pk == number
        assert open_glass(made, username(*GLASS_FOR), [feed], reason="x", by=by, hours=24).pk == number


def _requests(made: Workspace) -> None:
    from joinedup.hub.information import changing

    for feed, number in REQUEST.items():
        about = {"measure": MEASURES[feed]}
        told = (f"How many {MEASURES[feed]} were there?", "The committee")
        assert changing.ask(made, acting_viewer("helpline-councillor"), *told, about).pk == number


def _rows(feed: str, month: str, rows: int, *, refused: bool) -> str:
    extra = "" if feed == OPEN else ",Caller"
    lines = [f"Number,Day,Longitude,Latitude,Kind{extra}"]
    for number in range(rows):
        who = "" if feed == OPEN else f",Robin {PERSON[feed]}"
        kind = "night" if number % 3 else "day"
        name = f"N{number}"
        if (feed, number) == (OFFICIAL, 11):
            name, who = SINGLE[0], f",Robin {SINGLE[1]}"
        lines.append(f"{name},{month}-{number % 28 + 1:02},-1.295,54.505,{kind}{who}")
    if refused:
        who = "" if feed == OPEN else f",Robin {REFUSED[feed]}"
        lines.append(f"N{rows},,-1.295,54.505,day{who}")
    return "\n".join(lines) + "\n"


def _wards(made: Workspace, folder: Path) -> None:
    ring = [[-1.30, 54.50], [-1.29, 54.50], [-1.29, 54.51], [-1.30, 54.51], [-1.30, 54.50]]
    ward = {
        "type": "Feature",
        "properties": {"code": "W1", "name": "Ward One", "of": "D1", "called": "District One"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    path = folder / "wards.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [ward]}))
    columns = {"code": "code", "name": "name", "parent": "of", "parent_name": "called"}
    places.load_boundaries(made, path, level="ward", vintage="2025", **columns)
    places.dissolve(made, level="district", vintage="2025", child_level="ward", child_vintage="2025")
