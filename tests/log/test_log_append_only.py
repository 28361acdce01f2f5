"""The log can be added to and read, and nothing else: not through the models, not with SQL."""

from __future__ import annotations

import datetime as dt

import pytest

from joinedup.accounts import add_agency, add_user
from joinedup.errors import NotPermitted
from joinedup.log import acts, record_act, unguarded
from joinedup.terms import Purpose, Role
from joinedup.workspace import Workspace


def _one_act(viewer):
    return record_act(
        "disclosure",
        by=viewer,
        purpose=Purpose.CRIME_AND_DISORDER,
        what="Recorded crime by ward",
        reason="tea",
    )


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log_act SET what = 'nothing'",
        "UPDATE log_act SET moment = '2020-01-01'",
        "DELETE FROM log_act",
        "DELETE FROM log_act WHERE username = 'ann'",
    ],
)
def test_plain_sql_can_neither_change_nor_delete_an_act(workspace, analyst, sql):
    from django.db import DatabaseError, connection

    before = _one_act(analyst)
    with pytest.raises(DatabaseError, match="the log cannot be changed"), connection.cursor() as cursor:
        cursor.execute(sql)
    (after,) = acts(kind="disclosure")
    assert (after.id, after.what, after.reason) == (before.id, "Recorded crime by ward", "tea")


def test_the_models_neither_change_nor_delete_an_act(workspace, analyst):
    from django.db import DatabaseError

    from joinedup.log.models import Act

    act = _one_act(analyst)
    act.what = "nothing"
    with pytest.raises(NotPermitted):
        act.save()
    with pytest.raises(NotPermitted):
        act.delete()
    with pytest.raises(DatabaseError):
        Act.objects.update(what="nothing")
    with pytest.raises(DatabaseError):
        Act.objects.all().delete()
    assert [kept.what for kept in acts(kind="disclosure")] == ["Recorded crime by ward"]


def test_an_act_is_undone_with_the_transaction_it_belongs_to(workspace, analyst):
    from django.db import transaction

    class Failed(Exception):
        pass

    with pytest.raises(Failed), transaction.atomic():
        _one_act(analyst)
        raise Failed
    assert acts(kind="disclosure") == []


def test_questions_to_the_log(workspace, analyst):
    first = _one_act(analyst)
    second = record_act(
        "consultation", by=analyst, purpose=None, what="Looked at one record", subjects=["k1"]
    )
    assert [act.id for act in acts()][:2] == [second.id, first.id]
    assert [act.id for act in acts(kind="consultation")] == [second.id]
    assert [act.id for act in acts(text="recorded CRIME")] == [first.id]
    assert acts(by="nobody") == []
    assert [act.id for act in acts(by="ANN", limit=1)] == [second.id]
    later = second.moment + dt.timedelta(seconds=1)
    assert acts(since=later) == []
    assert first.id in [act.id for act in acts(until=later)]


def test_acts_keep_the_order_in_which_they_happened(workspace, analyst):
    ids = [_one_act(analyst).id for _ in range(20)]
    assert [act.id for act in reversed(acts(kind="disclosure"))] == ids


def _columns(what: str = "", without: tuple[str, ...] = ()) -> str:
    """The columns of an act as the table has them, with something else in the place of what was done."""
    from joinedup.log.models import Act

    names = [field.column for field in Act._meta.concrete_fields if field.column not in without]
    return ", ".join(f"'{what}'" if name == "what" and what else name for name in names)


def test_the_log_cannot_be_changed_on_either_database(tmp_path, database_url):
    from django.db import DatabaseError, connection

    made = Workspace.create(tmp_path / "workspace", partnership="Testshire", database_url=database_url)
    ann = add_user("ann", name="Ann", role=Role.ANALYST, agency=add_agency("council", "Council")).viewer()
    _one_act(ann)
    refused = ["UPDATE log_act SET what = 'nothing'", "DELETE FROM log_act"]
    if connection.vendor == "postgresql":
        refused.append("TRUNCATE log_act")
        refused.append(
            "INSERT INTO log_act SELECT * FROM log_act LIMIT 1 "
            "ON CONFLICT (id) DO UPDATE SET what = 'nothing'"
        )
    else:
        copied = f"SELECT {_columns('nothing')} FROM log_act LIMIT 1"
        refused.append(f"INSERT OR REPLACE INTO log_act {copied}")
        refused.append(f"REPLACE INTO log_act {copied}")
        rest = _columns(without=("id",))
        changed = _columns("nothing", without=("id",))
        for more in ("rowid, ", ""):  # the row in the way has the same rowid, or the same number
            refused.append(
                f"INSERT OR REPLACE INTO log_act ({more}id, {rest}) "
                f"SELECT {more}'another', {changed} FROM log_act LIMIT 1"
            )
    for sql in refused:
        with pytest.raises(DatabaseError, match="the log cannot be changed"), connection.cursor() as cursor:
            cursor.execute(sql)
    assert [act.what for act in acts()] == ["Recorded crime by ward"]
    assert unguarded() == []
    _one_act(ann)  # a new act is still taken
    assert len(acts()) == 2
    made.close()
