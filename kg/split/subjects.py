"""Whom a document, section or passage is about: job titles in the places where a text names its subject.

Titles are looked for only where a head noun ("engineer") shows that one may stand there.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter

from kg.language.cues import words
from kg.titles.reader import TitleReader, TitleSpan
from kg.vocabulary import Vocabulary

_WORD = re.compile(r"[^\W\d_]+")
_LABEL = re.compile(r"[^:\n.]{2,70}(?=:(?:\s|$))")
# a part of a title that is its head noun: a name alone or at the end of an IRI
_HEAD = re.compile(r"(?:^|[/#])(?:of-)?head$")
# words up to a bracket, a bar, a comma or a dash between spaces
_NAME = re.compile(r"\w[\w'’&+/.-]*(?: [\w&][\w'’&+/.-]*)*(?=\s*(?:$|[(\[|,:]|\s[–—-]\s))", re.MULTILINE)
_OPENING, _WITHIN, _BEYOND = 80, 130, 25
_PLURALS = ("s", "es")


class SubjectReader:
    """Finds the titles that texts are about."""

    def __init__(self, vocabulary: Vocabulary, titles: TitleReader) -> None:
        self.titles = titles
        discourse = vocabulary.cues("discourse")
        self._articles, self._links = words(discourse, "article"), words(discourse, "role-link")
        self._conjunctions = words(discourse, "conjunction")
        self._function_words = words(discourse, "function-word")
        self._breaks = self._function_words - self._conjunctions
        self._levels = {level.label.lower() for level in vocabulary.of_kind("Seniority")}
        self._heads = self._head_nouns(vocabulary)
        self._triggers = self._heads.union(titles.triggers())
        self._organization = words(vocabulary.cues("mention-context"), "company-form") | words(vocabulary.cues("title-context"), "organization-noun")
        self._at = words(vocabulary.cues("organization-context"), "lead")

    def is_head(self, word: str) -> bool:
        """Whether a lower-case word is the head noun of a job title, singular or plural."""
        return word in self._heads

    def is_head_of(self, text: str, named: TitleSpan, own: TitleSpan) -> bool:
        """Whether a title is but the head of another: "engineers", or in lower case with a level, "senior engineers"."""
        words, whole = named.label.split(), own.label.split()
        if len(words) == 1:
            return words[0] in whole
        head = text[named.begin:named.end].rsplit(None, 1)[-1]
        return len(whole) > 1 and words[-1] == whole[-1] and head.islower() and all(w.lower() in self._levels for w in words[:-1])

    def document(self, text: str, title: tuple[int, int] | None, stated: str, openings: list[tuple[int, int]]) -> TitleSpan | None:
        """The role of a document: of its stated title, its title line, or the one that most of the given openings are about."""
        span = self.named(stated, 0, len(stated)) if stated else None
        if span is None and title is not None:
            span = self.named(text, *title)
        if span is not None and span.known:
            return span
        found: dict[str, TitleSpan] = {}
        counts: Counter[str] = Counter()
        for begin, end in openings:
            subject = self.opening(text, begin, end) or self.subject(text, begin, end)
            if subject is not None and (" " in subject.label or span is not None):
                found.setdefault(subject.iri, subject)
                counts[subject.iri] += 1
        best = found[max(counts, key=lambda iri: (counts[iri], -found[iri].begin))] if counts else None
        if span is None or (best is not None and best.known and span.label.startswith(best.label)):
            return best  # "Data Analyst Career Guide" is about data analysts
        return span

    def named(self, text: str, begin: int, end: int) -> TitleSpan | None:
        """The title in a stretch that is itself a name, such as a title line; a list of titles is taken as one."""
        spans = self.titles.find(text, begin, end) if self._may_hold(text, begin, end) else []
        if not spans:
            return None
        first, last = spans[0], spans[-1]
        between = "".join(text[a.end:b.begin] for a, b in itertools.pairwise(spans))
        before = text[begin:first.begin].split()
        begins = not before or before[-1].lower() in self._conjunctions
        ends = end - last.end < 2 or self._joined(text, last.end, end)
        if begins and ends and not _WORD.sub("", between).strip(" ,&/") and (before or len(spans) > 1 or end - last.end > 1):
            return self.titles.whole(text, begin, end)
        if text[last.end:last.end + 1] == ",":  # "Painters, Construction and Maintenance"
            whole = self.titles.whole(text, begin, end)
            return whole if whole is not None and whole.known else first
        return first

    def unusual(self, text: str, begin: int, end: int, around: str) -> TitleSpan | None:
        """A stretch that is written like a title though no head noun is known in it ("Happiness Hero (m/f/d), Berlin"): up to six capitalised
        words; a place, employer or remark behind them is left aside. Where the text `around` says "at" before them an employer is named."""
        found = _NAME.match(text, begin, end)
        named = found.group().split() if found else []
        lower = [word.lower() for word in named]
        if not 1 < len(named) <= 6 or self._organization.intersection(lower) or lower[0] in self._function_words or lower[-1] in self._function_words:
            return None
        if any(word[0].islower() and word not in self._function_words for word in named) or all(word.isupper() for word in named):
            return None
        employer = any(re.search(rf"\b{re.escape(f'{at} {found.group()}')}", around, re.IGNORECASE) for at in self._at)
        return None if employer else self.titles.whole(text, begin, found.end())

    def titled(self, text: str, begin: int, end: int) -> bool:
        """Whether a stretch begins with a title."""
        return self._may_hold(text, begin, end) and any(span.begin - begin < 3 for span in self.titles.find(text, begin, end))

    def holds_title(self, text: str, begin: int, end: int) -> bool:
        """Whether a stretch holds a title."""
        return self._may_hold(text, begin, end) and bool(self.titles.find(text, begin, end))

    def covering(self, text: str, begin: int, end: int) -> TitleSpan | None:
        """The title that a stretch consists of, but for words in parentheses or after a dash."""
        if end - begin > 90 or not self._may_hold(text, begin, end):
            return None
        spans = self.titles.find(text, begin, end)
        if not spans or spans[0].begin - begin > 2:
            return None
        rest = text[spans[0].end:end]
        return spans[0] if not rest.strip(" *_") or rest.lstrip()[0] in "(:|" or (rest[0] == " " and rest.lstrip()[0] in "–-") else None

    def label(self, text: str, begin: int, end: int) -> TitleSpan | None:
        """The title that is the label of an item: "Junior Engineer: Learns the basics"."""
        begin += len(text[begin:begin + 4]) - len(text[begin:begin + 4].lstrip("*_"))
        found = _LABEL.match(text, begin, end)
        return self.covering(text, begin, found.end()) if found else None

    def subject(self, text: str, begin: int, end: int) -> TitleSpan | None:
        """The title that a sentence or item opens with, its label and an article left aside."""
        found = _LABEL.match(text, begin, min(end, begin + 80))
        if found and found.end() < end:
            begin = found.end() + 1
            begin += len(text[begin:end]) - len(text[begin:end].lstrip())
        stop = self._reach(text, begin, end, self._head(text, begin, end))
        if stop == begin:
            return None
        spans = self.titles.find(text, begin, stop)
        if not spans:
            return None
        before = _WORD.findall(text[begin:spans[0].begin].lower())
        if len(before) > 1 or (before and before[0] not in self._articles):
            return None
        after = text[spans[0].end:min(end, spans[0].end + 2)].lstrip(" ")[:1]
        return spans[0] if after and (after.isalnum() or after in "('’*") and not self._listed(text, spans[0].end, end) else None

    def opening(self, text: str, begin: int, end: int) -> TitleSpan | None:
        """The title that an opening sentence is about: its subject, or the first one after a word such as "of" or "for"."""
        found = _WORD.finditer(text, begin, min(end, begin + _WITHIN))
        head = next((word.end() for word in found if word.group().lower() in self._heads), begin)
        if head == begin:
            return None
        stop = self._reach(text, begin, end, head)
        spans = self.titles.find(text, begin, stop)
        if not spans:
            return None
        first = spans[0]
        before = _WORD.findall(text[begin:first.begin].lower())
        if self._listed(text, first.end, end):
            return None
        linked = not before or before[-1] in self._links or (len(before) > 1 and before[-1] in self._articles and before[-2] in self._links)
        return first if linked or (len(before) == 1 and before[0] in self._articles) else None

    def only(self, text: str, begin: int, end: int) -> TitleSpan | None:
        """The one title that a line names, or None if it names several."""
        if not self._may_hold(text, begin, end):
            return None
        spans = self.titles.find(text, begin, end)
        return spans[0] if len({span.iri for span in spans}) == 1 else None

    def qualified(self, text: str, begin: int, end: int, role: TitleSpan, own: TitleSpan) -> bool:
        """Whether a sentence names the document's own role in parts: "an Engineer, particularly in a principal role"."""
        if not own.label.endswith(role.label):
            return False
        extra = own.label[:-len(role.label)].lower().split()
        lower = set(_WORD.findall(text[begin:end].lower()))
        return bool(extra) and all(word in lower and word in self._levels for word in extra)

    def is_part(self, role: TitleSpan, own: TitleSpan) -> bool:
        """Whether a role is one of those that a document's title lists."""
        whole = own.label.lower().replace(",", "").split()
        return bool(self._conjunctions.intersection(whole)) and set(role.label.lower().split()) <= set(whole)

    def _listed(self, text: str, begin: int, end: int) -> bool:
        """Whether a title that ends here is only the first of several: "Laborers and helpers", "a designer, developer or tester"."""
        rest = text[begin:min(end, begin + 60)]
        if rest[:1] in (",", "/", ";"):
            return True
        following = rest.split(None, 5)
        return rest[:1].isspace() and bool(following) and following[0].lower() in self._conjunctions and any(
            word.lower().strip(".,;:") in self._heads for word in following[1:5])

    def _joined(self, text: str, begin: int, end: int) -> bool:
        """Whether a conjunction follows."""
        following = text[begin:end].split(None, 1)
        return bool(following) and following[0].lower() in self._conjunctions

    def _may_hold(self, text: str, begin: int, end: int) -> bool:
        return any(word in self._triggers for word in _WORD.findall(text[begin:end].lower()))

    def _head(self, text: str, begin: int, end: int) -> int:
        """The end of the first head noun, if it comes before any word that no title holds; else `begin`."""
        for n, word in enumerate(_WORD.finditer(text, begin, min(end, begin + _OPENING))):
            lower = word.group().lower()
            if lower in self._heads and (n or lower.endswith("s")):  # alone at the beginning it is a verb: "Lead", "Mentor"
                return word.end()
            if (n and lower in self._breaks) or n > 8:
                break
        return begin

    @staticmethod
    def _reach(text: str, begin: int, end: int, head: int) -> int:
        """How far to read for a title whose head noun ends at `head`: some words on, for "Director of Data Science"."""
        if head == begin or head + _BEYOND >= end:
            return head if head == begin else end
        space = text.find(" ", head + _BEYOND, head + 2 * _BEYOND)
        return min(end, head + 2 * _BEYOND) if space < 0 else min(space, end)

    def _head_nouns(self, vocabulary: Vocabulary) -> frozenset[str]:
        found: set[str] = set()
        for word in vocabulary.of_kind("TitleWord"):
            if any(_HEAD.search(part) for part in vocabulary.values(word.iri, "titlePart")):
                found.update(label.lower().rsplit(" ", 1)[-1] for label in (word.label, *word.alt_labels, *word.hidden_labels))
        for role in vocabulary.of_kind("Role"):
            for label in (role.label, *role.alt_labels):
                first, *more = label.lower().split()
                if first not in found and not self._function_words.intersection(more) and not label.isupper():
                    found.add(more[-1] if more else first)
        plural = {word + ending for word in found for ending in _PLURALS}
        plural |= {word[:-1] + "ies" for word in found if word.endswith("y")}
        plural |= {word[:-3] + "men" for word in found if word.endswith("man")}
        return frozenset(found | plural)
