"""Places: boundaries with a vintage, point to area, lookups, populations, workday people, visitors,
dwellings, deprivation, classifications, postcodes.

Its door: ``load_boundaries``, ``dissolve``, ``load_lookup``, ``load_residents``, ``load_denominator``,
``load_deprivation``, ``load_classification``, ``load_postcodes`` bring places in; ``locate``,
``ensure_placed`` (``make_ready`` before many, ``points_of`` a file, ``Ahead`` of them) and
``define_points_view`` (``points_files`` for another engine) place points (``to_grid`` and
``grid_reference`` write them as the National Grid does); ``areas``, ``geometry``, ``residents``,
``denominator``, ``deprivation``, ``classifications``, ``postcodes``, ``family_named``, ``visited_areas`` and
``catalogue`` tell of them; ``check`` tells what is damaged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.places.area_classes import Classification, classifications, load_classification
    from joinedup.places.area_lists import Area, areas, partnership_districts, require_area
    from joinedup.places.boundaries import BoundarySetRow, dissolve, load_boundaries
    from joinedup.places.checking import Damage, check
    from joinedup.places.denominators import (
        Residents,
        ResidentsByGroup,
        residents,
        residents_by,
        vintages_counted,
    )
    from joinedup.places.deprivation_files import DomainColumns, load_deprivation
    from joinedup.places.deprivation_index import AreaDeprivation, Deprivation, deprivation
    from joinedup.places.families import AreaFamily, family_named, visited_areas
    from joinedup.places.grid import grid_reference, to_grid
    from joinedup.places.ledger import generation
    from joinedup.places.loaded import CatalogueEntry, catalogue
    from joinedup.places.locating import locate
    from joinedup.places.lookups import (
        LookupKind,
        Translation,
        load_lookup,
        translate,
        translations,
        vintages_of,
    )
    from joinedup.places.other_counts import (
        LOADED_APART,
        denominator,
        denominators_loaded,
        dwellings,
        load_denominator,
    )
    from joinedup.places.placing import Ahead, ensure_placed, make_ready, points_of
    from joinedup.places.points import decode_points, encode_points
    from joinedup.places.points_view import (
        PointsColumn,
        PointsFiles,
        define_points_view,
        placed_by,
        points_files,
    )
    from joinedup.places.postcodes import Directory, load_postcodes, postcodes
    from joinedup.places.residents_files import load_residents
    from joinedup.places.shapes import geometry
    from joinedup.places.tables import LoadedTable

__all__ = [
    "LOADED_APART",
    "Ahead",
    "Area",
    "AreaDeprivation",
    "AreaFamily",
    "BoundarySetRow",
    "CatalogueEntry",
    "Classification",
    "Damage",
    "Deprivation",
    "Directory",
    "DomainColumns",
    "LoadedTable",
    "LookupKind",
    "PointsColumn",
    "PointsFiles",
    "Residents",
    "ResidentsByGroup",
    "Translation",
    "areas",
    "catalogue",
    "check",
    "classifications",
    "decode_points",
    "define_points_view",
    "denominator",
    "denominators_loaded",
    "deprivation",
    "dissolve",
    "dwellings",
    "encode_points",
    "ensure_placed",
    "family_named",
    "generation",
    "geometry",
    "grid_reference",
    "load_boundaries",
    "load_classification",
    "load_denominator",
    "load_deprivation",
    "load_lookup",
    "load_postcodes",
    "load_residents",
    "locate",
    "make_ready",
    "partnership_districts",
    "placed_by",
    "points_files",
    "points_of",
    "postcodes",
    "require_area",
    "residents",
    "residents_by",
    "to_grid",
    "translate",
    "translations",
    "vintages_counted",
    "vintages_of",
    "visited_areas",
]

when_asked(
    __name__,
    {
        "area_classes": ("Classification", "classifications", "load_classification"),
        "area_lists": ("Area", "areas", "partnership_districts", "require_area"),
        "boundaries": ("BoundarySetRow", "dissolve", "load_boundaries"),
        "checking": ("Damage", "check"),
        "denominators": ("Residents", "ResidentsByGroup", "residents", "residents_by", "vintages_counted"),
        "deprivation_files": ("DomainColumns", "load_deprivation"),
        "deprivation_index": ("AreaDeprivation", "Deprivation", "deprivation"),
        "families": ("AreaFamily", "family_named", "visited_areas"),
        "grid": ("grid_reference", "to_grid"),
        "ledger": ("generation",),
        "loaded": ("CatalogueEntry", "catalogue"),
        "locating": ("locate",),
        "lookups": ("LookupKind", "Translation", "load_lookup", "translate", "translations", "vintages_of"),
        "other_counts": (
            "LOADED_APART",
            "denominator",
            "denominators_loaded",
            "dwellings",
            "load_denominator",
        ),
        "placing": ("Ahead", "ensure_placed", "make_ready", "points_of"),
        "points": ("decode_points", "encode_points"),
        "points_view": ("PointsColumn", "PointsFiles", "define_points_view", "placed_by", "points_files"),
        "postcodes": ("Directory", "load_postcodes", "postcodes"),
        "residents_files": ("load_residents",),
        "shapes": ("geometry",),
        "tables": ("LoadedTable",),
    },
)
