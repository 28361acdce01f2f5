"""A delivery with refused rows says how many and why, and the footer carries the data's attributions."""

import csv
import datetime as dt
import gzip

import pytest

from joinedup.demo import open_data
from joinedup.hub import attributions
from joinedup.places import CatalogueEntry

FEED = "police-uk-stop-and-search"


@pytest.fixture
def spoilt(hub, tmp_path):
    """A real month in which three rows have a gender that no code list knows."""
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import deliver

    file = next(f for f in open_data.police_files() if f.feed == FEED and f.path.name.startswith("2024-07"))
    with gzip.open(file.path, "rt", encoding="utf-8", newline="") as source:
        rows = list(csv.reader(source))
    column = rows[0].index("Gender")
    for row in rows[1:4]:
        row[column] = "Q7marker"
    target = tmp_path / file.path.name.removesuffix(".gz")
    with target.open("w", encoding="utf-8", newline="") as spoilt_file:
        csv.writer(spoilt_file).writerows(rows)
    deliver(hub, FEED, target, by=acting_viewer("analyst"), received_at=file.received_at)
    return hub


def test_refused_rows_are_counted_with_their_reason_and_never_shown(spoilt, signed_in):
    page = signed_in().get("/data/deliveries/1/").content.decode()
    assert "3 rows were refused" in page
    assert "Gender" in page.split("Why rows were refused")[-1]
    assert "Q7marker" not in page
    assert "July 2024: delivered, 3 rows in quarantine" in signed_in().get("/data/").content.decode().replace(
        "\n", " "
    )


def test_the_footer_carries_what_the_licences_ask_for_once_signed_in(spoilt, signed_in, visitor):
    words = "Contains public sector information licensed under the Open Government Licence v3.0."
    page = signed_in().get("/").content.decode()
    assert page.count(words) == 1
    assert "Source: data.police.uk." in page
    assert words not in visitor.get("/sign-in/").content.decode()


def test_sources_of_places_read_as_one_sentence_each_with_its_licence(hub):
    def entry(source, licence):
        loaded_at = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
        return CatalogueEntry("residents", "ward", "2025", "", 1, "T", source, licence, 1, loaded_at)

    loaded = [
        entry("Office A licensed under the Open Licence v3.0. Contains maps.", "Open Licence v3.0"),
        entry("Office A", "Open Licence v3.0"),  # the same, less fully
        entry("Ministry B", "Open Licence v3.0"),
        entry("Postcodes C", "invented by joinedup"),
    ]
    assert attributions._of_places(loaded) == [
        "Places, residents and deprivation: Office A licensed under the Open Licence v3.0. Contains maps; "
        "Ministry B (Open Licence v3.0); Postcodes C (invented by joinedup)."
    ]
    assert attributions._of_places([]) == []
