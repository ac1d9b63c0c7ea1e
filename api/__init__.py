"""The web application: SPARQL, REST and pages over a published store."""
