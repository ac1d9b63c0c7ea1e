"""A store elsewhere: any server of the SPARQL 1.1 Protocol, asked as an Oxigraph store in this process is.

The default graph of the server has to be the union of its graphs. What servers do differently is put right here: literals of the
old JSON format, booleans as numbers, answers that are cut without a word.
"""

from __future__ import annotations

import hashlib
import json
import re
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from kg.admission import tokens
from kg.errors import QueryError, StoreError
from kg.namespaces import PREFIXES, XSD
from kg.paging import construct, made, pages
from kg.settings import Settings

SECONDS = 120.0
TABLE, GRAPH = "application/sparql-results+json", "application/n-triples, text/plain;q=0.8, text/turtle;q=0.5"
_BUILT = "SELECT DISTINCT ?built WHERE { ?build prov:endedAtTime|prov:generatedAtTime|dcterms:issued ?built . FILTER(STRSTARTS(STR(?build), STR(id:))) }"
_NO_LABEL = re.compile(r"[^A-Za-z0-9_]")
_BOOLEANS = {"1": "true", "0": "false"}
# headers by which servers tell that there are more rows
_CUT = ("X-SPARQL-MaxRows",)
# what a server says that sorts no more rows than these
_SORTED = re.compile(r"Sorted TOP clause .*? Only (\d+) are allowed", re.DOTALL)


