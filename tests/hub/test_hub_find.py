"""Finding a person in the hub: asked and answered in one page, logged first, the name kept nowhere."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from same_pages import ANALYST, browser, told

from joinedup.accounts import stop_share
from joinedup.log import acts
from joinedup.people import looking_up
from joinedup.records import RecordBook
from joinedup.terms import Restriction, Role
from paired_town import linked, mentions
from seconding import THE_AUDITOR, by_two
from watched_town import viewer

FIND, RECORD = "/data/same/find/", "/data/same/find/record/"
ASKED = {
    "name": "Zeal, Anna",
    "born": "1980",
    "purpose": "crime-and-disorder",
    "reason": "a check before a <visit>",
}
PEOPLE = {"Ann Zeal": 1, "Anne Zeal": 1, "ann  zeal": 2, "Bob Young": 3, "Cy Abel": 4, "Rob Young": 5}


@pytest.fixture
def town(paired):
    """The town, linked: Ann and Anne are one person, ann another."""
    linked(paired, PEOPLE)
    return paired


@pytest.fixture
def ann(town):
    """An analyst's browser on it."""
    return browser(ANALYST, stated=False)


def rows(page):
    """The words of each row of the answer: key, how like, born, where, the record most like it."""
    body = re.search(r"<tbody.*?</tbody>", page)[0]
    return [
        [re.sub(r"<[^>]+>|\s+", " ", cell).split() for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in re.findall(r"<tr.*?</tr>", body)
    ]


def test_whoever_is_like_is_listed_by_key_with_where_they_stand_and_no_name(ann):
    page = told(ann.post(FIND, ASKED))
    assert "2 people have names like it" in page
    first, second = sorted(rows(page))
    assert {first[0][0][-1], second[0][0][-1]} == {"1", "2"}  # the keys' last digit: their number
    by_key = {one[0][0][-1]: one for one in (first, second)}
    assert by_key["1"][2] == ["the", "same", "year"]
    assert " ".join(by_key["1"][3]) == "The complaints, Council: 1 record The releases, Prison: 1 record"
    assert " ".join(by_key["2"][3]) == "The complaints, Council: 1 record"
    assert "Person keys are those of linkage 1" in page
    rest = page.replace('value="Zeal, Anna"', "")
    assert not re.search(r"Zeal|Zed|Anna|1980-02|3 February", rest)


def test_the_log_has_the_look_before_it_is_shown_and_never_the_name(ann, town):
    answer = ann.post(FIND, ASKED)
    assert answer.headers["Cache-Control"] == "no-store"
    (act,) = acts(kind="consultation")
    assert (act.username, act.reason, act.purpose) == ("team-analyst", ASKED["reason"], ASKED["purpose"])
    known = mentions(town)
    assert set(act.subjects) == {
        str(known[name].record_key) for name in ("Ann Zeal", "Anne Zeal", "ann  zeal")
    }
    assert not re.search(r"zeal|anna|1980", f"{act.what} {act.detail} {act.reason}", re.IGNORECASE)
    assert not re.search(r"zeal|anna", str(dict(ann.session)), re.IGNORECASE)
    assert "Zeal" not in re.search(r"<title>.*?</title>", told(answer))[0]


def test_the_name_is_asked_by_post_alone(ann):
    page = told(ann.get(FIND, {"name": "Ann Zeal", **ASKED}))
    assert acts(kind="consultation") == []
    assert "Zeal" not in page and "Whom do you look for?" in page
    assert '<form method="post" action="/data/same/find/"' in page


def test_without_the_token_of_the_form_nothing_is_looked_up(town):
    from django.test import Client

    from joinedup.accounts.models import User

    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="team-analyst"))
    assert strict.post(FIND, ASKED).status_code == 403
    assert strict.post(RECORD, ASKED).status_code == 403
    assert acts(kind="consultation") == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": " "}, "Write the name of whom you look for"),
        ({"name": "Алиса"}, "Only names in Latin letters are searched. Write it in Latin letters."),
        ({"name": "- ."}, "Say whom you look for"),
        ({"name": "a" * 101}, "That name is longer than what is searched"),
        ({"born": "about forty"}, "That is no year and no day. Write 1981, or 14 3 1981."),
        ({"born": "31 2 1980"}, "That is no year and no day"),
        ({"born": "1492"}, "Nobody who is looked for was born then"),
        ({"born": "2999"}, "Nobody who is looked for was born then"),
        ({"purpose": "research"}, "Choose what it is for"),
        ({"reason": " "}, "Write why you need to look"),
        ({"reason": "whether Anna is back"}, "The reason says whom you look for"),
        ({"born": "3 Feb 1980", "reason": "born on 03/02/1980"}, "The reason says whom you look for"),
        ({"reason": "whether Anne Zeal is back"}, "The reason says whom you look for"),
    ],
)
def test_what_is_wrong_stands_at_its_field_and_in_the_summary_and_nothing_is_shown(ann, changed, sentence):
    (field,) = set(changed) - ({"born"} if "reason" in changed else set())
    page = told(ann.post(FIND, {**ASKED, **changed}), 422)
    assert page.count(sentence) == 2
    assert f'<a href="#{field}">' in page and f'id="{field}-error"' in page
    assert re.search(rf'id="{field}" name="{field}"[^>]*aria-describedby="[^"]*{field}-error', page)
    assert "<title>Error:" in page and "Person key" not in page
    assert acts(kind="consultation") == []


