"""Who a record names is shown to whoever may see it, for a reason, after the log has it; else to nobody."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from closed_town import CONTRACT, QUARTER, viewer

from joinedup.accounts import add_agency, add_user
from joinedup.errors import BadInput, NotFound, NotPermitted
from joinedup.log import acts
from joinedup.records import STAGED_ENVELOPE, DeliveryDraft, RecordBook
from joinedup.release import reveal
from joinedup.terms import DeliveryMode, Purpose, RecordType, Role

NAMING = (
    CONTRACT
    + """
[[column]]
name = "Complainant"
personal = "identifying"
[[column]]
name = "Born"
personal = "identifying"
[[column]]
name = "NHS number"
personal = "identifying"
[[column]]
name = "Notes"
field = "narrative"
personal = "identifying"
[[person]]
role = "caller"
full_name = "Complainant"
birth_date = "Born"
[person.identifiers]
nhs = "NHS number"
"""
)


def key(number: int) -> str:
    return str(UUID(hashlib.md5(f"patrol {number}".encode(), usedforsecurity=False).hexdigest()))


@pytest.fixture
def naming_town(town):
    """The town, whose wardens' contract now says who a row names, with two such rows delivered."""
    (town.contracts_folder / "warden-patrols.toml").write_text(NAMING)
    with RecordBook(town).writing() as writer:
        staged, named = writer.folder / "staged.parquet", writer.folder / "named.parquet"
        _write(writer, staged, _STAGED)
        _write(writer, named, _NAMED)
        writer.add(_draft(), staged, None, by=viewer(Role.ANALYST), named=named)
    return town


_ROWS = (
    "(VALUES (1, 'Mary Ann Example', 'smell of smoke'), (2, 'Iqbal Sample', NULL)) AS row (n, name, notes)"
)
_GIVEN = {"record_key": "md5('patrol ' || n)::UUID", "content_hash": "md5(name)::UUID", "row_number": "n"}
_STAGED = "SELECT " + ", ".join(
    f"CAST({_GIVEN.get(name, 'NULL')} AS {kind}) AS {name}" for name, kind in STAGED_ENVELOPE.items()
)
_NAMED = f"""
    SELECT * FROM (
        SELECT md5('patrol ' || n)::UUID AS record_key, n::BIGINT AS row_number, 'caller' AS role,
               1::INTEGER AS ordinal, name AS full_name, DATE '1980-02-03' AS birth_date,
               '3 Feb 80' AS birth_date_given, MAP {{'nhs': '943 476 ' || n}} AS identifiers
        FROM {_ROWS}
        UNION ALL BY NAME
        SELECT md5('patrol ' || n)::UUID AS record_key, n::BIGINT AS row_number, 'record' AS role,
               1::INTEGER AS ordinal, MAP {{'narrative': notes}} AS private
        FROM {_ROWS} WHERE notes IS NOT NULL)"""


def _write(writer, path: Path, query: str) -> None:
    source = query if query is _NAMED else f"{query} FROM {_ROWS}"
    writer.connection.execute(f"COPY ({source}) TO '{path}' (FORMAT parquet)")


def _draft() -> DeliveryDraft:
    return DeliveryDraft(
        feed="warden-patrols",
        contract_version="2",
        source="wardens",
        record_type=RecordType.INCIDENT,
        owner="wardens",
        mode=DeliveryMode.CHANGES,
        period=QUARTER,
        file_name="changes.csv",
        file_sha256="c" * 64,
        file_bytes=10,
        received_at=dt.datetime(2024, 8, 1, tzinfo=dt.UTC),
        rows_in=2,
    )


def _reveal(town, role: Role, keys, fields, **changes):
    asked = {"purpose": Purpose.CRIME_AND_DISORDER, "reason": "a meeting about one caller"} | changes
    return reveal(town, viewer(role), RecordType.INCIDENT, keys, fields, **asked)


