"""The second person whom grave acts take, for tests of other things: made, and approving what is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from joinedup.accounts import (
    NeedsSecond,
    add_agency,
    add_user,
    approve,
    propose,
)
from joinedup.terms import Role, Viewer

_Came = TypeVar("_Came")
THE_SECOND = Viewer("the-second", "Sam Second", Role.ADMINISTRATOR, "second-agency")
THE_AUDITOR = Viewer("the-auditor", "Audrey Auditor", Role.AUDITOR, "second-agency")


def by_two(
    act: Callable[..., _Came], *given: Any, by: Viewer, second: Viewer = THE_SECOND, **named: Any
) -> _Came:
    """Do what takes two people: ``by`` proposes it, a second approves, then it is done."""
    approved_for(act, *given, by=by, second=second, **named)
    return act(*given, by=by, **named)


def approved_for(
    act: Callable[..., Any], *given: Any, by: Viewer, second: Viewer = THE_SECOND, **named: Any
) -> None:
    """Try it, which changes nothing, and have what it needs approved. Raises what else refuses it."""
    for who in (by, second):
        person(who)
    try:
        act(*given, by=by, **named)
    except NeedsSecond as needs:
        made = propose(needs.asked, by=by, reason=needs.reason)
        approve(made.pk, by=second)
    else:
        raise AssertionError("It was done by one person")


def person(who: Viewer) -> Viewer:
    """Somebody of the workspace, added if they are not there."""
    from joinedup.accounts.models import Agency, User

    if not User.objects.filter(username=who.username).exists():
        agency = Agency.objects.filter(code=who.agency).first() or add_agency(who.agency, who.agency.title())
        add_user(who.username, name=who.name, role=who.role, agency=agency)
    return who


def shell_by_two(run: Callable[[], Any]) -> Any:
    """Run a command; where it waits for a second person, have it approved and run it again."""
    from joinedup.accounts import live

    result = run()
    if "nobody else here may be it" in result.stderr:
        person(THE_SECOND)
        result = run()
    if "takes two people" not in result.stderr:
        return result
    assert result.exit_code == 1, result.stderr
    for one in live():
        if one.state == "waiting":
            approve(one.pk, by=person(THE_SECOND))
    return run()
