"""Exports about offenders and clients of services: known answers, and the mess as often as agreed."""

from __future__ import annotations

import math
import re

import pytest
from hand_truth import crowd
from reading_back import contract_of, table
from services_truth import (
    CHILD,
    CLIENT,
    FEEDS,
    RESTRICTED,
    SCORES,
    THOMAS,
    WOMAN,
    referrals,
    sanctions,
    services_truth,
    spells,
)
from services_truth import table as frame_of

from joinedup.demo.exports import exporters, frozen
from joinedup.demo.exports.clients import prison_number
from joinedup.feeds.choosing import period_of_name
from joinedup.feeds.library import OWN
from joinedup.terms import DeliveryMode, Period, Purpose, Sensitivity

MONTHS = [Period.parse(month) for month in ("2024-01", "2024-02", "2024-03")]
CROWD = 600


def export(feed, folder, told=None, mess=None, months=MONTHS):
    """A feed's files and their rows, file by file; totals are left out."""
    contract = contract_of(feed)
    aside = {text for texts in contract.set_aside.totals.values() for text in texts}
    files = exporters()[feed].write(told or services_truth(), folder, mess or frozen().without(), months)
    found = [table(file.path, contract) for file in files]
    return files, [[row for row in rows if not aside.intersection(row.values())] for rows in found]


def by_month(feed, folder, *columns):
    """Each file's rows without mess, as tuples of these columns."""
    files, rows = export(feed, folder)
    told = [[tuple(row[name] for name in columns) for row in one] for one in rows]
    return {file.path.stem[-7:]: one for file, one in zip(files, told, strict=True)}


def assert_as_often(found, of, rate):
    """Within four standard deviations of a binomial count."""
    spread = 4 * math.sqrt(of * rate * (1 - rate)) + 1
    assert abs(found - of * rate) <= spread, (found, of * rate)


@pytest.mark.parametrize("feed", FEEDS)
def test_files_have_the_header_the_period_and_the_words_of_their_contract(feed, tmp_path):
    contract = contract_of(feed)
    files, rows = export(feed, tmp_path)
    assert files
    for file in files:
        named = period_of_name(contract, file.path.name)
        assert named.end == file.period.end
        if contract.mode is DeliveryMode.SNAPSHOT:
            assert named == file.period
        assert file.received_at.date() > file.period.last
    for column in contract.columns:
        if column.codes is not None:
            known = {word for code in column.codes.codes for word in code.spellings(column.match)}
            known |= {"", *column.unknown, *column.refused}
            assert {row[column.name] for one in rows for row in one} <= known, column.name


@pytest.mark.parametrize("feed", FEEDS)
def test_a_contract_says_its_gaps_and_names_nothing_real(feed):
    text = (OWN / f"{feed}.toml").read_text(encoding="utf-8")
    assert "# GAP: " in text
    real = r"Cleveland|Teesside|Stockton|Hartlepool|Middlesbrough|Redcar|Thirteen|Holme House|Delius|Harbour"
    assert not re.search(real, text)
    publishing = contract_of(feed).publishing
    assert publishing.retention_years
    assert publishing.caveats
    assert Purpose.PUBLIC_INFORMATION not in publishing.purposes
    assert (publishing.sensitivity is Sensitivity.RESTRICTED) == (feed in RESTRICTED)


@pytest.mark.parametrize("feed", FEEDS)
def test_the_same_truth_gives_the_same_bytes(feed, tmp_path):
    one, _ = export(feed, tmp_path / "one", mess=frozen())
    two, _ = export(feed, tmp_path / "two", mess=frozen())
    assert [file.path.read_bytes() for file in one] == [file.path.read_bytes() for file in two]


def test_a_caseload_holds_whoever_was_on_it_and_an_end_only_once_it_has_come(tmp_path):
    told = by_month(
        "probation-caseload", tmp_path, "CRN", "Order Type", "Order Start", "Terminated", "NOMS Number"
    )
    assert told == {
        "2024-01": [("X000003", "CO", "10-Dec-2023", "", "")],
        "2024-02": [("X000003", "CO", "10-Dec-2023", "15-Feb-2024", "")],
        "2024-03": [("X000003", "Licence", "04-Mar-2024", "", prison_number(THOMAS))],
    }


