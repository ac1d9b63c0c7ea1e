"""The vocabulary as a product of its own: counted, checked, linked to and joined with the taxonomies that others publish.

    adopt      further vocabularies made into files that every stage can read
    checks     quality queries (ontology/checks/*.rq) that must return no row
    counts     how many concepts of each kind there are, and what is said of them
    entries    what a published taxonomy says of a concept
    joining    entries beside our concepts: which we know already, what the graph says of the rest
    labels     when two labels of different taxonomies are one name
    linking    finding links to a published taxonomy, row by row with the reason
    link_sets  the mapping files that RoleGraph keeps, and how to make them anew
    mappings   SSSOM files: read, written, and as triples
    screening  which labels of another taxonomy are held back
    skos       any SKOS file as entries
    tables     ESCO and O*NET as published, as entries
"""
