"""Slices cut out of documents' lines, as text: what `kg.consolidate.slices` takes out of a store, without making one.

Of what a slice's subjects say, only what some rule can ask for is in it. It is written as N-Triples: which document's graph a
triple is in makes no difference to the rules, which see all graphs as one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox

from kg.consolidate import rules, slices, statements
from kg.namespaces import NIF, RG
from kg.nquads import iri

Pair = tuple[bytes, bytes]
# properties and objects by subject, all as they stand in lines
About = dict[bytes, list[Pair]]


def _name(node: ox.NamedNode) -> bytes:
    return iri(node.value).encode()


_A, _CLAIM, _SUBJECT = _name(slices.A), _name(slices.CLAIM), _name(slices.SUBJECT)
_EVIDENCE, _DOCUMENT, _PASSAGE, _REFERS, _TEXT = (iri(RG + name).encode() for name in ("evidence", "document", "passage", "refersTo", "text"))
_COMPARED = tuple(_name(node) for node in slices.COMPARED)
_STATED, PROPOSES = iri(RG + "statementClass").encode(), _name(slices.PROPOSES)
_ENDS = {iri(name).encode(): ox.NamedNode(end) for name, end in statements.ENDS.items()}
_OWN = frozenset(_name(node) for node in statements.OWN[:3])
_READ = frozenset({_A, _SUBJECT, _EVIDENCE, _DOCUMENT, _PASSAGE, _REFERS, _STATED, PROPOSES, iri(NIF + "anchorOf").encode(),
                   _name(statements.EXPRESSES), *_COMPARED, *_ENDS})


@lru_cache(maxsize=1)
def _wanted() -> Mapping[bytes, bytes]:
    """The properties that rules name or that are looked at here; each by itself, so that it is held once."""
    names = {iri(name).encode() for name in rules.named()} | _READ
    return {name: name for name in names if name != _TEXT}


def read(data: bytes) -> About:
    """What N-Quads lines say of each subject, as far as it is wanted."""
    about: About = defaultdict(list)
    wanted = _wanted()
    for line in data.split(b"\n"):
        if line:
            subject, name, rest = line.split(b" ", 2)
            if (held := wanted.get(name)) is not None:
                about[subject].append((held, rest.rsplit(b" ", 2)[0]))
    about.default_factory = None
    return about


def worth(line: str) -> bool:
    """Whether a line of what is known beside documents can matter to a rule: a link, or a literal of a property that rules name."""
    _, name, rest = line.split(" ", 2)
    return rest.startswith(("<", "_")) or name.encode() in _wanted()


def written(about: About, subjects: Iterable[bytes]) -> bytes:
    """What is said of some subjects, as N-Triples."""
    return b"".join(b"%b %b %b .\n" % (subject, name, value) for subject in subjects for name, value in about[subject])


def rows(about: About) -> list[statements.Row]:
    """The statements, in order."""
    store = ox.Store()
    stated = (subject for subject, pairs in about.items() if any(name == _STATED for name, _ in pairs))
    store.bulk_load(written(about, stated), ox.RdfFormat.N_TRIPLES, to_graph=slices.A)
    return statements.rows(store)


def ends(about: About) -> list[tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode]]:
    """Claim, property and statement where a claim is about a statement of its document."""
    return [(_node(subject), _ENDS[name], _node(value)) for subject, pairs in about.items() for name, value in pairs if name in _ENDS]


def _node(text: bytes) -> ox.NamedNode:
    return ox.NamedNode(text[1:-1].decode())


def says(about: About, line: str) -> bool:
    """Whether a line's triple is among what is said."""
    subject, name, rest = line.encode().split(b" ", 2)
    return (name, rest.rsplit(b" ", 2)[0]) in about.get(subject, ())


@dataclass(frozen=True, slots=True)
class Cutter:
    """Cuts slices out of what lines say; `made` is what their statements' individuals, and claims that name these, gain."""

    about: About
    made: About
    mentions: dict[bytes, list[bytes]]

    @classmethod
    def of(cls, about: About, made: About) -> Cutter:
        """With the mentions of each passage that refer to something."""
        mentions: dict[bytes, list[bytes]] = defaultdict(list)
        for subject, pairs in about.items():
            if any(name == _PASSAGE for name, _ in pairs) and any(name == _REFERS for name, _ in pairs):
                for name, value in pairs:
                    if name == _PASSAGE:
                        mentions[value].append(subject)
        return cls(about, made, mentions)

    def claims(self) -> dict[bytes, list[str]]:
        """What each claim is about, as names to deal out by: IRIs or, where it has none, what its figure is compared by."""
        return {subject: self._keys(subject, pairs) for subject, pairs in self.about.items() if (_A, _CLAIM) in pairs}

    def _keys(self, claim: bytes, pairs: list[Pair]) -> list[str]:
        said = [*pairs, *self.made.get(claim, ())]
        named = [value.decode() for name, value in said if name == _SUBJECT]
        return named or [" ".join(value.decode() for one in _COMPARED for value in sorted(v for name, v in said if name == one))]

    def slice(self, claims: Iterable[bytes]) -> bytes:
        """The slice of some claims; without proposals, which make candidates by themselves."""
        whole, gained, individuals, mentions = dict.fromkeys(claims), {}, {}, {}
        for claim in list(whole):
            for name, value in (*self.about[claim], *self.made.get(claim, ())):
                if name == _EVIDENCE:
                    mentions.update(dict.fromkeys(self.mentions.get(value, ())))
                if name in (_EVIDENCE, _DOCUMENT):
                    if value in self.about:
                        whole[value] = None
                elif value in self.made:
                    individuals[value] = None
            if claim in self.made:
                gained[claim] = None
        out = [written(self.about, whole), written(self.made, gained)]
        for mention in mentions:
            pairs = [(name, value) for name, value in self.about[mention] if name in (_PASSAGE, _REFERS)]
            individuals.update((value, None) for name, value in pairs if name == _REFERS and value in self.made)
            out += (b"%b %b %b .\n" % (mention, *pair) for pair in pairs)
        out += (b"%b %b %b .\n" % (node, *pair) for node in individuals for pair in self.made[node] if pair[0] in _OWN)
        return b"".join(out)
