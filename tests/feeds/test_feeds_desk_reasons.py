"""What is decided at the desk is kept with its reason for good: one that says whom it is about is refused."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from staging_by_hand import small_contract

from joinedup.cli import main
from joinedup.errors import BadInput
from joinedup.feeds import deliver, desk, of_delivery, release
from joinedup.log import acts

EXTRA = """
[[column]]
name = "size"
field = "size"
kind = "integer"
[[column]]
name = "caller"
personal = "identifying"
[[column]]
name = "born"
personal = "identifying"
[[column]]
name = "house"
personal = "identifying"
[[column]]
name = "street"
personal = "identifying"
[[column]]
name = "phone"
personal = "identifying"
[[column]]
name = "nhs"
personal = "identifying"
[[column]]
name = "story"
field = "story"
personal = "identifying"
[[person]]
role = "caller"
full_name = "caller"
birth_date = "born"
birth_date_pattern = "%d/%m/%Y"
address = ["house", "street"]
phone = "phone"
identifiers = { nhs = "nhs" }
unknown = ["Anonymous"]
"""
HEADER = "id,month,note,size,caller,born,house,street,phone,nhs,story\n"
WHO = "Patience Oglethorpe,14/05/1981,12,Gorse Lane,01642 555123,485 777 3456"
PAT = f"WR-2201,2024-05,one,{{size}},{WHO},{{story}}"
STORY = "He was chased by hooded youths along the beck"
NOBODY = "WR-{number},2024-05,one,{size},Anonymous,,,,,,"

TELLING = [
    "Ms Oglethorpe rang and confirmed",
    "OGLETHORPE asked for it",
    "The caller born 14 May 1981 agreed",
    "Checked at 12 Gorse Lane",
    "Rang 01642 555123",
    "NHS number 4857773456 was right",
    "See WR-2201",
    "She said he was chased by hooded youths",
]
ORDINARY = [
    "Asked the wardens on 3 June: the size was never measured",
    "The anonymous callers are as usual; agreed with the head of service, minute 14",
    "Patients of the trust are not concerned",
    "Half is missing, the owner sends another file",
]


@pytest.fixture
def small(workspace):
    path = small_contract(workspace.contracts_folder, top='ref = "id"')
    path.write_text(path.read_text() + EXTRA)
    return workspace


def a_file(folder, *rows, name="may.csv"):
    path = folder / name
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows))
    return path


def nobodies(count, *, size="1"):
    return [NOBODY.format(number=1000 + number, size=size) for number in range(count)]


@pytest.fixture
def refused(small, analyst, tmp_path):
    """Row 1 is refused for its size, and names somebody; row 2 is refused and names nobody."""
    rows = [PAT.format(size="many", story=STORY), NOBODY.format(number=1, size="few"), *nobodies(3)]
    receipt = deliver(small, "small-feed", a_file(tmp_path, *rows), by=analyst)
    assert receipt.quarantined == 2
    return receipt.delivery


def test_a_row_is_not_let_in_with_a_reason_that_says_whom_it_names(small, analyst, refused):
    for why in TELLING:
        with pytest.raises(BadInput, match="says who the records are about") as told:
            release(small, refused, [1], by=analyst, why=why)
        assert "without a name, number, address or words of theirs" in told.value.sentence()
        assert all(word not in told.value.sentence() for word in ("Oglethorpe", "4857773456", "Gorse"))
    assert len(of_delivery(small, refused).waiting) == 2 and acts(kind="alteration") == []
    assert release(small, refused, [1], by=analyst, why=ORDINARY[0]).settled == 1


def test_an_ordinary_reason_lets_rows_in(small, analyst, refused):
    assert release(small, refused, [1, 2], by=analyst, why=" ".join(ORDINARY)).settled == 2
    assert {row.why for row in of_delivery(small, refused).rows} == {" ".join(ORDINARY)}


def test_only_the_rows_that_are_let_in_are_what_a_reason_is_about(small, analyst, refused):
    assert release(small, refused, [2], by=analyst, why=TELLING[0]).settled == 1


@pytest.fixture(params=["accepted", "refused"])
def waiting(request, small, analyst, tmp_path):
    """A held file whose second row names somebody: as a record, or among its refused rows."""
    deliver(small, "small-feed", a_file(tmp_path, *nobodies(10)), by=analyst)
    size = "2" if request.param == "accepted" else "many"
    rows = [*nobodies(1), PAT.format(size=size, story=STORY), *nobodies(2)]
    receipt = deliver(small, "small-feed", a_file(tmp_path, *rows, name="few.csv"), by=analyst)
    assert receipt.held is not None
    return receipt.held


@pytest.mark.parametrize("decide", [desk.accept, desk.refuse], ids=["accept", "refuse"])
def test_a_held_file_is_not_decided_with_a_reason_that_says_whom_it_names(small, analyst, waiting, decide):
    for why in TELLING[::3]:
        with pytest.raises(BadInput, match="says who the records are about"):
            decide(small, waiting, by=analyst, why=why)
    one = desk.held_file(waiting)
    assert (one.state, one.why) == ("waiting", "") and desk.refusals() == []
    assert [one.reason for one in acts() if one.reason] == []
    decide(small, waiting, by=analyst, why=" ".join(ORDINARY))
    assert desk.held_file(waiting).why == " ".join(ORDINARY)


@pytest.mark.parametrize("decide", [desk.accept, desk.refuse], ids=["accept", "refuse"])
def test_whom_the_file_would_withdraw_is_not_named_either(small, analyst, tmp_path, decide):
    rows = [PAT.format(size="1", story=STORY), *nobodies(9)]
    deliver(small, "small-feed", a_file(tmp_path, *rows), by=analyst)
    held = deliver(small, "small-feed", a_file(tmp_path, *nobodies(4), name="few.csv"), by=analyst).held
    with pytest.raises(BadInput, match="says who the records are about"):
        decide(small, held, by=analyst, why="Ms Oglethorpe has rightly gone")
    decide(small, held, by=analyst, why="The others have rightly gone")


def test_a_held_file_that_can_no_longer_be_read_can_be_refused(small, analyst, waiting):
    contract = small.contracts_folder / "small-feed.toml"
    contract.write_text(contract.read_text() + '\n[[column]]\nname = "new"\nfield = "new"\n')
    desk.refuse(small, waiting, by=analyst, why="The contract is another by now")
    assert desk.held_file(waiting).state == "refused"


def test_the_command_line_says_it_in_one_sentence(small, refused, monkeypatch):
    monkeypatch.setenv("JOINEDUP_WORKSPACE", str(small.folder))
    words = ["quarantine", "release", str(refused), "--row", "1", "--why", "Ms Oglethorpe rang"]
    told = CliRunner().invoke(main, words)
    assert told.exit_code == 2 and "says who the records are about" in told.stderr
    assert "Oglethorpe" not in told.output
