"""Every write, by everybody who may not: it is refused, and nothing is changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from uuid import UUID

import pytest
from doors_rules import answers_request, compares, delivers, exists, is_shown, tables
from doors_table import ADDRESSES, COMMANDS, DELIVERING, REFUSED_ROWS, UPKEEP
from doors_town import (
    FILES,
    HELD,
    LISTS,
    MEASURES,
    NUMBER,
    OFFICIAL,
    PAIR,
    PEOPLE,
    REQUEST,
    RESTRICTED,
    WAITING,
)

from joinedup.accounts import today
from own_measures import OPEN as OPEN_MEASURE

pytestmark = pytest.mark.slow
KEEPERS = {"analyst", "administrator"}
CLOSED = (OFFICIAL, RESTRICTED)


def anybody_of(*roles: str) -> Callable[[str, str, str], bool]:
    """A rule by which these roles may, whatever it is about."""
    return lambda _agency, role, _feed: role in roles


def takes_rows_away(agency: str, role: str, feed: str) -> bool:
    """Refused rows as they were sent: analysts and data owners who see the feed."""
    return role in {"analyst", "data-owner"} and tables(agency, role, feed) != "none"


def takes_back(agency: str, role: str, feed: str) -> bool:
    """A share is taken back by its owner's data owner, or by who keeps the register."""
    return role in KEEPERS or (role == "data-owner" and agency == "helpline")


def sends(agency: str, role: str, feed: str) -> bool:
    """Who keeps contracts may send a file that is in their hands; a data owner their own agency's."""
    return role in KEEPERS or delivers(agency, role, feed)


def lifts(agency: str, role: str, _feed: str) -> bool:
    """A restriction is lifted by the data owner of the agency whose record it is."""
    return (agency, role) == ("helpline", "data-owner")


def links(agency: str, role: str, _feed: str) -> bool:
    """Whoever may know the people of any feed that is not restricted."""
    return any(compares(agency, role, feed) for feed in CLOSED)


def runs_linkage(agency: str, role: str, feed: str) -> bool:
    """An analyst who may know such people, by an agreement."""
    return role == "analyst" and links(agency, role, feed)


def makes_lists(agency: str, role: str, feed: str) -> bool:
    """Whoever keeps watch-lists and sees the names of the feed."""
    return role in {"analyst", "meeting-coordinator", "data-owner"} and tables(agency, role, feed) == "full"


def keeps_the_list(agency: str, role: str, _feed: str) -> bool:
    """The keeper of the town's watch-lists."""
    return (agency, role) == ("helpline", "analyst")


def ends_the_list(agency: str, role: str, _feed: str) -> bool:
    """The keeper, or the data owner of what they draw on."""
    return agency == "helpline" and role in {"analyst", "data-owner"}


def approves(agency: str, role: str, feed: str) -> bool:
    """Another administrator, who erases; else who sees the feed: an analyst, a data owner of the owner."""
    if role == "administrator":
        return agency != "helpline"
    sees = tables(agency, role, feed) == "full"
    return sees and (role == "analyst" or (role == "data-owner" and agency == "helpline"))


def declines(agency: str, role: str, feed: str) -> bool:
    """Who approves, and whoever proposed it."""
    return approves(agency, role, feed) or (agency, role) == ("helpline", "administrator")


def closes_glass(agency: str, role: str, feed: str) -> bool:
    """The owner's data owner, any auditor, an administrator for whom the feed is there."""
    if role == "administrator":
        return exists(agency, role, feed)
    return role == "auditor" or (role == "data-owner" and agency == "helpline")


def reviews_glass(agency: str, role: str, feed: str) -> bool:
    """The owner's data owner."""
    return role == "data-owner" and agency == "helpline"


def gives_lead(agency: str, role: str, feed: str) -> bool:
    """Who leads an answer is said by an analyst for whom the measure exists."""
    return role == "analyst" and exists(agency, role, feed)


