"""A number that names something (a delivery, a held file, a request), as people type it."""

from __future__ import annotations

import re
from typing import Any

import click

_BY_THOUSANDS = re.compile(r"\d{1,3}(,\d{3})+")


class _Number(click.ParamType):
    """A whole number; thousands may be set apart by commas, as spreadsheets and documents write them."""

    name = "integer"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; a refusal in click's words where it is none."""
        text = str(value).strip()
        try:
            return int(text.replace(",", "") if _BY_THOUSANDS.fullmatch(text) else text)
        except ValueError:
            self.fail(f"{text!r} is not a valid integer.", param, ctx)


NUMBER = _Number()
"""The type of an argument that takes such a number."""
