"""The words that job titles are made of, as the vocabulary lists them, and how a title is spelled canonically."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from kg.model import Concept
from kg.vocabulary import Vocabulary

_SHORT = re.compile(r"[A-Z0-9][A-Za-z0-9]*[A-Z0-9+#][A-Za-z0-9]*|[A-Z][+#]+")
_REMEMBERED = 20_000
_PARTS = re.compile(r"([-/&])")
# endings of German nouns of persons that get -en in the plural and after articles: "einen Datenanalysten"
_WEAK_NOUNS = ("ist", "yst", "ent", "ant", "ekt", "at", "or")
# endings of English plurals with what stands for them in the singular
_PLURALS = (("ies", "y"), ("es", ""), ("s", ""), ("men", "man"), ("women", "woman"), ("people", "person"))


class TitleWords:
    """Head nouns, levels, of-heads, spellings and expansions of a vocabulary; all keys lower case, hyphens as spaces."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.heads: set[str] = set()
        self.weak_heads: set[str] = set()
        self.head_phrases: set[str] = set()
        self.of_heads: set[str] = set()
        self.levels: dict[str, str] = {}
        self.suffixes: set[str] = set()
        self._level_iris: dict[str, str] = {}
        self._compounding: set[str] = set()
        self._kept: dict[str, str] = {}
        self._expansions: dict[str, tuple[str, str]] = {}
        self.not_heads: set[str] = set()
        ranks: dict[str, str] = {}
        for word in vocabulary.of_kind("TitleWord"):
            self._take(vocabulary, word, ranks)
        # "senior-level" is "senior"; "entry-level" has no shorter form
        self._shorter = {k: ranks[k.rsplit(" ", 1)[0]] for k in self.levels if " " in k and k.rsplit(" ", 1)[0] in ranks}
        for level in vocabulary.of_kind("Seniority"):
            self._level_iris.update({key(label): level.iri for label in (level.label, *level.alt_labels) if key(label) in self.levels})
        self.heads -= self.not_heads
        self.abbreviations = {label for label, _ in self._expansions.values()}
        self.abbreviated_heads = {label for label, full in self._expansions.values() if key(full).split(" ")[-1] in self.heads}
        self._endings = {h[-4:] for h in self._compounding}
        self._singulars = {plural: head for head in sorted(self.heads) for plural in self.plurals(head) if plural not in self.heads}
        self._spelled: dict[tuple[str, ...], str] = {}
        self._contexts(vocabulary)

    def _take(self, vocabulary: Vocabulary, word: Concept, ranks: dict[str, str]) -> None:
        """Sort one title word by the parts of titles that it may be; `ranks` gets the label of a level by its key."""
        labels = (word.label, *word.alt_labels, *word.hidden_labels)
        keys = [key(label) for label in labels]
        parts = {re.split(r"[/#]", p)[-1] for p in vocabulary.values(word.iri, "titlePart")}
        if "head" in parts or "of-head" in parts:
            self.heads.update(k for k in keys if " " not in k)
            self.head_phrases.update(k for k in keys if " " in k)
            self.weak_heads.update(key(label) for label in word.needs_context)
        if "head" in parts:  # German heads, which have capitals, form compounds in one word
            self._compounding.update(key(label) for label in labels if label[:1].isupper() and label[1:].islower() and len(label) > 5)
        if "of-head" in parts:
            self.of_heads.update(keys)
        if "not-head" in parts:
            self.not_heads.update(keys)
        if "seniority" in parts:
            full = " ".join(vocabulary.values(word.iri, "titleExpansion"))
            self.levels.update({k: full or label for k, label in zip(keys, labels, strict=True)})
            ranks.update(dict.fromkeys(keys[:1], word.label))
        if "seniority-suffix" in parts:
            self.suffixes.update(keys)
        if "kept" in parts:
            self._kept.update(zip(keys, labels, strict=True))
        for expansion in vocabulary.values(word.iri, "titleExpansion"):
            for k, label in zip(keys, labels, strict=True):
                self._expansions.setdefault(k, (label, expansion))
        for level in vocabulary.values(word.iri, "seniority"):
            self._level_iris.update(dict.fromkeys(keys, level))

    def _contexts(self, vocabulary: Vocabulary) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for cue in vocabulary.cues("title-context"):
            found[cue.value].add(cue.phrase.lower())
        self.of, self.links, self.conjunctions, self.openings = found["of"], found["link"], found["conjunction"], found["opening"]
        self.weak_heads |= found["weak-head"]
        self.articles, self.determiners = found["article"], found["determiner"]
        self.organization_nouns, self.credential_nouns = found["organization-noun"], found["credential-noun"]
        self.verb_markers, self.function_markers = found["verb-marker"], found["function-marker"]

    def singular(self, word: str) -> str:
        """Singular of a lower-case word, if that is a head noun; else the word itself."""
        return self._singulars.get(word, word)

    def plurals(self, word: str) -> list[str]:
        """Plural forms of a head noun, in lower case."""
        forms = [word[:-len(other)] + ending if other else word + ending for ending, other in _PLURALS if word.endswith(other)]
        if word.endswith(_WEAK_NOUNS):
            forms.append(word + "en")
        if word.endswith(("er", "el")):
            forms.append(word + "n")
        elif word in self._compounding:
            forms += [word + "nen" if word.endswith("in") else word + "en", word + "e"]
        return forms

    def compound_head(self, word: str) -> bool:
        """Whether a capitalised word is written in one with a head noun ("Softwareentwickler")."""
        lower = word.lower()
        if lower[-4:] not in self._endings or not word[:1].isupper() or not word[1:].islower():
            return False
        return any(lower[n:] in self._compounding for n in range(3, len(lower) - 5))

    def abbreviates(self, word: str) -> bool:
        """Whether a word is an abbreviation of a head noun ("SRE", "SREs")."""
        return word in self.abbreviated_heads or (word[-1:] == "s" and word[:-1] in self.abbreviated_heads and word[:-1].isupper())

    def learn(self, heads: Iterable[str]) -> None:
        """Know the plurals of further words that titles end in."""
        for head in sorted(heads):
            for plural in self.plurals(head):
                if plural not in self.heads:
                    self._singulars.setdefault(plural, head)

    def is_short(self, word: str) -> bool:
        """Whether a word is an abbreviation or a name with inner capitals ("ML", "MLOps", "C++")."""
        return _SHORT.fullmatch(word) is not None

    def level(self, words: list[str]) -> str:
        """IRI of the level in the words of a label: the one it opens with, the one it closes with, or ""."""
        keys = [key(w) for w in words]
        for part in (" ".join(keys[:3]), " ".join(keys[:2]), keys[0] if keys else "", " ".join(keys[-2:]), keys[-1] if keys else ""):
            if part in self._level_iris and (part in self.levels or part in self.suffixes or part in self.of_heads):
                return self._level_iris[part]
        return ""

    def canonical(self, words: list[str]) -> str:
        """Title Case singular, abbreviations expanded, a level after the head moved to the front."""
        label = self._spelled.get(key := tuple(words))
        if label is None:
            if len(self._spelled) >= _REMEMBERED:
                self._spelled.clear()
            label = self._spelled[key] = self._canonical(words)
        return label

    def _canonical(self, words: list[str]) -> str:
        spelled: list[str] = []
        i = 0
        while i < len(words):
            for length in (3, 2, 1):
                full = self._expanded(words[i:i + length], at_end=i + length == len(words)) if i + length <= len(words) else ""
                if full:
                    spelled += full.split(" ")
                    i += length
                    break
            else:
                level = self._shorter.get(key(words[i])) if "-" in words[i] and len(words) > 1 else None
                spelled.append(level.capitalize() if level else self._spell(words[i], first=i == 0, head=self._may_be_head(words, i)))
                i += 1
        if len(spelled) > 2 and spelled[-1].lower() in self.levels and spelled[-2].lower() in self.heads:
            spelled.insert(0, spelled.pop())
        return " ".join(spelled)

    def _expanded(self, words: list[str], at_end: bool) -> str:
        joined = " ".join(words)
        plural = at_end and joined[-1:] == "s" and joined[:-1].isupper()
        label, full = self._expansions.get(key(joined[:-1] if plural else joined), ("", ""))
        if not full or (label.isupper() and joined.removesuffix("s" if plural else "") != label):
            return ""
        is_head = full.lower() in self.heads or full.lower().rsplit(" ", 1)[-1] in self.heads
        return full if at_end or not is_head or full.lower() in self.levels else ""

    def _may_be_head(self, words: list[str], i: int) -> bool:
        """Whether no head noun comes behind a word, which then is none ("People Operations Manager"), up to an "and" or an "of"."""
        for word in map(key, words[i + 1:]):
            if word in self.of or word in self.conjunctions:
                return True
            if word not in self.levels and self.singular(word) in self.heads:
                return False
        return True

    def _spell(self, word: str, first: bool, head: bool = True) -> str:
        kept = self._kept.get(key(word))
        if kept:
            return kept
        if "-" in word:
            left, _, right = word.rpartition("-")
            if self.singular(right.lower()) in self.heads:  # "UX-Designers"
                return f"{self._spell(left, first)}-{self._spell(right, False)}"
        lower = word.lower()
        single = self.singular(lower)
        if head and single != lower:
            return single[:1].upper() + single[1:]
        if not first and (lower in self.of or lower in self.conjunctions):
            return lower
        return "".join(p if (p.isupper() and len(p) < 6) or (not p[1:].islower() and not p.isupper()) else p[:1].upper() + p[1:].lower()
                       for p in _PARTS.split(word))


def key(label: str) -> str:
    """Lower case, hyphens as spaces, no full stops: how title words are compared."""
    return label.lower().replace("-", " ").replace(".", "" if label[:1] != "." else ".").replace("  ", " ").strip()
