"""Intelligence: one map, one trend and one table that always show the same answer."""
