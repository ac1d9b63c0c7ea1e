"""What two graphs differ in, in words: facts added, removed and changed, figures, documents, terms."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from kg.lookup import Catalog, Filter
from kg.lookup.claims import TYPES
from kg.lookup.graph import texts
from kg.lookup.models import Claim, Education, Experience, Fact, Market, Salary

_EVERY = 10_000_000
# what tells one thing of a graph from another, as identifiers; and its name in words with its qualities
_Key = tuple[str, ...]
_Thing = tuple[str, dict[str, str]]
_Things = dict[_Key, _Thing]


@dataclass(frozen=True, slots=True)
class Changes:
    """Lines by part of the graph ("facts", "salaries" ...): what was added, removed, and changed."""

    added: dict[str, tuple[str, ...]] = field(default_factory=dict)
    removed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    changed: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any(lines for part in (self.added, self.removed, self.changed) for lines in part.values())

    def text(self) -> str:
        """One line a change: + added, - removed, ~ changed, under a heading with the counts."""
        out = []
        for part in PARTS:
            lists = [(mark, lines.get(part, ())) for mark, lines in (("+", self.added), ("-", self.removed), ("~", self.changed))]
            if any(lines for _, lines in lists):
                counts = ", ".join(f"{len(lines):,} {word}" for (_, lines), word in zip(lists, ("added", "removed", "changed"), strict=True) if lines)
                out.append(f"{part}: {counts}")
                out += [f"  {mark} {line}" for mark, lines in lists for line in lines]
        return "\n".join(out) + "\n" if out else "no difference in what is stated\n"


PARTS = ("documents", "facts", *TYPES, "conflicts", "terms")


def changes(before: Catalog, after: Catalog) -> Changes:
    """What `after` states that `before` does not, and the reverse."""
    added: dict[str, tuple[str, ...]] = {}
    removed: dict[str, tuple[str, ...]] = {}
    changed: dict[str, tuple[str, ...]] = {}
    renamed = _renamed(before, after)
    for part, told in (("documents", _documents), ("facts", _facts), ("terms", _terms)):
        old = {tuple(renamed.get(iri, iri) for iri in key): entry for key, entry in told(before).items()}
        added[part], removed[part], changed[part] = _keyed(old, told(after))
    for part, kind in TYPES.items():
        added[part], removed[part] = _listed(_figures(before, kind), _figures(after, kind))
    added["conflicts"], removed["conflicts"] = _listed(_conflicts(before), _conflicts(after))
    return Changes(added, removed, changed)


def _renamed(before: Catalog, after: Catalog) -> dict[str, str]:
    """By the IRI that a group of statements had, the one that it has since another of its wordings names it: of the groups that came,
    the one that has most wordings in common with it."""
    came: defaultdict[str, list[str]] = defaultdict(list)
    for iri, wordings in _wordings(after, before):
        for wording in wordings:
            came[wording].append(iri)
    shared = Counter((old, new) for old, wordings in _wordings(before, after) for wording in wordings for new in came.get(wording, ()))
    found: dict[str, str] = {}
    taken: set[str] = set()
    for (old, new), _ in sorted(shared.items(), key=lambda pair: (-pair[1], pair[0])):
        if old not in found and new not in taken:
            found[old] = new
            taken.add(new)
    return found


def _wordings(own: Catalog, other: Catalog) -> list[tuple[str, tuple[str, ...]]]:
    """The groups of statements that one graph has and the other does not, with what they are put in."""
    nodes = own.graph.nodes(sorted(own.names.labels.keys() - other.names.labels.keys()))
    return [(iri, texts(node, "wording")) for iri, node in nodes.items()]


def _keyed(before: _Things, after: _Things) -> tuple[tuple[str, ...], ...]:
    """(added, removed, changed) lines of things with a key, a name and qualities."""
    def line(entry: _Thing) -> str:
        name, qualities = entry
        told = ", ".join(value for value in qualities.values() if value)
        return f"{name} ({told})" if told else name

    def difference(key: _Key) -> str:
        (was, old), (name, new) = before[key], after[key]
        told = [f"{old.get(q) or 'nothing'} is now {new.get(q) or 'nothing'}" for q in new if old.get(q) != new.get(q)]
        return f"{name}: " + "; ".join([*([f'was "{was}"'] if was != name else []), *told])
    both = before.keys() & after.keys()
    return (tuple(sorted(line(after[k]) for k in after.keys() - both)), tuple(sorted(line(before[k]) for k in before.keys() - both)),
            tuple(sorted(difference(k) for k in both if before[k] != after[k])))


def _listed(before: Counter[str], after: Counter[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return tuple(sorted((after - before).elements())), tuple(sorted((before - after).elements()))


def _documents(catalog: Catalog) -> _Things:
    return {(d.identifier,): (d.identifier, {"text": f"{d.text_length:,} characters, {d.text_sha256[:8]}"}) for d in catalog.documents(limit=_EVERY).items}


def _facts(catalog: Catalog) -> _Things:
    return {(f.subject.iri, f.property, f.object.iri): (fact_words(f), {"modality": f.modality, "documents": _number(f.document_count, "document")})
            for f in catalog.facts(limit=_EVERY).items}


def _terms(catalog: Catalog) -> _Things:
    return {(iri,): (f"{kind} {labels[0][0]}", {"labels": " / ".join(label for label, _, shown in labels[1:] if shown)})
            for iri, (kind, labels) in catalog.names.labels.items() if kind != "Document"}


def _figures(catalog: Catalog, kind: str) -> Counter[str]:
    return Counter(claim_words(c) for c in catalog.claims(Filter(type=kind), limit=_EVERY).items)


def _conflicts(catalog: Catalog) -> Counter[str]:
    return Counter(conflict.label for conflict in catalog.conflicts(limit=_EVERY).items)


def fact_words(fact: Fact) -> str:
    """A fact as a sentence: "Data Scientist requires tool Python"."""
    return f"{fact.subject.label} {_spaced(fact.property)} {fact.object.label}"


def claim_words(claim: Claim) -> str:
    """A figure or an education demand as a line."""
    about = claim.subject.label if claim.subject else getattr(claim, "about_as_stated", "") or "something"
    where = claim.document.label if claim.document else ""
    if isinstance(claim, Salary):
        amount = _amount(claim.amount) or " to ".join(_amount(v) for v in (claim.min_amount, claim.max_amount) if v is not None)
        more = (claim.component if claim.component != "unspecified" else "", _label(claim.stated_by), _label(claim.employer), _label(claim.place), claim.level,
                claim.as_of)
        told = f"{about}: {claim.statistic} {amount} {claim.currency} per {claim.per}"
    elif isinstance(claim, Market):
        told = f"{about}: {claim.measure} {_amount(claim.amount)} {claim.unit}"
        more = (f"{claim.period_start}-{claim.period_end}".strip("-"), _label(claim.stated_by))
    elif isinstance(claim, Experience):
        years = _amount(claim.min_years) + (f" to {_amount(claim.max_years)}" if claim.max_years is not None else "+" if claim.open_ended else "")
        told, more = f"{about}: {years} years", (claim.experience_area or ", ".join(r.label for r in claim.experience_in), claim.level, claim.modality)
    elif isinstance(claim, Education):
        told = f"{about}: {' or '.join(d.label for d in claim.degrees)}"
        more = (", ".join(f.label for f in claim.fields_of_study), claim.modality)
    else:
        told, more = about, ()
    return f"{told} ({', '.join(part for part in (*more, where) if part)})"


def _label(ref: object) -> str:
    return getattr(ref, "label", "")


def _amount(value: float | int | None) -> str:
    return "" if value is None else f"{value:,}"


def _number(count: int, word: str) -> str:
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def _spaced(name: str) -> str:
    return "".join(f" {c.lower()}" if c.isupper() else c for c in name)
