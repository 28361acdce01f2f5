"""The agencies' exports: one module for each feed, found by ``discovery``.

Each has ``FEED``, the name of its contract, and ``write(truth, folder, mess, months) -> list[ExportedFile]``.
"""
