"""The graph in other shapes.

    jsonld       compacted and framed with the versioned context      tables       CSV and Parquet for people without RDF
    occupations  schema.org Occupation with pay                       annotations  W3C Web Annotations of a document
    mappings     SSSOM                                                changes      what two datasets differ in, in words
"""
