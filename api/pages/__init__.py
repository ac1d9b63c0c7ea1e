"""Pages for people: rendered on the server, complete without scripts, everything loaded from this host.

    site        which address shows which page; cache    responses   headers, compression, entity tags
    view        rows, labels and addresses of things     census      what is spoken of
    start       what the graph holds                     lists       lists by kind, search, suggestions
    role        what a role asks for, pays, leads to     pay, growth pictures of figures
    reader      a document with everything found in it   thing       skills, tools, trends, facts, claims ...
    compare     roles side by side                       explore     the graph as a picture to walk through
    sparql      the query page                           quality     findings, conflicts, candidates, coverage
    render      templates and their filters              assets      style sheets, scripts, fonts
    wording     figures and names as people read them
"""

from api.pages.site import prepare, routes
from api.pages.sparql import Pages

__all__ = ["Pages", "prepare", "routes"]
