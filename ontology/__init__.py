"""Data: `rolegraph.ttl` (the ontology), `vocabulary/*.ttl` (SKOS), `mappings/*.sssom.tsv`, `rules/*.rq`, `context.jsonld`."""