def keeps_targets(agency: str, role: str, feed: str) -> bool:
    """An analyst or an administrator for whom the measure exists."""
    return role in KEEPERS and exists(agency, role, feed)


def sets_targets(*_who: str) -> bool:
    """Nobody: the town's measures have no change of a year, so that no target of them can be judged."""
    return False


def asked_it(agency: str, role: str, _feed: str) -> bool:
    """A request is taken back by whoever made it."""
    return (agency, role) == ("helpline", "councillor")


by_keepers, by_administrators = anybody_of(*KEEPERS), anybody_of("administrator")
COMMANDS_THAT_WRITE = {
    "link find": (links, "Somebody --purpose crime-and-disorder --reason look"),
    "link list": (links, ""),
    "link quality": (links, ""),
    "link run": (runs_linkage, ""),
    "repeats nominations": (links, "--period 2024-03..2024-04 --reason look"),
    "agreements draft": (by_keepers, "--out {new}"),
    "agreements record": (by_keepers, "{file}"),
    "agreements stop": (takes_back, "calls-circle --owner helpline --reason x"),
    "approvals approve": (approves, "{waiting}"),
    "approvals decline": (declines, "{waiting} --reason x"),
    "break-glass close": (closes_glass, "{waiting}"),
    "break-glass open": (by_administrators, "hospital-auditor --feed {feed} --reason x"),
    "break-glass review": (reviews_glass, "{waiting} --finding x"),
    "deliver": (sends, "{feed} {file}"),
    "deliveries withdraw": (delivers, "{number} --reason x"),
    "erase": (by_administrators, "{feed} --ref N1 --reason x"),
    "gaps add": (by_keepers, "G.7 --title x --lead helpline --action x"),
    "gaps change": (by_keepers, "{gap} --note x"),
    "gaps close": (by_keepers, "{gap} --why x"),
    "gaps review": (by_keepers, ""),
    "gaps standard": (
        by_keepers, "completeness {feed} --field call_kind --at-least 0.9 --title x --lead council --action x"
    ),
    "commissioned add": (
        by_keepers, "x --title x --provider x --commissioner x --from 2024-04-01 --unit sessions"
    ),
    "commissioned change": (by_keepers, "nothing --note x"),
    "commissioned close": (by_keepers, "nothing --why x"),
    "commissioned count": (by_keepers, "nothing delivered 2024-04 --count 9 --source x"),
    "funding add": (by_keepers, "x --title x --partner x --cut --from 2024-04-01 --owner x"),
    "funding change": (by_keepers, "nothing --note x"),
    "funding close": (by_keepers, "nothing --why x"),
    "interventions add": (
        by_keepers, "x --title x --kind cameras --at -1.23 54.57 --radius 100 --from 2024-01-01 --owner x"
    ),
    "interventions change": (by_keepers, "nothing --note x"),
    "interventions withdraw": (by_keepers, "nothing --why x"),
    "held accept": (delivers, "{held} --why x"),
    "held refuse": (delivers, "{held} --why x"),
    "quarantine export": (takes_rows_away, "{number} --out {new} --reason x"),
    "quarantine judge-again": (delivers, "{number}"),
    "quarantine mend": (delivers, "{number} {file}"),
    "quarantine release": (delivers, "{number} --row 1 --why x"),
    "records lift": (lifts, "1 --reason x"),
    "measures add": (anybody_of("analyst"), "{own_measure}"),
    "records restore": (delivers, "{number} --reason x"),
    "records restrict": (sends, "{feed} --ref N1 --kind marac --reason x"),
    "records withdraw": (sends, "{feed} --ref N1 --reason x"),
    "requests answer": (answers_request, "{request} x --depersonalised"),
    "requests ask": (exists, "x --for x --measure {measure}"),
    "requests erase-words": (by_administrators, "{request} --reason x"),
    "requests lead": (gives_lead, "{request} helpline"),
    "requests refuse": (answers_request, "{request} --why not-held"),
    "requests withdraw": (asked_it, "{request}"),
    "retention end": (by_keepers, "1 --why x"),
    "retention erase": (by_administrators, "{feed} --up-to 2024-04 --why x"),
    "retention finish": (by_administrators, ""),
    "retention keep": (by_keepers, "{feed} --up-to 2024-04 --until 2099-01-01 --why x"),
    "section-17a assign": (by_keepers, "5 {feed} --holder helpline"),
    "section-17a unassign": (by_keepers, "1 {feed}"),
    "targets add": (
        sets_targets, "T.7 --measure {measure} --year 2024/25 --at-most 9 --owner helpline"
    ),
    "targets change": (keeps_targets, "{target} --note x"),
    "targets close": (keeps_targets, "{target} --why x"),
    "users add": (by_administrators, "new --name New --role analyst --agency helpline --no-password"),
    "users deactivate": (by_administrators, "hospital-auditor"),
    "users link": (by_administrators, "hospital-auditor --subject x"),
    "users reactivate": (by_administrators, "hospital-auditor"),
    "users reset-second-factor": (by_administrators, "hospital-auditor"),
    "users set-role": (by_administrators, "hospital-auditor analyst"),
    "users sign-out": (by_administrators, "hospital-auditor"),
    "users unlink": (by_administrators, "hospital-auditor"),
    "users unlock": (by_administrators, "hospital-auditor"),
    "watch-lists add": (keeps_the_list, "{list} --ref N1 --why other"),
    "watch-lists change": (keeps_the_list, "{list} --title Changed"),
    "watch-lists end": (ends_the_list, "{list} --reason x"),
    "watch-lists make": (
        makes_lists, "new --title x --purpose crime-and-disorder --basis x --feed {feed} --expires {soon}"
        " --to council:practitioner --detail caller.full_name",
    ),
    "watch-lists remove": (keeps_the_list, "{list} --ref N3"),
}  # fmt: skip
NOT_TRIED = {
    "by-deprivation": "by the rule of figures: test_doors_every_command",
    "check-report": "reads one's own file, and figures by the rule of figures: test_doors_every_command",
    "compare": "by the rule of figures: test_doors_every_command",
    "compare-sources": "by the rule of figures: test_doors_every_command",
    "document assessment": "writes only what its reader may see, into a file of their own: tests/documents",
    "measures": "reads only definitions; own ones: test_doors_own_measures",
    "measures check": "reads one's own file, for those who keep contracts: tests/release",
    "measures draft": "writes an example that tells of nothing",
    "measures show": "reads only definitions; own ones: test_doors_own_measures",
    "link evaluate": "reads a truth that lies in no workspace: tests/people, tests/whole/test_partners.py",
    "harm": "by the rule of figures: tests/measures/test_measures_harm.py",
    "harm figure": "by the rule of figures: tests/measures/test_measures_harm.py",
    "commissioned list": "the register: tests/partnership/test_commissioned.py",
    "commissioned load": "by the rule of adding one: tests/partnership/test_commissioned.py",
    "commissioned read": "by the rule of figures: tests/measures/test_measures_commissioning.py",
    "commissioned show": "the register: tests/measures/test_measures_commissioning.py",
    "funding list": "the register: tests/partnership/test_commissioned.py",
    "funding load": "by the rule of adding one: tests/partnership/test_commissioned.py",
    "funding read": "by the rule of figures: tests/measures/test_measures_commissioning.py",
    "funding show": "the register: tests/measures/test_measures_commissioning.py",
    "interventions load": "by the rule of adding one: tests/measures/test_measures_placed_change.py",
    "interventions read": "by the rule of figures: tests/measures/test_measures_placed_change.py",
    "interventions show": "the register: tests/measures/test_measures_placed_change.py",
    "rhythm": "reads the workspace's calendars, and nothing of data",
    "rhythm event": "by the rule of figures: tests/measures/test_measures_rhythms.py",
    "rhythm events": "reads the workspace's calendars, and nothing of data",
    "rhythm figure": "by the rule of figures: tests/measures/test_measures_rhythms.py",
    "rhythm terms": "reads the workspace's calendars, and nothing of data",
    "rare-events measure": "by the rule of figures: tests/measures/test_measures_rare.py",
    "rare-events series": "reads one's own file, and nothing of the workspace",
    "localities": "by the rule of figures: tests/measures/test_measures_localities_real.py",
    "log erase-reason": "tests/log",
    "log heads": "digests only, for whoever has the machine's shell",
    "log verify": "reads only digests",
    "release approve": "two people and a prepared table: tests/release/test_release_catalogue.py",
    "release catalogue": "names of tables one may see: tests/release/test_release_catalogue.py",
    "release cube list": "names of cubes one may see: tests/release/test_release_cube_commands.py",
    "release cube refresh": "needs a quarter of closed data: tests/release/test_release_cube.py",
    "release export": "tests/release/test_release_public_files.py",
    "release list": "what was published is public: tests/release/test_release_catalogue.py",
    "release prepare": "needs a quarter of closed data: tests/release/test_release_catalogue.py",
    "release withdraw": "needs a published table: tests/release/test_release_catalogue.py",
    "reoffending bridge": "by the rule of figures, of sources that the town has not: tests/measures",
    "reoffending compare": "by the rule of figures, of sources that the town has not: tests/measures",
    "reoffending count": "by the rule of figures, of sources that the town has not: tests/measures",
    "reoffending needs": "by the rule of figures, of sources that the town has not: tests/measures",
    "repeats count": "by the rule of figures, of sources that the town has not: tests/measures",
    "repeats shared": "by the rule of figures, of sources that the town has not: tests/measures",
    "research extract": "by the rule of naming, of a register that the town has not: tests/measures",
    "research left": "by the rule of naming, of a register that the town has not: tests/measures",
    "research studies": "by the rule of naming, of a register that the town has not: tests/measures",
    "reveal": "each person by each rule: tests/release/test_release_reveal.py",
    "target": "by the rule of figures: test_doors_every_command",
    "users set-password": "asks for a password: tests/cli/test_cli_users.py",
}
POSTS = {
    "data-approvals": (approves, "/data/approvals/", {"number": "{waiting}", "decision": "approve"}),
    "data-sharing": (closes_glass, "/data/sharing/", {"close": "{waiting}"}),
    "data-desk-held": (delivers, "/data/desk/held/{held}/", {"decision": "accept", "why": "x"}),
    "data-desk-export": (takes_rows_away, "/data/desk/{number}/export/", {"why": "x"}),
    "data-desk-release": (delivers, "/data/desk/{number}/release/", {"row": "1", "why": "x"}),
    "data-desk-judge-again": (delivers, "/data/desk/{number}/judge-again/", {}),
    "data-retention": (
        by_keepers, "/data/retention/",
        {"feed": "{feed}", "up_to": "2024-04", "until": "2099-01-01", "why": "x"},
    ),
    "data-same": (lambda *who: compares(*who[:2], OFFICIAL), "/data/same/", {"purpose": "x", "reason": "x"}),
    "data-same-find": (
        lambda *who: compares(*who[:2], OFFICIAL), "/data/same/find/",
        {"name": "Somebody", "purpose": "crime-and-disorder", "reason": "x"},
    ),
    "data-same-record": (
        compares, "/data/same/find/record/",
        {"feed": "{feed}", "key": "{key}", "role": "caller", "ordinal": "1", "purpose": "crime-and-disorder",
         "reason": "x"},
    ),
    "data-same-pair": (compares, "/data/same/{pair}/", {"verdict": "same"}),
    "repeats-nominations": (
        lambda *who: compares(*who[:2], OFFICIAL), "/repeats/nominations/",
        {"period": "2024-04..2024-05", "why": "repeat-suspect", "purpose": "crime-and-disorder",
         "reason": "x"},
    ),
    "requests-new": (
        exists, "/requests/new/", {"question": "x", "purpose": "x", "about": "measure={measure}"}
    ),
    "requests-request": (answers_request, "/requests/{request}/", {"act": "refuse", "why": "not-held"}),
    "report-form": (lambda *_: False, "/report/{feed}/", {"token": "a" * 32}),
    "watch-lists-one": (lambda *who: is_shown(*who[:2]), "/watch-lists/{list}/", {"reason": "x"}),
}  # fmt: skip