def test_a_reason_that_names_somebody_who_would_be_found_is_refused(ann):
    page = told(ann.post(FIND, {**ASKED, "name": "An Zeal", "reason": "the one also called Zed"}), 422)
    assert 'id="reason-error"' in page and "Person key" not in page
    (act,) = acts(kind="consultation")  # that it is refused tells of them
    assert (act.reason, act.detail["refused"]) == ("", "the reason told of somebody")
    assert act.subjects and "Zed" not in f"{act.what} {act.detail} {act.subjects}"
    error = re.search(r'id="reason-error".*?</p>', page)[0]
    assert not re.search(r"complaints|releases", error)


@pytest.mark.parametrize(
    ("born", "words"),
    [
        ("3 2 1980", {"1": "the same day", "2": "the same year"}),
        ("1980-02-03", {"1": "the same day", "2": "the same year"}),
        ("3rd February 1980", {"1": "the same day", "2": "the same year"}),
        ("1981", {"1": "within two years", "2": "within two years"}),
        ("", {"1": "not asked", "2": "not asked"}),
    ],
)
def test_how_the_birth_agrees_is_told(ann, born, words):
    found = rows(told(ann.post(FIND, {**ASKED, "born": born})))
    assert {one[0][0][-1]: " ".join(one[2]) for one in found} == words


def test_whose_birth_nobody_wrote_down_is_found_and_said_so(ann):
    found = rows(told(ann.post(FIND, {**ASKED, "name": "Robert Young", "born": "1955"})))
    assert Counter(" ".join(one[2]) for one in found) == {"not written down": 2}


def test_an_empty_answer_says_what_was_searched_and_what_not(ann):
    page = told(ann.post(FIND, {**ASKED, "name": "Xavier Quint"}))
    assert "Nobody was found" in page and "Person key</th>" not in page
    assert "The names in these feeds: The complaints, The releases." in page
    assert "6 records were looked through, and no name in them is like this one." in page
    for part in ("restricted feeds and restricted records", "other letters than Latin", "no person key"):
        assert part in page
    (act,) = acts(kind="consultation")
    assert act.subjects == [] and "0 found" in act.what


def test_before_anybody_is_linked_it_says_so(paired):
    page = told(browser(ANALYST, stated=False).post(FIND, ASKED))
    assert "Nobody was linked yet" in page and "joinedup link run" in page


def test_restricted_people_are_found_by_nobody(ann, town):
    by = viewer("prison", Role.DATA_OWNER)
    RecordBook(town).restrict("releases", references=["R1"], kind=Restriction.MARAC, by=by, reason="an order")
    page = told(ann.post(FIND, ASKED))
    assert "The releases, Prison" not in re.search(r"<tbody.*?</tbody>", page)[0]
    assert "Nobody was found" in told(ann.post(FIND, {**ASKED, "name": "Hal Hidden", "born": ""}))


@pytest.mark.parametrize("who", [("wardens", Role.COUNCILLOR), ("wardens", Role.AUDITOR)])
def test_who_may_not_sees_why_and_cannot_ask(town, who):
    client = browser(who, stated=False)
    page = told(client.get(FIND))
    assert "You cannot look for anybody" in page and "That is refused:" in page and "<li>" in page
    assert 'name="name"' not in page
    assert "<li>Your role may not see whom records name: ask an analyst of the partnership.</li>" in page
    assert client.post(FIND, ASKED).status_code == 403
    assert acts(kind="consultation") == []


def look(town, name, **changed):
    """What the page posts to see a record."""
    one = mentions(town)[name]
    which = {"feed": one.feed, "key": str(one.record_key), "role": one.role, "ordinal": str(one.ordinal)}
    return {**which, "purpose": ASKED["purpose"], "reason": ASKED["reason"], **changed}


