"""The definitions, one file for each theme; a file put here is found.

Their words are marked for translation here and translated when they are asked for (``translating``): the
definitions themselves need no Django set up, and whoever reads one finds plain text.
"""
