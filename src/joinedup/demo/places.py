"""Loading the places of Teesside: the one part of the source that names them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path

from joinedup import places
from joinedup.progress import Progress, Silent
from joinedup.terms import AreaLevel
from joinedup.workspace import Workspace

DISTRICTS = {
    "E06000001": "Hartlepool",
    "E06000002": "Middlesbrough",
    "E06000003": "Redcar and Cleveland",
    "E06000004": "Stockton-on-Tees",
}
OGL = "Open Government Licence v3.0"
BOUNDARY_SOURCE = (
    "Office for National Statistics licensed under the Open Government Licence v3.0. "
    "Contains OS data © Crown copyright and database right."
)
ONS = "Office for National Statistics"
MHCLG = "Ministry of Housing, Communities and Local Government"

# level, vintage, file prefix, code, name, parent, parent's name, title
_SETS = (
    ("ward", "2025", "ward", "WD25CD", "WD25NM", "LAD25CD", "LAD25NM", "Wards, 2025"),
    (
        "msoa",
        "2021",
        "msoa",
        "MSOA21CD",
        "MSOA21NM",
        "LADCD_ACTIVE",
        "",
        "Middle layer super output areas, 2021",
    ),
    (
        "msoa",
        "2011",
        "msoa11",
        "MSOA11CD",
        "MSOA11NM",
        "LADCD_ACTIVE",
        "",
        "Middle layer super output areas, 2011",
    ),
    (
        "lsoa",
        "2021",
        "lsoa",
        "LSOA21CD",
        "LSOA21NM",
        "LADCD_ACTIVE",
        "",
        "Lower layer super output areas, 2021",
    ),
    (
        "lsoa",
        "2011",
        "lsoa11",
        "LSOA11CD",
        "LSOA11NM",
        "LADCD_ACTIVE",
        "",
        "Lower layer super output areas, 2011",
    ),
    ("oa", "2011", "oa11", "OA11CD", "", "LAD11CD", "", "Output areas, 2011"),
)
_DOMAINS = ("IMD", "Income", "Employment", "Education", "Health", "Crime", "Environment")
# year, vintage of the LSOAs, file, code, domains as the columns name them, whether there are scores
_DEPRIVATION = (
    (2015, "2011", "imd2015_england_lsoa11", "lsoa11_code", ("IMD",), True),
    (2019, "2011", "imd2019_england_lsoa11", "lsoa11_code", (*_DOMAINS, "Housing_and_Access"), False),
    (2025, "2021", "imd2025_england_lsoa21", "lsoa21_code", (*_DOMAINS, "Housing_and_Services"), True),
)
# name, file, column of the class, column of what it is called, title
_CLASSIFICATIONS = (
    (
        "oac",
        "oac21_lsoa21",
        "oac21_supergroup",
        "oac21_supergroup_name",
        "Output Area Classification 2021/22, supergroups",
    ),
    ("ruc", "ruc21_lsoa21", "ruc21_code", "classification", "Rural-Urban Classification 2021"),
)
_SINGLE_YEARS = (*map(str, range(90)), "90+")


def load_demo_places(workspace: Workspace, progress: Progress | None = None) -> None:
    """Load every Teesside set, lookup and population; what is already in is left as it is."""
    watched = progress or Silent()
    with _data() as folder:
        with watched.stage("Boundaries", len(_SETS) + 1) as stage:
            _load_boundaries(workspace, folder / "boundaries", stage.advance)
        with watched.stage("Lookups, residents, deprivation and classes", 10) as stage:
            _load_lookups(workspace, folder / "lookups", stage.advance)
            _load_residents(workspace, folder / "population", stage.advance)
            _load_deprivation(workspace, folder / "deprivation", stage.advance)
            _load_classifications(workspace, folder / "classifications", stage.advance)


@contextmanager
def _data() -> Iterator[Path]:
    with as_file(files("joinedup.demo") / "data" / "places") as folder:
        yield folder


def _load_boundaries(workspace: Workspace, folder: Path, done: Callable[[], None]) -> None:
    for level, vintage, prefix, code, name, parent, parent_name, title in _SETS:
        places.load_boundaries(
            workspace,
            [folder / f"{prefix}_{district}.geojson.gz" for district in DISTRICTS],
            level=level,
            vintage=vintage,
            code=code,
            name=name,
            parent=parent,
            parent_name=parent_name or None,
            title=title,
            source=BOUNDARY_SOURCE,
            licence=OGL,
            repair=level == AreaLevel.OA,  # three published output areas touch themselves
        )
        done()
    places.dissolve(
        workspace,
        level="district",
        vintage="2025",
        child_level="ward",
        child_vintage="2025",
        title="Districts, 2025",
    )
    done()


def _load_lookups(workspace: Workspace, folder: Path, done: Callable[[], None]) -> None:
    places.load_lookup(
        workspace,
        folder / "lookup_lsoa21_ward24_ltla24.csv.gz",
        child_set=("lsoa", "2021"),
        parent_set=("ward", "2025"),  # every ward code of 2024 stands in 2025
        child="lsoa21_code",
        parent="ward24_code",
        title="LSOA (2021) to electoral ward (2024), best fit",
        source=ONS,
        licence=OGL,
    )
    done()
    places.load_lookup(
        workspace,
        folder / "lookup_lsoa11_lsoa21_ltla22.csv.gz",
        child_set=("lsoa", "2011"),
        parent_set=("lsoa", "2021"),
        child="lsoa11_code",
        parent="lsoa21_code",
        change="change_code",
        kind=places.LookupKind.CHANGE,
        title="LSOA (2011) to LSOA (2021)",
        source=ONS,
        licence=OGL,
    )
    done()


def _load_residents(workspace: Workspace, folder: Path, done: Callable[[], None]) -> None:
    for year in (2019, 2020):
        places.load_residents(
            workspace,
            folder / f"population{year % 100}_lsoa11.csv.gz",
            level="lsoa",
            vintage="2011",
            year=year,
            code="lsoa11_code",
            total="total_population",
            breakdown="age",
            columns=_SINGLE_YEARS,
            title=f"Mid-{year} population estimates",
            source=ONS,
            licence=OGL,
        )
        done()
    places.load_residents(
        workspace,
        folder / "ethnicity21_lsoa21.csv.gz",
        level="lsoa",
        vintage="2021",
        year=2021,
        code="lsoa21_code",
        total="total_residents",
        breakdown="ethnic group",
        label="ethnic_group",
        count="n",
        title="Census 2021, TS021 ethnic group",
        source=ONS,
        licence=OGL,
    )
    done()


def _load_deprivation(workspace: Workspace, folder: Path, done: Callable[[], None]) -> None:
    for year, vintage, file, code, domains, scores in _DEPRIVATION:
        places.load_deprivation(
            workspace,
            folder / f"{file}.csv.gz",
            level="lsoa",
            vintage=vintage,
            year=year,
            code=code,
            domains={
                "overall" if name == "IMD" else name.lower().replace("_", " "): places.DomainColumns(
                    f"{name}_rank", f"{name}_decile", f"{name}_score" if scores else ""
                )
                for name in domains
            },
            title=f"English Indices of Deprivation {year}",
            source=MHCLG,
            licence=OGL,
        )
        done()


def _load_classifications(workspace: Workspace, folder: Path, done: Callable[[], None]) -> None:
    for name, file, class_code, class_name, title in _CLASSIFICATIONS:
        places.load_classification(
            workspace,
            folder / f"{file}.csv.gz",
            name=name,
            level="lsoa",
            vintage="2021",
            year=2021,
            code="lsoa21_code",
            class_code=class_code,
            class_name=class_name,
            title=title,
            source=ONS,
            licence=OGL,
        )
        done()