class RemoteStore:
    """What RoleGraph uses of a store, over HTTP; StoreError where the server does not answer, QueryError where it refuses."""

    def __init__(self, url: str, user: str = "", password: str = "") -> None:
        self.url, self._user, self._password = url, user, password
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def query(self, query: str, *, prefixes: Mapping[str, str] | None = None, use_default_graph_as_union: bool = True,
              default_graph: Iterable[ox.NamedNode] = (), named_graphs: Iterable[ox.NamedNode] = (),
              base_iri: str | None = None) -> ox.QuerySolutions | ox.QueryBoolean | Iterable[ox.Triple]:
        """As `pyoxigraph.Store.query`; triples of CONSTRUCT and DESCRIBE come as a list."""
        head = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (prefixes or {}).items())
        dataset = [*(("default-graph-uri", g.value) for g in default_graph or ()), *(("named-graph-uri", g.value) for g in named_graphs or ())]
        form = next((t.text.upper() for t in tokens(query) if not t.depth and t.text.upper() in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")), "")
        if form not in ("CONSTRUCT", "DESCRIBE"):
            return ox.parse_query_results(json.dumps(_modern(self._table(head, query, dataset))).encode(), ox.QueryResultsFormat.JSON)
        parts = construct(query)
        if parts:
            found = _modern(self._table(head, parts.select, dataset))
            return list(made(parts, head, ox.parse_query_results(json.dumps(found).encode(), ox.QueryResultsFormat.JSON)))  # type: ignore[arg-type]
        body, kind, _ = self._ask(urlencode([("query", head + query), *dataset]).encode(), GRAPH)
        media = "application/n-triples" if kind in ("text/plain", "text/ntriples") else kind
        return [q.triple for q in ox.parse(body, ox.RdfFormat.from_media_type(media) or ox.RdfFormat.TURTLE)]

    def _table(self, head: str, query: str, dataset: list[tuple[str, str]]) -> dict:
        """The whole answer of a SELECT or ASK query."""
        try:
            body, kind, more = self._ask(urlencode([("query", head + query), *dataset]).encode(), TABLE)
        except StoreError as error:
            bound = _SORTED.search(error.reason)
            if not bound:
                raise
            names = self._names(head, query, dataset)
            return {"head": {"vars": names}, "results": {"bindings": self._pages(head, query, names, int(bound[1]), dataset)}}
        if kind != TABLE:
            raise StoreError(f"answers in {kind}, not in {TABLE}", place=self.url)
        found = json.loads(body)
        rows = found.get("results", {}).get("bindings", [])
        if more and len(rows) >= int(more):
            found["results"]["bindings"] = self._pages(head, query, found["head"]["vars"], int(more), dataset)
        return found

    def _names(self, head: str, query: str, dataset: list[tuple[str, str]]) -> list[str]:
        """The variables of a query's answer, by asking for none of its rows."""
        begin = next(t.offset for t in tokens(query) if not t.depth and t.text.upper() == "SELECT")
        text = f"{head}{query[:begin]}{next(pages(query[begin:], (), 1))[0].replace('SELECT  WHERE', 'SELECT * WHERE', 1)}"
        return json.loads(self._ask(urlencode([("query", text), *dataset]).encode(), TABLE)[0])["head"]["vars"]

    def _pages(self, head: str, query: str, names: list[str], size: int, dataset: list[tuple[str, str]]) -> list[dict]:
        """All rows of a query whose answer the server cuts, asked for page by page; QueryError where that cannot be."""
        top = [t for t in tokens(query) if not t.depth]
        begin = next(t.offset for t in top if t.text.upper() == "SELECT")
        cut = QueryError(f"the server cut the answer after {size} rows", place=self.url, hint="add LIMIT, or raise the server's bound")
        if any(t.text.upper() == "FROM" for t in top):
            raise cut
        rows = list[dict]()
        for text, most in pages(query[begin:], names, size - 1):
            body, _, _ = self._ask(urlencode([("query", head + query[:begin] + text), *dataset]).encode(), TABLE)
            got = json.loads(body)["results"]["bindings"]
            if len(got) > most:  # it takes no heed of LIMIT here: every page would be the first
                raise cut
            rows += got
            if len(got) < most:
                break
        return rows

    def quads_for_pattern(self, subject: object, predicate: object, obj: object, graph: object = None) -> Iterator[ox.Quad]:
        """As `pyoxigraph.Store.quads_for_pattern`."""
        parts = [(name, term) for name, term in zip("spog", (subject, predicate, obj, graph), strict=True)]
        names = [f"?{name}" if term is None else str(term) for name, term in parts]
        pattern = f"GRAPH {names[3]} {{ {names[0]} {names[1]} {names[2]} }}"
        if isinstance(graph, ox.DefaultGraph) or any(isinstance(term, ox.BlankNode) for _, term in parts):
            return
        wanted = " ".join(n for n in names if n.startswith("?"))
        if not wanted:
            if self.query(f"ASK {{ {pattern} }}"):
                yield ox.Quad(subject, predicate, obj, graph)  # type: ignore[arg-type]
            return
        for row in self.query(f"SELECT {wanted} WHERE {{ {pattern} }} ORDER BY {wanted}"):
            yield ox.Quad(*(term if term is not None else row[name] for name, term in parts))  # type: ignore[arg-type,index]

    def named_graphs(self) -> Iterator[ox.NamedNode]:
        """As `pyoxigraph.Store.named_graphs`."""
        # counted, since Virtuoso takes a hundred times as long for DISTINCT
        for row in self.query("SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"):
            if isinstance(row["g"], ox.NamedNode):  # type: ignore[index]
                yield row["g"]  # type: ignore[index]

    def contains_named_graph(self, graph: ox.NamedNode) -> bool:
        """As `pyoxigraph.Store.contains_named_graph`."""
        return bool(self.query(f"ASK {{ GRAPH {graph} {{ ?s ?p ?o }} }}"))

    def __len__(self) -> int:
        return int(next(iter(self.query("SELECT (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } }")))["n"].value)  # type: ignore[call-overload,arg-type]

    def update(self, url: str, text: str) -> None:
        """A SPARQL update at the server's address for updates."""
        self._send("POST", url, urlencode({"update": text}).encode(), "application/x-www-form-urlencoded", "*/*")

    def put(self, url: str, graph: str, body: bytes) -> None:
        """Replace a graph by N-Triples at the server's address of the Graph Store Protocol."""
        self._send("PUT", f"{url}?graph={quote(graph, safe='')}", body, "text/turtle", "*/*")

    def remove(self, url: str, graph: str) -> None:
        """Remove a graph at the server's address of the Graph Store Protocol."""
        self._send("DELETE", f"{url}?graph={quote(graph, safe='')}", None, "", "*/*")

    def lets_in(self, url: str) -> bool:
        """Whether an address takes our user and password, or asks for none; StoreError where nobody answers."""
        try:
            self._send("GET", url + "?graph=urn:none", None, "", "*/*")
        except (StoreError, QueryError) as error:
            if isinstance(error.__cause__, urllib.error.HTTPError):
                return error.__cause__.code not in (401, 403)
            raise
        return True

    def _ask(self, body: bytes, accept: str) -> tuple[bytes, str, str]:
        answer, headers = self._send("POST", self.url, body, "application/x-www-form-urlencoded", accept)
        more = next((headers[name] for name in _CUT if headers.get(name)), "")
        return answer, headers.get("Content-Type", "").split(";")[0].strip().lower(), more

    def _send(self, method: str, url: str, body: bytes | None, kind: str, accept: str) -> tuple[bytes, Mapping[str, str]]:
        headers = {"Accept": accept} | ({"Content-Type": kind} if kind else {})
        request = urllib.request.Request(url, body, headers, method=method)
        try:
            if self._user and (proof := self._proof(request)):
                request.add_header("Authorization", proof)
            with self._opener.open(request, timeout=SECONDS) as answer:
                return answer.read(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                detail = error.read(2000).decode("utf-8", "replace").strip()
            problem = QueryError if error.code in (400, 413, 422) or detail.startswith("Virtuoso 37000") else StoreError
            raise problem(f"answers {error.code}: {detail[:500]}", place=url) from error
        except OSError as error:
            raise StoreError(f"does not answer: {error}", place=url, hint="is the server running?") from error


    def _proof(self, request: urllib.request.Request) -> str:
        """Who we are, in the way that the server asks for. It is asked before: some servers hang up on a long body without proof."""
        try:
            with self._opener.open(urllib.request.Request(request.full_url), timeout=SECONDS):
                return ""
        except urllib.error.HTTPError as error:
            with error:
                wanted = error.headers.get("WWW-Authenticate", "")
        scheme, _, rest = wanted.partition(" ")
        if scheme.lower() != "digest":
            return "Basic " + b64encode(f"{self._user}:{self._password}".encode()).decode()
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, request.full_url, self._user, self._password)
        challenge = urllib.request.parse_keqv_list(urllib.request.parse_http_list(rest))
        return "Digest " + (urllib.request.HTTPDigestAuthHandler(passwords).get_authorization(request, challenge) or "")


def _modern(found: dict) -> dict:
    """Results without what older servers add to them: literals called typed, empty links."""
    for row in found.get("results", {}).get("bindings", []):
        for term in row.values():
            if term.get("type") == "typed-literal":
                term["type"] = "literal"
            # blank nodes under names that are none in SPARQL
            if term.get("type") == "bnode":
                term["value"] = _NO_LABEL.sub("_", term["value"])
            # a server without a type for booleans answers with numbers
            if term.get("datatype") == XSD + "boolean" and term["value"] in _BOOLEANS:
                term["value"] = _BOOLEANS[term["value"]]
    kept: dict = {"head": {"vars": found.get("head", {}).get("vars", [])}}
    if "boolean" in found:
        return {"head": {}, "boolean": found["boolean"]}
    kept["results"] = {"bindings": found.get("results", {}).get("bindings", [])}
    return kept


def address(settings: Settings) -> str:
    """The query endpoint that stands in place of a store's folder, "" where there is a folder.

    A path keeps one of the two slashes of a scheme.
    """
    text = str(settings.store)
    for scheme in ("http", "https"):
        if text.startswith(f"{scheme}:/"):
            return f"{scheme}://" + text.removeprefix(f"{scheme}:/").lstrip("/")
    return ""


def connected(settings: Settings) -> RemoteStore:
    """The remote store that the settings name."""
    return RemoteStore(address(settings), settings.remote_user, settings.remote_password)


def state(store: RemoteStore) -> tuple[str, dict]:
    """A name of what the server holds now, from the sizes of its graphs and what they say of their making, and a manifest as of a revision."""
    sizes = sorted((row["g"].value, row["n"].value) for row in store.query(  # type: ignore[index,union-attr]
        "SELECT ?g (COUNT(*) AS ?n) WHERE { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"))
    built = [row[0].value for row in store.query(_BUILT, prefixes=PREFIXES)]  # type: ignore[index,union-attr]
    counts = {name: int(row[0].value) for name in ("Document", "Claim", "Fact") for row in store.query(  # type: ignore[index,union-attr]
        f"SELECT (COUNT(DISTINCT ?x) AS ?n) WHERE {{ ?x a rg:{name} }}", prefixes=PREFIXES)}
    manifest = {"quads": sum(int(n) for _, n in sizes), "built": max(built, default=""), "version": "",
                "counts": {f"{name.lower()}s": n for name, n in counts.items()}}
    return hashlib.sha256(repr((store.url, sizes, built)).encode()).hexdigest(), manifest
