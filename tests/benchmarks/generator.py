"""Documents about roles in any number, with the facts that they state: python -m tests.benchmarks.generator FOLDER NUMBER [SEED]

Each document is drawn from templates and the vocabulary by its own number, so that a corpus of ten is the beginning of one of
ten thousand. Every fifth is a file (plain text without markup, Markdown, HTML, Word, PDF in turn): a guide, a page of a handbook, a guide with
pay by city, a German advert or an Indian guide; the others are adverts in tables of JSON Lines and CSV. `kinds` and `adverts` hold what
they say, `correct` compares it with a graph.
"""

from __future__ import annotations

import csv
import html
import io
import json
import random
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import docx

from kg.model import Concept
from kg.vocabulary import Vocabulary, load
from tests.benchmarks.adverts import ADVERTS, indian_advert
from tests.benchmarks.kinds import GUIDES, Drawn, Section, german

LAYOUTS = ("txt", "md", "html", "docx", "pdf")
ROWS_PER_TABLE = 1000
_DUTIES = (
    "Design and maintain {tool} pipelines for {area} teams", "Build {area} services and keep them reliable", "Review code and document decisions",
    "Work with {area} stakeholders to set priorities", "Monitor production systems and respond to incidents", "Mentor junior colleagues in {skill}",
    "Automate testing and deployment with {tool}", "Analyse {area} data and report findings to management", "Improve the cost and speed of {area} workloads",
    "Plan the roadmap of the {area} platform", "Migrate existing {area} systems to {tool}", "Define standards for {skill} across the organisation")
_AREAS = ("billing", "logistics", "customer", "payments", "research", "reporting", "inventory", "security", "marketing", "claims", "fleet", "warehouse")
# as a German spells it, and as it is called here
_GERMAN = (("München", "Munich"), ("Köln", "Cologne"), ("Hamburg", "Hamburg"), ("Berlin", "Berlin"), ("Nürnberg", "Nuremberg"))
_FIRMS = ("Northwind Traders", "Acme Analytics", "Blue Harbor Labs", "Granite Systems", "Juniper Freight", "Lakeside Insurance", "Red Kite Media")


@dataclass(frozen=True, slots=True)
class Made:
    """A document: its name, its kind, its role, its title, its sections, and the facts that it states."""

    name: str
    kind: str
    role: str
    title: str
    employer: str
    place: str
    sections: tuple[Section, ...]
    facts: tuple[tuple[str, str], ...]


