"""Additive controlled rounding: one rounded cube from which every total is a sum."""

from joinedup.release.rounding.cube import BASE, RoundedCube, round_cube

__all__ = ["BASE", "RoundedCube", "round_cube"]
