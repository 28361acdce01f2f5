"""A town whose prison tells of releases and whose council of complaints, beside a restricted lodge.

``prison`` owns ``releases``, ``council`` owns ``complaints``, ``lodge`` the restricted ``lodgers``. Wardens
and ``team`` receive by signed agreements. Days are counted from the day of the test.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from joinedup.accounts import acting_viewer, add_agency, add_user, record_agreement, today
from joinedup.feeds import deliver
from joinedup.release.watch_lists import Definition, Draw, Recipient, Rule
from joinedup.terms import Purpose, Role, Viewer
from joinedup.workspace import Workspace

AGENCIES = ("prison", "council", "lodge", "wardens", "team", "stranger")
OWNERS = {"releases": "prison", "complaints": "council", "lodgers": "lodge"}
PURPOSES = {
    "releases": '["offender-management"]',
    "complaints": '["crime-and-disorder"]',
    "lodgers": '["crime-and-disorder"]',
}
_CONTRACT = """
name = "{feed}"
version = 1
title = "The {feed}"
record_type = "{type}"
mode = "changes"
ref = "Number"
[owner]
code = "{owner}"
name = "The {owner}"
[source]
code = "{feed}"
title = "The {feed}"
[period]
file_name = '(?P<period>\\d{{4}}-\\d{{2}})'
[key]
columns = ["Number", "Row"]
[time]
column = "Day"
format = "date"
[status]
column = "State"
cancelled = ["off"]
[publishing]
expected_every = "month"
late_after_days = 30
purposes = {purposes}
sensitivity = "{sensitivity}"
licence = "Closed"
attribution = "The {owner}"
[[column]]
name = "Number"
required = true
[[column]]
name = "Row"
required = true
[[column]]
name = "Day"
required = true
[[column]]
name = "State"
[[column]]
name = "Name"
personal = "identifying"
[[column]]
name = "Known as"
personal = "identifying"
[[column]]
name = "Born"
personal = "identifying"
[[person]]
role = "client"
full_name = "Name"
alias = "Known as"
birth_date = "Born"
"""
_AGREEMENT = """
code = "{code}"
version = {version}
title = "The {code} agreement"
basis = "Crime and Disorder Act 1998, section 115"
purposes = {purposes}
starts = 2024-01-01
ends = 2099-12-31
review = 2099-01-01
[[shares]]
owner = "{owner}"
feeds = ["{feed}"]
names = {names}
signed_by = "Fay"
signed_as = "Manager"
signed_on = 2024-01-01
"""
_RECEIVING = """
[[receives]]
agency = "{agency}"
roles = {roles}
"""
ALL_ROLES = json.dumps([one.value for one in Role])
INSIDERS = '["analyst", "practitioner"]'
CODES = {"releases": "gate", "complaints": "street", "lodgers": "lodge"}
HEADER = "Number,Row,Day,State,Name,Known as,Born\n"


def day(offset: int) -> dt.date:
    """The day so many days from today."""
    return today() + dt.timedelta(days=offset)


def viewer(agency: str, role: Role | str) -> Viewer:
    """Who has this role in this agency."""
    return acting_viewer(f"{agency}-{Role(role).value}")


def agree(
    feed: str,
    *,
    version: int = 1,
    names: str = '["client.*"]',
    to: tuple[str, ...] = ("wardens", "team"),
    purposes: str = '["crime-and-disorder", "offender-management"]',
) -> None:
    """Record the agreement that shares a feed with these agencies."""
    roles = INSIDERS if feed == "lodgers" else ALL_ROLES
    told = {"code": CODES[feed], "owner": OWNERS[feed], "feed": feed, "names": names, "purposes": purposes}
    text = _AGREEMENT.format(version=version, **told)
    text += "".join(_RECEIVING.format(agency=agency, roles=roles) for agency in to)
    record_agreement(text, where=feed, by=viewer("stranger", Role.ANALYST))


def row(number: str, offset: int, name: str, *, state: str = "", index: int = 1, alias: str = "") -> str:
    """A row of a feed's file; its day is so many days from today."""
    return f"{number},{index},{day(offset)},{state},{name},{alias},1980-02-03\n"


def send(made: Workspace, feed: str, rows: str, *, offset: int = 0) -> None:
    """Deliver a file of the month in which the day of ``offset`` lies, received now."""
    path = Path(made.folder).parent / f"{feed}-{day(offset):%Y-%m}.csv"
    path.write_text(HEADER + rows)
    by = viewer(OWNERS[feed], Role.DATA_OWNER)
    receipt = deliver(made, feed, path, by=by, accept_unusual=True)
    assert (receipt.state.value, receipt.quarantined) == ("stored", 0), receipt


def build(folder: Path) -> Workspace:
    """The town, open; nothing is delivered and no list is made."""
    made = Workspace.create(folder / "workspace", partnership="Testshire")
    from joinedup.accounts.models import AgreementVersion  # once Django is set up

    AgreementVersion.objects.all().delete()  # what other tests' workspaces share
    for feed, owner in OWNERS.items():
        restricted = "restricted" if feed == "lodgers" else "official"
        told = {"owner": owner, "purposes": PURPOSES[feed], "sensitivity": restricted}
        kind = "spell" if feed == "releases" else "incident"
        text = _CONTRACT.format(feed=feed, type=kind, **told)
        (made.contracts_folder / f"{feed}.toml").write_text(text)
    for code in AGENCIES:
        agency = add_agency(code, code.title())
        for role in Role:
            add_user(f"{code}-{role.value}", name=f"{code.title()} {role.value}", role=role, agency=agency)
    for feed in OWNERS:
        agree(feed)
    return made


def definition(name: str = "faces", **changed: object) -> Definition:
    """A list of complaints for the wardens, or with the changes that are given."""
    said = {
        "name": name,
        "title": "Persons of interest",
        "purpose": Purpose.CRIME_AND_DISORDER,
        "basis": "Crime and Disorder Act 1998, section 115",
        "draws": (Draw("complaints"),),
        "recipients": (Recipient("wardens", Role.PRACTITIONER),),
        "details": ("client.full_name", "client.alias"),
        "keeper": "",
        "starts": today(),
        "expires": day(200),
        "review": day(100),
    }
    return Definition(**{**said, **changed})


def of_releases(name: str = "gate", **changed: object) -> Definition:
    """The list of released prisoners, by rule."""
    said = {
        "title": "Released prisoners",
        "purpose": Purpose.OFFENDER_MANAGEMENT,
        "draws": (Draw("releases", Rule(28, 28)),),
        "recipients": (Recipient("team", Role.PRACTITIONER),),
        "details": ("client.full_name", "client.birth_date"),
    }
    return definition(name, **{**said, **changed})