class Corpus:
    """Draws documents from a vocabulary."""

    def __init__(self, vocabulary: Vocabulary | None = None, seed: int = 1) -> None:
        known = vocabulary or load()
        self.seed = seed
        roles = [c.label for c in _plain(known, "Role") if 2 <= len(c.label.split()) <= 3 and " of " not in c.label and c.label[-1] not in "shxyz"]
        self.roles = _spread(roles, 400)
        self.tools = _spread([c.label for c in _plain(known, "Tool") if c.label.isalnum() and c.label[0].isupper() and len(c.label) > 5], 300)
        self.skills = _spread([c.label for c in _plain(known, "Skill") if len(c.label.split()) == 2 and c.label.islower() and not c.label.endswith(" skills")], 300)
        self.fields = _spread([c.label for c in _plain(known, "FieldOfStudy") if len(c.label.split()) == 2], 40)
        self.places = _spread([c.label for c in _plain(known, "Place") if c.label[-4:-2] == ", "], 60)
        self.cities = self.places

    def document(self, number: int) -> Made:
        """The document with this number."""
        choose = random.Random(f"{self.seed} {number}")
        role, area, years = choose.choice(self.roles), choose.choice(_AREAS), choose.randint(2, 9)
        tools, skills = choose.sample(self.tools, choose.randint(3, 6)), choose.sample(self.skills, choose.randint(2, 4))
        low, place, field = choose.randint(50, 160) * 1000, choose.choice(self.places), choose.choice(self.fields)
        high = low + choose.randint(10, 60) * 1000
        duties = [d.format(tool=choose.choice(tools), skill=choose.choice(skills), area=area) for d in choose.sample(_DUTIES, choose.randint(3, 6))]
        drawn = Drawn(role, area, years, tuple(tools), tuple(skills), field, low, high, tuple(duties))
        kinds = ADVERTS if number % 5 else GUIDES
        kind = kinds[(number % 5 - 1 if number % 5 else number // 5 + number // 25) % len(kinds)]  # every kind in every layout
        title, sections, facts = kind(drawn, choose, self)
        if number % 5:  # a row names the place of the work, which is that of pay without one
            place, called = choose.choice(_GERMAN) if kind is german else (title.rpartition(" - ")[2], "") if kind is indian_advert else (place, place)
            facts = [(name, f"{value} {called}") if name == "pay" and len(value.split()) == 4 else (name, value) for name, value in facts]
        return Made(f"doc-{number:07d}", kind.__name__, role, title, choose.choice(_FIRMS), place, sections, tuple(facts))

    def write(self, folder: Path, number: int, first: int = 0) -> list[Made]:
        """Write documents `first` to `first + number`; returns what they state."""
        folder.mkdir(parents=True, exist_ok=True)
        made = [self.document(n) for n in range(first, first + number)]
        adverts: list[Made] = []
        for n, item in enumerate(made, first):
            if n % 5:
                adverts.append(item)
                continue
            layout = LAYOUTS[n // 5 % len(LAYOUTS)]
            (folder / f"{item.name}.{layout}").write_bytes(WRITERS[layout](item))
        for start in range(0, len(adverts), ROWS_PER_TABLE):
            rows, name = [row(a) for a in adverts[start:start + ROWS_PER_TABLE]], f"adverts-{first + start:07d}"
            if start // ROWS_PER_TABLE % 2:
                out = io.StringIO(newline="")
                writer = csv.DictWriter(out, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
                (folder / f"{name}.csv").write_text(out.getvalue(), encoding="utf-8")
            else:
                (folder / f"{name}.jsonl").write_text("".join(json.dumps(r) + "\n" for r in rows), encoding="utf-8")
        return made


def _plain(known: Vocabulary, kind: str) -> list[Concept]:
    """Concepts whose preferred label is found wherever it stands."""
    return sorted((c for c in known.of_kind(kind) if c.label.isascii() and c.label not in c.needs_context and "(" not in c.label), key=lambda c: c.iri)


def _spread(labels: list[str], most: int) -> list[str]:
    """So many of the labels, from everywhere in the list."""
    return labels[::max(1, len(labels) // most)][:most]


def row(made: Made) -> dict[str, str]:
    """An advert as a row of a table."""
    return {"id": made.name, "title": made.title, "employer": made.employer, "place": made.place, "text": markdown(made).decode()}


def text(made: Made) -> bytes:
    """Plain text that has lost its markup: headings and items are lines like all others."""
    return "\n".join(_lines(made, "", "\n{}", "{}")).encode()


def markdown(made: Made) -> bytes:
    """Markdown."""
    return "\n".join(_lines(made, "# ", "\n## {}\n", "- {}")).encode()


def page(made: Made) -> bytes:
    """A web page with what surrounds an article."""
    def of(section: Section) -> str:
        rows = "".join(f"<tr>{''.join(f'<{cell}>{html.escape(c)}</{cell}>' for c in row)}</tr>"
                       for row, cell in zip(section.rows, ("th", *("td",) * len(section.rows)), strict=False))
        items = "".join(f"<li>{html.escape(i)}</li>" for i in section.items)
        return (f"<h2>{html.escape(section.heading)}</h2>{''.join(f'<p>{html.escape(s)}</p>' for s in section.sentences)}"
                f"{f'<ul>{items}</ul>' if items else ''}{f'<table>{rows}</table>' if rows else ''}")
    title, body = html.escape(made.title), "".join(map(of, made.sections))
    return (f"<!doctype html><html><head><meta charset='utf-8'><title>{title}</title></head><body><nav><a href='/'>Home</a></nav><main><h1>{title}</h1>"
            f"{body}</main><footer>Imprint</footer></body></html>").encode()


def word(made: Made) -> bytes:
    """A Word file."""
    document, out = docx.Document(), io.BytesIO()
    document.add_heading(made.title, 0)
    for section in made.sections:
        document.add_heading(section.heading, 1)
        for sentence in section.sentences:
            document.add_paragraph(sentence)
        for item in section.items:
            document.add_paragraph(item, style="List Bullet")
        if section.rows:
            table = document.add_table(len(section.rows), len(section.rows[0]))
            for cells, row in zip(table.rows, section.rows, strict=True):
                for cell, words in zip(cells.cells, row, strict=True):
                    cell.text = words
    document.save(out)
    return out.getvalue()


def pdf(made: Made) -> bytes:
    """A PDF of one page, a line of text for each item."""
    lines = [line.replace("₹", "INR ") for line in _lines(made, "", "{}", "- {}")]  # the font has no sign for the rupee
    shown = "".join("(" + line.strip().replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ") Tj T*\n" for line in lines if line.strip())
    stream = zlib.compress(f"BT /F1 9 Tf 12 TL 40 800 Td\n{shown}ET".encode("cp1252"))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
               b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
               b"<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(stream), stream),
               b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for n, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (n, content)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)


def _lines(made: Made, title: str, heading: str, item: str) -> Iterator[str]:
    yield title + made.title
    for section in made.sections:
        yield heading.format(section.heading)
        yield from section.sentences
        yield from map(item.format, section.items)
        for number, row in enumerate(section.rows):
            yield "| " + " | ".join(row) + " |"
            if not number:
                yield "|" + "---|" * len(row)


WRITERS = {"txt": text, "md": markdown, "html": page, "docx": word, "pdf": pdf}


def main() -> None:
    """Write a corpus, and gold.jsonl beside it."""
    folder, number, *seed = sys.argv[1:]
    made = Corpus(seed=int(seed[0]) if seed else 1).write(Path(folder), int(number))
    gold = Path(folder).with_suffix(".gold.jsonl")
    gold.write_text("".join(json.dumps({"document": m.name, "kind": m.kind, "role": m.role, "facts": m.facts}) + "\n" for m in made), encoding="utf-8")
    print(f"{number} documents in {folder}, their facts in {gold}")


if __name__ == "__main__":
    main()
