"""The documents are true to the code: settings are explained, terms are in the glossary, links lead on."""

from pathlib import Path

import pytest

from joinedup.terms import AreaLevel, DeliveryMode, Flag, Form, Role
from joinedup.workspace import Settings, render_settings

ROOT = Path(__file__).parents[2]


def test_every_setting_is_explained():
    text = (ROOT / "docs" / "running-a-server.md").read_text(encoding="utf-8")
    section = ""
    for line in render_settings(Settings(partnership="x")).splitlines():
        if line.startswith("["):
            section = line
        elif " = " in line and section:
            assert f"`{section} {line.split(' = ')[0]}`" in text


@pytest.mark.parametrize("term", [*AreaLevel, *DeliveryMode, *Flag, *Form, *Role], ids=str)
def test_every_term_is_in_the_glossary(term):
    glossary = (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").lower().replace("-", " ")
    name = {"oa": "output area", "all": "area level"}.get(term.value, term.value.replace("-", " "))
    assert name in glossary


def test_links_in_the_documents_lead_somewhere():
    import re

    pages = [ROOT / name for name in ("README.md", "CONTRIBUTING.md")] + sorted((ROOT / "docs").rglob("*.md"))
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / link).exists()
    ]
    assert not broken
