"""SHACL on Oxigraph: shapes compiled to SPARQL, run on a store of any size, with the report that the standard defines.

    plan = compile_shapes([Path("shapes/claim.ttl")])
    report = plan.validate(store)
    print(report.conforms, report.count("Violation"), report.turtle())

SHACL Core is complete, SHACL-SPARQL with pre-binding; the advanced features are left to pySHACL, and `notes` say so. After a
change, `affected.affected_by` names the focus nodes whose results can differ, and `plan.validate(store, focus=...)` looks at those
alone; it is not imported here, since it reads SPARQL with rdflib, which takes long to start.

    terms, paths, shapes     what there is: literals and their order, property paths, shapes as data
    graph, parameters, parse from a shapes graph to shapes, with errors that name shape, line and section
    prebinding, sparql       SPARQL inside shapes
    data                     the store, with literals as they were written
    focus, expressions       focus nodes and constraints as SPARQL
    asked                    which of given nodes a shape looks at
    evaluate, plan           queries to findings, findings to a report
    messages, report         in words, RDF, JSON, CSV
    routes, affected         what to validate again after a change
    reference                pySHACL, for what is left to it and as the engine to compare with
"""

from kg.shacl.data import Data
from kg.shacl.plan import ShapesPlan, compile_shapes
from kg.shacl.report import Report, Result

__all__ = ["Data", "Report", "Result", "ShapesPlan", "compile_shapes"]
