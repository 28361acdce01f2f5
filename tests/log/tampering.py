"""Somebody with the database's password alters the log: every way of it, at random, by plain SQL.

The triggers are put out of the way first, as such a person would. ``TAMPERINGS`` are those that verifying
must find by itself; ``rewrite_from`` is the one that only heads kept elsewhere tell.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from joinedup.log import chain, record_act
from joinedup.terms import Purpose, Viewer

KINDS = ("collection", "alteration", "consultation", "disclosure", "combination", "administration")


def write_acts(people: Sequence[Viewer], number: int, seed: int) -> None:
    """Acts of these people, at random; half of them with a reason."""
    rng = random.Random(seed)
    for count in range(number):
        record_act(
            rng.choice(KINDS),
            by=rng.choice(people) if count >= len(people) else people[count],
            purpose=rng.choice([None, *Purpose]),
            what=f"act {count} of {seed}",
            reason=f"for reason {rng.randrange(1000)}" if count % 2 == 0 else "",
            subjects=[f"key-{rng.randrange(100)}"],
            recipients=["police"],
            detail={"rows": rng.randrange(50), "feeds": ["a", "b"]},
        )


def _sql(statement: str, *values: object) -> list[Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []


def unguard() -> None:
    """Drop every trigger."""
    for (name,) in _sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'log_%%'"):
        _sql(f"DROP TRIGGER {name}")


def _any_act(rng: random.Random, condition: str = "1 = 1") -> tuple[str, str, int]:
    found = _sql(f"SELECT id, agency, number FROM log_act WHERE {condition} ORDER BY agency, number")
    return rng.choice(found)


def _edited(rng: random.Random) -> str:
    key, _, _ = _any_act(rng)
    column = rng.choice(
        ["kind", "username", "role", "purpose", "what", "moment", "subjects", "recipients", "detail"]
    )
    other = {
        "moment": "2020-01-01 00:00:00",
        "subjects": '["key-x"]',
        "recipients": '["nobody"]',
        "detail": '{"rows": 99}',
        "kind": "erasure",
    }.get(column, "changed")
    _sql(f"UPDATE log_act SET {column} = %s WHERE id = %s", other, key)
    return column


def _edited_and_digested_again(rng: random.Random) -> str:
    from joinedup.log.models import Act

    key, agency, number = _any_act(
        rng, "number < (SELECT max(number) FROM log_act o WHERE o.agency = log_act.agency)"
    )
    act = Act.objects.get(id=UUID(key))
    act.what = "changed"
    _sql("UPDATE log_act SET what = 'changed', digest = %s WHERE id = %s", act.entry().digest(), key)
    return f"{agency} {number}"


def _taken_out(rng: random.Random) -> str:
    key, agency, number = _any_act(rng)
    _sql("DELETE FROM log_act WHERE id = %s", key)
    return f"{agency} {number}"


def _taken_out_and_closed_up(rng: random.Random) -> str:
    key, agency, number = _any_act(
        rng, "number < (SELECT max(number) FROM log_act o WHERE o.agency = log_act.agency)"
    )
    _sql("DELETE FROM log_words WHERE act_id = %s", key)
    _sql("DELETE FROM log_act WHERE id = %s", key)
    later = _sql("SELECT id FROM log_act WHERE agency = %s AND number > %s ORDER BY number", agency, number)
    for (other,) in later:
        _sql("UPDATE log_act SET number = number - 1 WHERE id = %s", other)
    _sql("UPDATE log_chain SET number = number - 1 WHERE agency = %s", agency)
    return f"{agency} {number}"


def _moved(rng: random.Random) -> str:
    key, agency, number = _any_act(
        rng, "number < (SELECT max(number) FROM log_act o WHERE o.agency = log_act.agency)"
    )
    (other,) = _sql("SELECT id FROM log_act WHERE agency = %s AND number = %s", agency, number + 1)[0]
    _sql("UPDATE log_act SET number = -1 WHERE id = %s", key)
    _sql("UPDATE log_act SET number = %s WHERE id = %s", number, other)
    _sql("UPDATE log_act SET number = %s WHERE id = %s", number + 1, key)
    return f"{agency} {number}"


def _put_in(rng: random.Random) -> str:
    key, agency, _ = _any_act(rng)
    last = _sql("SELECT max(number) FROM log_act WHERE agency = %s", agency)[0][0]
    columns = [name for _, name, *_ in _sql("PRAGMA table_info(log_act)")]
    new = {"id": f"'{rng.getrandbits(128):032x}'", "number": str(last + 1), "what": "'put in'"}
    values = ", ".join(new.get(name, name) for name in columns)
    listed = ", ".join(columns)
    _sql(f"INSERT INTO log_act ({listed}) SELECT {values} FROM log_act WHERE id = %s", key)
    return agency


def _cut(rng: random.Random) -> str:
    _, agency, number = _any_act(rng)
    _sql("DELETE FROM log_act WHERE agency = %s AND number >= %s", agency, number)
    return f"{agency} {number}"


def _to_another_agency(rng: random.Random) -> str:
    key, agency, number = _any_act(rng)
    _sql("UPDATE log_act SET agency = 'another' WHERE id = %s", key)
    return f"{agency} {number}"


def _words_changed(rng: random.Random) -> str:
    (key,) = rng.choice(_sql("SELECT act_id FROM log_words ORDER BY act_id"))
    what = rng.choice(["text = 'for another reason'", "salt = '00'", "salt = 'no salt'", "text = ''"])
    _sql(f"UPDATE log_words SET {what} WHERE act_id = %s", key)
    return what


def _words_gone(rng: random.Random) -> str:
    (key,) = rng.choice(_sql("SELECT act_id FROM log_words ORDER BY act_id"))
    _sql("DELETE FROM log_words WHERE act_id = %s", key)
    return key


def _words_gone_with_a_false_mark(rng: random.Random) -> str:
    (key,) = rng.choice(_sql("SELECT act_id FROM log_words ORDER BY act_id"))
    _sql("DELETE FROM log_words WHERE act_id = %s", key)
    other, _, _ = _any_act(rng)
    _sql("INSERT INTO log_erasedwords (act_id, erased_by) VALUES (%s, %s)", key, other)
    return key


def _words_put_in(rng: random.Random) -> str:
    key, _, _ = _any_act(rng, "commitment = ''")
    _sql("INSERT INTO log_words (act_id, salt, text) VALUES (%s, %s, 'made up')", key, chain.new_salt())
    return key


def _reason_taken_off(rng: random.Random) -> str:
    key, _, _ = _any_act(rng, "commitment <> ''")
    _sql("DELETE FROM log_words WHERE act_id = %s", key)
    _sql("UPDATE log_act SET commitment = '' WHERE id = %s", key)
    return key


def _end_moved(rng: random.Random) -> str:
    _, agency, _ = _any_act(rng)
    what = rng.choice(["number = number - 1", "number = number + 1", f"digest = '{'ab' * 32}'"])
    _sql(f"UPDATE log_chain SET {what} WHERE agency = %s", agency)
    return what


def _end_gone(rng: random.Random) -> str:
    _, agency, _ = _any_act(rng)
    _sql("DELETE FROM log_chain WHERE agency = %s", agency)
    return agency


TAMPERINGS: dict[str, Callable[[random.Random], str]] = {
    "edited": _edited,
    "edited and digested again": _edited_and_digested_again,
    "taken out": _taken_out,
    "taken out and closed up": _taken_out_and_closed_up,
    "moved": _moved,
    "put in": _put_in,
    "cut": _cut,
    "to another agency": _to_another_agency,
    "words changed": _words_changed,
    "words gone": _words_gone,
    "words gone with a false mark": _words_gone_with_a_false_mark,
    "words put in": _words_put_in,
    "reason taken off": _reason_taken_off,
    "end moved": _end_moved,
    "end gone": _end_gone,
}


def tamper(kind: str, seed: int) -> str:
    """Alter the log in this way, at a place chosen at random; what was done."""
    unguard()
    return TAMPERINGS[kind](random.Random(seed))


def rewrite_from(agency: str, number: int) -> None:
    """Change an act and write everything after it anew, so that the chain holds together again."""
    from joinedup.log.models import Act

    unguard()
    previous = None
    for act in Act.objects.filter(agency=agency, number__gte=number).order_by("number"):
        if previous is None:
            act.what = "changed"
        else:
            act.previous = previous
        previous = act.entry().digest()
        _sql(
            "UPDATE log_act SET what = %s, previous = %s, digest = %s WHERE id = %s",
            act.what,
            act.previous,
            previous,
            act.id.hex,
        )
    _sql("UPDATE log_chain SET digest = %s WHERE agency = %s", previous, agency)
