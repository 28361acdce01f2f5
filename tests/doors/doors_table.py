"""What every address and every command shows.

Each row: the class of the door, and what it is asked for: addresses (or the command's words after its name)
with ``{number}``, ``{feed}``, ``{measure}``, ``{gap}``, ``{list}``, ``{pair}``, ``{target}`` or ``{request}``
where it names a thing of one feed, and ``{purpose}`` where it says what for.
"""

from __future__ import annotations

from dataclasses import dataclass

NOTHING = "nothing of data"
DEFINITIONS = "the product's own definitions, the same in every workspace and without one"
FIGURES = "figures on the screen, and the measures they are of"
TABLES = "tables to take away, and the workings of figures"
DOCUMENTS = "documents"
DELIVERIES = "deliveries and their counts"
REFUSED_ROWS = "refused rows"
NAMES = "names"
LOG = "the log"
INSIDE = "restricted records"
WATCH_LISTS = "watch-lists, without who is on them"
PAIRS = "pairs of records to review, of people whom one may know"
WATCHED = "who is on a watch-list"
WHO_LOOKED = "who saw a watch-list"
REGISTERS = "registers"
REQUESTS = "requests for information"
CONTRACTS = "contracts and agreements"
GLASS = "where the glass was broken"
SHARING = "agreements, where the glass was broken, and restricted records"
ERASING = "how long records are kept, and erasing"
ADMINISTRATION = "administration"
DELIVERING = "delivering, and settling the desk"
UPKEEP = "the machine's own upkeep: for whoever has its shell"
CLASSES = {
    NOTHING, DEFINITIONS, TABLES, DOCUMENTS, DELIVERIES, REFUSED_ROWS, NAMES, LOG, INSIDE, REGISTERS,
    REQUESTS, CONTRACTS, ERASING, ADMINISTRATION, DELIVERING, UPKEEP, WATCH_LISTS, WATCHED, WHO_LOOKED, GLASS,
    SHARING, FIGURES, PAIRS,
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """One address or command: its class; ``asks`` with which words it is read, none where it only writes."""

    shows: str
    asks: tuple[str, ...] = ()


ADDRESSES = {
    "home": Door(DELIVERIES, ("/",)),
    "intelligence": Door(
        FIGURES,
        (
            "/intelligence/",
            "/intelligence/?measure={measure}&level=ward",
            "/intelligence/?measure={measure}&level=ward&purpose={purpose}",
        ),
    ),
    "intelligence-answer": Door(FIGURES, ("/intelligence/answer.json?measure={measure}&level=ward",)),
    "intelligence-areas": Door(NOTHING, ("/intelligence/areas.geojson?level=ward",)),
    "intelligence-workings": Door(TABLES, ("/intelligence/workings/?measure={measure}&level=ward",)),
    "intelligence-table": Door(
        TABLES,
        (
            "/intelligence/table.csv?measure={measure}&level=ward",
            "/intelligence/table.csv?measure={measure}&level=ward&purpose={purpose}",
        ),
    ),
    "intelligence-table-workbook": Door(TABLES, ("/intelligence/table.xlsx?measure={measure}&level=ward",)),
    "intelligence-table-metadata": Door(
        FIGURES, ("/intelligence/table.csv-metadata.json?measure={measure}&level=ward",)
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
    "data-same-find": Door(NAMES, ("/data/same/find/",)),
    "data-same-record": Door(NAMES),
    "data-same-pair": Door(PAIRS, ("/data/same/{pair}/",)),
    "data-sharing": Door(SHARING, ("/data/sharing/",)),
    "data-section-17a": Door(REGISTERS, ("/data/section-17a/?period=2024-Q2",)),
    "documents": Door(DOCUMENTS, ("/documents/",)),
    "documents-read": Door(DOCUMENTS, ("/documents/assessment-d1/",)),
    "documents-download": Door(DOCUMENTS, ("/documents/assessment-d1/html",)),
    "report": Door(NOTHING, ("/report/",)),
    "report-form": Door(DELIVERING, ("/report/{feed}/",)),
    "report-sent": Door(DELIVERING, ("/report/{feed}/sent/R1/",)),
    "repeats": Door(DEFINITIONS, ("/repeats/",)),
    "repeats-count": Door(
        FIGURES,
        ("/repeats/repeat-caller/", "/repeats/repeat-caller/?from=2024-04", "/repeats/around-a-place/"),
    ),
    "repeats-nominations": Door(NAMES, ("/repeats/nominations/",)),
    "requests": Door(REQUESTS, ("/requests/",)),
    "requests-new": Door(REGISTERS, ("/requests/new/", "/requests/new/?measure={measure}")),
    "requests-request": Door(REQUESTS, ("/requests/{request}/",)),
    "measures": Door(FIGURES, ("/measures/",)),
    "measures-measure": Door(FIGURES, ("/measures/{measure}/",)),
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
    "break-glass": Door(GLASS, ("",)),
    "break-glass close": Door(GLASS),
    "break-glass list": Door(GLASS, ("",)),
    "break-glass open": Door(GLASS),
    "break-glass review": Door(GLASS),
    "by-deprivation": Door(FIGURES),
    "check": Door(UPKEEP),
    "check-report": Door(FIGURES),
    "compare": Door(FIGURES),
    "compare-sources": Door(FIGURES),
    "consultation": Door(DEFINITIONS, ("",)),
    "counts drop": Door(UPKEEP),
    "counts list": Door(UPKEEP),
    "counts rebuild": Door(UPKEEP),
    "deliver": Door(DELIVERING),
    "deliveries": Door(DELIVERIES, ("", "--feed {feed}")),
    "deliveries show": Door(DELIVERIES, ("{number}",)),
    "deliveries withdraw": Door(DELIVERING),
    "demo": Door(UPKEEP),
    "document assessment": Door(DOCUMENTS),
    "erase": Door(ERASING, ("--list",)),
    "explain": Door(
        TABLES,
        (
            "{measure} --between 2024-05-01 2024-06-01",
            "{measure} --between 2024-05-01 2024-06-01 --purpose {purpose}",
        ),
    ),
    "feeds": Door(CONTRACTS, ("",)),
    "feeds check": Door(UPKEEP),
    "feeds draft": Door(UPKEEP),
    "feeds show": Door(CONTRACTS, ("{feed}",)),
    "figure": Door(
        FIGURES,
        (
            "{measure} --area-level ward --period 2024-04",
            "{measure} --area-level ward --period 2024-04 --purpose {purpose}",
        ),
    ),
    "gaps": Door(REGISTERS, ("",)),
    "gaps add": Door(REGISTERS),
    "gaps change": Door(REGISTERS),
    "gaps close": Door(REGISTERS),
    "gaps review": Door(REGISTERS),
    "gaps show": Door(REGISTERS, ("{gap}",)),
    "gaps standard": Door(REGISTERS),
    "gaps victims": Door(NAMES, ("--reason x",)),
    "harm": Door(FIGURES),
    "harm figure": Door(FIGURES),
    "harm weights": Door(DEFINITIONS, ("",)),
    "held": Door(DELIVERIES, ("", "--all")),
    "held accept": Door(DELIVERING),
    "held refuse": Door(DELIVERING),
    "held refused": Door(DELIVERIES, ("", "--feed {feed}")),
    "init": Door(UPKEEP),
    "interventions": Door(REGISTERS, ("",)),
    "interventions add": Door(REGISTERS),
    "interventions change": Door(REGISTERS),
    "interventions load": Door(REGISTERS),
    "interventions read": Door(FIGURES),
    "interventions show": Door(REGISTERS),
    "interventions withdraw": Door(REGISTERS),
    "link evaluate": Door(NAMES),
    "link find": Door(NAMES),
    "link list": Door(NAMES),
    "link quality": Door(NAMES),
    "link run": Door(NAMES),
    "localities": Door(FIGURES),
    "log": Door(LOG, ("",)),
    "log erase-reason": Door(LOG),
    "log heads": Door(LOG),
    "log verify": Door(LOG),
    "measures": Door(DEFINITIONS),
    "measures add": Door(DEFINITIONS),
    "measures check": Door(DEFINITIONS),
    "measures draft": Door(DEFINITIONS),
    "measures show": Door(DEFINITIONS),
    "places areas": Door(NOTHING, ("ward",)),
    "places list": Door(NOTHING, ("",)),
    "places load": Door(UPKEEP),
    "places load-classification": Door(UPKEEP),
    "places load-deprivation": Door(UPKEEP),
    "places load-dwellings": Door(UPKEEP),
    "places load-lookup": Door(UPKEEP),
    "places load-postcodes": Door(UPKEEP),
    "places load-residents": Door(UPKEEP),
    "quality": Door(DELIVERIES, ("", "acceptance --feed {feed}")),
    "quarantine": Door(DELIVERIES, ("",)),
    "quarantine export": Door(REFUSED_ROWS),
    "quarantine judge-again": Door(DELIVERING),
    "quarantine list": Door(DELIVERIES, ("", "--feed {feed}")),
    "quarantine mend": Door(DELIVERING),
    "quarantine release": Door(DELIVERING),
    "quarantine show": Door(DELIVERIES, ("{number}", "{number} --rows")),
    "rare-events measure": Door(FIGURES),
    "rare-events series": Door(NOTHING),
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
    "reoffending": Door(DEFINITIONS, ("",)),
    "reoffending bridge": Door(FIGURES),
    "reoffending compare": Door(FIGURES),
    "reoffending count": Door(FIGURES),
    "reoffending needs": Door(FIGURES),
    "repeats": Door(DEFINITIONS, ("",)),
    "repeats count": Door(FIGURES),
    "repeats nominations": Door(NAMES),
    "repeats shared": Door(FIGURES),
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
    "target": Door(FIGURES),
    "targets": Door(REGISTERS, ("",)),
    "targets add": Door(REGISTERS),
    "targets change": Door(REGISTERS),
    "targets close": Door(REGISTERS),
    "targets list": Door(REGISTERS, ("", "--format json")),
    "targets show": Door(REGISTERS, ("{target}",)),
    "tokens key": Door(UPKEEP),
    "tokens make": Door(UPKEEP),
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
    "watch-lists seen": Door(WHO_LOOKED, ("{list}",)),
    "watch-lists show": Door(WATCHED, ("{list} --reason x",)),
}
