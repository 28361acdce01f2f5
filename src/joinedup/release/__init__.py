"""Release: the only way out for data. Who may see what and why, protection, and the act in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.release.asking import Decisions, purposes_of
    from joinedup.release.asking_log import LogQuestion, Reach, log_acts, log_sight, reach
    from joinedup.release.data_quality import quality
    from joinedup.release.deciding import decide
    from joinedup.release.decision import Access, Decision, What
    from joinedup.release.existing import (
        agreements_known,
        contracts_known,
        delivery_known,
        measure_asked,
        measure_known,
        own_shown,
        owners_of,
    )
    from joinedup.release.explaining import explain
    from joinedup.release.figures import ReleasedFigure, available, release
    from joinedup.release.glass import close_glass, glass_alerts, glass_seen, open_glass, review_glass
    from joinedup.release.matters import Matter
    from joinedup.release.provenance import (
        Provenance,
        covered_for_figures,
        erasures,
        field_states,
        provenance,
    )
    from joinedup.release.refused_rows import export_quarantine
    from joinedup.release.restricting import (
        lift_restriction,
        restrict_records,
        restricted_keys,
        restrictions,
    )
    from joinedup.release.revealing import reveal
    from joinedup.release.sharing import record_sharing, stop_sharing
    from joinedup.release.staleness import stale_since
    from joinedup.release.victim_details import VictimGap, victim_gaps

__all__ = [
    "Access",
    "Decision",
    "Decisions",
    "LogQuestion",
    "Matter",
    "Provenance",
    "Reach",
    "ReleasedFigure",
    "VictimGap",
    "What",
    "agreements_known",
    "available",
    "close_glass",
    "contracts_known",
    "covered_for_figures",
    "decide",
    "delivery_known",
    "erasures",
    "explain",
    "export_quarantine",
    "field_states",
    "glass_alerts",
    "glass_seen",
    "lift_restriction",
    "log_acts",
    "log_sight",
    "measure_asked",
    "measure_known",
    "open_glass",
    "own_shown",
    "owners_of",
    "provenance",
    "purposes_of",
    "quality",
    "reach",
    "record_sharing",
    "release",
    "restrict_records",
    "restricted_keys",
    "restrictions",
    "reveal",
    "review_glass",
    "stale_since",
    "stop_sharing",
    "victim_gaps",
]

when_asked(
    __name__,
    {
        "asking": ("Decisions", "purposes_of"),
        "asking_log": ("LogQuestion", "Reach", "log_acts", "log_sight", "reach"),
        "data_quality": ("quality",),
        "deciding": ("decide",),
        "decision": ("Access", "Decision", "What"),
        "existing": (
            "agreements_known",
            "contracts_known",
            "delivery_known",
            "measure_asked",
            "measure_known",
            "own_shown",
            "owners_of",
        ),
        "explaining": ("explain",),
        "figures": ("ReleasedFigure", "available", "release"),
        "glass": ("close_glass", "glass_alerts", "glass_seen", "open_glass", "review_glass"),
        "matters": ("Matter",),
        "provenance": ("Provenance", "covered_for_figures", "erasures", "field_states", "provenance"),
        "refused_rows": ("export_quarantine",),
        "restricting": ("lift_restriction", "restrict_records", "restricted_keys", "restrictions"),
        "revealing": ("reveal",),
        "sharing": ("record_sharing", "stop_sharing"),
        "staleness": ("stale_since",),
        "victim_details": ("VictimGap", "victim_gaps"),
    },
)
