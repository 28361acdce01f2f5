"""Additive controlled rounding: one rounded cube from which every total is a sum."""

from joinedup.release.rounding.cube import BASE, RoundedCube, round_cube
from joinedup.release.rounding.seed import seed_for

__all__ = ["BASE", "RoundedCube", "round_cube", "seed_for"]
