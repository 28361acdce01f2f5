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
from joinedup.terms import Role, Viewer
from joinedup.workspace import render_settings
from repeating_town import Repeating, involved
from sampling import examples
from seconding import by_two

DAY = dt.date(2024, 1, 1)
rows_of_a_register = st.lists(
    st.builds(
        lambda who, by, state, blur: (who, by, state, blur),
        st.sampled_from("ABCD"),
        st.integers(0, 3),
        st.sampled_from([State.AGREED, State.REFUSED, State.NO_ANSWER, State.WITHDRAWN]),
        st.sampled_from(["", "X", "Y"]),
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=examples(1000, 5))
@given(rows_of_a_register)
def test_nobody_agrees_who_said_no_or_may_be_somebody_who_did(given_rows):
    """By a naive reading: the last day's least willing word, and no refusal near by any linkage."""
    consents = [
        Consent(str(at), "s", DAY + dt.timedelta(by), state, who, who, blur or f"own {who}")
        for at, (who, by, state, blur) in enumerate(given_rows)
    ]
    agreed = {one.strict for one in people_of(consents, "s") if one.state is State.AGREED}

    def stands(who):
        own = [one for one in given_rows if one[0] == who]
        last = max(one[1] for one in own)
        said = {one[2] for one in own if one[1] == last}
        order = (State.WITHDRAWN, State.REFUSED, State.NO_ANSWER, State.AGREED)
        return next(one for one in order if one in said)

    people = {one[0] for one in given_rows}
    blurs = {
        who: {blur or f"own {who}" for one, _by, _state, blur in given_rows if one == who} for who in people
    }
    against = [who for who in people if stands(who) in {State.REFUSED, State.WITHDRAWN}]
    expected = {
        who
        for who in people
        if stands(who) is State.AGREED and not any(blurs[who] & blurs[other] for other in against)
    }
    assert agreed == expected
    assert len(people_of(consents, "s")) == len(people) and people_of(consents, "other") == []


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


def test_an_erased_consent_is_in_no_later_extract_and_what_had_left_says_so(
    asked: Repeating, tmp_path: Path
) -> None:
    assert extract(asked, tmp_path / "one").exit_code == 0
    chief = Viewer("chief", "Chief", Role.ADMINISTRATOR, "council")
    book = RecordBook(asked.workspace)
    by_two(book.erase, "research-consents", references=["Ann-2024-01-10"], by=chief, reason="asked to")
    assert extract(asked, tmp_path / "two").exit_code == 0
    assert in_the_file(tmp_path / "two") == []
    assert [(one["people"], one["erased"]) for one in listed(asked, "left")] == [(0, 0), (1, 1)]


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