def things(feed: str, town, tmp_path) -> dict[str, str]:
    """What a write's words are filled with for a feed."""
    file = tmp_path / FILES[feed].replace("2024-04", "2024-03")
    file.write_text("Number,Day,Longitude,Latitude,Kind,Caller\nN1,2024-03-01,-1.295,54.505,day,A\n")
    gaps = {OFFICIAL: "G.1", RESTRICTED: "G.2"}
    targets = {OFFICIAL: "T.1", RESTRICTED: "T.2"}
    new = tmp_path / "new.csv"
    told = {
        "feed": feed,
        "number": NUMBER[feed],
        "held": HELD[feed],
        "waiting": WAITING[feed],
        "gap": gaps[feed],
        "target": targets[feed],
        "file": file,
        "request": REQUEST[feed],
        "measure": MEASURES[feed],
        "pair": PAIR[feed],
        "key": left_key(feed),
    }
    soon = today() + dt.timedelta(days=90)
    own = tmp_path / "own-calls.toml"
    own.write_text(OPEN_MEASURE)
    return {**told, "own_measure": own, "new": new, "list": LISTS[feed], "soon": soon}


def left_key(feed: str) -> UUID:
    """The record key of a mention that a pair of this feed has."""
    from joinedup.people.models import ReviewPair

    return ReviewPair.objects.get(pk=PAIR[feed]).left_key


