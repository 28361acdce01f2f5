"""What every address and every command shows, and what docs/agreements.md says that people see of it.

Each row: the class of the door, and what it is asked for: addresses (or the command's words after its name)
with ``{number}``, ``{feed}``, ``{measure}``, ``{gap}``, ``{list}``, ``{pair}`` or ``{request}`` where it
names a thing of one feed.
"""

from __future__ import annotations

from dataclasses import dataclass

from doors_town import INSIDERS, OFFICIAL, OPEN, OWNERS, RESTRICTED

NOTHING = "nothing of data"
DEFINITIONS = "the product's own definitions, the same in every workspace and without one"
TABLES = "tables"
DOCUMENTS = "documents"
DELIVERIES = "deliveries and their counts"
REFUSED_ROWS = "refused rows"
NAMES = "names"
LOG = "the log"
INSIDE = "restricted records"
WATCH_LISTS = "watch-lists, without who is on them"
PAIRS = "pairs of records to review, of people whom one may know"
WATCHED = "who is on a watch-list"
REGISTERS = "registers"
REQUESTS = "requests for information"
CONTRACTS = "contracts and agreements"
ERASING = "how long records are kept, and erasing"
ADMINISTRATION = "administration"
DELIVERING = "delivering, and settling the desk"
UPKEEP = "the machine's own upkeep: for whoever has its shell"
CLASSES = {
    NOTHING, DEFINITIONS, TABLES, DOCUMENTS, DELIVERIES, REFUSED_ROWS, NAMES, LOG, INSIDE, REGISTERS,
    REQUESTS, CONTRACTS, ERASING, ADMINISTRATION, DELIVERING, UPKEEP, PAIRS, WATCH_LISTS, WATCHED,
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """One address or command: its class; ``asks`` with which words it is read, none where it only writes."""

    shows: str
    asks: tuple[str, ...] = ()


ADDRESSES = {
    "home": Door(DELIVERIES, ("/",)),
    "intelligence": Door(TABLES, ("/intelligence/", "/intelligence/?measure={measure}&level=ward")),
    "intelligence-answer": Door(TABLES, ("/intelligence/answer.json?measure={measure}&level=ward",)),
    "intelligence-areas": Door(NOTHING, ("/intelligence/areas.geojson?level=ward",)),
    "intelligence-workings": Door(TABLES, ("/intelligence/workings/?measure={measure}&level=ward",)),
    "intelligence-table": Door(TABLES, ("/intelligence/table.csv?measure={measure}&level=ward",)),
    "intelligence-table-workbook": Door(TABLES, ("/intelligence/table.xlsx?measure={measure}&level=ward",)),
    "intelligence-table-metadata": Door(
        TABLES, ("/intelligence/table.csv-metadata.json?measure={measure}&level=ward",)
    ),
    "sign-in": Door(NOTHING, ("/sign-in/",)),
    "sign-in-second": Door(NOTHING, ("/sign-in/second/",)),
    "sign-in-passkey": Door(NOTHING, ("/sign-in/passkey/",)),
    "sign-in-passkey-options": Door(NOTHING, ("/sign-in/passkey/options/",)),
    "sign-in-provider": Door(NOTHING, ("/sign-in/provider/",)),
    "sign-in-provider-back": Door(NOTHING, ("/sign-in/provider/back/",)),
    "sign-out": Door(NOTHING),
    "account": Door(NOTHING, ("/account/",)),
    "account-confirm": Door(NOTHING, ("/account/confirm/",)),
    "account-password": Door(NOTHING, ("/account/password/",)),
    "account-code-app": Door(NOTHING, ("/account/code-app/",)),
    "account-code-app-remove": Door(NOTHING, ("/account/code-app/remove/",)),
    "account-passkeys": Door(NOTHING, ("/account/passkeys/",)),
    "account-passkeys-options": Door(NOTHING, ("/account/passkeys/options/",)),
    "account-passkeys-remove": Door(NOTHING, ("/account/passkeys/1/remove/",)),
    "account-provider": Door(NOTHING, ("/account/provider/",)),
    "account-recovery-codes": Door(NOTHING, ("/account/recovery-codes/",)),
    "account-sessions-end": Door(NOTHING, ("/account/sessions/end/",)),
    "health": Door(NOTHING, ("/health/",)),
    "data": Door(DELIVERIES, ("/data/", "/data/?feed={feed}")),
    "data-delivery": Door(DELIVERIES, ("/data/deliveries/{number}/",)),
    "data-desk": Door(DELIVERIES, ("/data/desk/",)),
    "data-desk-held": Door(DELIVERING),
    "data-desk-delivery": Door(DELIVERIES, ("/data/desk/{number}/",)),
    "data-desk-export": Door(REFUSED_ROWS),
    "data-desk-release": Door(DELIVERING),
    "data-desk-judge-again": Door(DELIVERING),
    "data-approvals": Door(ERASING, ("/data/approvals/",)),
    "data-log": Door(LOG, ("/data/log/",)),
    "data-quality": Door(DELIVERIES, ("/data/quality/",)),
    "data-gaps": Door(REGISTERS, ("/data/gaps/",)),
    "data-gap": Door(REGISTERS, ("/data/gaps/{gap}/",)),
    "data-retention": Door(ERASING, ("/data/retention/",)),
    "data-same": Door(PAIRS, ("/data/same/",)),
    "data-same-pair": Door(PAIRS, ("/data/same/{pair}/",)),
    "data-sharing": Door(CONTRACTS, ("/data/sharing/",)),
    "data-section-17a": Door(REGISTERS, ("/data/section-17a/?period=2024-Q2",)),
    "documents": Door(DOCUMENTS, ("/documents/",)),
    "documents-read": Door(DOCUMENTS, ("/documents/assessment-d1/",)),
    "documents-download": Door(DOCUMENTS, ("/documents/assessment-d1/html",)),
    "report": Door(NOTHING, ("/report/",)),
    "report-form": Door(DELIVERING, ("/report/{feed}/",)),
    "report-sent": Door(DELIVERING, ("/report/{feed}/sent/R1/",)),
    "requests": Door(REQUESTS, ("/requests/",)),
    "requests-new": Door(REGISTERS, ("/requests/new/", "/requests/new/?measure={measure}")),
    "requests-request": Door(REQUESTS, ("/requests/{request}/",)),
    "measures": Door(TABLES, ("/measures/",)),
    "measures-measure": Door(TABLES, ("/measures/{measure}/",)),
    "watch-lists": Door(WATCH_LISTS, ("/watch-lists/",)),
    "watch-lists-one": Door(WATCH_LISTS, ("/watch-lists/{list}/",)),
}

COMMANDS = {
    "agreements": Door(CONTRACTS, ("",)),
    "agreements draft": Door(CONTRACTS),
    "agreements list": Door(CONTRACTS, ("",)),
    "agreements record": Door(CONTRACTS),
    "agreements show": Door(CONTRACTS, ("calls-circle", "lodge")),
    "agreements stop": Door(CONTRACTS),
    "approvals": Door(ERASING, ("",)),
    "approvals approve": Door(ERASING),
    "approvals decline": Door(ERASING),
    "approvals list": Door(ERASING, ("",)),
    "break-glass": Door(CONTRACTS, ("",)),
    "break-glass close": Door(CONTRACTS),
    "break-glass list": Door(CONTRACTS, ("",)),
    "break-glass open": Door(CONTRACTS),
    "break-glass review": Door(CONTRACTS),
    "check": Door(UPKEEP),
    "deliver": Door(DELIVERING),
    "deliveries": Door(DELIVERIES, ("", "--feed {feed}")),
    "deliveries show": Door(DELIVERIES, ("{number}",)),
    "deliveries withdraw": Door(DELIVERING),
    "demo": Door(UPKEEP),
    "document assessment": Door(DOCUMENTS),
    "erase": Door(ERASING, ("--list",)),
    "explain": Door(TABLES, ("{measure} --between 2024-05-01 2024-06-01",)),
    "feeds": Door(CONTRACTS, ("",)),
    "feeds check": Door(UPKEEP),
    "feeds draft": Door(UPKEEP),
    "feeds show": Door(CONTRACTS, ("{feed}",)),
    "figure": Door(TABLES, ("{measure} --area-level ward --period 2024-04",)),
    "gaps": Door(REGISTERS, ("",)),
    "gaps add": Door(REGISTERS),
    "gaps change": Door(REGISTERS),
    "gaps close": Door(REGISTERS),
    "gaps review": Door(REGISTERS),
    "gaps show": Door(REGISTERS, ("{gap}",)),
    "gaps standard": Door(REGISTERS),
    "gaps victims": Door(NAMES, ("--reason x",)),
    "held": Door(DELIVERIES, ("", "--all")),
    "held accept": Door(DELIVERING),
    "held refuse": Door(DELIVERING),
    "held refused": Door(DELIVERIES, ("", "--feed {feed}")),
    "init": Door(UPKEEP),
    "log": Door(LOG, ("",)),
    "log erase-reason": Door(LOG),
    "log heads": Door(LOG),
    "log verify": Door(LOG),
    "measures": Door(DEFINITIONS),
    "measures show": Door(DEFINITIONS),
    "places areas": Door(NOTHING, ("ward",)),
    "places list": Door(NOTHING, ("",)),
    "places load": Door(UPKEEP),
    "places load-deprivation": Door(UPKEEP),
    "places load-lookup": Door(UPKEEP),
    "places load-residents": Door(UPKEEP),
    "quality": Door(DELIVERIES, ("", "acceptance --feed {feed}")),
    "quarantine": Door(DELIVERIES, ("",)),
    "quarantine export": Door(REFUSED_ROWS),
    "quarantine judge-again": Door(DELIVERING),
    "quarantine list": Door(DELIVERIES, ("", "--feed {feed}")),
    "quarantine mend": Door(DELIVERING),
    "quarantine release": Door(DELIVERING),
    "quarantine show": Door(DELIVERIES, ("{number}", "{number} --rows")),
    "records": Door(DELIVERIES, ("", "--feed {feed}")),
    "records lift": Door(DELIVERING),
    "records restore": Door(DELIVERING),
    "records restrict": Door(DELIVERING),
    "records restricted": Door(INSIDE, ("", "1 --reason x")),
    "records withdraw": Door(DELIVERING),
    "release approve": Door(TABLES),
    "release catalogue": Door(TABLES),
    "release cube list": Door(TABLES),
    "release cube refresh": Door(TABLES),
    "release export": Door(TABLES),
    "release list": Door(TABLES),
    "release prepare": Door(TABLES),
    "release withdraw": Door(TABLES),
    "requests": Door(REQUESTS, ("",)),
    "requests answer": Door(REQUESTS),
    "requests ask": Door(REQUESTS),
    "requests erase-words": Door(REQUESTS),
    "requests lead": Door(REQUESTS),
    "requests refuse": Door(REQUESTS),
    "requests show": Door(REQUESTS, ("{request}",)),
    "requests withdraw": Door(REQUESTS),
    "reveal": Door(NAMES),
    "retention": Door(ERASING, ("",)),
    "retention decisions": Door(ERASING, ("",)),
    "retention end": Door(ERASING),
    "retention erase": Door(ERASING),
    "retention finish": Door(ERASING),
    "retention keep": Door(ERASING),
    "section-17a": Door(REGISTERS, ("--period 2024-Q2",)),
    "section-17a assign": Door(REGISTERS),
    "section-17a holdings": Door(REGISTERS, ("",)),
    "section-17a unassign": Door(REGISTERS),
    "serve": Door(UPKEEP),
    "users": Door(ADMINISTRATION, ("",)),
    "users add": Door(ADMINISTRATION),
    "users deactivate": Door(ADMINISTRATION),
    "users link": Door(ADMINISTRATION),
    "users list": Door(ADMINISTRATION, ("",)),
    "users reactivate": Door(ADMINISTRATION),
    "users reset-second-factor": Door(ADMINISTRATION),
    "users set-password": Door(ADMINISTRATION),
    "users set-role": Door(ADMINISTRATION),
    "users sign-out": Door(ADMINISTRATION),
    "users unlink": Door(ADMINISTRATION),
    "users unlock": Door(ADMINISTRATION),
    "watch-lists": Door(WATCH_LISTS, ("",)),
    "watch-lists add": Door(WATCH_LISTS),
    "watch-lists change": Door(WATCH_LISTS),
    "watch-lists end": Door(WATCH_LISTS),
    "watch-lists make": Door(WATCH_LISTS),
    "watch-lists remove": Door(WATCH_LISTS),
    "watch-lists seen": Door(WATCH_LISTS, ("{list}",)),
    "watch-lists show": Door(WATCHED, ("{list} --reason x",)),
}


def tables(agency: str, role: str, feed: str) -> str:
    """``full``, ``protected`` or ``none``: what docs/agreements.md gives this person of a feed's tables."""
    if feed == OPEN:
        return "full"
    mine = agency == OWNERS[feed]
    shared = agency == "council" and (feed == OFFICIAL or role in INSIDERS)
    if not (mine or shared):
        return "none"
    return "protected" if role in {"auditor", "councillor", "administrator"} else "full"


def exists(agency: str, role: str, feed: str) -> bool:
    """Whether anything that came of a feed is there for this person."""
    return feed != RESTRICTED or tables(agency, role, feed) != "none"


def sees_request(agency: str, role: str, feed: str) -> bool:
    """Whether the request about this feed's measure, which the helpline's councillor made, is there."""
    if role == "auditor" or (agency, role) == ("helpline", "councillor"):
        return True
    return answers_request(agency, role, feed)


def answers_request(agency: str, role: str, feed: str) -> bool:
    """Whether this person may answer it: analysts for whom the measure exists, and its owner's data owner."""
    if role == "analyst":
        return exists(agency, role, feed)
    return role == "data-owner" and agency == OWNERS[feed]


def compares(agency: str, role: str, feed: str) -> bool:
    """Whether pairs of a feed's people are there for this person: restricted feeds are linked for nobody."""
    if feed == RESTRICTED:
        return False
    if (agency, role) == ("hospital", "review-chair"):  # for whom the glass is broken
        return True
    return tables(agency, role, feed) == "full" and role != "theme-lead"


def keeps_contracts(role: str) -> bool:
    """Analysts and administrators keep contracts and agreements, so they know each feed by its contract."""
    return role in {"analyst", "administrator"}


def is_shown(agency: str, role: str) -> bool:
    """Whether the town's watch-lists are for this person: their keeper, or a recipient."""
    return (agency, role) in {("helpline", "analyst"), ("council", "practitioner")}


def sees_looks(agency: str, role: str) -> bool:
    """Whether this person sees who looked: the keeper, the data owner, auditors."""
    return role == "auditor" or (agency, role) in {("helpline", "analyst"), ("helpline", "data-owner")}


def answer(shows: str, agency: str, role: str, feed: str) -> str:
    """``allowed``, ``refused`` (it says why) or ``not there`` for a thing of one feed behind such a door."""
    seen = tables(agency, role, feed)
    if shows == CONTRACTS:
        return "allowed" if exists(agency, role, feed) or keeps_contracts(role) else "not there"
    if shows == REQUESTS:
        return "allowed" if sees_request(agency, role, feed) else "not there"
    if shows == REGISTERS:
        return "allowed" if exists(agency, role, feed) else "not there"
    if shows == DELIVERIES:  # counts of rows could undo protection: whole or not at all
        return "allowed" if seen == "full" else "not there"
    if shows == PAIRS:
        return "allowed" if compares(agency, role, feed) else "not there"
    if shows in {WATCH_LISTS, WATCHED}:
        if is_shown(agency, role):
            return "allowed"
        if not sees_looks(agency, role):
            return "not there"
        return "allowed" if shows == WATCH_LISTS else "refused"
    if shows == TABLES:
        if seen != "none":
            return "allowed"
        return "not there" if feed == RESTRICTED else "refused"
    raise AssertionError(f"The table asks for a thing of one feed behind a door that shows {shows}")


def delivers(agency: str, role: str, feed: str) -> bool:
    """Whether this person may deliver files of a feed, and settle its desk."""
    if not exists(agency, role, feed):
        return False
    return role in {"analyst", "administrator"} or (role == "data-owner" and agency == OWNERS[feed])
