"""The door for figures: closed data as it is for some, protected for others, and nothing without its act."""

from __future__ import annotations

import itertools

import pytest
from closed_town import CONTRACT, PATROL_MEASURE, PATROLS, QUARTER, WARDS, viewer

from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.feeds.library import OWN
from joinedup.log import acts
from joinedup.measures import FigureQuery, registry
from joinedup.release import available, field_states, provenance, release, reveal
from joinedup.release.sources import of_sources
from joinedup.terms import AreaLevel, Flag, Form, Period, Purpose, RecordType, Role, Sensitivity

BY_WARD = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER)
BY_KIND = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER, by=("kind",))


def _counts(figure):
    return {(row.area_code, row.breakdowns.get("kind")): row.numerator for row in figure.rows}


def test_the_analyst_sees_every_count_as_it_is(town):
    seen = _counts(release(town, viewer(Role.ANALYST), BY_KIND))
    for ward, kinds in PATROLS.items():
        for kind, count in kinds.items():
            assert seen[ward, kind] == count


@pytest.mark.parametrize("role", [Role.COUNCILLOR, Role.ADMINISTRATOR])
def test_small_counts_are_hidden_from_councillors_and_administrators(town, published, role):
    released = release(town, viewer(role), BY_KIND)
    seen = _counts(released)
    assert released.decision.protected
    assert seen["W1", "foot"] is None  # three patrols
    assert seen["W2", "car"] == 0  # zeros are shown
    for (ward, kind), count in seen.items():
        if count is not None and ward in PATROLS:
            assert count == PATROLS[ward].get(kind, 0)


def _everything_a_councillor_gets(town):
    """All tables of the measure laid side by side: {(area, kind or None for the total): count}."""
    seen = {}
    for level, by in itertools.product(
        (AreaLevel.WARD, AreaLevel.DISTRICT, AreaLevel.PARTNERSHIP), ((), ("kind",))
    ):
        query = FigureQuery("patrols", level=level, period=QUARTER, by=by)
        seen |= _counts(release(town, viewer(Role.COUNCILLOR), query))
    return seen


def test_no_line_over_all_tables_together_has_exactly_one_hidden_count(town, published):
    seen = _everything_a_councillor_gets(town)
    lines = []
    for kind in ("foot", "car", None):
        for district in ("D1", "D2"):
            lines.append([(ward, kind) for ward, of in WARDS.items() if of == district] + [(district, kind)])
        lines.append([("D1", kind), ("D2", kind), ("partnership", kind)])
    for area in [*WARDS, "D1", "D2", "partnership"]:
        lines.append([(area, "foot"), (area, "car"), (area, None)])
    assert any(seen[cell] is None for line in lines for cell in line)
    for line in lines:
        assert sum(seen[cell] is None for cell in line) != 1, line


def test_a_hidden_row_has_no_number_and_no_flag_that_tells_why(town, published):
    released = release(town, viewer(Role.COUNCILLOR), BY_KIND)
    hidden = [row for row in released.rows if Flag.SUPPRESSED in row.flags]
    assert hidden
    for row in hidden:
        numbers = (row.numerator, row.denominator, row.value, row.lower, row.upper)
        assert numbers == (None,) * 5
        assert Flag.SMALL_NUMBER not in row.flags
    assert released.deliveries == ()


def test_asking_for_part_of_a_table_tells_nothing_more(town, published):
    councillor = viewer(Role.COUNCILLOR)
    whole = _counts(release(town, councillor, BY_KIND))
    for ward in [*WARDS, "D1", "D2"]:
        part = FigureQuery("patrols", level=AreaLevel.WARD, period=QUARTER, by=("kind",), areas=(ward,))
        for key, count in _counts(release(town, councillor, part)).items():
            assert count == whole[key]


def test_what_the_public_is_told_is_protected_whoever_prepares_it(town, published):
    told = release(town, viewer(Role.ANALYST), BY_KIND, purpose=Purpose.PUBLIC_INFORMATION)
    assert _counts(told)["W1", "foot"] is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"form": Form.YEAR_TO_DATE}, "Running totals"),
        ({"level": AreaLevel.LSOA}, "by ward"),
        ({"level": AreaLevel.SQUARE}, "by ward"),
        ({"where": (("kind", "foot"),)}, "shown whole or by kind"),
        ({"period": Period.parse("2024-04..2024-05")}, "whole quarters"),
    ],
)
def test_tables_that_could_be_subtracted_are_refused_to_councillors(town, change, words):
    asked = {"measure": "patrols", "level": AreaLevel.WARD, "period": QUARTER} | change
    with pytest.raises(NotPermitted, match=words):
        release(town, viewer(Role.COUNCILLOR), FigureQuery(**asked))
    assert acts(by="councillor") == []