def state() -> dict[str, int]:
    """How many rows each table has, the log's and the sessions' apart, and the record book's generation."""
    from django.apps import apps

    apart = {"log_act", "log_head", "log_reason", "django_session"}
    tables_of = [one for one in apps.get_models() if one._meta.db_table not in apart and one._meta.managed]
    return {one._meta.db_table: one.objects.count() for one in tables_of}


def rows() -> list:
    """What of people, held files, gaps, requests and agreements a write would change without adding a row."""
    from joinedup.accounts.models import Grant, Proposal, StoppedShare, User
    from joinedup.feeds.models import HeldFile
    from joinedup.partnership.models import DataGap, InformationRequest, KeptTarget
    from joinedup.records.models import Delivery
    from joinedup.release.watch_list_models import WatchList

    return [
        list(WatchList.objects.order_by("pk").values_list("pk", "title", "ended_at")),
        list(User.objects.order_by("pk").values_list("username", "role", "is_active")),
        list(HeldFile.objects.order_by("pk").values_list("pk", "state")),
        list(DataGap.objects.order_by("pk").values_list("reference", "state", "action", "lead")),
        list(KeptTarget.objects.order_by("pk").values_list("reference", "state", "note", "owner")),
        list(InformationRequest.objects.order_by("pk").values_list("pk", "state", "lead_agency", "question")),
        list(Delivery.objects.order_by("pk").values_list("pk", "state")),
        StoppedShare.objects.count(),
        list(Proposal.objects.order_by("pk").values_list("pk", "state")),
        list(Grant.objects.order_by("pk").values_list("pk", "closed_at", "reviewed_at")),
    ]


