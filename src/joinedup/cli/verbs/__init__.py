"""The verbs of the command line. A module here that exposes ``command`` is a verb; nothing else lists them.

The first line of a module's docstring is its line in ``joinedup --help``; ``_`` in its name becomes ``-``.
"""
