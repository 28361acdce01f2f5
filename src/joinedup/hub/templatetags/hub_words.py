"""Small words for templates: numbers with thousands, months, dates, sizes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import template
from django.utils.translation import gettext as _

from joinedup import accounts
from joinedup.terms import LONDON, Purpose, Restriction, Role

if TYPE_CHECKING:
    from joinedup.hub.repeats.pictures import Line

register = template.Library()


@register.filter
def thousands(number: int | None) -> str:
    """12345 becomes 12,345; nothing becomes a dash."""
    return "–" if number is None else f"{number:,}"


@register.filter
def day(moment: dt.datetime | dt.date | None) -> str:
    """``3 May 2025``, on London's calendar."""
    if moment is None:
        return "–"
    if isinstance(moment, dt.datetime):
        moment = moment.astimezone(LONDON)
    return f"{moment.day} {moment:%B %Y}"


@register.filter
def instant(moment: dt.datetime | None) -> str:
    """``3 May 2025, 09:30``, London time."""
    if moment is None:
        return "–"
    local = moment.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


@register.filter
def month(day: dt.date) -> str:
    """``May 2025``."""
    return f"{day:%B %Y}"


@register.filter
def short_month(day: dt.date) -> str:
    """``May``."""
    return f"{day:%b}"


@register.filter
def per_cent(value: float) -> str:
    """A percentage that never rounds something to nothing, nor almost all to all."""
    if 0 < value < 0.1:
        return _("under 0.1%")
    if 99.9 < value < 100:
        return _("over 99.9%")
    return f"{value:.0f}%" if value in {0, 100} else f"{value:.1f}%"


@register.filter
def share(value: float) -> str:
    """A share of 0 to 1 as a percentage."""
    return per_cent(100 * value)


@register.filter
def size(count: int) -> str:
    """A file's size for people."""
    if count < 1_000_000:
        return f"{max(count / 1_000, 0.1):.1f} kB"
    return f"{count / 1_000_000:.1f} MB"


@register.filter
def named(mapping: Mapping[str, Any], key: str) -> Any:
    """The value of a key; the key itself where there is none."""
    return mapping.get(key, key)


@register.filter
def role_name(role: Role | str) -> str:
    """What a role is called, in the reader's language."""
    return accounts.role_name(role)


@register.filter
def purpose_name(purpose: Purpose | str) -> str:
    """What a purpose is called, in the reader's language."""
    return accounts.purpose_name(purpose)


@register.filter
def restriction_name(kind: Restriction | str) -> str:
    """What a kind of restriction is called, in the reader's language."""
    return accounts.restriction_name(kind)


@register.filter
def under(line: Line, headings: Sequence[str]) -> list[tuple[str, str]]:
    """The cells of a line of a table, each with its heading."""
    return list(zip(headings, line.cells, strict=True))
