"""What identifying details are called in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _


def detail_names(details: Sequence[str]) -> list[str]:
    """Headings for identifying details; the role stands before them where they are of several roles."""
    roles = {name.partition(".")[0] for name in details if "." in name}
    return [_heading(name, several=len(roles) > 1) for name in details]


def _heading(name: str, *, several: bool) -> str:
    role, dot, attribute = name.partition(".")
    if not dot:
        return name.replace("_", " ").capitalize()
    known = {
        "title": _("Title"),
        "full_name": _("Name"),
        "given_name": _("First name"),
        "middle_names": _("Middle names"),
        "family_name": _("Surname"),
        "alias": _("Known as"),
        "birth_date": _("Date of birth"),
        "birth_date_given": _("Date of birth as written"),
        "age": _("Age"),
        "sex": _("Sex"),
        "ethnicity": _("Ethnicity"),
        "address": _("Address"),
        "postcode": _("Postcode"),
        "uprn": _("UPRN"),
        "phone": _("Telephone"),
        "email": _("Email"),
    }
    scheme = attribute.removeprefix("identifiers.")
    heading = known.get(attribute, scheme.replace("-", " ").replace("_", " ").capitalize())
    return f"{role.replace('_', ' ').replace('-', ' ').capitalize()}: {heading}" if several else heading
