"""A pair: looked at for a stated reason, blind, decided once, and told of afterwards."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from same_pages import ANALYST, OTHER, WHY, browser, row_of, told

from joinedup.log import acts
from joinedup.people.reviewing import Stands, decide, pair, reviewed
from joinedup.records import RecordBook
from joinedup.terms import Restriction, Role
from paired_town import FEEDS, drawn, linked, mentions
from watched_town import viewer

HINTS = re.compile(r"bits|What the linkage thought</h2>|put the two together|kept the two apart")


def test_why_is_asked_once_before_the_first_pair_and_stands_in_the_log_with_both_records(paired):
    first, second = drawn(paired, ("Ann Zeal", "Anne Zeal"), ("Bob Young", "Rob Young"))
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
    known = mentions(paired)
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
def test_without_purpose_or_reason_no_pair_is_shown(paired, changed, sentence):
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"))
    ann = browser(ANALYST, stated=False)
    page = told(ann.post("/data/same/", {**WHY, **changed, "pair": str(number)}), 422)
    assert page.count(sentence) == 2 and f'name="pair" value="{number}"' in page
    assert "Anne" not in told(ann.get(f"/data/same/{number}/"))
    assert acts(kind="consultation") == []


def test_purpose_and_reason_are_shown_and_can_be_changed(paired):
    (number,) = drawn(paired, ("Ann Zeal", "ann  zeal"))
    ann = browser(ANALYST)
    assert "the caseload of &lt;March&gt;" in told(ann.get("/data/same/"))
    ann.post("/data/same/", {**WHY, "reason": "another list"})
    assert "another list" in told(ann.get(f"/data/same/{number}/"))
    assert acts(kind="consultation")[0].reason == "another list"
    ann.post("/data/same/", {**WHY, "purpose": "offender-management"})  # complaints are not for that
    assert ann.get(f"/data/same/{number}/").status_code == 404


@pytest.mark.parametrize("reason", ["whether Anne Zeal is back", "who was born on 3 February 1980"])
def test_a_stated_reason_that_says_whom_a_pair_names_is_asked_anew_before_anything_is_shown(paired, reason):
    one, other = drawn(paired, ("Ann Zeal", "Anne Zeal"), ("Bob Young", "Rob Young"))
    ann = browser(ANALYST, stated=False)
    ann.post("/data/same/", {**WHY, "reason": reason})
    page = told(ann.get(f"/data/same/{one}/"), 422)
    assert page.count("The reason that you stated says whom the records name") == 2
    assert "State another reason" in page and f'name="pair" value="{one}"' in page
    assert "What do you decide of pair" not in page and "Zed" not in page
    (refused,) = acts(kind="consultation")  # that it is refused tells whom the pair names
    assert (
        refused.reason == ""
        and refused.detail["refused"]
        and "Zeal" not in f"{refused.what} {refused.detail}"
    )
    assert len(refused.subjects) == 2
    assert "Bob Young" in told(ann.get(f"/data/same/{other}/"))  # it says nothing of those two
    ann.post("/data/same/", {**WHY, "pair": str(one)})
    assert "Anne Zeal" in told(ann.get(f"/data/same/{one}/"))
    assert [act.reason for act in acts(kind="consultation")] == [WHY["reason"], reason, ""]


def test_the_records_stand_side_by_side_and_what_is_missing_is_told_apart(paired):
    cross, alike = drawn(paired, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"))
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


def test_it_is_blind_until_it_is_decided_and_told_afterwards(paired):
    first, second = drawn(paired, ("Ann Zeal", "Anne Zeal"), ("Bob Young", "Rob Young"))
    ann = browser(ANALYST)
    for number in (first, second):
        page = told(ann.get(f"/data/same/{number}/"))
        assert not HINTS.search(page) and "sound alike" not in page
        assert not HINTS.search(told(ann.get("/data/same/")))
    sent = ann.post(f"/data/same/{first}/", {"verdict": "same", "seen": "0"})
    assert sent.headers["Location"] == f"/data/same/{second}/"
    page = told(ann.get(sent.headers["Location"]))
    assert f"Pair {first} is decided: the same person." in page and not HINTS.search(page)
    page = told(ann.get(f"/data/same/{first}/"))
    assert "gave this pair a weight of +7.7 bits, and put the two together" in page
    assert "The latest linkage has not read both records." in page
    evidence = re.sub(r"<[^>]+>", " ", page[page.index("given names that sound alike") :])
    words = r"given names that sound alike +\+9.2 +\+9.2 +years of birth at most two apart +−1.5 +\+7.7 "
    assert re.match(words, evidence)
    last = ann.post(f"/data/same/{second}/", {"verdict": "different", "seen": "0"}, follow=True)
    assert "No pair waits for you now." in told(last)
    page = told(ann.get(f"/data/same/{second}/"))
    assert "a weight of +6.7 bits, and kept the two apart" in page
    assert [act.what for act in acts(kind="combination", text="review of pair")] == [
        f"review of pair {second}: different",
        f"review of pair {first}: same",
    ]


def test_whether_the_latest_linkage_has_them_as_one_is_told_as_it_is_now(paired):
    one, two, unread = drawn(
        paired, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"), ("Bob Young", "Rob Young")
    )
    for number in (one, two, unread):
        decide(number, "unsure", feeds=FEEDS, by=viewer(*OTHER))
    linked(paired, {"Ann Zeal": 1, "Anne Zeal": 1, "ann  zeal": 2, "Bob Young": 3})
    ann = browser(ANALYST)
    for number, sentence in (
        (one, "By the latest linkage they are one person now."),
        (two, "By the latest linkage they are two people now."),
        (unread, "The latest linkage has not read both records."),
    ):
        assert sentence in told(ann.get(f"/data/same/{number}/"))


def test_what_a_contract_no_longer_carries_is_not_shown(paired):
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"))
    contract = paired.contracts_folder / "complaints.toml"
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


def test_two_who_decide_the_same_pair_at_once_the_second_is_told(paired):
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"))
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


def test_a_decision_is_changed_with_a_reason_that_names_nobody(paired):
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"))
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
    refused = [one for one in acts(kind="consultation") if "refused" in one.detail]
    assert len(refused) == 2  # each tells whom the pair names, so each is in the log, without the words
    known = mentions(paired)
    for act in refused:
        assert (act.username, act.reason, act.detail["pair"]) == ("team-analyst", "", number)
        assert set(act.subjects) == {str(known[name].record_key) for name in ("Ann Zeal", "Anne Zeal")}
        assert act.detail["owners"] == ["council", "prison"]
        assert not re.search("zeal|1980", f"{act.what} {act.detail}", re.IGNORECASE)
    page = told(ann.post(f"/data/same/{number}/", {**change, "why": "another parent"}, follow=True))
    assert "Decided: not the same person" in page and "not the same person – another parent" in page
    page = told(ann.get("/data/same/"))
    assert '<span class="ju-tag">changed</span>' in page
    assert "Zeal" not in " ".join(f"{act.what}{act.reason}{act.detail}" for act in acts(kind="combination"))


def test_where_the_log_takes_nothing_no_reason_is_judged(paired, monkeypatch):
    from django.db import DatabaseError

    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"))
    ann = browser(ANALYST)

    def broken(*_some, **_more):
        raise DatabaseError

    monkeypatch.setattr("joinedup.log.record_act", broken)
    answer = ann.post(f"/data/same/{number}/", {"verdict": "same", "seen": "0", "why": "Anne Zeal"})
    page = told(answer, 403)
    assert "log could not be written" in page and "says who" not in page
    assert reviewed(FEEDS) == []


STANDS = [
    (Stands("weight"), -1.5, True, "A weight from −3.0 bits on is enough"),
    (Stands("decision"), -9.0, True, "because somebody had decided that they are one person"),
    (Stands("decision"), 9.0, False, "because somebody had decided that they are two people"),
    (Stands("others"), 9.0, False, "a decision or a rule keeps others apart, or all the evidence"),
    (Stands("rule"), 9.0, False, "A rule kept them apart, whatever their weight: they were born more than"),
    (Stands(), 9.0, False, "A rule kept them apart, whatever their weight: they were born more than"),
]


@pytest.mark.parametrize(("stands", "weight", "together", "sentence"), STANDS)
def test_why_a_pair_stands_so_is_told_where_its_weight_does_not(paired, stands, weight, together, sentence):
    rule = [("apart.births", 0.0)] if "rule kept" in sentence else []
    (number,) = drawn(
        paired, ("Ann Zeal", "Anne Zeal"), stands=stands, weight=weight, together=together, more=rule
    )
    ann = browser(ANALYST)
    assert sentence not in told(ann.get(f"/data/same/{number}/"))  # blind until it is decided
    decide(number, "unsure", feeds=FEEDS, by=viewer(*OTHER))
    assert sentence in told(ann.get(f"/data/same/{number}/"))


def test_where_the_weight_says_enough_no_more_is_told(paired):
    for both, weight in ((("Ann Zeal", "Anne Zeal"), 7.7), (("Bob Young", "Rob Young"), -7.7)):
        why = {"stands": Stands("weight"), "weight": weight, "together": weight > 0}
        (number,) = drawn(paired, both, **why)
        decide(number, "unsure", feeds=FEEDS, by=viewer(*OTHER))
        page = told(browser(ANALYST).get(f"/data/same/{number}/"))
        assert not re.search("is enough|rule|somebody had decided|through others", page)


def test_through_whom_two_stand_together_is_told_by_the_feeds_that_one_may_know(paired):
    way = [("releases", 9.14), ("lodgers", None), ("complaints", 5.0), ("releases", 4.0)]
    why = {"stands": Stands("through", way), "weight": -6.2, "together": True}
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"), **why)
    decide(number, "unsure", feeds=FEEDS, by=viewer(*OTHER))
    page = told(browser(ANALYST).get(f"/data/same/{number}/"))
    assert (
        "By itself their weight is too little: −3.0 bits are needed. They stand together through others"
        in page
    )
    steps = re.findall(r"<li>(From [^<]+)</li>", page)
    assert steps == [
        "From record A to a record of The releases: +9.1 bits",
        "From there to a record of a feed that you may not know: decided to be the same person",
        "From there to a record of The complaints: +5.0 bits",
        "From there to record B: +4.0 bits",
    ]
    assert "lodger" not in page


def test_a_rule_that_others_outweigh_is_told_as_such(paired):
    way = [("releases", 9.0), ("releases", 8.0)]
    why = {"stands": Stands("through", way), "weight": 6.2, "together": True, "more": [("apart.names", 0.0)]}
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"), **why)
    decide(number, "unsure", feeds=FEEDS, by=viewer(*OTHER))
    page = told(browser(ANALYST).get(f"/data/same/{number}/"))
    assert "A rule speaks against it (neither their given names nor their surnames agree), and is" in page


def test_a_linkage_after_the_decision_says_that_it_stands_as_decided(paired):
    one, two, other = drawn(
        paired, ("Ann Zeal", "Anne Zeal"), ("Ann Zeal", "ann  zeal"), ("Bob Young", "Rob Young")
    )
    for number, verdict in ((one, "same"), (two, "different"), (other, "same")):
        decide(number, verdict, feeds=FEEDS, by=viewer(*OTHER))
    linked(paired, {"Ann Zeal": 1, "Anne Zeal": 1, "ann  zeal": 2, "Bob Young": 3, "Rob Young": 4})
    ann = browser(ANALYST)
    for number, sentence in (
        (one, "By the latest linkage they are one person now, as was decided."),
        (two, "By the latest linkage they are two people now, as was decided."),
        (other, "By the latest linkage they are two people now."),
    ):
        assert sentence in told(ann.get(f"/data/same/{number}/"))
    decide(two, "unsure", feeds=FEEDS, by=viewer(*OTHER), why="it is not told")
    assert "they are two people now." in told(ann.get(f"/data/same/{two}/"))


def test_there_is_no_other_verdict(paired):
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"))
    page = told(browser(ANALYST).post(f"/data/same/{number}/", {"verdict": "perhaps", "seen": "0"}), 422)
    assert "There is no such verdict" in page
    assert reviewed(FEEDS) == []


def test_where_two_records_take_a_second_person_the_page_says_so(paired):
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"))
    paired.settings = replace(paired.settings, bulk_rows=2)
    answer = browser(ANALYST).get(f"/data/same/{number}/")
    assert answer.status_code in {400, 403} and "second person" in told(answer, answer.status_code)
    assert acts(kind="consultation") == []


def test_a_record_restricted_between_the_look_and_the_reading_is_not_shown(paired, monkeypatch):
    (number,) = drawn(paired, ("Ann Zeal", "Anne Zeal"))
    ann = browser(ANALYST)
    by = viewer("prison", Role.DATA_OWNER)
    RecordBook(paired).restrict(
        "releases", references=["R1"], kind=Restriction.MARAC, by=by, reason="an order"
    )
    monkeypatch.setattr("joinedup.hub.same.queue.standing", lambda _workspace, asked: set(asked))
    monkeypatch.setattr("joinedup.release.comparing.standing", lambda _workspace, asked: set(asked))
    page = told(ann.get(f"/data/same/{number}/"), 404)
    assert "Anne" not in page and "Zeal" not in page
