"""Who is the same: pairs are looked at for a stated reason, blind, decided once, and told of afterwards."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace

import pytest

from joinedup.hub import application
from joinedup.log import acts
from joinedup.people.reviewing import decide, pair, reviewed
from joinedup.records import RecordBook
from joinedup.terms import Restriction, Role
from joinedup.workspace import Workspace
from paired_town import FEEDS, build_paired, drawn, linked, mentions
from watched_town import viewer

ANALYST, OTHER = ("team", Role.ANALYST), ("wardens", Role.PRACTITIONER)
OUTSIDER, LEAD, PRISON = ("stranger", Role.ANALYST), ("team", Role.THEME_LEAD), ("prison", Role.ANALYST)
WHY = {"purpose": "crime-and-disorder", "reason": "the caseload of <March>"}
HINTS = re.compile(r"bits|What the linkage thought</h2>|put the two together|kept the two apart")


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    made = build_paired(tmp_path_factory.mktemp("paired"))
    made.close()
    return made.folder


@pytest.fixture
def town(template, tmp_path):
    shutil.copytree(template, tmp_path / "town")
    opened = Workspace.open(tmp_path / "town")
    application(opened)
    yield opened
    opened.close()


def browser(who, *, stated=True):
    from django.test import Client

    from joinedup.accounts.models import User

    client = Client(SERVER_NAME="localhost", raise_request_exception=False)
    client.force_login(User.objects.get(username=viewer(*who).username))
    if stated:
        assert client.post("/data/same/", WHY).status_code == 302
    return client


def told(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", answer.content.decode())
    return re.sub(r"\s+", " ", page)


def row_of(page, heading):
    """The words of a row of the table, without its markup."""
    row = re.search(rf'<th scope="row" role="rowheader">{heading}</th>(.*?)</tr>', page)[1]
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row)]


def test_why_is_asked_once_before_the_first_pair_and_stands_in_the_log_with_both_records(town):
    first, second = drawn(town, ("Ann Zeal", "Anne Zeal"), ("Bob Young", "Rob Young"))
    ann = browser(ANALYST, stated=False)
    page = told(ann.get("/data/same/"))
    assert "2 pairs wait" in page and "0 pairs are decided" in page
    asked = told(ann.get(f"/data/same/{first}/"))
    assert "Why do you need to see who they are?" in asked and "Anne" not in asked
    assert acts(kind="consultation") == []
    sent = ann.post("/data/same/", {**WHY, "pair": str(first)})
    assert sent.headers["Location"] == f"/data/same/{first}/"
    page = told(ann.get(f"/data/same/{first}/"))
    assert "Anne Zeal" in page and "the caseload of &lt;March&gt;" in page
    (act,) = acts(kind="consultation")
    known = mentions(town)
    assert set(act.subjects) == {str(known[name].record_key) for name in ("Ann Zeal", "Anne Zeal")}
    assert (act.username, act.reason) == ("team-analyst", WHY["reason"])
    assert act.detail["owners"] == ["council", "prison"] and act.detail["pair"] == first
    assert "Zeal" not in f"{act.what} {act.detail}"
    told(ann.get(f"/data/same/{second}/"))
    assert len(acts(kind="consultation")) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"reason": "  "}, "Write why you need to see them"),
        ({"purpose": "research"}, "Choose what it is for"),
        ({"purpose": ""}, "Choose what it is for"),
    ],
)
def test_without_purpose_or_reason_no_pair_is_shown(town, changed, sentence):
    (number,) = drawn(town, ("Ann Zeal", "Anne Zeal"))
    ann = browser(ANALYST, stated=False)
    page = told(ann.post("/data/same/", {**WHY, **changed, "pair": str(number)}), 422)
    assert page.count(sentence) == 2 and f'name="pair" value="{number}"' in page
    assert "Anne" not in told(ann.get(f"/data/same/{number}/"))
    assert acts(kind="consultation") == []


def test_purpose_and_reason_are_shown_and_can_be_changed(town):
    (number,) = drawn(town, ("Ann Zeal", "ann  zeal"))
    ann = browser(ANALYST)
    assert "the caseload of &lt;March&gt;" in told(ann.get("/data/same/"))
    ann.post("/data/same/", {**WHY, "reason": "another list"})
    assert "another list" in told(ann.get(f"/data/same/{number}/"))
    assert acts(kind="consultation")[0].reason == "another list"
    ann.post("/data/same/", {**WHY, "purpose": "offender-management"})  # complaints are not for that
    assert ann.get(f"/data/same/{number}/").status_code == 404


def test_the_records_stand_side_by_side_and_what_is_missing_is_told_apart(town):
    cross, alike = drawn(town, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"))
    ann = browser(ANALYST)
    page = told(ann.get(f"/data/same/{cross}/"))
    assert row_of(page, "Owner")[:2] == ["Council", "Prison"]
    assert row_of(page, "Feed")[:2] == ["The complaints", "The releases"]
    assert row_of(page, "Role")[:2] == ["client", "client"]
    assert row_of(page, "Name") == ["Ann Zeal", "Anne Zeal", "≠ differs"]
    assert row_of(page, "Known as") == ["Zed", "Zed", "= alike"]
    assert row_of(page, "Date of birth") == ["3 February 1980", "3 February 1980", "= alike"]
    page = told(ann.get(f"/data/same/{alike}/"))
    assert row_of(page, "Name")[2] == "= alike"  # capitals and double spaces tell nothing
    assert row_of(page, "Known as") == ["Zed", "left empty", "nothing to compare"]
    assert row_of(page, "Date of birth") == ["3 February 1980", "2 March 1980", "≠ differs"]


def test_it_is_blind_until_it_is_decided_and_told_afterwards(town, monkeypatch):
    monkeypatch.setattr(
        "joinedup.hub.same.doors.evidence", lambda *_: [("the names are alike", 9.2), ("another day", -1.5)]
    )
    first, second = drawn(town, ("Ann Zeal", "Anne Zeal"), ("Bob Young", "Rob Young"))
    ann = browser(ANALYST)
    for number in (first, second):
        page = told(ann.get(f"/data/same/{number}/"))
        assert not HINTS.search(page) and "names are alike" not in page
        assert not HINTS.search(told(ann.get("/data/same/")))
    sent = ann.post(f"/data/same/{first}/", {"verdict": "same", "seen": "0"})
    assert sent.headers["Location"] == f"/data/same/{second}/"
    page = told(ann.get(sent.headers["Location"]))
    assert f"Pair {first} is decided: the same person." in page and not HINTS.search(page)
    page = told(ann.get(f"/data/same/{first}/"))
    assert "gave this pair a weight of +7.7 bits, and put the two together" in page
    assert "The latest linkage has not read both records." in page
    evidence = re.sub(r"<[^>]+>", " ", page[page.index("the names are alike") :])
    assert re.match(r"the names are alike +\+9.2 +\+9.2 +another day +−1.5 +\+7.7 ", evidence)
    last = ann.post(f"/data/same/{second}/", {"verdict": "different", "seen": "0"}, follow=True)
    assert "No pair waits for you now." in told(last)
    page = told(ann.get(f"/data/same/{second}/"))
    assert "a weight of +6.7 bits, and kept the two apart" in page
    assert [act.what for act in acts(kind="combination")] == [
        f"review of pair {second}: different",
        f"review of pair {first}: same",
    ]


def test_whether_the_latest_linkage_has_them_as_one_is_told_as_it_is_now(town):
    one, two, unread = drawn(
        town, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"), ("Bob Young", "Rob Young")
    )
    for number in (one, two, unread):
        decide(number, "unsure", feeds=FEEDS, by=viewer(*OTHER))
    linked(town, {"Ann Zeal": 1, "Anne Zeal": 1, "ann  zeal": 2, "Bob Young": 3})
    ann = browser(ANALYST)
    for number, sentence in (
        (one, "By the latest linkage they are one person now."),
        (two, "By the latest linkage they are two people now."),
        (unread, "The latest linkage has not read both records."),
    ):
        assert sentence in told(ann.get(f"/data/same/{number}/"))


def test_what_a_contract_no_longer_carries_is_not_shown(town):
    (number,) = drawn(town, ("Ann Zeal", "Anne Zeal"))
    contract = town.contracts_folder / "complaints.toml"
    text = contract.read_text().replace('alias = "Known as"\n', "")
    contract.write_text(text.replace('name = "Known as"\n', 'name = "Known as"\nfield = "called"\n'))
    ann = browser(ANALYST)
    assert row_of(told(ann.get(f"/data/same/{number}/")), "Known as") == [
        "not asked by this feed",
        "Zed",
        "nothing to compare",
    ]
    (act,) = acts(kind="consultation")
    assert "client.full_name" in act.detail["fields"]


def test_two_who_decide_the_same_pair_at_once_the_second_is_told(town):
    (number,) = drawn(town, ("Ann Zeal", "Anne Zeal"))
    ann, bob = browser(ANALYST), browser(OTHER)
    for one in (ann, bob):
        assert "What do you decide of pair" in told(one.get(f"/data/same/{number}/"))
    ann.post(f"/data/same/{number}/", {"verdict": "same", "seen": "0"})
    page = told(bob.post(f"/data/same/{number}/", {"verdict": "different", "seen": "0"}, follow=True))
    assert f"Pair {number} was decided meanwhile by Team analyst: the same person." in page
    assert "What you chose was not taken." in page
    assert [one.by for one in pair(number, FEEDS).decisions] == ["team-analyst"]
    changed = {"verdict": "different", "seen": "1", "why": "born apart"}
    ann.post(f"/data/same/{number}/", changed)
    page = told(bob.post(f"/data/same/{number}/", {**changed, "verdict": "unsure"}, follow=True))
    assert "was decided meanwhile by Team analyst: not the same person" in page
    assert pair(number, FEEDS).verdict == "different"


def test_a_decision_is_changed_with_a_reason_that_names_nobody(town):
    (number,) = drawn(town, ("Ann Zeal", "Anne Zeal"))
    ann = browser(ANALYST)
    ann.post(f"/data/same/{number}/", {"verdict": "same", "seen": "0"})
    change = {"verdict": "different", "seen": "1"}
    page = told(ann.post(f"/data/same/{number}/", {**change, "why": " "}), 422)
    assert page.count("Changing a decision needs its reason") == 2
    for why in ("Anne Zeal has a twin", "born on 3 February 1980"):
        page = told(ann.post(f"/data/same/{number}/", {**change, "why": why}), 422)
        assert page.count("The reason says who the records are about") == 2
        assert f'value="{why}"' in page and 'value="different" checked' in page
    assert pair(number, FEEDS).verdict == "same"
    page = told(ann.post(f"/data/same/{number}/", {**change, "why": "another parent"}, follow=True))
    assert "Decided: not the same person" in page and "not the same person – another parent" in page
    page = told(ann.get("/data/same/"))
    assert '<span class="ju-tag">changed</span>' in page
    assert "Zeal" not in " ".join(f"{act.what}{act.reason}{act.detail}" for act in acts(kind="combination"))


def test_there_is_no_other_verdict(town):
    (number,) = drawn(town, ("Ann Zeal", "Anne Zeal"))
    page = told(browser(ANALYST).post(f"/data/same/{number}/", {"verdict": "perhaps", "seen": "0"}), 422)
    assert "There is no such verdict" in page
    assert reviewed(FEEDS) == []


def test_for_outsiders_pairs_are_as_absent_ones_and_the_page_says_what_would_be_needed(town):
    both, own, lodger = drawn(
        town, ("Ann Zeal", "Anne Zeal"), ("Anne Zeal", "Rob Young"), ("Ann Zeal", "Hal Hidden")
    )
    for who in (OUTSIDER, LEAD):
        client = browser(who, stated=False)
        page = told(client.get("/data/same/"))
        assert "There is no pair for you" in page and "wait" not in page.split("<main")[1]
        assert client.post("/data/same/", WHY).status_code == 403
        for number in (both, own, lodger, 999):
            assert client.get(f"/data/same/{number}/").status_code == 404
            assert client.post(f"/data/same/{number}/", {"verdict": "same"}).status_code == 404
    refused = told(browser(OUTSIDER, stated=False).get("/data/same/"))
    assert "agreement" in refused and "lodger" not in refused
    prison = browser(PRISON)  # it knows its own releases, and no complaint
    page = told(prison.get("/data/same/"))
    assert "1 pair waits" in page and "linked feeds whose people you may not know as well" in page
    assert "Rob Young" in told(prison.get(f"/data/same/{own}/"))
    absent = told(prison.get("/data/same/999/"), 404)
    for number in (both, lodger, 2**70):
        assert told(prison.get(f"/data/same/{number}/"), 404) == absent
    assert prison.post(f"/data/same/{both}/", {"verdict": "same"}).status_code == 404
    for who in (ANALYST, ("lodge", Role.ANALYST)):  # restricted feeds are linked for nobody
        assert browser(who, stated=False).get(f"/data/same/{lodger}/").status_code == 404
    assert reviewed(FEEDS) == []


def test_a_pair_whose_record_is_restricted_now_is_as_an_absent_one_and_skipped(town):
    waits, decided, stays = drawn(
        town, ("Ann Zeal", "Anne Zeal"), ("ann  zeal", "Anne Zeal"), ("Bob Young", "Rob Young")
    )
    decide(decided, "same", feeds=FEEDS, by=viewer(*ANALYST))
    ann = browser(ANALYST)
    assert "2 pairs wait" in told(ann.get("/data/same/"))
    by = viewer("prison", Role.DATA_OWNER)
    RecordBook(town).restrict("releases", references=["R1"], kind=Restriction.MARAC, by=by, reason="an order")
    for who in (ann, browser(("prison", Role.DATA_OWNER))):
        who.get("/data/same/")  # where a message about the queue is read
        absent = told(who.get("/data/same/999/"), 404)
        for number in (waits, decided):
            assert told(who.get(f"/data/same/{number}/"), 404) == absent
            assert who.post(f"/data/same/{number}/", {"verdict": "different", "seen": "0"}).status_code == 404
    page = told(ann.get("/data/same/"))
    assert "1 pair waits" in page and "0 pairs are decided" in page
    sent = ann.post("/data/same/", WHY)
    assert sent.headers["Location"] == f"/data/same/{stays}/"
    assert acts(kind="consultation") == []


def test_a_pair_whose_record_was_withdrawn_is_skipped(town):
    (gone, stays) = drawn(town, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"))
    [releases] = RecordBook(town).deliveries("releases")
    RecordBook(town).withdraw(releases.number, by=viewer("prison", Role.DATA_OWNER), reason="a wrong file")
    ann = browser(ANALYST)
    assert "1 pair waits" in told(ann.get("/data/same/"))
    assert ann.post("/data/same/", WHY).headers["Location"] == f"/data/same/{stays}/"
    assert ann.get(f"/data/same/{gone}/").status_code == 404
    assert acts(kind="consultation") == []


def test_where_two_records_take_a_second_person_the_page_says_so(town):
    (number,) = drawn(town, ("Ann Zeal", "Anne Zeal"))
    town.settings = replace(town.settings, bulk_rows=2)
    answer = browser(ANALYST).get(f"/data/same/{number}/")
    assert answer.status_code in {400, 403} and "second person" in told(answer, answer.status_code)
    assert acts(kind="consultation") == []


def test_a_record_restricted_between_the_look_and_the_reading_is_not_shown(town, monkeypatch):
    (number,) = drawn(town, ("Ann Zeal", "Anne Zeal"))
    ann = browser(ANALYST)
    by = viewer("prison", Role.DATA_OWNER)
    RecordBook(town).restrict("releases", references=["R1"], kind=Restriction.MARAC, by=by, reason="an order")
    monkeypatch.setattr("joinedup.hub.same.queue.standing", lambda _workspace, asked: set(asked))
    monkeypatch.setattr("joinedup.release.comparing.standing", lambda _workspace, asked: set(asked))
    page = told(ann.get(f"/data/same/{number}/"), 404)
    assert "Anne" not in page and "Zeal" not in page


def test_precision_and_recall_wait_for_a_decision_in_each_stratum(town):
    first, second, third = drawn(
        town, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"), ("Bob Young", "Rob Young")
    )
    ann = browser(ANALYST)
    assert "Not yet: at least 3 more decisions are needed." in told(ann.get("/data/same/"))
    for number, verdict in ((first, "same"), (second, "unsure"), (third, "different")):
        ann.post(f"/data/same/{number}/", {"verdict": verdict, "seen": "0"})
    page = told(ann.get("/data/same/"))
    assert "Not yet: at least 1 more decision is needed." in page
    change = {"verdict": "same", "seen": "1", "why": "looked again"}
    ann.post(f"/data/same/{second}/", change)
    page = re.sub(r"<[^>]+>", " ", told(ann.get("/data/same/")))
    # 40 pairs of each stratum: of the two put together one holds, and one of the two that are one person
    assert re.search(r"Precision *50\.0% *95% interval: \d[\d.]*% to \d[\d.]*%", page)
    assert re.search(r"Recall *50\.0% *95% interval: \d[\d.]*% to \d[\d.]*%", page)


def test_decisions_that_contradict_each_other_are_linked(town):
    numbers = drawn(town, ("Ann Zeal", "Anne Zeal"), ("Anne Zeal", "ann  zeal"), ("Ann Zeal", "ann  zeal"))
    ann = browser(ANALYST)
    for number, verdict in zip(numbers, ("same", "same", "different"), strict=True):
        assert "contradict" not in told(ann.get("/data/same/"))
        ann.post(f"/data/same/{number}/", {"verdict": verdict, "seen": "0"})
    page = told(ann.get("/data/same/"))
    part = page[page.index("Decisions that contradict each other") : page.index("Decided, the latest first")]
    assert re.findall(r'href="/data/same/(\d+)/"', part) == [str(numbers[one]) for one in (2, 0, 1)]


def test_each_person_is_led_through_all_pairs_in_an_order_that_tells_nothing(town):
    names = ["Ann Zeal", "ann  zeal", "Bob Young", "Cy Abel", "Anne Zeal", "Rob Young"]
    numbers = drawn(town, *((one, other) for one in names for other in names if one < other))
    orders = []
    for who in (ANALYST, OTHER):
        client, order = browser(who), []
        for _ in numbers:
            sent = client.post("/data/same/", WHY)
            order.append(int(sent.headers["Location"].split("/")[-2]))
            decide(order[-1], "unsure", feeds=FEEDS, by=viewer(*who))
        assert sorted(order) == numbers
        orders.append(order)
        from joinedup.people.models import ReviewDecision

        ReviewDecision.objects.all().delete()
    assert numbers not in orders and orders[0] != orders[1]


def test_what_was_decided_long_ago_is_on_a_later_page(town, monkeypatch):
    monkeypatch.setattr("joinedup.hub.views.same.ON_A_PAGE", 2)
    numbers = drawn(town, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"), ("Bob Young", "Rob Young"))
    for number in numbers:
        decide(number, "same", feeds=FEEDS, by=viewer(*ANALYST))
    ann = browser(ANALYST)
    for page, expected in ((1, numbers[:0:-1]), (2, numbers[:1])):
        shown = told(ann.get(f"/data/same/?page={page}"))
        assert re.findall(r">Pair (\d+)</th>", shown) == [str(one) for one in expected]


def test_before_any_linkage_the_page_says_how_pairs_come_to_be(town):
    page = told(browser(ANALYST).get("/data/same/"))
    assert "No pair waits" in page and "joinedup link run" in page
    assert "Who is the same" in told(browser(ANALYST).get("/data/"))
