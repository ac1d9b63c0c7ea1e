"""Canonical Turtle: the same statements are the same bytes, and a diff of two versions shows only what changed.

One line a statement; each ends with a semicolon and a full stop stands alone after the last, so that adding a line changes
no other. Prefixes in order of name, those in use; subjects in order of IRI within their section; `a` first, then SKOS in the
order in which people read it, then the rest by name; values in order. A comment that a blank line parts from what follows
opens a section (before the first prefix it heads the file); one that stands right above a subject, or inside its
statements, stays with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.errors import VocabularyError
from kg.namespaces import RDF, RDFS, SKOS, XSD

_READ_ORDER = {iri: i for i, iri in enumerate((
    RDF + "type", SKOS + "inScheme", SKOS + "topConceptOf", SKOS + "notation", SKOS + "prefLabel", RDFS + "label", SKOS + "altLabel",
    SKOS + "hiddenLabel", SKOS + "definition", SKOS + "scopeNote", SKOS + "example", SKOS + "broader", SKOS + "narrower", SKOS + "related"))}
_TOKEN = re.compile(
    r"(?P<comment>#[^\n\r]*)|(?P<blank>\n[ \t\r]*(?=\n))|(?P<space>\s+)"
    r'|(?P<string>"""(?:[^"\\]|\\.|"(?!""))*"""|\'\'\'(?:[^\'\\]|\\.|\'(?!\'\'))*\'\'\'|"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')'
    r"|(?P<iri><[^<>\s]*>)|(?P<mark>[;,\[\]()]|\.(?![^\s#]))|(?P<word>(?:[^\s;,\[\]()<>\"'#.\\]|\\.|\.(?=[^\s#]))+)|(?P<other>.)", re.S)
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?|")
_PREFIX = re.compile(r"@?prefix", re.I)
_BARE = {XSD + "boolean": re.compile("true|false"), XSD + "integer": re.compile(r"[+-]?\d+"), XSD + "decimal": re.compile(r"[+-]?\d*\.\d+")}
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
Node = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(slots=True)
class _Layout:
    """What the triples do not keep: prefixes, comments, and which subject stands in which section."""

    prefixes: dict[str, str] = field(default_factory=dict)
    header: list[str] = field(default_factory=list)
    sections: list[list[str]] = field(default_factory=lambda: [[]])
    comments: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    place: dict[str, int] = field(default_factory=dict)
    footer: list[str] = field(default_factory=list)


def formatted(text: str, place: str = "") -> str:
    """A Turtle text in canonical form; VocabularyError names the line of a syntax error. `place` is the file, for messages."""
    triples = _parsed(text, place)
    layout = _layout(text)
    result = "".join(_written(triples, layout))
    if _canonical(_parsed(result, place)) != _canonical(triples):
        raise VocabularyError("its canonical form would say something else", place=place, hint="give blank nodes that are used twice a name")
    return result


def _parsed(text: str, place: str) -> list[ox.Triple]:
    try:
        return [quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE)]
    except SyntaxError as error:
        raise VocabularyError(str(error.msg or error), place=f"{place}:{error.lineno}" if error.lineno else place, hint="fix the syntax") from error


def _canonical(triples: list[ox.Triple]) -> set[str]:
    dataset = ox.Dataset(ox.Quad(*t) for t in triples)
    if any(isinstance(node, ox.BlankNode) for t in triples for node in t):
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return set(map(str, dataset))


def _statements(text: str) -> Iterator[tuple[list[str], list[str], list[str]]]:
    """For each statement its tokens, the comments of the sections that open before it, and those that belong to it."""
    tokens: list[str] = []
    apart: list[str] = []
    own: list[str] = []
    for match in _TOKEN.finditer(text):
        kind, token = match.lastgroup, match.group()
        if kind == "comment":
            own.append(token.rstrip())
        elif kind == "blank" and not tokens and own:
            apart += [*([""] if apart else []), *own]
            own = []
        elif kind not in ("space", "blank"):
            if not tokens and token.isalpha() and token.lower() == "prefix":
                token = "PREFIX"
            tokens.append(token)
            # SPARQL's PREFIX has no full stop
            if (kind == "mark" and token == ".") or (tokens[0] == "PREFIX" and len(tokens) == 3):
                yield tokens, apart, own
                tokens, apart, own = [], [], []
    yield [], apart, own


def _layout(text: str) -> _Layout:
    layout = _Layout()
    started = False
    for tokens, apart, own in _statements(text):
        if not tokens:
            layout.footer = [*apart, *([""] if apart and own else []), *own]
        elif _PREFIX.fullmatch(tokens[0]):
            layout.prefixes[tokens[1].removesuffix(":")] = tokens[2][1:-1]
            layout.header += [*apart, *own]
        else:
            if not started and not layout.prefixes:
                layout.header, apart = apart, []
            if apart:
                layout.sections.append(apart)
            subject = _expanded(tokens[0], layout.prefixes)
            layout.place.setdefault(subject, len(layout.sections) - 1)
            layout.comments[subject] += own
            started = True
    return layout


def _expanded(token: str, prefixes: dict[str, str]) -> str:
    if token.startswith("<"):
        return token[1:-1]
    prefix, _, local = token.partition(":")
    return prefixes.get(prefix, prefix) + re.sub(r"\\(.)", r"\1", local)


class _Writer:
    """Renders terms and the blocks of subjects."""

    def __init__(self, triples: list[ox.Triple], prefixes: dict[str, str]) -> None:
        self.prefixes = sorted(prefixes.items(), key=lambda item: (-len(item[1]), item[0]))
        self.used: set[str] = set()
        self.about: dict[Node, list[ox.Triple]] = defaultdict(list)
        for triple in sorted(set(triples), key=str):
            self.about[triple.subject].append(triple)
        self.objects = {t.object for t in triples if isinstance(t.object, ox.BlankNode)}

    def term(self, node: Node) -> str:
        if isinstance(node, ox.NamedNode):
            return self.name(node.value)
        if isinstance(node, ox.BlankNode):
            return self.anonymous(node)
        text, datatype = node.value, node.datatype.value
        if node.language:
            return f'"{text.translate(_ESCAPES)}"@{node.language}'
        if datatype == XSD + "string":
            return f'"{text.translate(_ESCAPES)}"'
        if datatype in _BARE and _BARE[datatype].fullmatch(text):
            return text
        return f'"{text.translate(_ESCAPES)}"^^{self.name(datatype)}'

    def name(self, iri: str) -> str:
        for prefix, base in self.prefixes:
            if iri.startswith(base) and _LOCAL.fullmatch(iri[len(base):]):
                self.used.add(prefix)
                return f"{prefix}:{iri[len(base):]}"
        return f"<{iri}>"

    def anonymous(self, node: ox.BlankNode) -> str:
        """A blank node in place, as a list where it is one."""
        found = {t.predicate.value: t.object for t in self.about[node]}
        if found.keys() == {RDF + "first", RDF + "rest"}:
            items: list[str] = []
            while isinstance(node, ox.BlankNode):
                found = {t.predicate.value: t.object for t in self.about[node]}
                items.append(self.term(found[RDF + "first"]))
                node = found[RDF + "rest"]
            return f"( {' '.join(items)} )"
        return f"[ {' ; '.join(f'{p} {o}' for p, o in self.pairs(node))} ]"

    def pairs(self, node: Node) -> list[tuple[str, str]]:
        def key(triple: ox.Triple) -> tuple:
            value = triple.object
            language = (value.language or "") if isinstance(value, ox.Literal) else ""
            rendered = self.term(value)
            return (_READ_ORDER.get(triple.predicate.value, len(_READ_ORDER)), triple.predicate.value, language != "en", language,
                    rendered.casefold(), rendered)
        return [("a" if t.predicate.value == RDF + "type" else self.name(t.predicate.value), self.term(t.object))
                for t in sorted(self.about[node], key=key)]

    def block(self, node: Node) -> str:
        pairs = self.pairs(node)
        (first, value), *others = pairs
        subject = self.name(node.value) if isinstance(node, ox.NamedNode) else "[]"
        return "".join([f"{subject} {first} {value} ;\n", *(f"    {p} {o} ;\n" for p, o in others), "    .\n"])


def _written(triples: list[ox.Triple], layout: _Layout) -> Iterator[str]:
    writer = _Writer(triples, layout.prefixes)
    blocks: list[list[tuple[str, str]]] = [[] for _ in layout.sections]
    for node in writer.about:
        if isinstance(node, ox.BlankNode) and node in writer.objects:
            continue
        body = writer.block(node)
        comments = "".join(f"{line}\n" for line in layout.comments.get(node.value, ()))
        blocks[layout.place.get(node.value, 0)].append((node.value if isinstance(node, ox.NamedNode) else "\uffff" + body, comments + body))
    yield from (f"{line}\n" for line in layout.header)
    yield from (f"@prefix {prefix}: <{base}> .\n" for prefix, base in sorted(layout.prefixes.items()) if prefix in writer.used)
    for comments, found in zip(layout.sections, blocks, strict=True):
        if comments:
            yield "\n" + "".join(f"{line}\n" for line in comments)
        for _, body in sorted(found):
            yield "\n" + body
    if layout.footer:
        yield "\n" + "".join(f"{line}\n" for line in layout.footer)


def is_canonical(path: Path, write: bool = False) -> bool:
    """Whether a Turtle file is in canonical form; if not and `write`, it is put there."""
    try:
        text = path.read_text(encoding="utf-8")
        result = formatted(text, str(path))
        if write and result != text:
            path.write_text(result, encoding="utf-8")
    except OSError as error:
        raise VocabularyError(error.strerror or str(error), place=str(path), hint="name a file that can be read and written") from error
    except UnicodeDecodeError as error:
        raise VocabularyError(f"is not UTF-8 at byte {error.start}", place=str(path), hint="save it as UTF-8") from error
    return result == text
