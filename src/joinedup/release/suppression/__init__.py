"""Cell suppression over a linked, hierarchical system of tables: pure functions over arrays.

``levels`` says how areas, periods and categories are cut; ``joining`` which unpublished cells tie tables
together; ``cells`` makes the system; ``rules`` says what is too small to show; ``suppressing`` hides, with
linear programs; ``auditing`` attacks what is left and gives the certificate.
"""
