"""Requests for information: who sees which, who answers, what they are about, as agreements say now."""