def test_every_door_that_writes_is_tried_or_says_where_it_is():
    where = "in tests/doors/test_doors_writes.py"
    reading = {name for name, door in COMMANDS.items() if door.asks and name not in COMMANDS_THAT_WRITE}
    upkeep = {name for name, door in COMMANDS.items() if door.shows == UPKEEP}
    lacking = set(COMMANDS) - reading - upkeep - set(COMMANDS_THAT_WRITE) - set(NOT_TRIED)
    assert lacking == set(), f"Add who may, and the words, to COMMANDS_THAT_WRITE {where}"
    posting = {name for name, door in ADDRESSES.items() if door.shows in {DELIVERING, REFUSED_ROWS}}
    assert posting - set(POSTS) <= {"report-sent"}, f"Add who may, and what is posted, to POSTS {where}"


@pytest.mark.parametrize("name", COMMANDS_THAT_WRITE)
def test_a_command_that_writes_is_refused_to_all_who_may_not(town, shell, tmp_path, name):
    may, words = COMMANDS_THAT_WRITE[name]
    feeds = CLOSED if "{" in words.replace("{new}", "").replace("{file}", "") else CLOSED[:1]
    before = state(), rows()
    for feed in feeds:
        told = things(feed, town, tmp_path)
        for person in PEOPLE:
            if may(*person, feed):
                continue
            given = shell(person, f"{name} {words.format(**told)}")
            assert given.status == 2, (person, feed, given)
            assert not told["new"].exists(), (person, feed)
    assert (state(), rows()) == before