def test_somebody_on_probation_is_written_as_case_systems_do(tmp_path):
    told = services_truth()
    pnc = told.person.set_index("person_id").loc[THOMAS, "pnc_id"]
    _, rows = export("probation-caseload", tmp_path, told)
    first = rows[0][0]
    assert (first["Surname"], first["Forenames"], first["Date of Birth"]) == (
        "BRACKWELL",
        "Thomas Lee",
        "03-Feb-2001",
    )
    assert first["Aliases"] in {"", "BRACKWELL, Tommo"}
    assert (first["Ethnicity"], first["PNC Number"], first["No Fixed Abode"]) == ("W1", pnc, "N")
    assert first["Address"] == "2 Foxglove Road, Testby"


def test_a_violent_offender_with_a_year_or_more_is_under_mappa(tmp_path):
    told = services_truth()
    told.event.loc[told.event["event_id"] == 1, "crime_type"] = "Violence and sexual offences"
    _, rows = export("probation-caseload", tmp_path, told)
    assert [row["MAPPA Category"] for month in rows for row in month] == ["", "", "2"]


def test_an_assessment_has_a_row_for_each_section(tmp_path):
    told = by_month("probation-needs", tmp_path, "CRN", "Completed", "Section", "Score")
    rows = {("X000003", "05-Jan-2024", section, str(score)) for section, score in SCORES.items()}
    assert {month: set(found) for month, found in told.items()} == {"2024-01": rows}


def test_the_needs_that_there_are_stand_in_the_code_list():
    """Sections with their thresholds are data: eight were found, and more can be added."""
    column = contract_of("probation-needs").column("Section")
    thresholds = {code.code: code.attributes["threshold"] for code in column.codes.codes}
    assert len(thresholds) == 8
    assert (thresholds["ACCOMMODATION"], thresholds["ALCOHOL_MISUSE"]) == ("2", "4")


def test_courts_tell_sentences_in_their_codes_and_no_cautions(tmp_path):
    told = by_month("court-results", tmp_path, "SURNAME", "COURT TYPE", "RESULT CODE", "DURATION")
    assert told == {"2024-01": [("BRACKWELL", "CC", "1002", "18"), ("HOLT", "MCY", "1097", "9")]}


@pytest.mark.parametrize(
    ("born", "code"), [("2000-01-01", "1002"), ("2004-01-01", "1024"), ("2007-01-01", "1081")]
)
def test_custody_has_another_code_for_the_young(born, code, tmp_path):
    told = services_truth(
        sanction=sanctions([(1, 1, THOMAS, "8/6", "2024-01-20", "The Youth Court", "custody", 4)])
    )
    told.person.loc[told.person["person_id"] == THOMAS, "birth_date"] = born
    _, [[row]] = export("court-results", tmp_path, told)
    assert (row["RESULT CODE"], row["DURATION"], row["DURATION UNIT"]) == (code, "4", "M")


def test_a_first_time_entrant_is_young_and_was_known_to_nobody(tmp_path):
    _, rows = export("first-time-entrants", tmp_path)
    entrants = [(row["Surname"], row["Age at disposal"], row["Disposal"]) for row in rows[0]]
    assert entrants == [("HOLT", "14", "Referral Order")]


def test_whoever_was_on_a_caseload_before_is_no_first_time_entrant(tmp_path):
    before = spells([(1, CHILD, "youth-justice", "2023-11-01", None, None, "referral order", None)])
    files, _ = export("first-time-entrants", tmp_path, services_truth(spell=before))
    assert files == []


def test_the_panel_tells_cautions_of_the_young_only(tmp_path):
    _, rows = export("youth-out-of-court-disposals", tmp_path)
    assert [(row["Name"], row["Decision date"], row["Disposal"]) for row in rows[0]] == [
        ("HOLT, Jayden", "10/03/2024", "Youth Caution")
    ]


def test_prison_tells_who_was_released_and_where_to(tmp_path):
    told = by_month(
        "prison-releases", tmp_path, "Name", "Date of release", "Sentence (months)", "Address type"
    )
    assert told == {"2024-03": [("BRACKWELL, Thomas Lee", "04-Mar-2024", "18", "DAP")]}


def test_nobody_who_died_in_prison_is_released(tmp_path):
    told = services_truth()
    told.person.loc[told.person["person_id"] == THOMAS, "death_date"] = "2024-03-04"
    assert export("prison-releases", tmp_path, told)[0] == []


def test_the_cohort_says_who_is_in_custody(tmp_path):
    told = by_month("iom-cohort", tmp_path, "Nominal", "Status", "CRN")
    assert told == {
        "2024-01": [("BRACKWELL Thomas", "In custody", "X000003")],
        "2024-02": [("BRACKWELL Thomas", "In custody", "X000003")],
        "2024-03": [("BRACKWELL Thomas", "In community", "X000003")],
    }


