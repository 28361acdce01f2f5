"""What is broken in the workspace becomes a calm page with a sentence."""

from __future__ import annotations

import pytest

from joinedup.errors import BadInput, Busy, Damaged

PAGES = [
    "/",
    "/data/",
    "/data/quality/",
    "/data/section-17a/",
    "/measures/",
    "/documents/",
    "/requests/",
    "/intelligence/",
]


@pytest.mark.parametrize("page", PAGES)
def test_a_broken_contract_breaks_no_page(hub, signed_in, page):
    (hub.contracts_folder / "broken.toml").write_text("name = ", encoding="utf-8")
    assert signed_in("analyst").get(page).status_code < 500


@pytest.mark.parametrize("error", [(BadInput, 400), (Damaged, 500), (Busy, 503)])
@pytest.mark.parametrize("page", PAGES)
def test_an_error_of_the_house_is_a_page_with_its_sentence(signed_in, monkeypatch, page, error):
    kind, status = error
    modules = ["home", "data", "quality", "measures", "documents", "requests"]
    raised = kind("A file is not as it was", where="records/000001.parquet", next_step="Run: joinedup check")

    def fail(*_args, **_named):
        raise raised

    for module in modules:
        monkeypatch.setattr(f"joinedup.hub.views.{module}.viewer_of", fail)
    monkeypatch.setattr("joinedup.hub.intelligence.views.viewer_of", fail)
    browser = signed_in("analyst")
    response = browser.get(page)
    assert response.status_code == status
    text = response.content.decode()
    assert "A file is not as it was" in text
    assert "Run: joinedup check" in text
    assert "<h1" in text


def test_a_script_gets_the_sentence_as_json(signed_in, monkeypatch):
    def fail(*_args):
        raise Damaged("A file is not as it was")

    monkeypatch.setattr("joinedup.hub.views.measures.viewer_of", fail)
    response = signed_in("analyst").get("/measures/", headers={"Sec-Fetch-Dest": "empty"})
    assert response.status_code == 500
    assert response.json() == {"error": "A file is not as it was."}
