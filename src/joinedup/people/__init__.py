"""People: who is the same person across agencies. Its door, ``link``, opens with the linkage work."""