def test_treatment_tells_substance_and_discharge(tmp_path):
    told = by_month("drug-treatment", tmp_path, "SURNAME", "MAIN SUBSTANCE", "DISCHARGE DATE")
    assert [name for name, *_ in told["2024-01"]] == ["ŁUCKA", "KARIMOV"]
    assert told["2024-02"] == [("ŁUCKA", "Alcohol", ""), ("KARIMOV", "Opiates", "20/02/2024")]
    assert told["2024-03"] == [("ŁUCKA", "Alcohol", "")]


def test_only_who_was_discharged_has_a_reason_and_the_dead_have_theirs(tmp_path):
    told = services_truth()
    told.person.loc[told.person["person_id"] == CLIENT, "death_date"] = "2024-02-20"
    _, rows = export("drug-treatment", tmp_path, told)
    reasons = [row["DISCHARGE REASON"] for month in rows for row in month]
    assert [reason for reason in reasons if reason] == ["Incomplete client died"]


@pytest.mark.parametrize(("people", "told"), [(4, "<5"), (5, "5")])
def test_the_return_withholds_counts_below_five(people, told, tmp_path):
    many = [
        (who, who, "drug-treatment", "2024-01-05", None, None, "Crack", None) for who in range(1, people + 1)
    ]
    _, [rows] = export("drug-treatment-quarterly", tmp_path, services_truth(spell=spells(many)))
    counted = {row["Count of"]: row["Number"] for row in rows if row["Main substance"] == "Crack"}
    assert counted == {"Clients in treatment": told, "New presentations": told}


def test_a_repeat_referral_is_marked_by_both_definitions(tmp_path):
    """Again within 12 months: any abuse makes it one by the newer, with a crime also by the older."""
    _, rows = export("marac-referrals", tmp_path)
    marks = [(row["Repeat: any abuse"], row["Repeat: criminal incident"]) for one in rows for row in one]
    assert marks == [("No", "No"), ("Yes", "No"), ("No", "No")]


@pytest.mark.parametrize(("second", "mark"), [("2025-02-02", "Yes"), ("2025-02-03", "No")])
def test_a_referral_a_year_later_is_no_repeat(second, mark, tmp_path):
    told = [(1, WOMAN, THOMAS, "2024-02-03", "police", 1), (2, WOMAN, THOMAS, second, "police", 2)]
    month = [Period.parse("2025-02")]
    _, [[row]] = export("marac-referrals", tmp_path, services_truth(referral=referrals(told)), months=month)
    assert (row["Repeat: any abuse"], row["Repeat: criminal incident"]) == (mark, mark)


def test_a_case_of_the_advocates_names_the_pair(tmp_path):
    _, rows = export("domestic-abuse-services", tmp_path)
    assert [(row["Surname"], row["Abuser name"], row["Referred by"]) for row in rows[0]] == [
        ("Aldersey", "Thomas Brackwell", "Police")
    ]


def test_a_family_is_one_household_with_numbered_members(tmp_path):
    _, rows = export("supported-families", tmp_path)
    assert [(row["Member"], row["Role"], row["Name"]) for row in rows[0]] == [
        ("1", "Adult", "Katherine Aldersey"),
        ("2", "Child", "Jayden Holt"),
    ]
    assert len({row["Family ref"] for month in rows for row in month}) == 1
    assert [row["Closed"] for row in rows[1] + rows[2]] == ["", "", "20/03/2024", "20/03/2024"]


def test_residents_come_only_where_there_are_any(tmp_path):
    told = by_month("approved-premises", tmp_path, "SURNAME", "ARRIVED", "DEPARTED")
    assert told == {"2024-03": [("BRACKWELL", "04-Mar-2024", "")]}


def test_prison_numbers_are_each_ones_own():
    numbers = {prison_number(who) for who in range(1, 20_001)}
    assert len(numbers) == 20_000
    assert all(re.fullmatch(r"[A-Z]\d{4}[A-Z]{2}", one) for one in numbers)


def crowd_on(programme, detail):
    """Many people of one name, all on a programme since January."""
    told = crowd(CROWD)
    told.spell = spells(
        [(who, who, programme, "2024-01-03", None, None, detail, None) for who in range(1, CROWD + 1)]
    )
    told.sanction = sanctions([])
    return told


