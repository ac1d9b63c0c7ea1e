"""The ontology as a product: what is wrong with it, what a change changes, its documentation.

whereabouts     file and line where a term is described
profile         OWL 2 DL and OWL 2 RL: what an axiom may look like
soundness       contradictions, and classes and properties that nothing can have
quality         all of these with the checks and shapes, as one report
difference      what a version adds, removes and changes, in words, and what number that makes it
documentation   HTML pages of ontology and vocabulary
"""
