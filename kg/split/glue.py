"""Where two things were glued into one line: a closing sentence to the last item of a list, the next heading or lead-in to its end.

The evidence is general: a word with a capital that opens a sentence, where no full stop stands before it; a title in the
plural followed by a verb; words that point back to a list and name its kind; a run in Title Case before a final colon.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from kg.language.cues import CueIndex, words
from kg.split.sentences import SentenceSplitter
from kg.vocabulary import Vocabulary

_CAPITAL = re.compile(r"(?<=\S)\s+(?=[\"“(]?[A-ZÄÖÜ])")
_WORD = re.compile(r"[^\W_][\w'’/&+.#-]*[\w+#]|[^\W_]")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_HEADING_WORDS, _POINTER_REACH, _SUBJECT_REACH, _MEANS_REACH, _VERB_REACH = 9, 100, 70, 170, 60


class GlueFinder:
    """Finds lost boundaries. `is_head` tells whether a lower-case word is the head noun of a job title, singular or plural."""

    def __init__(self, vocabulary: Vocabulary, sentences: SentenceSplitter, headings: CueIndex, is_head: Callable[[str], bool]) -> None:
        discourse = vocabulary.cues("discourse")
        self._sentences, self._headings, self._is_head = sentences, headings, is_head
        self.function_words = words(discourse, "function-word")
        self.openers, self.holders = words(discourse, "opener"), words(discourse, "holder")
        self._pointers, self._nouns = words(discourse, "pointer"), words(discourse, "summing-noun")
        self._means = words(discourse, "means")
        self._finite, self._lead_in_ends = words(discourse, "finite"), words(discourse, "lead-in-end")
        joints = "|".join(map(re.escape, sorted(words(discourse, "conjunction"))))
        self._run = re.compile(rf"(?:\(?[A-Z0-9][\w/&+.-]*\)?(?:[\s,]+(?:(?:{joints})\s)?)?)+")
        self._closers = CueIndex(c for c in discourse if c.value in ("closing", "note"))

    def closing(self, text: str, begin: int, end: int, lower_words: Callable[[], frozenset[str]]) -> int:
        """Where closing prose begins within a list's last item, or `end`; `lower_words` are what the text writes in lower case."""
        if text[end - 1] not in ".!?:…)\"”" or ("." not in text[begin:end] and text[end - 1] != ":"):
            return end
        starts = {s for s, _ in self._sentences.split(text, begin, end)}
        own = self._titled(text, self._after_label(text, begin, end), end)
        for gap in _CAPITAL.finditer(text, begin, end):
            at, before = gap.end(), text[gap.start() - 1]
            if at in starts:
                if self.closes(text, at, end) or (not own and self._subject(text, at, end)):
                    return at
            elif (before.isalnum() or before in ")%'’\"”+") and self._opens(text, begin, gap.start(), at, end, lower_words):
                return at
        return end

    def closes(self, text: str, begin: int, end: int) -> bool:
        """Whether a sentence sums up or qualifies what went before it."""
        lower = text[begin:min(end, begin + _POINTER_REACH)].lower()
        return bool(self._closers.begins(lower)) or self._points_back(lower)

    def remarks(self, text: str, begin: int, end: int) -> bool:
        """Whether a sentence is a remark on what stands around it: "Note: ...", "Source: ..."."""
        return "note" in self._closers.begins(text[begin:min(end, begin + 40)].lower())

    def heading(self, text: str, begin: int, end: int, *, prose: bool = False) -> int:
        """Where a heading begins that stands before the final colon of a line, after something else; `end` if there is none.

        In prose a full stop or a known name must show the boundary."""
        found: list[tuple[int, int]] = []
        for word in reversed(list(_WORD.finditer(text, max(begin, end - 120), end))):
            follows = text[word.end():found[-1][0]] if found else text[word.end():end]
            if (found and follows.strip(" \r\n\t,&/()")) or len(found) >= _HEADING_WORDS:
                break
            if not (word.group()[0].isupper() or word.group()[0].isdigit() or word.group() in self.function_words):
                break
            found.append(word.span())
        while found and not text[found[-1][0]].isupper():
            found.pop()
        if not found or found[-1][0] <= begin or not text[begin:found[-1][0]].strip():
            return end
        return self._trimmed(text, begin, [b for b, _ in reversed(found)], end, prose)

    def lead_in(self, text: str, begin: int, end: int, lower_words: Callable[[], frozenset[str]]) -> int:
        """Where a lead-in that ends in the final colon was glued to a list item; `end` if there is none."""
        last = _LETTERS.findall(text[max(begin, end - 30):end].lower())
        if not last or last[-1] not in self._lead_in_ends:
            return end
        for gap in reversed(list(_CAPITAL.finditer(text, begin, end))):
            at = gap.end()
            before = _LETTERS.findall(text[max(begin, gap.start() - 30):gap.start()])
            word = _LETTERS.match(text, at)
            if not before or not word or text[gap.start() - 1] in ",;:/-(" or before[-1].lower() in self.function_words:
                continue
            lower = word.group().lower()
            begins = (lower in self.openers or lower in lower_words() or self._titled(text, at, end)
                      or bool(self._headings.values(text[at:end].lower())))
            if text[gap.start() - 1] == "." or (before[-1].islower() and begins):
                return at
        return end

    def is_lead_in(self, label: str) -> bool:
        """Whether words before a colon are the beginning of a sentence, not a heading."""
        found = [w.lower() for w in _LETTERS.findall(label)]
        return bool(found) and (found[-1] in self._lead_in_ends or any(w in self._finite for w in found))

    def has_verb(self, text: str) -> bool:
        """Whether words written in lower case hold a finite verb that the vocabulary names."""
        return any(w in self._finite for w in _LETTERS.findall(text))

    def _trimmed(self, text: str, begin: int, starts: list[int], end: int, prose: bool) -> int:
        """The heading's beginning among the words of a run in Title Case: all of it after a complete phrase, else its known part."""
        before = text[begin:starts[0]].rstrip()
        if before[-1] in ".!?:;":
            return starts[0]
        last = _LETTERS.findall(before[-30:])
        lower = bool(last) and last[-1].islower() and last[-1] not in self.function_words and before[-1] not in ",/-&("
        if (lower or before[-1] in ")%") and len(starts) > 1 and not prose:
            return starts[0]
        capital = [s for s in starts if text[s].isupper()]
        known = next((s for s in capital if self._headings.whole(text[s:end].lower())), None)
        if known is None:
            known = next((s for s in capital if len(starts) > 1 and self._headings.begins(text[s:end].lower())), None)
        return end if known is None else known

    def _opens(self, text: str, begin: int, stop: int, at: int, end: int, lower_words: Callable[[], frozenset[str]]) -> bool:
        """Whether a sentence begins at a capital before which no full stop stands."""
        before = _LETTERS.findall(text[max(begin, stop - 30):stop])
        word = _LETTERS.match(text, at)
        if word is None or end - at < 20 or (before and before[-1].lower() in self.function_words and text[stop - 1].isalpha()):
            return False
        lower = word.group().lower().replace("’", "'")
        following = _WORD.search(text, word.end(), end)
        ordinary = following is not None and following.group()[0].islower()
        after_name = bool(before) and before[-1][0].isupper() and text[stop - 1].isalpha()
        if lower in self.openers:
            return ordinary or not after_name
        if after_name:
            return False
        if self._titled(text, at, end):
            return True
        if not ordinary:
            return False
        if lower in self.holders or self._points_back(text[at:min(end, at + 50)].lower()):
            return True
        return lower in lower_words() and any(w in self._finite for w in _LETTERS.findall(text[word.end():min(end, at + _VERB_REACH)]))

    def _titled(self, text: str, at: int, end: int) -> bool:
        """Whether a job title in capitals begins here and a verb follows it."""
        run = self._run.match(text, at, min(end, at + _SUBJECT_REACH))
        if run is None:
            return False
        found = _LETTERS.findall(run.group().lower())
        if not found or not (self._is_head(found[-1]) or (len(found) > 1 and self._is_head(found[-2]))):
            return False
        following = _WORD.match(text, run.end(), end)
        return following is not None and following.group()[0].islower() and following.group() not in self.function_words

    def _subject(self, text: str, at: int, end: int) -> bool:
        """Whether a sentence has a job title near its beginning: "The demand for Actuaries ...", "An Actuary needs ..."."""
        first = _LETTERS.match(text, at)
        if first is None:
            return False
        if first.group().lower() not in self.openers:
            return self._titled(text, at, end)
        means = first.group().lower() in self._means and text[first.end() + 1:first.end() + 2].isalpha()  # not "By 2030"
        reach = _MEANS_REACH if means else _SUBJECT_REACH
        return any(self._is_head(w.lower()) and w[0].isupper() for w in _LETTERS.findall(text[at:min(end, at + reach)]))

    def _points_back(self, lower: str) -> bool:
        found = _LETTERS.findall(lower)
        return any(w in self._pointers and any(n in self._nouns for n in found[i + 1:i + 4]) for i, w in enumerate(found))

    @staticmethod
    def _after_label(text: str, begin: int, end: int) -> int:
        colon = text.find(": ", begin, min(end, begin + 60))
        return colon + 2 if colon > 0 else begin
