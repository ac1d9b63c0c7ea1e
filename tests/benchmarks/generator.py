"""Documents about roles in any number, with the facts that they state: python -m tests.benchmarks.generator FOLDER NUMBER [SEED]

Each document is drawn from templates and the vocabulary by its own number, so that a corpus of ten is the beginning of one of
ten thousand. Every fifth is a guide (plain text without markup, Markdown, HTML, Word, PDF in turn), the others are adverts in
tables of JSON Lines and CSV.
"""

from __future__ import annotations

import csv
import html
import io
import json
import random
import sys
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import docx

from kg.model import Concept
from kg.vocabulary import Vocabulary, load

LAYOUTS = ("txt", "md", "html", "docx", "pdf")
ROWS_PER_TABLE = 1000
_DUTIES = (
    "Design and maintain {tool} pipelines for {area} teams", "Build {area} services and keep them reliable", "Review code and document decisions",
    "Work with {area} stakeholders to set priorities", "Monitor production systems and respond to incidents", "Mentor junior colleagues in {skill}",
    "Automate testing and deployment with {tool}", "Analyse {area} data and report findings to management", "Improve the cost and speed of {area} workloads",
    "Plan the roadmap of the {area} platform", "Migrate existing {area} systems to {tool}", "Define standards for {skill} across the organisation")
_AREAS = ("billing", "logistics", "customer", "payments", "research", "reporting", "inventory", "security", "marketing", "claims", "fleet", "warehouse")
_FIRMS = ("Northwind Traders", "Acme Analytics", "Blue Harbor Labs", "Granite Systems", "Juniper Freight", "Lakeside Insurance", "Red Kite Media")
_INTRO = ("{role}s work where {area} systems meet people who depend on them.", "This guide describes what a {role} does and what the work asks for.")


@dataclass(frozen=True, slots=True)
class Made:
    """A document: its name, its role, sections of lines, and the facts that it states."""

    name: str
    role: str
    employer: str
    place: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    facts: tuple[tuple[str, str], ...]


class Corpus:
    """Draws documents from a vocabulary."""

    def __init__(self, vocabulary: Vocabulary | None = None, seed: int = 1) -> None:
        known = vocabulary or load()
        self.seed = seed
        self.roles = [c.label for c in _plain(known, "Role") if 2 <= len(c.label.split()) <= 3][:400]
        self.tools = [c.label for c in _plain(known, "Tool") if c.label.isalnum() and c.label[0].isupper() and len(c.label) > 5][:300]
        self.skills = [c.label for c in _plain(known, "Skill") if len(c.label.split()) == 2 and c.label.islower()][:300]
        self.fields = [c.label for c in _plain(known, "FieldOfStudy") if len(c.label.split()) == 2][:40]
        self.places = [c.label for c in _plain(known, "Place") if ", " in c.label][:60]

    def document(self, number: int) -> Made:
        """The document with this number."""
        choose = random.Random(f"{self.seed} {number}")
        role, area, years = choose.choice(self.roles), choose.choice(_AREAS), choose.randint(2, 9)
        tools, skills = choose.sample(self.tools, choose.randint(3, 6)), choose.sample(self.skills, choose.randint(2, 4))
        low, place, field = choose.randint(50, 160) * 1000, choose.choice(self.places), choose.choice(self.fields)
        high = low + choose.randint(10, 60) * 1000
        duties = [d.format(tool=choose.choice(tools), skill=choose.choice(skills), area=area) for d in choose.sample(_DUTIES, choose.randint(3, 6))]
        asked = [f"{years}+ years of experience with {tools[0]}", *(f"Proficiency in {t}" for t in tools[1:]), *(f"Experience with {s}" for s in skills),
                 f"Bachelor's degree in {field}"]
        sections = (("Overview", (choose.choice(_INTRO).format(role=role, area=area),)), ("Responsibilities", tuple(duties)),
                    ("Requirements", tuple(asked)), ("Salary", (f"The salary range is ${low:,} to ${high:,} per year",)))
        facts = [*(("requiresTool", t) for t in tools), *(("requiresSkill", s) for s in skills), ("minYears", str(years)), ("pay", f"{low} {high}")]
        return Made(f"doc-{number:07d}", role, choose.choice(_FIRMS), place, sections, tuple(facts))

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


def row(made: Made) -> dict[str, str]:
    """An advert as a row of a table."""
    return {"id": made.name, "title": made.role, "employer": made.employer, "place": made.place, "text": markdown(made).decode()}


def text(made: Made) -> bytes:
    """Plain text that has lost its markup: headings and items are lines like all others."""
    return "\n".join(_lines(made, lambda h: f"\n{h}", lambda i: i)).encode()


def markdown(made: Made) -> bytes:
    """Markdown."""
    return "\n".join(_lines(made, lambda h: f"\n## {h}\n", lambda i: f"- {i}", "# ")).encode()


def page(made: Made) -> bytes:
    """A web page with what surrounds an article."""
    body = "".join(f"<h2>{h}</h2><ul>{''.join(f'<li>{html.escape(i)}</li>' for i in items)}</ul>" for h, items in made.sections)
    return (f"<!doctype html><html><head><title>{made.role}</title></head><body><nav><a href='/'>Home</a></nav><main><h1>{made.role}</h1>"
            f"{body}</main><footer>Imprint</footer></body></html>").encode()


def word(made: Made) -> bytes:
    """A Word file."""
    document, out = docx.Document(), io.BytesIO()
    document.add_heading(made.role, 0)
    for heading, items in made.sections:
        document.add_heading(heading, 1)
        for item in items:
            document.add_paragraph(item, style="List Bullet")
    document.save(out)
    return out.getvalue()


def pdf(made: Made) -> bytes:
    """A PDF of one page, a line of text for each item."""
    lines = _lines(made, lambda h: h, lambda i: f"- {i}")
    shown = "".join("(" + line.strip().replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") + ") Tj T*\n" for line in lines if line.strip())
    stream = zlib.compress(f"BT /F1 9 Tf 12 TL 40 800 Td\n{shown}ET".encode("latin-1"))
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


def _lines(made: Made, heading: Callable[[str], str], item: Callable[[str], str], title: str = "") -> Iterator[str]:
    yield title + made.role
    for name, items in made.sections:
        yield heading(name)
        yield from map(item, items)


WRITERS = {"txt": text, "md": markdown, "html": page, "docx": word, "pdf": pdf}


def main() -> None:
    """Write a corpus, and gold.jsonl beside it."""
    folder, number, *seed = sys.argv[1:]
    made = Corpus(seed=int(seed[0]) if seed else 1).write(Path(folder), int(number))
    gold = Path(folder).with_suffix(".gold.jsonl")
    gold.write_text("".join(json.dumps({"document": m.name, "role": m.role, "facts": m.facts}) + "\n" for m in made), encoding="utf-8")
    print(f"{number} documents in {folder}, their facts in {gold}")


if __name__ == "__main__":
    main()
