"""Data: `rolegraph.ttl` (the ontology), `vocabulary/*.ttl` (SKOS), `mappings/*.sssom.tsv`, `rules/*.rq`, `checks/*.rq`, `context.jsonld`."""
