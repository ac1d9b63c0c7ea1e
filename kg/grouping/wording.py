"""What a statement says, as weighted features: stems of its content words, with abbreviations and synonyms folded.

Words are stemmed with Snowball (Porter 1980; Porter 2001, "Snowball: A language for stemming algorithms"). What words mean
the same is data: `Lexicon` is made from labels of the vocabulary (an abbreviation stands for what it abbreviates) and from
the cues of the schemes `action-sense`, `thing-sense` and `wording` (ontology/vocabulary/cues-statements.ttl).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

import snowballstemmer

from kg.vocabulary import Vocabulary

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*(?:\+\+|#)?|[,;:.()]")
_POSSESSIVE = re.compile(r"['’]s$|['’]$")
# a name before a colon ("Team Leadership: Guide ...") and a participle that adds to a clause (", fostering growth ...")
_NAME = re.compile(r"^[^:.;]{2,60}?:\s+(?=\w)")
_PARTICIPLE = re.compile(r",\s+(?:while\s+)?[a-z]{3,}ing\s+(?!and\b|or\b)(?=\w)")
_ASIDE = re.compile(r"\([^()]*\)?")


@dataclass(frozen=True, slots=True)
class Wording:
    """A statement's features with the share in which each counts, the actions it opens with, its numbers and what it denies."""

    features: tuple[tuple[str, float], ...]
    actions: frozenset[str]
    numbers: frozenset[str]
    denials: frozenset[str]


def _functional() -> frozenset[str]:
    """English words that only join others."""
    # imported where it is needed: a build that finds nothing changed does without spaCy, which takes most of its start
    from spacy.lang.en.stop_words import STOP_WORDS

    return frozenset(STOP_WORDS)


@lru_cache(maxsize=1)
def _stemmer() -> snowballstemmer.EnglishStemmer:
    return snowballstemmer.stemmer("english")


@dataclass(slots=True)
class Lexicon:
    """Which words and phrases stand for which, which add little, and which phrases begin mere examples."""

    folded: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    acronyms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    functional: frozenset[str] = field(default_factory=_functional)
    light: frozenset[str] = frozenset()
    kept: frozenset[str] = frozenset()
    negations: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()
    verbs: frozenset[str] = frozenset()
    doers: frozenset[str] = frozenset()
    auxiliaries: frozenset[str] = frozenset()
    elaborating: re.Pattern[str] | None = None
    lengths: dict[str, tuple[int, ...]] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    texts: int = 0
    _stems: dict[str, str] = field(default_factory=dict)

    def stem(self, word: str) -> str:
        """The stem of one word in lower case."""
        found = self._stems.get(word)
        if found is None:
            found = self._stems[word] = _stemmer().stemWord(word)
        return found

    def weight(self, feature: str) -> float:
        """Inverse document frequency of a feature; 1 where no counts are known."""
        return math.log((self.texts + 1) / (min(self.counts.get(feature, 0), self.texts) + 0.5)) if self.texts else 1.0

    def stems(self, text: str) -> tuple[str, ...]:
        """The stems of a phrase, function words among them."""
        return tuple(self.stem(word) for word, _ in self._words(text))

    def _words(self, text: str) -> Iterator[tuple[str, str]]:
        """Words in lower case with the form in the text; a prefix set off by a hyphen is put back."""
        carried = ""
        for match in _WORD.finditer(text):
            form = _POSSESSIVE.sub("", match.group())
            lower = carried + form.casefold()
            carried = ""
            if lower in self.prefixes and text[match.end():match.end() + 1] == "-":
                # what negates stays in sight: "non-technical" denies "technical"
                carried = f"{lower}-" if lower in self.negations else lower
                continue
            if form[:1].isalnum():
                yield lower, form


def lexicon(names: Mapping[str, str] | None = None, senses: Iterable[tuple[str, Sequence[str], bool]] = (),
            wording: Mapping[str, Sequence[str]] | None = None) -> Lexicon:
    """A lexicon of abbreviations with what they stand for, of senses (name, phrases, whether actions) and of `wording` cues by notation."""
    cues = wording or {}
    made = Lexicon(prefixes=frozenset(w.casefold().rstrip("-") for w in cues.get("prefix", ())))
    made.light = frozenset(made.stem(word.casefold()) for word in cues.get("light", ()))
    made.verbs = frozenset(verb.casefold() for verb in cues.get("verb", ()))
    made.auxiliaries = frozenset(word.casefold() for word in cues.get("auxiliary", ()))
    made.doers = frozenset(word.casefold() for word in cues.get("doer", ()))
    made.negations = frozenset(word.casefold() for word in cues.get("negation", ()))
    made.kept = made.negations | {word.casefold() for word in cues.get("kept", ())}
    phrases = sorted((p for p in cues.get("elaboration", ())), key=lambda p: (-len(p), p))
    if phrases:
        made.elaborating = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, phrases)) + r")(?!\w)", re.IGNORECASE)
    made.acronyms = {name: made.stems(label) for name, label in sorted((names or {}).items())}
    actions = set()
    for name, members, acting in senses:
        feature = f"={name}"
        actions.update({feature} if acting else ())
        for phrase in sorted(members):
            # where stemming runs two senses together ("explain", "explainable") the later is known by its full form
            if made.folded.get(made.stems(phrase), (feature,)) != (feature,) and " " not in phrase:
                made._stems[phrase.casefold()] = feature
            made.folded.setdefault(made.stems(phrase), (feature,))
    made.folded.pop((), None)
    made.actions = frozenset(actions)
    for first, number in sorted({(stems[0], len(stems)) for stems in made.folded}, reverse=True):
        made.lengths[first] = (*made.lengths.get(first, ()), number)
    return made


