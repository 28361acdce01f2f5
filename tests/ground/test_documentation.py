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


def test_the_contract_in_the_guide_takes_in_a_file(workspace, analyst, tmp_path):
    from joinedup.feeds import deliver

    text = (ROOT / "docs" / "feeds.md").read_text(encoding="utf-8")
    contract = text.split("```toml\n")[1].split("```")[0]
    (workspace.contracts_folder / "warden-reports.toml").write_text(contract, encoding="utf-8")
    lists = workspace.contracts_folder / "codelists"
    lists.mkdir()
    (lists / "warden-categories.csv").write_text("code,label,valid_from,valid_to\ndumping,Dumped rubbish,,\n")
    file = tmp_path / "2024-02-wardens.csv"
    file.write_text(
        "Report no;Seen on;At;Category;State;X;Y;Ward code\n"
        "1;03/02/2024;10:30;Dumped rubbish;;449250;520500;E05\n"
        "2;31/02/2024;10:30;Dumped rubbish;;449250;520500;E05\n"
        "3;04/02/2024;;Something else;;;;E05\n"
        "4;05/02/2024;10:30;?;Entered in error;;;E05\n"
        ";;;;;;;Total\n"
    )
    receipt = deliver(workspace, "warden-reports", file, by=analyst)
    assert (receipt.rows_in, receipt.accepted, receipt.quarantined) == (5, 2, 2)
    assert sum(receipt.set_aside.values()) == 1
