"""Repeats and the nomination list: what is asked, and the answers in words."""