@pytest.mark.parametrize(
    ("rate", "is_so"),
    [
        ("no_fixed_abode", lambda row: (row["Address"], row["No Fixed Abode"]) == ("NFA", "Y")),
        ("first_of_january", lambda row: row["Date of Birth"] == "01-Jan-1984"),
        ("ethnicity_missing", lambda row: row["Ethnicity"] == ""),
        ("ethnicity_unknown", lambda row: row["Ethnicity"] == "UN"),
        ("ethnicity_refused", lambda row: row["Ethnicity"] == "NS"),
        ("sex_missing", lambda row: row["Gender"] == "N"),
    ],
)
def test_a_slip_happens_as_often_as_is_written_down(rate, is_so, tmp_path):
    mess = frozen().only("probation-caseload", **{rate: 0.1})
    _, rows = export("probation-caseload", tmp_path, crowd_on("probation", "licence"), mess, MONTHS[:1])
    assert len(rows[0]) == CROWD
    assert_as_often(sum(map(is_so, rows[0])), CROWD, 0.1)


def test_sections_that_nobody_scored_are_missing_as_often_as_is_written_down(tmp_path):
    told = crowd_on("probation", "licence")
    scored = [(who, who, "2024-01-05", "ATTITUDE", 3) for who in range(1, CROWD + 1)]
    names = ("assessment_id", "person_id", "assessed_on", "domain", "score")
    told.need = frame_of(scored, names, ["assessed_on"])
    mess = frozen().only("probation-needs", section_missing=0.1)
    _, rows = export("probation-needs", tmp_path, told, mess)
    assert_as_often(CROWD - len(rows[0]), CROWD, 0.1)


def test_the_coordinators_mark_is_wrong_as_often_as_is_written_down(tmp_path):
    told = crowd_on("marac", "high risk")
    pairs = [(who, who, who % CROWD + 1, "2024-01-05", "police", None) for who in range(1, CROWD + 1)]
    told.referral = referrals(pairs)
    mess = frozen().only("marac-referrals", repeat_wrong=0.1)
    _, rows = export("marac-referrals", tmp_path, told, mess)
    assert_as_often(sum(row["Repeat: any abuse"] == "Yes" for row in rows[0]), CROWD, 0.1)


def test_courts_leave_the_police_number_out_as_often_as_is_written_down(tmp_path):
    told = crowd_on("probation", "licence")
    told.person = told.person.assign(pnc_id="2001/0000001A")
    told.sanction = sanctions(
        [
            (who, who, who, "8/6", "2024-01-20", "Testby Magistrates Court", "fine", None)
            for who in range(1, CROWD + 1)
        ]
    )
    mess = frozen().only("court-results", pnc_missing=0.1)
    _, rows = export("court-results", tmp_path, told, mess)
    assert_as_often(sum(row["PNCID"] == "" for row in rows[0]), CROWD, 0.1)


def test_who_is_entered_late_is_missing_at_first_and_never_lost(tmp_path):
    mess = frozen().only("iom-cohort", late=0.2, **{"later_still": 0.25})
    _, rows = export("iom-cohort", tmp_path, crowd_on("iom", "fixed cohort"), mess)
    assert_as_often(CROWD - len(rows[0]), CROWD, 0.2)
    assert_as_often(CROWD - len(rows[1]), CROWD, 0.05)
    assert len(rows[2]) == CROWD


def test_a_service_writes_its_clients_down_once(tmp_path):
    """The slips in a case record are the same in each month's file."""
    _, rows = export("drug-treatment", tmp_path, crowd_on("drug-treatment", "Opiates"), frozen())
    fixed = ("SURNAME", "FORENAME", "DOB", "SEX", "ETHNIC", "NHS NO", "TRIAGE DATE")
    written = {}
    for row in (row for month in rows for row in month):
        cells = tuple(row[name] for name in fixed)
        assert written.setdefault(row["EPISODE"], cells) == cells
    assert len(set(written.values())) > 20


def test_some_write_a_zero_for_the_letter_and_the_contract_takes_both(tmp_path):
    told = crowd_on("youth-justice", "referral order")
    told.person = told.person.assign(ethnic_group="Other ethnic group: Any other ethnic group")
    _, rows = export("youth-justice-caseload", tmp_path, told, months=MONTHS[:1])
    assert {row["Ethnicity"] for row in rows[0]} == {"O9", "09"}
    codes = contract_of("youth-justice-caseload").column("Ethnicity").codes.codes
    assert next(code.code for code in codes if "09" in code.spellings("code")) == "O9"