def of_vocabulary(vocabulary: Vocabulary) -> Lexicon:
    """The lexicon of a vocabulary: its unambiguous abbreviations, and the cues of the schemes for senses and wording."""
    labels: dict[str, set[str]] = defaultdict(set)
    for concept in vocabulary.concepts.values():
        for name in set(concept.alt_labels) - concept.needs_context:
            if abbreviates(name, concept.label):
                labels[name].add(concept.label.casefold())
    senses: dict[tuple[str, bool], list[str]] = defaultdict(list)
    for scheme, acting in (("action-sense", True), ("thing-sense", False)):
        for cue in vocabulary.cues(scheme):
            senses[cue.value, acting].append(cue.phrase)
    wording: dict[str, list[str]] = defaultdict(list)
    for cue in vocabulary.cues("wording"):
        wording[cue.value].append(cue.phrase)
    wording["verb"] = [cue.phrase for cue in vocabulary.cues("verb")]
    names = {name: min(found) for name, found in labels.items() if len(found) == 1}
    made = lexicon(names, [(name, found, acting) for (name, acting), found in sorted(senses.items())], wording)
    made.texts, counts = word_counts(table())
    # a sense is as common as the words that have it
    for stems, (feature, *_) in made.folded.items():
        if len(stems) == 1 and stems[0] != feature:
            counts[feature] += counts[stems[0]]
    made.counts = counts
    return made


def table() -> str:
    """The shipped table of how many texts hold each stem."""
    return files("ontology").joinpath("words.tsv").read_text(encoding="utf-8")


def word_counts(table: str) -> tuple[int, Counter[str]]:
    """How many texts were read, and how many hold each stem, from lines of stem, tab, number."""
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    counts = Counter({stem: int(number) for stem, number in rows})
    return counts.pop(""), counts


def abbreviates(name: str, label: str) -> bool:
    """Whether a name is made of the initials of the label's words ("IaC": Infrastructure as Code)."""
    initials = [word[0] for word in re.split(r"[\s/-]+", label.casefold()) if word]
    return " " not in name and sum(c.isupper() for c in name) > 1 and list(name.casefold()) == initials


def read(text: str, words: Lexicon) -> Wording:
    """The features of one statement: in full for what it says first, in part for its name and for what it adds."""
    text = unicodedata.normalize("NFKC", text).strip()
    shares: dict[str, float] = {}
    actions: frozenset[str] = frozenset()
    denials: frozenset[str] = frozenset()
    for part, share in _parts(text, words):
        found = list(_features(part, words))
        for at, feature in enumerate(found):
            weight = share * (LIGHT if feature in words.light else 1.0) * (LATE if at >= EARLY else 1.0)
            shares[feature] = max(shares.get(feature, 0.0), weight)
        if share == 1.0:
            actions = _opening(found, words)
            denials = frozenset(f for f in found if f.split("-", 1)[0] in words.negations)
    numbers = frozenset(feature for feature in shares if feature[0].isdigit())
    return Wording(tuple(sorted(shares.items())), actions, numbers, denials)


# in what share words count that add little, name a statement, illustrate it, or say who does it; and words that come late
LIGHT, NAME, ADDED, SUBJECT, LATE = 0.3, 0.2, 0.2, 0.1, 0.4
EARLY, SUBJECT_WORDS = 6, 12


def _parts(text: str, words: Lexicon) -> Iterator[tuple[str, float]]:
    name = _NAME.match(text)
    if name:
        yield name.group(), NAME
        text = text[name.end():]
    for aside in _ASIDE.findall(text):
        yield aside, ADDED
    text = _ASIDE.sub(" ", text)
    begin = _predicate(text, words)
    yield text[:begin], SUBJECT
    text = text[begin:]
    ends = [m.start() for m in _PARTICIPLE.finditer(text)]
    if words.elaborating:
        ends += [m.start() for m in words.elaborating.finditer(text)]
    # what comes so early that nothing has been said yet adds to nothing: "Designing, building and ..."
    end = min((at for at in ends if len(_WORD.findall(text[:at])) > 3), default=len(text))
    yield text[end:], ADDED
    yield text[:end], 1.0


def _predicate(text: str, words: Lexicon) -> int:
    """Where the verb stands in a clause that says who does it ("Mechanics often repair ..."); 0 where a verb comes first."""
    plural = False
    for at, match in enumerate(_WORD.finditer(text)):
        word = match.group().casefold()
        if plural and (word in words.verbs or word in words.auxiliaries):
            return match.start()
        if word in words.verbs or at > SUBJECT_WORDS or word in ".;:":
            return 0
        if word not in words.functional and not word.endswith("ly"):
            plural = word.endswith("s") and not word.endswith("ss")
        plural = plural or word in words.doers
    return 0


def _features(text: str, words: Lexicon) -> Iterator[str]:
    stems: list[str] = []
    empty: list[bool] = []
    for lower, form in words._words(text):
        full = words.acronyms.get(form) or (words.acronyms.get(form[:-1]) if form.endswith("s") else None)
        stems += full or (words.stem(lower),)
        empty += [False] * len(full) if full else (lower in words.functional and lower not in words.kept,)
    at = 0
    while at < len(stems):
        for length in words.lengths.get(stems[at], ()):
            folded = words.folded.get(tuple(stems[at:at + length]))
            if folded:
                yield from folded
                at += length
                break
        else:
            if not empty[at]:
                yield stems[at]
            at += 1


def _opening(features: list[str], words: Lexicon) -> frozenset[str]:
    """The actions that a statement opens with: the first word of weight, and the actions that follow it at once."""
    heavy = [f for f in features if f not in words.light]
    found = set(heavy[:1])
    for feature in heavy[1:]:
        if feature not in words.actions:
            break
        found.add(feature)
    return frozenset(found)