def test_whoever_may_see_it_is_shown_what_the_owner_gave_of_the_records_named(naming_town):
    fields = ["caller.full_name", "caller.birth_date", "caller.birth_date_given", "caller.identifiers.nhs"]
    rows = _reveal(naming_town, Role.ANALYST, [key(2)], fields)
    assert rows == [
        {
            "record_key": key(2),
            "feed": "warden-patrols",
            "role": "caller",
            "ordinal": 1,
            "caller.full_name": "Iqbal Sample",
            "caller.birth_date": dt.date(1980, 2, 3),
            "caller.birth_date_given": "3 Feb 80",
            "caller.identifiers.nhs": "943 476 2",
        }
    ]
    both = _reveal(naming_town, Role.PRACTITIONER, [key(1), key(2)], ["narrative", "caller.full_name"])
    said = {
        (row["record_key"], row["role"]): row.get("caller.full_name", row.get("narrative")) for row in both
    }
    assert said == {
        (key(1), "caller"): "Mary Ann Example",
        (key(1), "record"): "smell of smoke",
        (key(2), "caller"): "Iqbal Sample",
    }


def test_the_log_has_it_before_anything_is_read_and_names_the_records_as_subjects(naming_town, monkeypatch):
    from joinedup.records import Reader

    seen = []
    real = Reader.identifying

    def watched(self, feed, keys, **named):
        seen.append(len(acts(kind="consultation")))
        return real(self, feed, keys, **named)

    monkeypatch.setattr(Reader, "identifying", watched)
    _reveal(naming_town, Role.ANALYST, [key(1)], ["narrative"], feed="warden-patrols")
    assert seen == [1]
    (act,) = acts(kind="consultation")
    assert (act.subjects, act.recipients, act.reason) == ([key(1)], ["analyst"], "a meeting about one caller")
    assert "smoke" not in f"{act.what} {act.detail}"


def test_whoever_may_not_see_it_reads_nothing_and_neither_does_who_asks_for_what_is_not_there(naming_town):
    for role in (Role.ADMINISTRATOR, Role.COUNCILLOR):
        with pytest.raises(NotPermitted):
            _reveal(naming_town, role, [key(1)], ["caller.full_name"])
    with pytest.raises(NotFound, match="No feed of this partnership"):
        _reveal(naming_town, Role.ANALYST, [key(1)], ["victim.full_name"])
    with pytest.raises(NotFound, match="No feed of this partnership"):
        _reveal(naming_town, Role.ANALYST, [key(1)], ["narrative"], feed="another-feed")
    with pytest.raises(BadInput, match="32 hexadecimal"):
        _reveal(naming_town, Role.ANALYST, ["Mary"], ["narrative"])
    assert acts(kind="consultation") == []
    with pytest.raises(NotFound, match="holds no such identifying detail"):
        _reveal(naming_town, Role.ANALYST, [key(9)], ["narrative"])


def test_the_command_shows_it_for_a_purpose_and_a_reason_and_refuses_who_may_not(naming_town):
    from joinedup.cli import main

    council = add_agency("council", "Council")
    for role in (Role.ANALYST, Role.COUNCILLOR):
        add_user(role.value, name=role.value, role=role, agency=council)
    folder = str(naming_town.folder)

    def run(who, *words):
        words = ["-C", folder, "--as", who, "reveal", "warden-patrols", "--key", key(2), *words]
        given = CliRunner().invoke(main, words)
        return given.exit_code, given.output

    asked = ("--field", "caller.full_name", "--field", "caller.birth_date", "--reason", "a meeting")
    status, text = run("analyst", *asked, "--format", "csv")
    assert status == 0
    assert text.splitlines() == [
        "record_key,role,ordinal,caller.full_name,caller.birth_date",
        f"{key(2)},caller,1,Iqbal Sample,1980-02-03",
    ]
    (act,) = acts(kind="consultation")
    assert (act.purpose, act.reason, act.subjects) == ("crime-and-disorder", "a meeting", [key(2)])
    assert run("councillor", *asked)[0] == 2
    for words in ((), ("--field", "caller.fullname"), (*asked, "--field", "Iqbal")):
        status, text = run("analyst", *words)
        told = ", ".join(f"caller.{one}" for one in ("birth_date", "birth_date_given", "full_name"))
        assert status == 2 and f"each with --field: {told}, caller.identifiers.nhs, narrative.\n" in text
        assert "Sample" not in text
    assert "It is not said why" in run("analyst", *asked[:2])[1]
    assert run("analyst", *asked, "--purpose", "public-information")[0] == 2
    assert run("analyst", "--field", "caller.full_name")[0] == 2
    assert len(acts(kind="consultation")) == 1
