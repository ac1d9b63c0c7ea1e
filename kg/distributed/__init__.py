"""Beyond one machine: reading on a Ray cluster, and a graph as partitions on object storage.

    engine      documents to N-Quads on a Ray cluster; worker and node deaths are survived
    crew        consolidation by key on it
    partitions  a revision as compressed N-Quads with a manifest on any fsspec URL, and back
    remote      partitions into a SPARQL 1.1 server
"""
