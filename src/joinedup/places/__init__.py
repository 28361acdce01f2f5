"""Places: boundaries with a vintage, point to area, lookups, populations, deprivation."""
