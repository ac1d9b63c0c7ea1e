"""The vocabulary as a product of its own: counted, checked, joined with the taxonomies that others publish.

    checks    quality queries (ontology/checks/*.rq) that must return no row
    counts    how many concepts of each kind there are, and what is said of them
    entries   what a published taxonomy says of a concept
    labels    when two labels of different taxonomies are one name
    tables    ESCO and O*NET as published, as entries
"""
