"""The table as a file: CSV, with CSV on the Web metadata that says what each column means."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from joinedup.hub.intelligence import presentation
from joinedup.hub.intelligence.answer import Answer
from joinedup.hub.intelligence.workbook import notes_of
from joinedup.release.export import rows_as_csv
from joinedup.terms import Form

COLUMNS = (
    "measure",
    "definition_version",
    "form",
    "unit",
    "type",
    "area_level",
    "area_code",
    "area_name",
    "period",
    "numerator",
    "denominator",
    "value",
    "lower",
    "upper",
    "compared_period",
    "compared_count",
    "change",
    "change_lower",
    "change_upper",
    "flags",
    "known_on",
)
_NUMBERS = {"numerator": "integer", "denominator": "integer", "compared_count": "integer"}
_DECIMALS = {"value", "lower", "upper", "change", "change_lower", "change_upper"}


def file_name(answer: Answer, suffix: str = "csv") -> str:
    """A name that says what is inside: ``anti-social-behaviour-rate-ward-2024-04-2025-03.csv``."""
    question = answer.question
    months = f"{question.period.start:%Y-%m}-{question.last_month}"
    return f"{question.measure}-{question.form.value}-{question.level.value}-{months}.{suffix}"


def metadata_address(answer: Answer) -> str:
    """The URL of the table's metadata."""
    return f"{reverse('intelligence-table-metadata')}?{answer.question.query_string()}"


def csv_of(answer: Answer) -> str:
    """The table, one row for each area, with a header; nothing in it runs in a spreadsheet."""
    return rows_as_csv(COLUMNS, _rows(answer))


def _rows(answer: Answer) -> list[dict[str, Any]]:
    question, figure = answer.question, answer.figure
    fixed = {
        "measure": answer.measure.name,
        "definition_version": answer.measure.version,
        "form": question.form.value,
        "unit": figure.unit,
        "type": answer.kind_label,
        "area_level": question.level.value,
        "period": str(question.period),
        "compared_period": str(question.before) if answer.compares or question.form is Form.CHANGE else None,
        "known_on": figure.known_on.isoformat() if figure.known_on else None,
    }
    return [
        {
            **fixed,
            "area_code": line.code,
            "area_name": line.name,
            "numerator": line.numerator,
            "denominator": line.denominator,
            "value": line.value,
            "lower": line.lower,
            "upper": line.upper,
            "compared_count": line.change.before if line.change else None,
            "change": line.change.value if line.change else None,
            "change_lower": line.change.lower if line.change else None,
            "change_upper": line.change.upper if line.change else None,
            "flags": line.flags,
        }
        for line in answer.lines
    ]


def metadata_of(answer: Answer) -> dict[str, Any]:
    """CSVW metadata of the table (W3C, Metadata Vocabulary for Tabular Data)."""
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en-GB"}],
        "url": f"{reverse('intelligence-table')}?{answer.question.query_string()}",
        "dc:title": presentation.map_title(answer),
        "dc:description": answer.measure.meaning,
        "dc:source": ", ".join(answer.measure.sources),
        "rdfs:comment": notes_of(answer),
        "tableSchema": {"columns": [_column(name) for name in COLUMNS], "primaryKey": ["area_code"]},
    }


def _column(name: str) -> dict[str, Any]:
    kind = _NUMBERS.get(name, "decimal" if name in _DECIMALS else "string")
    return {"name": name, "titles": name, "datatype": kind, "dc:description": str(_meaning(name))}


def _meaning(name: str) -> str:
    meanings = {
        "measure": _("Name of the measure"),
        "definition_version": _("Version of the measure's definition"),
        "form": _("count, rate or change"),
        "unit": _("Unit of the value"),
        "type": _("Type counted; empty for all"),
        "area_level": _("Kind of area"),
        "area_code": _("Code of the area"),
        "area_name": _("Name of the area"),
        "period": _("Months counted"),
        "numerator": _("Number counted in the period"),
        "denominator": _(
            "What a rate divides by, as its unit says; count of the compared period for a change"
        ),
        "value": _("The figure, in its unit"),
        "lower": _("Lower end of the 95% interval of the value"),
        "upper": _("Upper end of the 95% interval of the value"),
        "compared_period": _("Months compared with"),
        "compared_count": _("Number counted in the months compared with"),
        "change": _("Count divided by the compared count, less 1"),
        "change_lower": _("Lower end of the 95% interval of the change"),
        "change_upper": _("Upper end of the 95% interval of the change"),
        "flags": _("Cautions, separated by spaces"),
        "known_on": _("When the latest delivery counted here became known"),
    }
    return meanings[name]
