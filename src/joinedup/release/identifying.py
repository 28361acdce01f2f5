"""Identifying details by the names under which they are asked for: of a contract, and of a mention."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from joinedup.feeds.contract import Contract
    from joinedup.records import Mention


def details_of(contract: Contract) -> set[str]:
    """The names under which a contract's identifying details can be asked for: a role's attribute
    (``victim.full_name``, ``client.identifiers.nhs``) or a private field (``narrative``)."""
    names = {column.field for column in contract.columns if column.field and column.private}
    for person in contract.persons:
        names |= {f"{person.role}.{attribute}" for attribute, _ in person.used()}
        if "birth_date" in person.columns:
            names.add(f"{person.role}.birth_date_given")
    return names


def is_of(mention: Mention, name: str) -> bool:
    """Whether a mention is what such a name speaks of."""
    role, dot, _rest = name.partition(".")
    return role == mention.role if dot else name in mention.private


def said(mention: Mention, name: str) -> object:
    """What the owner gave under a name; None where nothing."""
    _role, dot, attribute = name.partition(".")
    if not dot:
        return mention.private.get(name)
    if attribute.startswith("identifiers."):
        return mention.identifiers.get(attribute.removeprefix("identifiers."))
    return mention.attributes.get(attribute)
