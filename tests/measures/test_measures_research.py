"""Research with consent: who agreed by hand and by a naive reading, what leaves and is withheld, who may."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.accounts import add_agency, add_user
from joinedup.cli import main
from joinedup.log import acts
from joinedup.records import RecordBook
from joinedup.release.research.consents import Consent, State, people_of
from joinedup.terms import Restriction, Role, Viewer
from joinedup.workspace import render_settings
from repeating_town import Repeating, involved
from sampling import examples
from seconding import by_two

DAY = dt.date(2024, 1, 1)
SAID = [State.AGREED, State.AGREED, State.REFUSED, State.NO_ANSWER, State.WITHDRAWN, State.WITHDRAWN]
rows_of_a_register = st.lists(
    st.tuples(
        st.sampled_from("ABCD"),
        st.integers(0, 3),
        st.sampled_from(SAID),
        st.sampled_from([None, -1, 0, 1, 2]),  # when they withdrew, after they were asked
        st.sampled_from(["", "", "X"]),  # with whom the best linkage confuses them
        st.sampled_from(["", "", "X", "Y"]),  # with whom the loose one does
    ),
    max_size=7,
)


@settings(deadline=None, max_examples=examples(1000, 5))
@given(rows_of_a_register, st.sets(st.sampled_from(["best X", "loose Y", "strict A"])))
def test_nobody_agrees_who_said_no_or_may_be_somebody_who_did(given_rows, untold):
    """By the rule in words, each person by themselves: there is a yes that was asked for after every other
    answer of theirs and after every withdrawal, whose days are all known; and by no linkage are they anybody
    of whom that is not so, or of whom something is not to be told."""
    consents = [
        Consent(
            str(at), "s", DAY + dt.timedelta(asked), said, who, best or f"own {who}", loose or f"own {who}",
            DAY + dt.timedelta(asked + after) if said is State.WITHDRAWN and after is not None else None,
        )
        for at, (who, asked, said, after, best, loose) in enumerate(given_rows)
    ]  # fmt: skip
    hidden = {tuple(one.split()) for one in untold}
    agreed = {one.strict for one in people_of(consents, "s", hidden) if one.state is State.AGREED}

    def says_yes(who):
        own = [one for one in given_rows if one[0] == who]
        withdrew = [(asked, after) for _who, asked, said, after, *_ in own if said is State.WITHDRAWN]
        if any(after is None or after < 0 for _asked, after in withdrew):
            return False  # nobody knows when, so it holds for good
        others = [one[1] for one in own if one[2] in {State.REFUSED, State.NO_ANSWER}]
        over = [*others, *(asked + after for asked, after in withdrew)]
        return any(one[2] is State.AGREED and all(one[1] > day for day in over) for one in own)

    def may_be(who):
        names = {("strict", who)}
        for one in given_rows:
            if one[0] == who:
                names |= {("best", one[4] or f"own {who}"), ("loose", one[5] or f"own {who}")}
        return names

    people = {one[0] for one in given_rows}
    expected = {
        who
        for who in people
        if says_yes(who)
        and not may_be(who) & hidden
        and not any(may_be(who) & may_be(other) for other in people if not says_yes(other))
    }
    assert agreed == expected
    assert len(people_of(consents, "s")) == len(people) and people_of(consents, "other") == []


def test_a_withdrawal_is_not_undone_by_another_form_of_its_day_or_before():
    """One form asked on the 10th and withdrawn on the 20th; another that says yes, asked on some day."""

    def stands(asked, withdrawn="2024-01-20"):
        day = dt.date.fromisoformat(withdrawn) if withdrawn else None
        forms = [
            Consent("1", "s", dt.date(2024, 1, 10), State.WITHDRAWN, "A", "A", "A", day),
            Consent("2", "s", dt.date(2024, 1, asked), State.AGREED, "A", "A", "A"),
        ]
        (person,) = people_of(forms, "s")
        return person.state

    assert [stands(day) for day in (5, 10, 15, 20)] == [State.WITHDRAWN] * 4
    assert stands(21) is State.AGREED
    assert stands(21, "") is stands(21, "2023-01-20") is State.WITHDRAWN  # no day, or one that cannot be


def test_who_never_answered_counts_against_whom_a_looser_linkage_takes_for_them():
    asked = [("1", State.AGREED, "A", "AB"), ("2", State.NO_ANSWER, "B", "AB"), ("3", State.AGREED, "C", "C")]
    forms = [Consent(key, "s", DAY, said, who, who, loose) for key, said, who, loose in asked]
    assert [one.state for one in people_of(forms, "s")] == [State.DOUBTFUL, State.NO_ANSWER, State.AGREED]


def consent(who: str, day: str, answer: str, **more: object) -> dict[str, object]:
    row = {"id": f"{who}-{day}", "day": day, "asked": who, "study": "paths", "answer": answer}
    return row | {"withdrawn_on": None} | more


def crime_of(ref: str, day: str, *who: str) -> list[dict[str, object]]:
    return [
        row | {"age": "34", "sex": "male", "crime_type": "drugs"}
        for one in who
        for row in involved("suspect", [(ref, day, one)])
    ]


@pytest.fixture
def asked(people: Repeating) -> Repeating:
    """Ann agreed, Bob refused, Cat withdrew, Dan was not asked; Eve agreed, and may be Fay, who refused."""
    people.told(
        "research-consents",
        "2024-01..2024-03",
        [
            consent("Ann", "2024-01-10", "agreed"),
            consent("Bob", "2024-01-10", "refused"),
            consent("Cat", "2024-01-11", "agreed", withdrawn_on="01/03/2024"),
            consent("Eve", "2024-01-12", "agreed"),
            consent("Fay", "2024-01-12", "refused"),
            consent("Eve?", "2024-01-13", "refused"),
            consent("Gus", "2024-01-14", "no-answer"),
            consent("Hal", "2024-01-15", "agreed"),
        ],
    )
    sentences = [
        {
            "id": f"{who}-{at}",
            "day": f"2024-02-0{at}",
            "defendant": who,
            "offence_date": "2023-12-24",
            "crime_type": "drugs",
            "case_ref": "SECRET-REF",
            "offence": "Words that somebody wrote",
            "sex": "female",
            "born": "1990-05-06",
            "postcode": "TS1 1AA",
        }
        for at, who in enumerate(("Ann", "Ann", "Bob", "Cat", "Dan", "Eve"), 1)
    ]
    together = {**sentences[0], "id": "both", "defendant": ["Ann", "Dan"]}
    people.told("court-results", "2024-01..2024-03", [*sentences, together])
    people.link()
    agency = add_agency("council", "Council")
    for username, role in (
        ("ann", Role.ANALYST),
        ("two", Role.ANALYST),
        ("cllr", Role.COUNCILLOR),
        ("aud", Role.AUDITOR),
        ("lead", Role.THEME_LEAD),
    ):
        add_user(username, name=username, role=role, agency=agency)
    return people


def run(people: Repeating, *words: str, who: str = "ann") -> Result:
    return CliRunner().invoke(main, ["-C", str(people.workspace.folder), "--as", who, *words])


def extract(
    people: Repeating, out: Path, *more: str, who: str = "ann", feed: str = "court-results"
) -> Result:
    words = ["research", "extract", "paths", "--feed", feed, "--out", str(out), "--to", "University"]
    return run(people, *words, "--reason", "the study of paths", *more, who=who)


def listed(people: Repeating, *words: str) -> list[dict[str, object]]:
    given_back = run(people, "research", *words, "--reason", "the yearly report", "--format", "json")
    assert given_back.exit_code == 0, given_back.output
    return json.loads(given_back.stdout)


def in_the_file(folder: Path, feed: str = "court-results") -> list[dict[str, str]]:
    with (folder / f"{feed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_only_those_who_agreed_leave_and_the_manifest_counts_the_others(
    asked: Repeating, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    made = extract(asked, out)
    assert made.exit_code == 0, made.output
    rows = in_the_file(out)
    assert len(rows) == 2 and len({row["person"] for row in rows}) == 1  # Ann's own two; not the one with Dan
    assert {(row["month"], row["offence_date"], row["crime_type"], row["sex"]) for row in rows} == {
        ("2024-02", "2023-12", "drugs", "female")
    }
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    counts = {name: manifest[name] for name in ("asked", "agreed", "refused", "withdrawn", "no_answer")}
    assert counts == {"asked": 8, "agreed": 2, "refused": 3, "withdrawn": 1, "no_answer": 1}
    assert (manifest["doubtful"], manifest["not_known"], manifest["in_the_extract"]) == (1, 0, 1)
    told = manifest["feeds"]["court-results"]
    assert (told["rows"], told["people"], told["records_withheld_for_naming_others"]) == (2, 1, 1)
    assert told["records_of_people_who_did_not_agree_or_were_not_asked"] == 4
    everything = "".join(path.read_text(encoding="utf-8") for path in out.iterdir())
    for word in ("SECRET", "Words that", "TS1", "1990", "Ann", "2024-02-01", "2023-12-24"):
        assert word not in everything, word
    assert stat.S_IMODE(out.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in out.iterdir()} == {0o600}


def test_a_pseudonym_is_the_same_in_each_extract_of_a_study_and_after_another_linkage(
    asked: Repeating, tmp_path: Path
) -> None:
    assert extract(asked, tmp_path / "one").exit_code == 0
    asked.told("council-asb-callers", "2024-01", [{"id": "1", "day": "2024-01-02", "caller": "Ann"}])
    asked.link()
    assert extract(asked, tmp_path / "two").exit_code == 0
    one, two = (in_the_file(tmp_path / name) for name in ("one", "two"))
    assert one == two
    asked.told("research-consents", "2024-04", [consent("Ann", "2024-04-02", "agreed", study="other")])
    asked.link()
    words = ["research", "extract", "other", "--feed", "court-results", "--out", str(tmp_path / "three")]
    assert run(asked, *words, "--to", "University", "--reason", "other").exit_code == 0
    assert in_the_file(tmp_path / "three")[0]["person"] != one[0]["person"]


def test_who_withdraws_is_in_no_later_extract_and_what_had_left_is_told(
    asked: Repeating, tmp_path: Path
) -> None:
    assert extract(asked, tmp_path / "one").exit_code == 0
    (before,) = listed(asked, "left")
    assert (before["people"], before["rows"], before["taken_back"], before["to"]) == (1, 2, 0, "University")
    taken_back = consent("Ann", "2024-01-10", "agreed", withdrawn_on="05/04/2024")
    asked.told("research-consents", "2024-04", [taken_back])
    unread = extract(asked, tmp_path / "two")
    assert unread.exit_code == 2 and "link run" in unread.output and not (tmp_path / "two").exists()
    asked.link()
    assert extract(asked, tmp_path / "two").exit_code == 0
    assert in_the_file(tmp_path / "two") == []  # Hal agreed, and has no record
    told = run(asked, "research", "left", "paths", "--reason", "x")
    assert "tell whoever has the extract" in told.output
    assert [(one["people"], one["taken_back"]) for one in listed(asked, "left")] == [(0, 0), (1, 1)]
    (study,) = listed(asked, "studies")
    assert (study["asked"], study["agreed"], study["withdrawn"]) == (8, 1, 2)


CHIEF = Viewer("chief", "Chief", Role.ADMINISTRATOR, "council")
EVERYBODY = [
    consent("Bob", "2024-01-10", "refused"),
    consent("Cat", "2024-01-11", "agreed", withdrawn_on="01/03/2024"),
    consent("Eve", "2024-01-12", "agreed"),
    consent("Fay", "2024-01-12", "refused"),
    consent("Eve?", "2024-01-13", "refused"),
    consent("Gus", "2024-01-14", "no-answer"),
    consent("Hal", "2024-01-15", "agreed"),
]


def link_again(people: Repeating) -> None:
    people.told("council-asb-callers", "2024-01", [{"id": "1", "day": "2024-01-02", "caller": "Ann"}])
    people.link()


def refused(people: Repeating, out: Path, why: str) -> None:
    given_back = extract(people, out)
    assert given_back.exit_code == 2 and why in " ".join(given_back.output.split()), given_back.output
    assert not out.exists()


def test_an_erased_consent_is_in_no_later_extract_and_what_had_left_says_so(
    asked: Repeating, tmp_path: Path
) -> None:
    assert extract(asked, tmp_path / "one").exit_code == 0
    book = RecordBook(asked.workspace)
    by_two(book.erase, "research-consents", references=["Ann-2024-01-10"], by=CHIEF, reason="asked to")
    refused(asked, tmp_path / "two", "deliver the whole register anew")
    asked.told("research-consents", "2024-05", EVERYBODY)
    asked.link()
    assert extract(asked, tmp_path / "two").exit_code == 0
    assert in_the_file(tmp_path / "two") == []
    told = [(one["people"], one["erased"], one["taken_back"]) for one in listed(asked, "left")]
    assert told == [(0, 0, 0), (1, 1, 1)]


@pytest.mark.parametrize("how", ["erased", "taken back", "withdrawn"])
def test_no_older_yes_stands_again_because_the_no_after_it_is_gone(
    asked: Repeating, tmp_path: Path, how: str
) -> None:
    """Until the owner sends all that they have: not by a part of it, nor by one that has the no again."""
    no, yes = consent("Ann", "2024-03-10", "refused"), consent("Ann", "2024-01-10", "agreed")
    asked.told("research-consents", "2024-03", [no])
    asked.link()
    book = RecordBook(asked.workspace)
    if how == "erased":
        by_two(book.erase, "research-consents", references=["Ann-2024-03-10"], by=CHIEF, reason="asked to")
    elif how == "taken back":
        book.take_back("research-consents", references=["Ann-2024-03-10"], by=CHIEF, reason="sent twice")
    else:
        last = book.deliveries("research-consents")[-1]
        book.withdraw(last.number, by=CHIEF, reason="the wrong file")
    link_again(asked)
    gone = "a refusal could be among them"
    refused(asked, tmp_path / "out", gone)
    asked.told("research-consents", "2024-04", [*EVERYBODY[1:], yes])  # Bob is not in it
    asked.link()
    refused(asked, tmp_path / "out", gone)
    asked.told("research-consents", "2024-05", [*EVERYBODY, yes, no])
    asked.link()
    if how == "withdrawn":  # the no is there again, and counts
        assert extract(asked, tmp_path / "out").exit_code == 0
        assert in_the_file(tmp_path / "out") == []
        return
    refused(asked, tmp_path / "out", gone)  # the no was set aside
    asked.told("research-consents", "2024-06", [*EVERYBODY, yes])
    asked.link()
    assert extract(asked, tmp_path / "out").exit_code == 0
    assert len(in_the_file(tmp_path / "out")) == 2


def test_a_restricted_no_counts_against_the_yes_and_is_not_told_of(asked: Repeating, tmp_path: Path) -> None:
    asked.told("research-consents", "2024-03", [consent("Ann", "2024-03-10", "refused")])
    asked.link()
    book, juvenile = RecordBook(asked.workspace), Restriction.JUVENILE
    words = {"by": CHIEF, "reason": "asked to"}
    book.restrict("research-consents", references=["Ann-2024-03-10"], kind=juvenile, **words)
    for again in ("one", "two"):  # and after a linkage that cannot read it
        assert extract(asked, tmp_path / again).exit_code == 0
        assert in_the_file(tmp_path / again) == []
        link_again(asked)
    (study,) = listed(asked, "studies")
    assert (study["agreed"], study["doubtful"]) == (1, 2)
    asked.told("research-consents", "2024-04", [consent("Zoe", "2024-04-10", "refused")])
    book.restrict("research-consents", references=["Zoe-2024-04-10"], kind=juvenile, **words)
    asked._named = [one for one in asked._named if one[4] != "Zoe"]  # a linkage reads no restricted row
    link_again(asked)
    refused(asked, tmp_path / "three", "name nobody whom the linkage knows")


def test_a_record_that_is_somebody_elses_by_now_leaves_under_no_pseudonym_of_before(
    asked: Repeating, tmp_path: Path
) -> None:
    """The court's own row was Dan's: after the delivery, and again after that is withdrawn."""
    row = {"id": "Ann-1", "day": "2024-02-01", "defendant": "Dan", "offence_date": "2022-11-24"}
    asked.told("court-results", "2024-04", [row | {"crime_type": "robbery"}])
    refused(asked, tmp_path / "out", "link run")
    asked.link()
    assert extract(asked, tmp_path / "one").exit_code == 0
    assert [one["crime_type"] for one in in_the_file(tmp_path / "one")] == ["drugs"]
    book = RecordBook(asked.workspace)
    book.withdraw(book.deliveries("court-results")[-1].number, by=CHIEF, reason="the wrong file")
    refused(asked, tmp_path / "two", "link run")


def test_a_pseudonym_stays_when_an_earlier_form_comes_late(asked: Repeating, tmp_path: Path) -> None:
    assert extract(asked, tmp_path / "one").exit_code == 0
    asked.told("research-consents", "2024-04", [consent("Ann", "2024-01-02", "no-answer")])
    asked.link()
    assert extract(asked, tmp_path / "two").exit_code == 0
    assert in_the_file(tmp_path / "one") == in_the_file(tmp_path / "two")
    assert [(one["people"], one["taken_back"]) for one in listed(asked, "left")] == [(1, 0), (1, 0)]


def test_so_many_rows_as_are_bulk_take_a_second_person(asked: Repeating, tmp_path: Path) -> None:
    few = dataclasses.replace(asked.workspace.settings, bulk_rows=2)
    (asked.workspace.folder / "joinedup.toml").write_text(render_settings(few))
    waits = extract(asked, tmp_path / "out")
    assert waits.exit_code == 1 and "Nothing was done yet" in waits.output
    assert not (tmp_path / "out").exists() and not listed(asked, "left")
    assert run(asked, "approvals", "approve", "1", who="two").exit_code == 0
    assert extract(asked, tmp_path / "out").exit_code == 0
    assert len(in_the_file(tmp_path / "out")) == 2
    assert acts(kind="disclosure")[0].detail["proposal"] == 1
    assert extract(asked, tmp_path / "again").exit_code == 1  # an approval is used up


@pytest.mark.parametrize("who", ["cllr", "aud", "lead"])
def test_who_may_not_know_the_people_gets_nothing(asked: Repeating, tmp_path: Path, who: str) -> None:
    for words in (["studies"], ["left"]):
        refused = run(asked, "research", *words, "--reason", "x", who=who)
        assert refused.exit_code == 2 and "paths" not in refused.output, refused.output
    refused = extract(asked, tmp_path / "out", who=who)
    assert refused.exit_code == 2 and not (tmp_path / "out").exists()
    assert not [act for act in acts() if act.username == who]


def test_a_feed_that_is_not_given_for_research_is_refused(asked: Repeating, tmp_path: Path) -> None:
    asked.told("prison-releases", "2024-01..2024-03", [{"id": "1", "day": "2024-02-01", "client": "Ann"}])
    asked.link()
    refused = extract(asked, tmp_path / "out", feed="prison-releases")
    assert refused.exit_code == 2 and "state such a purpose" in refused.output
    assert not (tmp_path / "out").exists()


def test_what_is_wrong_is_told_and_nothing_is_written(asked: Repeating, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    assert "exists already" in extract(asked, tmp_path / "there").output
    assert "not of the register itself" in extract(asked, tmp_path / "o", feed="research-consents").output
    assert "no feed of that name" in extract(asked, tmp_path / "o", feed="nothing").output
    words = [
        "research",
        "extract",
        "nothing",
        "--feed",
        "court-results",
        "--out",
        str(tmp_path / "o"),
        "--to",
        "U",
    ]
    assert "There are: paths" in run(asked, *words, "--reason", "x").output
    assert "not said why" in run(asked, *words).output
    assert not (tmp_path / "o").exists()


REGISTER = """Study,Consent,Asked on,Answer,Answered on,Withdrawn on,Given name,Family name,Date of birth,\
PNC,Address,Postcode
paths,1,05/03/2024,Agreed,06/03/2024,,Ann,Abel,01/02/1990,,1 Low Road,TS1 1AA
paths,2,05/03/2024,Agreed,06/03/2024,20/03/2024,Bob,Bell,01/02/1991,,2 Low Road,TS1 1AA
paths,3,05/03/2024,Refused,06/03/2024,,Cat,Cole,01/02/1992,,3 Low Road,TS1 1AA
"""


def test_a_register_as_it_is_sent_is_read_and_a_row_that_waits_holds_everything_up(
    asked: Repeating, tmp_path: Path
) -> None:
    file = tmp_path / "consents_2024-05.csv"
    file.write_text(REGISTER.replace("paths", "sent"))
    assert run(asked, "deliver", "research-consents", str(file)).exit_code == 0
    sent = next(one for one in listed(asked, "studies") if one["study"] == "sent")
    counts = {name: sent[name] for name in ("asked", "agreed", "not_known", "withdrawn", "refused")}
    assert counts == {"asked": 3, "agreed": 0, "not_known": 1, "withdrawn": 1, "refused": 1}
    late = tmp_path / "consents_2024-06.csv"
    late.write_text(REGISTER.replace("Refused", "Taken back").replace("paths", "sent"))
    assert run(asked, "deliver", "research-consents", str(late)).exit_code == 1  # a word that is no answer
    held_up = extract(asked, tmp_path / "out")
    assert held_up.exit_code == 2 and "1 rows in quarantine" in held_up.output
    assert not (tmp_path / "out").exists()


def test_each_look_and_extract_is_in_the_log_before_anything_is_shown(
    asked: Repeating, tmp_path: Path
) -> None:
    listed(asked, "studies")
    assert extract(asked, tmp_path / "out").exit_code == 0
    left, looked = acts(limit=2)
    assert (looked.kind, looked.purpose, left.kind, left.purpose) == (
        "consultation", "research", "disclosure", "research",
    )  # fmt: skip
    assert len(left.subjects) == 1 and left.recipients == ["University"] and left.detail["rows"] == 2
    assert left.detail["feeds"] == ["court-results", "research-consents"] and "Ann" not in str(left.detail)
