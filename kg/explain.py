"""How a document is read, for people: each passage with its type and role, what was found in it, what was made of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from html import escape
from pathlib import Path

from rich.console import Console
from rich.text import Text

from kg import pipeline
from kg.bounds import bounded
from kg.model import Claim, Education, Experience, Link, Market, Reading, Salary, Statement
from kg.read.reader import read
from kg.settings import Settings
from kg.taxonomy.adopt import adopted

COLOURS = {"Tool": "cyan", "Skill": "green", "Role": "magenta", "Organization": "yellow", "Place": "blue", "Industry": "bright_blue",
           "Degree": "red", "FieldOfStudy": "bright_red", "Certification": "bright_yellow", "Regulation": "bright_magenta"}


def readings(path: Path, settings: Settings) -> list[Reading]:
    """Every document of a file, read by the pipeline; DocumentError where it cannot be read."""
    nlp, found = pipeline.shared(vocabularies(settings)), []
    for document in read(path, settings):
        with bounded(settings.max_seconds, document.location):
            found.append(pipeline.read(nlp, document))
    return found


def vocabularies(settings: Settings) -> tuple[str, ...]:
    """The further vocabulary files as the pipeline takes them."""
    return tuple(map(str, adopted(settings.vocabulary, faults=settings.vocabulary_faults, kind=settings.vocabulary_kind,
                                  languages=settings.vocabulary_languages).paths))


class Labels:
    """Labels of the entities that readings name, `vocabulary` being the further files that they were read with."""

    def __init__(self, reading: Reading, vocabulary: tuple[str, ...]) -> None:
        known = pipeline.knowledge(vocabulary).vocabulary
        self._concepts = {**known.concepts, **reading.candidates}

    def __call__(self, iri: str | None) -> str:
        concept = self._concepts.get(iri or "")
        return (concept.label + ("?" if concept.candidate else "")) if concept else (iri or "").rsplit("/", 1)[-1]


def claim_line(reading: Reading, claim: Claim, label: Labels) -> str:
    """One claim in words."""
    def entity(value: str | Statement | None) -> str:
        return f"“{reading.quote(value)}”" if isinstance(value, Statement) else label(value)
    if isinstance(claim, Link):
        details = [claim.modality, claim.proficiency, f"one of group {claim.alternative_group}" if claim.alternative_group is not None else ""]
        text = f"{entity(claim.subject)} {claim.property} {entity(claim.object)}"
    elif isinstance(claim, Salary):
        amount = claim.amount if claim.amount is not None else f"{claim.minimum or ''}-{claim.maximum or ''}"
        text = f"pay of {entity(claim.subject)}: {claim.statistic} {amount} {claim.currency} per {claim.per}"
        details = [claim.component, *(f"{n} {label(v)}" for n, v in (("source", claim.source), ("employer", claim.employer), ("place", claim.place)) if v),
                   claim.level, claim.as_of, *(f"{name} inherited" for name in claim.inherited)]
    elif isinstance(claim, Market):
        text = f"{claim.measure} of {claim.about or label(claim.subject if isinstance(claim.subject, str) else None)}: {claim.amount:f} {claim.unit}"
        details = [f"{claim.start}-{claim.stop}".strip("-"), label(claim.source) if claim.source else ""]
    elif isinstance(claim, Experience):
        text = f"{entity(claim.subject)} needs {claim.minimum}{f'-{claim.maximum}' if claim.maximum else ''}{'+' if claim.open_ended else ''} years"
        details = [claim.area, claim.level, claim.modality]
    elif isinstance(claim, Education):
        text = f"{entity(claim.subject)} needs {' or '.join(label(d) for d in claim.degrees)}"
        details = ["in " + ", ".join(label(f) for f in claim.fields) if claim.fields else "", claim.modality,
                   "may stand in for experience" if claim.substitutes_experience else ""]
    else:
        text, details = entity(claim.subject), []
    return f"{text} ({', '.join(d for d in [*details, f'{claim.confidence:g}', claim.method] if d)})"


def _by_passage(reading: Reading) -> tuple[dict, dict]:
    mentions, claims = defaultdict(list), defaultdict(list)
    for mention in reading.mentions:
        mentions[mention.passage].append(mention)
    for claim in reading.claims:
        claims[claim.evidence[0]].append(claim)
    return mentions, claims


def explain_text(found: list[Reading], vocabulary: tuple[str, ...] = ()) -> None:
    """Print to the terminal, in colour where it has any."""
    console = Console(highlight=False)
    for reading in found:
        label = Labels(reading, vocabulary)
        mentions, claims = _by_passage(reading)
        console.print(Text(f"{reading.document.location}: about {', '.join(map(label, reading.roles)) or 'no role'}", style="bold"), soft_wrap=True)
        path: tuple[str, ...] | None = None
        for number, passage in enumerate(reading.passages):
            if passage.path != path:
                path = passage.path
                console.print(Text(f"\n{' > '.join(path) or '(before the first heading)'}", style="bold underline"), soft_wrap=True)
            text = Text(reading.quote(passage))
            for mention in mentions[number]:
                text.stylize(COLOURS.get(mention.kind, "white"), mention.begin - passage.begin, mention.end - passage.begin)
            console.print(Text(f"{passage.type:14} ", style="dim"), text, Text(f"  [{label(passage.role)}]", style="dim") if passage.role else "",
                          sep="", soft_wrap=True)
            for claim in claims[number]:
                console.print(Text(f"{'':15}→ {claim_line(reading, claim, label)}", style="dim"), soft_wrap=True)
        for item in reading.skipped:
            console.print(Text(f"figure without claim: {reading.text[item.begin:item.end]} at {item.begin}: {item.reason}", style="yellow"), soft_wrap=True)


def explain_html(found: list[Reading], vocabulary: tuple[str, ...] = ()) -> str:
    """The same as one HTML page that needs nothing else."""
    body = "".join(part for reading in found for part in _html(reading, vocabulary))
    legend = "".join(f'<mark class="{kind}">{kind}</mark> ' for kind in COLOURS)
    rules = "".join(f"mark.{kind}{{background:hsl({i * 36} 80% 50% / .25)}}" for i, kind in enumerate(COLOURS))
    style = ("body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
             "mark{color:inherit;border-radius:.2rem;padding:0 .15rem}.t{display:inline-block;min-width:8rem;opacity:.7;font-size:.85rem}"
             ".c{margin:.1rem 0 .1rem 8rem;opacity:.75;font-size:.85rem}p{margin:.35rem 0}" + rules)
    return (f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
            f"<title>How RoleGraph reads</title><style>{style}</style><p>{legend}</p>{body}</html>\n")


def _html(reading: Reading, vocabulary: tuple[str, ...]) -> Iterator[str]:
    label = Labels(reading, vocabulary)
    mentions, claims = _by_passage(reading)
    yield f"<h1>{escape(reading.document.title or reading.document.identifier)}</h1><p>About {escape(', '.join(map(label, reading.roles)) or 'no role')}</p>"
    path: tuple[str, ...] | None = None
    for number, passage in enumerate(reading.passages):
        if passage.path != path:
            path = passage.path
            yield f"<h2>{escape(' > '.join(path) or '(before the first heading)')}</h2>"
        at, parts = passage.begin, []
        for mention in mentions[number]:
            title = f"{label(mention.concept)} ({mention.kind}, {mention.confidence:g})"
            parts.append(escape(reading.text[at:mention.begin]))
            parts.append(f'<mark class="{mention.kind}" title="{escape(title)}">{escape(reading.quote(mention))}</mark>')
            at = mention.end
        parts.append(escape(reading.text[at:passage.end]))
        yield f'<p><span class="t">{passage.type}</span>{"".join(parts)}</p>'
        for claim in claims[number]:
            yield f'<div class="c">→ {escape(claim_line(reading, claim, label))}</div>'
    if reading.skipped:
        yield "<h2>Figures without a claim</h2>"
        for item in reading.skipped:
            yield f"<p>{escape(reading.text[item.begin:item.end])} at {item.begin}: {escape(item.reason)}</p>"
