"""Tokens: what an agency sends instead of names. Made on its own side with a key that never comes here.

``making`` is the agency's tool (file in, file out, no workspace), ``bonds`` says what is bound to what,
``facets`` reads cells into columns and ``comparing`` compares them by the levels that clear text has.
"""
