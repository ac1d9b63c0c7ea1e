"""Whose figure it is: the role that a line, a row or the sentence before names, else the role that the passage is about."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.model import Mention
from kg.observations.row_roles import stems
from kg.observations.surroundings import Figure, Frame, Surroundings
from kg.observations.tables import Span

_JOINT = re.compile(r"\s*(?:[,/&]\s*)?(?:\w{1,3}\s+)?")  # between roles of one enumeration: ", ", " and ", ", und "
_WORD = re.compile(r"[^\W\d_]{4,}")
_MOST = 6  # roles that one title joins


class FigureSubject(NamedTuple):
    """A role's IRI, the words for it, and whether they stand above the line."""

    role: str
    as_stated: str
    above: bool


def subject_of(s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> FigureSubject | None:
    """The role that a figure is for, or None if its row is about none.

    A sentence goes on about the role of the sentence before it, if that holds a figure of the same kind.
    """
    passage = s.reading.passages[number]
    if passage.form == "row":
        return _of_row(s, number, figure, frames)
    own = _named(s, number, s.line(number, figure), figure)
    if own:
        return own
    wanted = ("lead-in", "before") if passage.role else ("lead-in", "before", "heading", "opening")
    for frame in frames:
        if frame.kind in wanted and (frame.kind != "before" or s.quantities((frame.begin, frame.end), figure.quantity.kind)):
            found = _named(s, number, (frame.begin, frame.end), None)
            if found:
                return found._replace(above=True)
    return _inherited(s, number)


def _inherited(s: Surroundings, number: int) -> FigureSubject | None:
    role = s.reading.passages[number].role or (s.reading.roles[0] if s.reading.roles else None)
    if s.of_others(number):
        return None
    return FigureSubject(role, "", True) if role else None


def _of_row(s: Surroundings, number: int, figure: Figure, frames: list[Frame]) -> FigureSubject | None:
    """The role that a row's first cell names, else that of its caption; None for a row about no role in a table of roles."""
    stated = s.reading.text[figure.label[0]:figure.label[1]]
    role = s.reading.passages[number].role
    if role and _same_words(s, role, stated):
        return FigureSubject(role, stated, False)
    own = s.mentions(figure.label, "Role")
    if own and _covered(s, figure.label, own):
        joined = s.row_role(figure.label) if len(own) > 1 else None
        return FigureSubject(joined or own[0].concept, stated, False)
    if role is None:  # the table's rows are about roles of their own: this one about one that has no name elsewhere, or none
        unknown = s.row_role(figure.label)
        return FigureSubject(unknown, stated, False) if unknown else None
    for frame in frames:
        if frame.kind in ("header", "lead-in"):
            found = _named(s, number, (frame.begin, frame.end), None)
            if found:
                return found._replace(above=True)
    if s.tables.about_roles(number, lambda label: _covered(s, label, s.mentions(label, "Role"))):
        return None
    return _inherited(s, number)


def _named(s: Surroundings, number: int, span: Span, figure: Figure | None) -> FigureSubject | None:
    """The role that a stretch names, nearest before a figure, or first; an enumeration of roles is the role that joins them."""
    roles = s.mentions(span, "Role")
    if not roles:
        return None
    beside = s.shared_mentions(number, figure, "Role") if figure is not None else []
    if figure is not None and not beside:  # the sentence's roles have figures of their own
        end = s.sentence(number, figure)[1]
        roles = [m for m in roles if not (figure.quantity.end <= m.begin < end)]
        if not roles:
            return None
    before = [m for m in beside if figure is not None and m.end <= figure.quantity.begin]
    one = before[-1] if before else beside[0] if beside else roles[0]
    joined = s.reading.passages[number].role
    if joined and len(roles) > 1:
        at = roles.index(one)
        for first in roles[max(0, at - _MOST):at + 1]:
            for last in roles[at:at + _MOST]:
                stated = s.reading.text[first.begin:last.end]
                if first is not last and _same_words(s, joined, stated):
                    return FigureSubject(joined, stated, False)
    group = _enumeration(s, roles, one)
    own = (*s.reading.roles[:1], joined)
    generic = next((r for r in own if r and _is_generic(s, one, r)), None) if len(group) == 1 else None
    if generic:
        return FigureSubject(generic, s.reading.text[one.begin:one.end], False)
    stated = s.reading.text[group[0].begin:group[-1].end]
    row = s.row_named(stems(stated)) if len(group) > 1 else None
    return FigureSubject((s.row_role(row) if row else None) or group[0].concept, stated, False)


def _is_generic(s: Surroundings, mention: Mention, own: str) -> bool:
    """Whether a mention only calls the holders of a role by its head noun or with a level: "senior engineers", "nurses"."""
    words, label = s.reading.quote(mention).split(), s.label(own).split()
    if mention.concept == own or not label or s.label(mention.concept).split()[-1:] != label[-1:]:
        return False
    if len(words) == 1:
        return len(label) > 1 and words[0] != label[-1]
    if "-" in words[0] and s.is_level(words[0]) and stems(" ".join(words[1:])) == stems(s.label(own)):
        return True  # "entry-level software engineers"
    return len(label) > 1 and words[-1].islower() and all(s.is_level(w) for w in words[:-1])


def _enumeration(s: Surroundings, roles: list[Mention], one: Mention) -> list[Mention]:
    """The roles that stand in one enumeration with a mention."""
    first = last = roles.index(one)
    while first and _JOINT.fullmatch(s.reading.text, roles[first - 1].end, roles[first].begin):
        first -= 1
    while last + 1 < len(roles) and _JOINT.fullmatch(s.reading.text, roles[last].end, roles[last + 1].begin):
        last += 1
    return roles[first:last + 1]


def _covered(s: Surroundings, span: Span, mentions: list[Mention]) -> bool:
    """Whether mentions make up all words of a stretch but the small ones."""
    words = _WORD.finditer(s.reading.text, *span)
    return bool(mentions) and all(any(m.begin <= w.start() and w.end() <= m.end for m in mentions) for w in words)


def _same_words(s: Surroundings, role: str, stated: str) -> bool:
    """Whether a role's name is made of the same words, whatever their number."""
    label = s.label(role)
    return bool(label) and stems(label) == stems(stated)