def test_what_a_record_says_is_a_look_of_its_own(ann, town):
    answer = ann.post(RECORD, look(town, "Anne Zeal"))
    page = re.sub(r"<[^>]+>", " ", told(answer))
    assert answer.headers["Cache-Control"] == "no-store"
    assert re.search(r"Name +Anne Zeal", page) and re.search(r"Date of birth +3 February 1980", page)
    assert re.search(r"Owner +Prison +Feed +The releases", page)
    (act,) = acts(kind="consultation")
    assert act.subjects == [str(mentions(town)["Anne Zeal"].record_key)]
    assert (act.reason, act.detail["owners"]) == (ASKED["reason"], ["prison"])
    assert "Zeal" not in f"{act.what} {act.detail}"
    assert ann.get(RECORD).headers["Location"] == FIND


def test_the_page_itself_posts_what_shows_the_record(ann):
    page = told(ann.post(FIND, {**ASKED, "born": "3 2 1980"}))
    form = re.search(rf'<form method="post" action="{RECORD}".*?</form>', page)[0]
    posted = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    posted["reason"] = ASKED["reason"]
    assert "the owner wrote them down" in told(ann.post(RECORD, posted))


@pytest.mark.parametrize(
    "changed",
    [
        {"feed": "lodgers"}, {"feed": "nobody"}, {"key": "x"}, {"ordinal": "first"}, {"role": "record"},
        {"role": "somebody"}, {"purpose": "research"}, {"purpose": "x"},
        {"key": "00000000-0000-0000-0000-000000000000"},
    ],
)  # fmt: skip
def test_a_record_that_is_not_for_this_person_is_not_there(ann, town, changed):
    assert ann.post(RECORD, look(town, "Anne Zeal", **changed)).status_code == 404
    assert acts(kind="consultation") == []


def test_a_record_is_not_shown_without_a_reason_nor_for_one_that_names_them(ann, town):
    for reason in (" ", "is this Anne Zeal?"):
        page = told(ann.post(RECORD, look(town, "Anne Zeal", reason=reason)), 422)
        assert 'id="reason-error"' in page and "3 February" not in page
    (refused,) = acts(kind="consultation")  # of the second: that it is refused tells whom the record names
    assert refused.reason == "" and refused.detail["refused"] and len(refused.subjects) == 1


def test_what_changed_since_the_last_look_holds_at_the_next_in_the_same_process(ann, town):
    def found(client=ann, status=200, **changed):
        page = told(client.post(FIND, {**ASKED, **changed}), status)
        return {one[0][0][-1]: " ".join(one[3]) for one in rows(page)} if "<tbody" in page else {}

    before = {
        "1": "The complaints, Council: 1 record The releases, Prison: 1 record",
        "2": "The complaints, Council: 1 record",
    }
    assert found() == found() == before
    # somebody else, of an agency without an agreement, finds nobody by what was decided for the analyst
    outside = browser(("wardens", Role.COUNCILLOR), stated=False)
    assert outside.post(FIND, ASKED).status_code == 403
    # another linkage, by which all three are one person
    linked(town, {**PEOPLE, "ann  zeal": 1})
    assert found() == {"1": "The complaints, Council: 2 records The releases, Prison: 1 record"}
    # a record is restricted, and let out again
    owner, book = viewer("prison", Role.DATA_OWNER), RecordBook(town)
    number = book.restrict(
        "releases", references=["R1"], kind=Restriction.MARAC, by=owner, reason="an order"
    ).number
    assert found() == {"1": "The complaints, Council: 2 records"}
    by_two(book.lift, number, by=owner, second=THE_AUDITOR, reason="the order ended")
    assert found() == {"1": "The complaints, Council: 2 records The releases, Prison: 1 record"}
    # one of two that are also called Zed is erased
    erased = [str(mentions(town)["Ann Zeal"].record_key)]
    chief = viewer("council", Role.ADMINISTRATOR)
    assert looking_up._kept
    by_two(book.erase, "complaints", erased, by=chief, reason="asked for under article 17")
    assert not looking_up._kept  # the names went with it
    assert found() == {"1": "The complaints, Council: 1 record The releases, Prison: 1 record"}
    assert found(reason="the one also called Zed", status=422) == {}
    # an owner takes back what the agreement shares: the other Zed is nobody whom a reason could tell of
    stop_share("gate", "prison", reason="the trial ended", by=owner)
    assert found(reason="the one also called Zed") == {"1": "The complaints, Council: 1 record"}
