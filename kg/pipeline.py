"""The reading pipeline as a `spacy.Language` of RoleGraph's own components, one for each stage.

>>> nlp = load()
>>> nlp.pipe_names
['rolegraph_split', 'rolegraph_mentions', 'rolegraph_quantities', 'rolegraph_claims']
>>> doc = nlp("Requirements\\n- Proficiency in Python")
>>> [doc.text[m.begin:m.end] for m in doc._.reading.mentions]
['Python']

A spaCy user adds components before, between or after them; each finds and leaves its results in `doc._.reading`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from kg import cache
from kg.claims.links import LinkClaims
from kg.mentions.finder import MentionFinder, customise_tokenizer
from kg.mentions.senses import Senses, of_vocabulary
from kg.model import Document, Reading
from kg.observations.figures import Observations
from kg.quantities.finder import QuantityFinder
from kg.split.splitter import Splitter
from kg.taxonomy.adopt import adopted
from kg.titles.reader import TitleReader
from kg.vocabulary import Vocabulary, fingerprint, shipped
from kg.vocabulary import load as load_vocabulary

_PIECE, _BLANKS = 1000, 200  # code points of what is cut
_UNBROKEN = re.compile(r"\S{2000,}|\s{400,}")
STAGES = ("rolegraph_split", "rolegraph_mentions", "rolegraph_quantities", "rolegraph_claims")


def load(vocabulary: Sequence[Path] = (), *, max_length: int = 1_000_000_000) -> Language:
    """The pipeline over the shipped vocabulary and any further files; `max_length` bounds a document's code points."""
    vocabulary = adopted(vocabulary).paths
    nlp = spacy.blank("en")
    nlp.max_length = max_length
    customise_tokenizer(nlp)
    for name in STAGES:
        nlp.add_pipe(name, config={"vocabulary": [str(p) for p in vocabulary]})
    return nlp


@lru_cache(maxsize=2)
def shared(vocabulary: tuple[str, ...]) -> Language:
    """A pipeline that is loaded once a process, for those who leave it as it is."""
    return load([Path(p) for p in vocabulary])


def read(nlp: Language, document: Document) -> Reading:
    """Everything that the pipeline finds in one document."""
    doc = tokenized(nlp, document.text)
    doc._.reading = Reading(document, document.text)
    for _, component in nlp.pipeline:
        doc = component(doc)
    return doc._.reading


def tokenized(nlp: Language, text: str) -> Doc:
    """The text's tokens. Where words or white space go on for long the text is cut: the tokenizer takes time with their square."""
    runs = [m.span() for m in _UNBROKEN.finditer(text)]
    if not runs:
        return nlp.make_doc(text)
    cuts = sorted({0, len(text), *(cut for begin, end in runs for cut in (*range(begin, end, _PIECE if not text[begin].isspace() else _BLANKS), end))})
    pieces = [nlp.make_doc(text[begin:end]) for begin, end in pairwise(cuts)]
    return Doc.from_docs(pieces, ensure_whitespace=False)


class Knowledge(NamedTuple):
    """A vocabulary, the titles that it knows, and what its spellings may name."""

    vocabulary: Vocabulary
    titles: TitleReader
    senses: Senses


@lru_cache(maxsize=4)
def knowledge(vocabulary: tuple[str, ...]) -> Knowledge:
    """What the shipped vocabulary with further files knows, read once a process."""
    paths = [*shipped(), *map(Path, vocabulary)]
    mark = fingerprint(paths)
    found = cache.get("knowledge", mark)
    if isinstance(found, Knowledge):
        return found
    loaded = load_vocabulary(paths)
    found = Knowledge(loaded, TitleReader(loaded), of_vocabulary(loaded))
    cache.put("knowledge", mark, found)
    return found


def reading_of(doc: Doc) -> Reading:
    """The reading that belongs to a spaCy Doc, made on first use."""
    if doc._.reading is None:
        doc._.reading = Reading(Document("document", doc.text, "text"), doc.text)
    return doc._.reading


@Language.factory("rolegraph_split", default_config={"vocabulary": []})
def make_split(nlp: Language, name: str, vocabulary: list[str]):
    """Component: sections and passages, typed and placed."""
    known = knowledge(tuple(vocabulary))
    splitter = Splitter(known.vocabulary, known.titles)

    def component(doc: Doc) -> Doc:
        splitter.split(reading_of(doc))
        return doc
    return component


@Language.factory("rolegraph_mentions", default_config={"vocabulary": []})
def make_mentions(nlp: Language, name: str, vocabulary: list[str]):
    """Component: mentions of what the vocabulary knows, and candidates for what it does not."""
    finder = MentionFinder(nlp, *knowledge(tuple(vocabulary)))

    def component(doc: Doc) -> Doc:
        finder.find(doc, reading_of(doc))
        return doc
    return component


@Language.factory("rolegraph_quantities", default_config={"vocabulary": []})
def make_quantities(nlp: Language, name: str, vocabulary: list[str]):
    """Component: money, percentages, counts, durations, periods."""
    finder = QuantityFinder(knowledge(tuple(vocabulary)).vocabulary)

    def component(doc: Doc) -> Doc:
        finder.find_all(reading_of(doc))
        return doc
    return component


@Language.factory("rolegraph_claims", default_config={"vocabulary": []})
def make_claims(nlp: Language, name: str, vocabulary: list[str]):
    """Component: claims in their context."""
    known = knowledge(tuple(vocabulary))
    links, observations = LinkClaims(known.vocabulary), Observations(known.vocabulary, known.titles)

    def component(doc: Doc) -> Doc:
        reading = reading_of(doc)
        # observations first: a claim's `part_of` counts positions in the list that it stands in
        reading.claims += observations.claims(reading)
        reading.claims += links.claims(reading)
        return doc
    return component


if not Doc.has_extension("reading"):  # spaCy keeps extensions in the class: the one thing to be done at import
    Doc.set_extension("reading", default=None)