@pytest.mark.parametrize("name", POSTS)
def test_a_page_that_writes_is_refused_to_all_who_may_not(town, browse, tmp_path, name):
    assert name in ADDRESSES
    may, address, posted = POSTS[name]
    before = state(), rows()
    for feed in CLOSED:
        told = things(feed, town, tmp_path)
        for person in PEOPLE:
            if not may(*person, feed):
                filled = {key: value.format(**told) for key, value in posted.items()}
                given = browse(person, address.format(**told), filled)
                assert given.status in {302, 403, 404}, (person, feed, given)
    assert (state(), rows()) == before


@pytest.mark.parametrize("words", ["deliveries withdraw {} --reason x", "quarantine judge-again {}",
                                   "quarantine release {} --row 1 --why x", "held refuse {} --why x",
                                   "held accept {} --why x", "records restore {} --reason x",
                                   "quarantine export {} --out x.csv"])  # fmt: skip
def test_what_is_restricted_is_refused_outside_as_what_is_not_there(town, shell, words):
    number = HELD[RESTRICTED] if words.startswith("held") else NUMBER[RESTRICTED]
    for person in PEOPLE:
        if tables(*person, RESTRICTED) == "none":
            secret, nothing = (shell(person, words.format(one)).text for one in (number, 999))
            assert secret.replace(str(number), "999") == nothing, person


def test_an_answer_is_led_by_somebody_for_whom_its_measure_exists(town, shell):
    analyst = ("helpline", "analyst")
    refused = shell(analyst, f"requests lead {REQUEST[RESTRICTED]} hospital-analyst")
    assert refused.status == 2 and "is not there for them" in refused.text
    assert shell(analyst, f"requests lead {REQUEST[RESTRICTED]} council-analyst").status == 0


def test_a_data_owner_delivers_and_settles_the_desk_for_their_own_agency(town, shell, tmp_path):
    owner = ("helpline", "data-owner")
    told = things(OFFICIAL, town, tmp_path)
    assert shell(owner, f"deliver {OFFICIAL} {told['file']}").status in {0, 1}
    taken = shell(owner, "deliveries --feed calls --format json").text
    assert FILES[OFFICIAL].replace("-04", "-03") in taken
    assert shell(owner, f"held refuse {HELD[OFFICIAL]} --why looked").status == 0
    again = shell(owner, f"quarantine judge-again {NUMBER[OFFICIAL]}")
    assert (again.status, "Still waiting" in again.text) == (1, True)
    assert shell(owner, f"records withdraw {OFFICIAL} --ref N5 --reason asked").status == 0
    assert shell(owner, f"deliveries withdraw {NUMBER[OFFICIAL]} --reason wrong").status in {0, 2}
