"""Run the benchmarks one after another: ``make bench``, or ``make bench SCALE=small`` for a quick look.

Each is a script of its own that runs both sides in one go on the same machine and data and prints the ratio.
"""

import argparse
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

HERE = Path(__file__).parent
BENCHMARKS = [
    "delivery.py",
    "point_to_area.py",
    "as_known.py",
    "protecting.py",
    "telling.py",
    "linking.py",
    "lookup.py",
    "kept_counts.py",
]
SIZES = {
    "full": {
        "delivery.py": ["--rows", "5000000"],
        "point_to_area.py": ["--points", "1000000"],
        "as_known.py": ["--rows", "5000000"],
        "protecting.py": ["--wards", "20"],
        "telling.py": ["--times", "300"],
        "linking.py": ["--people", "400000", "--mentions", "1000000"],
        "lookup.py": ["--people", "1000000", "--asked", "200"],
        "kept_counts.py": ["--rows", "5000000"],
    },
    "small": {
        "delivery.py": ["--rows", "500000", "--pairs", "3"],
        "point_to_area.py": ["--points", "100000"],
        "as_known.py": ["--rows", "500000", "--pairs", "3"],
        "protecting.py": ["--wards", "10"],
        "telling.py": ["--times", "60"],
        "linking.py": ["--people", "20000", "--mentions", "50000", "--pairs", "3"],
        "lookup.py": ["--people", "100000", "--asked", "40"],
        "kept_counts.py": ["--rows", "500000", "--pairs", "3"],
    },
}


def main() -> int:
    """Run what was asked for; the exit status is the worst of theirs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"some of: {', '.join(BENCHMARKS)} (all without a name)")
    parser.add_argument("--scale", choices=SIZES, default="full")
    options = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}", end="")
    print("".join(f", {name} {version(name)}" for name in ("duckdb", "pyarrow", "shapely", "geopandas")))
    worst = 0
    for name in options.names or BENCHMARKS:
        print(f"\n== {name} {' '.join(SIZES[options.scale][name])}", flush=True)
        worst = max(worst, subprocess.call([sys.executable, HERE / name, *SIZES[options.scale][name]]))
    return worst


if __name__ == "__main__":
    sys.exit(main())
