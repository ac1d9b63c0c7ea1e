"""The graph in other shapes.

    jsonld       compacted and framed with the versioned context      tables       CSV and Parquet for people without RDF
    occupations  schema.org Occupation with pay                       annotations  W3C Web Annotations of a document
    mappings     SSSOM                                                changes      what two datasets differ in, in words
    files        every format by name
"""

# formats beside the syntaxes of RDF, and the tables: named here so that the command line need not load what makes them
SHAPES = ("framed", "occupations", "skos", "sssom", "annotations")
TABLES = ("claims", "requirements", "facts", "salaries", "growth", "experience", "education")
