"""Who is the same: the queue of pairs that a linkage drew for people to look at, blind first."""
