"""Finding the vocabulary's labels in a tokenized text: one spaCy PhraseMatcher over every spelling of every label.

Spellings are generated: plurals, hyphen or space, either apostrophe, "and" or "&". Tokens are runs of letters and digits
or single other characters, so that "C++/C#" and "CI/CD" are cut the same wherever they stand, and a label matches whole
tokens only. Matching ignores case; labels that need their case (acronyms, `rg:exactCaseLabel`) are checked on the text.
"""

from __future__ import annotations

import contextlib
import gc
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from spacy.attrs import IDX, LENGTH
from spacy.language import Language
from spacy.matcher import PhraseMatcher
from spacy.tokenizer import Tokenizer
from spacy.tokens import Doc
from spacy.vocab import Vocab

from kg.mentions.senses import Sense, Senses, of_vocabulary
from kg.vocabulary import Vocabulary

_TOKEN = re.compile(r"[^\W_]+|[^\w\s]|_")
# "CI / CD" is found by its tokens and known as "CI/CD"
_SPACED = re.compile(r"\s*([/+#.&-])\s*")
_CUT = r"(?:[^\w]|_)"
# joined to a letter or digit, these make another word of it: "C++", "R&D", "C#"
_BINDING = frozenset("+#&_")


class Hit(NamedTuple):
    """A place where a label stands, with what it may name there."""

    begin: int
    end: int
    senses: tuple[Sense, ...]


@contextlib.contextmanager
def uncollected() -> Iterator[None]:
    """Keep the garbage collector from looking through a hundred thousand new objects again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def customise_tokenizer(nlp: Language) -> None:
    """Cut text into runs of letters and digits and single other characters, wherever they stand."""
    nlp.tokenizer = Tokenizer(nlp.vocab, rules={}, prefix_search=re.compile("^" + _CUT).search, suffix_search=re.compile(_CUT + "$").search,
                              infix_finditer=re.compile(_CUT).finditer, token_match=None, url_match=None)


class Matches(NamedTuple):
    """Labels in a text in order of place, longest first; places of words of titles and of class nouns."""

    hits: list[Hit]
    titles: list[tuple[int, int]]
    classes: list[tuple[int, int]]


class Lexicon:
    """All spellings of all labels, and the words of titles and class nouns that are asked for, in one matcher."""

    def __init__(self, vocab: Vocab, vocabulary: Vocabulary, titles: Iterable[str] = (), classes: Iterable[str] = (),
                 senses: Senses | None = None) -> None:
        self._matcher = PhraseMatcher(vocab, attr="LOWER")
        with uncollected():
            self._senses = of_vocabulary(vocabulary) if senses is None else senses
            self._fill(vocab, "term", self._senses)
            self._fill(vocab, "title", set(titles))
            self._fill(vocab, "class", set(classes))
        self._term, self._title = vocab.strings.add("term"), vocab.strings.add("title")

    def _fill(self, vocab: Vocab, name: str, spellings: Iterable[str]) -> None:
        """PhraseMatcher keeps a pattern as the list of its tokens' attribute values and takes such a list in place of a
        Doc; ten thousand lists are made ten times faster than as many Docs."""
        ids: dict[str, int] = {}
        patterns = []
        for spelling in spellings:
            pattern = []
            for token in spelling.split(" ") if spelling.replace(" ", "").isalnum() else _TOKEN.findall(spelling):
                number = ids.get(token)
                if number is None:
                    number = ids[token] = vocab.strings.add(token)
                pattern.append(number)
            if pattern:
                patterns.append(pattern)
        if patterns:
            self._matcher.add(name, patterns)

    def lookup(self, spelling: str) -> tuple[Sense, ...]:
        """What a spelling may name, whatever its case."""
        return self._senses.get(spelling.lower(), ())

    def find(self, doc: Doc, text: str) -> Matches:
        """What stands in a text; `doc` is the same text, tokenized."""
        found = Matches([], [], [])
        if not len(doc):
            return found
        begins, lengths = doc.to_array([IDX, LENGTH]).T.tolist()
        get, size = self._senses.get, len(text)
        for name, first, after in self._matcher(doc):
            begin, end = begins[first], begins[after - 1] + lengths[after - 1]
            if name != self._term:
                (found.titles if name == self._title else found.classes).append((begin, end))
                continue
            if (end < size and text[end] in _BINDING) or (begin and text[begin - 1] in _BINDING):
                continue
            surface = text[begin:end]
            senses = get(surface.lower()) or get(_SPACED.sub(r"\1", surface.lower()))
            if senses is None:
                continue
            if any(s.forms for s in senses):
                senses = tuple(s for s in senses if s.forms is None or surface in s.forms)
            if senses:
                found.hits.append(Hit(begin, end, senses))
        found.hits.sort(key=lambda h: (h.begin, -h.end))
        found.titles.sort()
        found.classes.sort()
        return found