def test_a_practitioner_needs_the_purpose_of_crime_and_disorder(town):
    practitioner = viewer(Role.PRACTITIONER)
    assert _counts(release(town, practitioner, BY_KIND))["W1", "foot"] == 3
    with pytest.raises(NotPermitted, match="crime and disorder"):
        release(town, practitioner, BY_KIND, purpose=Purpose.RESEARCH)


def test_restricted_data_is_the_same_as_data_that_is_not_there(town, monkeypatch):
    import dataclasses

    hidden = dataclasses.replace(PATROL_MEASURE, name="secret", sensitivity=Sensitivity.RESTRICTED)
    known = registry.catalogue()
    monkeypatch.setattr(registry, "_discovered", lambda: {**known, "secret": hidden})
    analyst = viewer(Role.ANALYST)
    with pytest.raises(NotFound) as restricted:
        release(town, analyst, FigureQuery("secret"))
    with pytest.raises(NotFound) as absent:
        release(town, analyst, FigureQuery("absent"))
    assert restricted.value.sentence().replace("secret", "absent") == absent.value.sentence()
    assert "secret" not in [measure.name for measure in available(town, analyst)]


def test_a_contract_that_closes_a_source_closes_its_measures(town):
    contract = CONTRACT.replace('code = "wardens"\ntitle', 'code = "published-police-data"\ntitle')
    (town.contracts_folder / "closed-police.toml").write_text(
        contract.replace('name = "warden-patrols"', 'name = "closed-police"')
    )
    rates = FigureQuery("recorded-crime", form=Form.YEAR_TO_DATE)
    with pytest.raises(NotPermitted):
        release(town, viewer(Role.COUNCILLOR), rates)


def _own_contract(town, name, *changes):
    """A contract of the workspace's own that replaces the product's of this name, with changes."""
    text = (OWN / f"{name}.toml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (town.contracts_folder / f"{name}.toml").write_text(text, encoding="utf-8")


RECORDED = FigureQuery("recorded-crime", level=AreaLevel.WARD, form=Form.YEAR_TO_DATE)


def test_a_broken_contract_that_replaces_an_open_one_closes_its_source(town):
    assert of_sources(town)["published-police-data"] is Sensitivity.OPEN
    _own_contract(town, "police-uk-street", ("version = 1", "version = "))
    assert of_sources(town)["published-police-data"] is Sensitivity.OFFICIAL
    with pytest.raises(NotPermitted):
        release(town, viewer(Role.COUNCILLOR), RECORDED)
    _own_contract(town, "police-uk-street")
    assert of_sources(town)["published-police-data"] is Sensitivity.OPEN


def test_a_broken_contract_that_does_not_say_how_closed_it_is_shows_its_source_to_nobody(town):
    _own_contract(town, "police-uk-street", ('sensitivity = "open"', "sensitivity ="))
    with pytest.raises(NotFound):
        release(town, viewer(Role.ANALYST), RECORDED)


def test_a_feed_whose_only_contract_breaks_stays_as_closed_as_it_was(town):
    file = town.contracts_folder / "warden-patrols.toml"
    file.write_text(CONTRACT.replace("version = 1", "version = "), encoding="utf-8")
    assert of_sources(town)["wardens"] is Sensitivity.OFFICIAL
    assert provenance(town, viewer(Role.COUNCILLOR)).withheld == ("wardens",)
    assert release(town, viewer(Role.ANALYST), BY_WARD).rows
    file.write_bytes(b"\xff\xfe")  # nothing can be read: what it delivered is what it closes
    assert of_sources(town)["wardens"] is Sensitivity.RESTRICTED
    with pytest.raises(NotFound):
        release(town, viewer(Role.ANALYST), BY_WARD)


def test_a_broken_contract_closes_nothing_else(town):
    (town.contracts_folder / "another-feed.toml").write_text("name = ", encoding="utf-8")
    assert of_sources(town)["published-police-data"] is Sensitivity.OPEN
    assert of_sources(town)["wardens"] is Sensitivity.OFFICIAL
    assert release(town, viewer(Role.ANALYST), BY_WARD).rows


def test_every_release_is_in_the_log_in_words_and_without_a_number(town):
    released = release(town, viewer(Role.ANALYST), BY_KIND, reason="for the meeting", channel="hub")
    (act,) = acts(kind="disclosure")
    assert act.id == released.act_id
    assert act.what == "Patrols, by ward and kind, April 2024 to June 2024"
    assert (act.username, act.purpose, act.reason) == ("analyst", "crime-and-disorder", "for the meeting")
    assert act.recipients == ["analyst"]
    assert act.detail["by"] == ["kind"]
    assert not {"numerator", "value", "rows"} & set(act.detail)


def _break_the_log():
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER full BEFORE INSERT ON log_act BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )


def test_nothing_is_shown_when_the_log_cannot_be_written(town):
    _break_the_log()
    with pytest.raises(NotPermitted, match="log could not be written, so nothing is shown"):
        release(town, viewer(Role.ANALYST), BY_WARD)
    assert acts(kind="disclosure") == []


def test_a_councillor_is_told_that_a_closed_feed_came_and_not_how_many_rows(town):
    councillor = provenance(town, viewer(Role.COUNCILLOR))
    assert list(councillor.deliveries) == []
    assert field_states(town, viewer(Role.COUNCILLOR), ["wardens"]) == []
    assert [row.feed for row in councillor.coverage] == ["warden-patrols"]
    assert councillor.withheld == ("wardens",)
    analyst = provenance(town, viewer(Role.ANALYST))
    assert [row.feed for row in analyst.deliveries] == ["warden-patrols"]
    states = {state.field: state for state in field_states(town, viewer(Role.ANALYST), ["wardens"])}
    assert (states["patrol_kind"].missing, states["patrol_kind"].unknown) == (0, 0)
    assert states["patrol_kind"].given == analyst.deliveries[0].rows_in


KEYS = [f"0000000{n}-0000-0000-0000-000000000000" for n in (1, 2)]


def _reveal(town, role, **changes):
    asked = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "a meeting about one person"} | changes
    return reveal(town, viewer(role), RecordType.INCIDENT, KEYS, ["patrol_kind"], **asked)


def test_identifying_details_need_a_reason_and_a_role(town):
    with pytest.raises(NotPermitted, match="stated reason"):
        _reveal(town, Role.ANALYST, reason="  ")
    with pytest.raises(NotPermitted, match="by being administrator"):
        _reveal(town, Role.ADMINISTRATOR)
    with pytest.raises(NotPermitted, match="may not see whom records name"):
        _reveal(town, Role.COUNCILLOR)
    with pytest.raises(NotPermitted, match="never public information"):
        _reveal(town, Role.ANALYST, purpose=Purpose.PUBLIC_INFORMATION)
    with pytest.raises(BadInput, match="named records"):
        reveal(
            town,
            viewer(Role.ANALYST),
            RecordType.INCIDENT,
            [],
            ["name"],
            purpose=Purpose.RESEARCH,
            reason="x",
        )


def test_a_detail_that_no_feed_carries_cannot_be_revealed(town):
    with pytest.raises(NotFound, match="No feed of this partnership carries"):
        _reveal(town, Role.ANALYST)
    assert acts(kind="consultation") == []


def test_asking_for_a_detail_that_a_feed_declares_is_logged_with_its_subjects(town):
    file = town.contracts_folder / "warden-patrols.toml"
    file.write_text(CONTRACT + 'personal = "identifying"\n')
    with pytest.raises(NotFound, match="holds no such identifying detail"):
        _reveal(town, Role.ANALYST)
    (act,) = acts(kind="consultation")
    assert act.subjects == KEYS
    assert act.reason == "a meeting about one person"
    _break_the_log()
    with pytest.raises(NotPermitted, match="log could not be written"):
        _reveal(town, Role.ANALYST)


def test_what_came_after_an_edition_is_not_shown_to_councillors(town, published, tmp_path):
    from joinedup.feeds import deliver
    from joinedup.terms import parse_knowledge_date

    councillor = viewer(Role.COUNCILLOR)
    assert _counts(release(town, councillor, BY_KIND))["W6", "foot"] == 44
    file = tmp_path / "2024-04_2024-06-patrols.csv"
    file.write_text(
        "Number,Day,Longitude,Latitude,Kind\n"
        + "".join(f"n{number},2024-05-01,-1.245,54.505,foot\n" for number in range(2))
    )
    deliver(
        town,
        "warden-patrols",
        file,
        by=viewer(Role.ANALYST),
        received_at=parse_knowledge_date("2024-08-01"),
        accept_unusual=True,
    )
    assert _counts(release(town, viewer(Role.ANALYST), BY_KIND))["W6", "foot"] == 2
    assert _counts(release(town, councillor, BY_KIND))["W6", "foot"] == 44  # of the day of the edition


@pytest.mark.parametrize("form", [Form.SHARE, Form.CHANGE])
def test_shares_and_changes_fall_with_their_counts(town, published, form):
    query = FigureQuery("patrols", form=form, level=AreaLevel.WARD, period=QUARTER, by=("kind",))
    (row,) = [
        row
        for row in release(town, viewer(Role.COUNCILLOR), query).rows
        if (row.area_code, row.breakdowns["kind"]) == ("W1", "foot")
    ]
    assert (row.numerator, row.value, row.lower) == (None, None, None)
    assert Flag.SUPPRESSED in row.flags
