"""The queue of pairs: whose it is, what is left out of it, and what its decisions tell of the linkage."""

from __future__ import annotations

import re
from itertools import combinations

from same_pages import ANALYST, OTHER, WHY, browser, row_of, told

from joinedup.log import acts
from joinedup.people.reviewing import decide, reviewed
from joinedup.records import RecordBook
from joinedup.terms import Restriction, Role
from paired_town import FEEDS, drawn, linked
from watched_town import viewer

OUTSIDER, LEAD, PRISON = ("stranger", Role.ANALYST), ("team", Role.THEME_LEAD), ("prison", Role.ANALYST)


def test_for_outsiders_pairs_are_as_absent_ones_and_the_page_says_what_would_be_needed(paired):
    both, own, lodger = drawn(
        paired, ("Ann Zeal", "Anne Zeal"), ("Anne Zeal", "Rob Young"), ("Ann Zeal", "Hal Hidden")
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
    assert "Data matching" not in refused and "Find a person" not in refused
    lead = told(browser(LEAD, stated=False).get("/data/same/"))
    assert lead.count("Your role may not see whom records name") == 1
    assert "state" not in lead.split("<main")[1]
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


def test_a_pair_whose_record_is_restricted_now_is_as_an_absent_one_and_skipped(paired):
    waits, decided, stays = drawn(
        paired, ("Ann Zeal", "Anne Zeal"), ("ann  zeal", "Anne Zeal"), ("Bob Young", "Rob Young")
    )
    decide(decided, "same", feeds=FEEDS, by=viewer(*ANALYST))
    ann = browser(ANALYST)
    assert "2 pairs wait" in told(ann.get("/data/same/"))
    by = viewer("prison", Role.DATA_OWNER)
    RecordBook(paired).restrict(
        "releases", references=["R1"], kind=Restriction.MARAC, by=by, reason="an order"
    )
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


def test_a_pair_whose_record_was_withdrawn_is_skipped(paired):
    (gone, stays) = drawn(paired, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"))
    [releases] = RecordBook(paired).deliveries("releases")
    RecordBook(paired).withdraw(releases.number, by=viewer("prison", Role.DATA_OWNER), reason="a wrong file")
    ann = browser(ANALYST)
    assert "1 pair waits" in told(ann.get("/data/same/"))
    assert ann.post("/data/same/", WHY).headers["Location"] == f"/data/same/{stays}/"
    assert ann.get(f"/data/same/{gone}/").status_code == 404
    assert acts(kind="consultation") == []


def test_precision_and_recall_wait_for_a_decision_in_each_stratum(paired):
    first, second, third = drawn(
        paired, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"), ("Bob Young", "Rob Young")
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


def test_what_nobody_can_tell_is_told_beside_the_estimate(paired):
    numbers = drawn(
        paired,
        ("Ann Zeal", "Anne Zeal"),
        ("Ann Zeal", "ann  zeal"),
        ("Bob Young", "Rob Young"),
        stratum=2,
    )
    for number, verdict in zip(numbers, ("same", "same", "unsure"), strict=True):
        decide(number, verdict, feeds=FEEDS, by=viewer(*ANALYST))
    page = re.sub(r"<[^>]+>", " ", told(browser(ANALYST).get("/data/same/")))
    # all were put together: two of two are one person, and the third may be either
    left = r"whatever the 1 pair is that nobody could tell\."
    assert re.search(
        rf"Precision *100% *95% interval: \S+ to 100% *66\.7% to 100%, {left} *Of the pairs", page
    )
    assert re.search(rf"Recall *100% *95% interval: 100% to 100% *100% to 100%, {left} *Of the pairs", page)


def test_how_good_it_is_for_groups_is_shown_and_stands_in_the_log(paired):
    linked(paired, {"Ann Zeal": 1, "Anne Zeal": 1, "ann  zeal": 2, "Bob Young": 3, "Cy Abel": 4})
    names = ["Ann Zeal", "Anne Zeal", "ann  zeal", "Cy Abel"]
    numbers = drawn(paired, *combinations(names, 2), ("Bob Young", "Ann Zeal"), stratum=2)
    ann = browser(ANALYST)
    assert "For whom it is how good" not in told(ann.get("/data/same/"))
    assert acts(kind="disclosure") == []
    for number in numbers:
        decide(number, "same", feeds=FEEDS, by=viewer(*ANALYST))
    page = told(ann.get("/data/same/"))
    assert row_of(page, "not recorded")[:2] == ["7", "0"]  # of nobody's sex anything is written
    few = ["too few decisions"] * 2  # ten are needed
    assert row_of(page, "not recorded")[2:] == few
    of_ages = page[page.index("Age band") :]
    assert row_of(of_ages, "not recorded") == [
        "0.5",
        "0",
        *["too few decisions"] * 2,
    ]  # Bob's, half of a pair
    (act,) = acts(kind="disclosure")
    assert act.reason == WHY["reason"] and act.detail["pairs"] == len(numbers)
    assert "Zeal" not in f"{act.what} {act.detail}"


def test_decisions_that_contradict_each_other_are_linked(paired):
    numbers = drawn(paired, ("Ann Zeal", "Anne Zeal"), ("Anne Zeal", "ann  zeal"), ("Ann Zeal", "ann  zeal"))
    ann = browser(ANALYST)
    for number, verdict in zip(numbers, ("same", "same", "different"), strict=True):
        assert "contradict" not in told(ann.get("/data/same/"))
        ann.post(f"/data/same/{number}/", {"verdict": verdict, "seen": "0"})
    page = told(ann.get("/data/same/"))
    part = page[page.index("Decisions that contradict each other") : page.index("Decided, the latest first")]
    assert re.findall(r'href="/data/same/(\d+)/"', part) == [str(numbers[one]) for one in (2, 0, 1)]


def test_each_person_is_led_through_all_pairs_in_an_order_that_tells_nothing(paired):
    names = ["Ann Zeal", "ann  zeal", "Bob Young", "Cy Abel", "Anne Zeal", "Rob Young"]
    numbers = drawn(paired, *((one, other) for one in names for other in names if one < other))
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


def test_what_was_decided_long_ago_is_on_a_later_page(paired, monkeypatch):
    monkeypatch.setattr("joinedup.hub.views.same.ON_A_PAGE", 2)
    numbers = drawn(paired, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"), ("Bob Young", "Rob Young"))
    for number in numbers:
        decide(number, "same", feeds=FEEDS, by=viewer(*ANALYST))
    ann = browser(ANALYST)
    for page, expected in ((1, numbers[:0:-1]), (2, numbers[:1])):
        shown = told(ann.get(f"/data/same/?page={page}"))
        assert re.findall(r">Pair (\d+)</th>", shown) == [str(one) for one in expected]


def test_before_any_linkage_the_page_says_how_pairs_come_to_be(paired):
    page = told(browser(ANALYST).get("/data/same/"))
    assert "No pair waits" in page and "joinedup link run" in page
    assert "Who is the same" in told(browser(ANALYST).get("/data/"))
