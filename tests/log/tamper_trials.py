"""Trials of tampering at random: the log is altered in a transaction, looked at, and put back."""

from __future__ import annotations

from collections.abc import Iterator

from tampering import TAMPERINGS, tamper, write_acts

from joinedup.accounts import add_agency, add_user
from joinedup.log import verify
from joinedup.terms import Role
from joinedup.workspace import Workspace


class _Undo(Exception):
    """Put the log back."""


def trials(workspace: Workspace, times: int, seed: int) -> Iterator[tuple[str, str, bool]]:
    """So many alterations, each kind in turn: its kind, where it was, and whether verifying found it.

    Raises AssertionError where something is found in a log that nobody altered.
    """
    from django.db import transaction

    people = [
        add_user(name, name=name.title(), role=Role.ANALYST, agency=add_agency(agency, agency)).viewer()
        for name, agency in (("ann", "council"), ("bob", "police"), ("cass", "fire"))
    ]
    write_acts(people, 40, seed)
    assert not verify(workspace.secrets_folder).flaws
    kinds = sorted(TAMPERINGS)
    for number in range(times):
        kind, found, where = kinds[number % len(kinds)], False, ""
        try:
            with transaction.atomic():
                where = tamper(kind, seed + number)
                found = bool(verify(workspace.secrets_folder).flaws)
                raise _Undo
        except _Undo:
            yield kind, where, found
    assert not verify(workspace.secrets_folder).flaws
