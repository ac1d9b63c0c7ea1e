"""The vocabulary as a product of its own: counted, checked.

    checks    quality queries (ontology/checks/*.rq) that must return no row
    counts    how many concepts of each kind there are, and what is said of them
"""
