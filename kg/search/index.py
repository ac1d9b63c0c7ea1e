"""Full text over labels, definitions and passages: SQLite's FTS5, ranked by BM25, with the words found marked."""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from math import log
from pathlib import Path

from kg.errors import StoreError
from kg.lookup import Catalog

# named after what is in it: another layout is another file
FILE = "search-1.sqlite"
_PASSAGES = """SELECT ?passage ?quote ?path ?document WHERE {
  ?passage a rg:Passage ; nif:anchorOf ?quote ; rg:document ?document . OPTIONAL { ?passage rg:sectionPath ?path } } ORDER BY ?passage"""
_DEFINITIONS = "SELECT ?thing ?text WHERE { ?thing skos:definition ?text }"
# "C++", "C#" are words; "analyses" and "analysis" are one; accents do not count
_SCHEMA = """CREATE VIRTUAL TABLE found USING fts5(iri UNINDEXED, kind UNINDEXED, document UNINDEXED, documents UNINDEXED, label, other, text,
  tokenize = "porter unicode61 remove_diacritics 2 tokenchars '+#'", detail = full)"""
_BEGIN, _END = "\x02", "\x03"
_WORD = re.compile(r"[\w+#]+")
_PASSAGE = "Passage"
# of a label, of other labels, of a definition or passage
_WEIGHTS = "0, 0, 0, 0, 10.0, 4.0, 1.0"


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found. `text` is what the words were found in, `highlights` their (begin, end) there in code points."""

    iri: str
    id: str
    label: str
    kind: str
    score: float
    field: str
    text: str
    highlights: tuple[tuple[int, int], ...]
    document: str
    section_path: str


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of the hits, best first; `total` counts all of them; `loose` where only some of the words had to be there."""

    total: int
    limit: int
    offset: int
    loose: bool
    items: tuple[Hit, ...]


class Index:
    """Reads an index; safe from any thread."""

    def __init__(self, connection: sqlite3.Connection, base: str) -> None:
        self._connection, self._base, self._lock = connection, base, threading.Lock()

    def search(self, words: str, kind: str = "", limit: int = 20, offset: int = 0) -> Found:
        """What holds all the words, the last one perhaps unfinished; if nothing does, what holds some of them."""
        tokens = [token for token in _WORD.findall(words) if token.strip("_")][:32]
        if not tokens:
            return Found(0, limit, offset, False, ())
        quoted = [f'"{token}"' for token in tokens]
        loose = False
        for loose, match in enumerate((" AND ".join([*quoted[:-1], quoted[-1] + "*"]), " OR ".join(quoted))):  # noqa: B007 (read below)
            total = self._run("SELECT count(*) FROM found WHERE found MATCH ?" + self._only(kind), match, *self._kind(kind))[0][0]
            if total or len(tokens) == 1:
                break
        rows = self._run(f"""SELECT iri, kind, document, bm25(found, {_WEIGHTS}) * weight(documents) AS score,
          highlight(found, 4, ?, ?), highlight(found, 5, ?, ?), highlight(found, 6, ?, ?), label, other
          FROM found WHERE found MATCH ?{self._only(kind)} ORDER BY score, rowid LIMIT ? OFFSET ?""",
                         *(_BEGIN, _END) * 3, match, *self._kind(kind), limit, offset) if total else []
        return Found(total, limit, offset, bool(total) and loose > 0, tuple(self._hit(row) for row in rows))

    def renewed(self, catalog: Catalog, iris: Collection[str]) -> Index:
        """A copy in memory in which these things and passages are as the catalog has them now."""
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            with self._lock:
                self._connection.backup(copy)
            copy.execute("CREATE TEMP TABLE renewed(iri PRIMARY KEY)")
            copy.executemany("INSERT OR IGNORE INTO renewed VALUES (?)", ((iri,) for iri in iris))
            copy.execute("DELETE FROM found WHERE rowid IN (SELECT rowid FROM found WHERE iri IN (SELECT iri FROM renewed))")
            copy.executemany("INSERT INTO found VALUES (?, ?, ?, ?, ?, ?, ?)", (row for row in _rows(catalog) if row[0] in iris))
            copy.commit()
        except sqlite3.Error as error:
            raise StoreError(f"the search index cannot be read: {error}", hint="remove it; it is made again") from error
        return Index(_ready(copy), self._base)

    def _run(self, query: str, *values: object) -> list[tuple]:
        try:
            with self._lock:
                return self._connection.execute(query, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"the search index cannot be read: {error}", hint="remove it; it is made again") from error

    @staticmethod
    def _only(kind: str) -> str:
        return " AND kind = ?" if kind else ""

    @staticmethod
    def _kind(kind: str) -> tuple[str, ...]:
        return (kind,) if kind else ()

    def _hit(self, row: tuple) -> Hit:
        iri, kind, document, score, *marked, label, other = row
        in_label, in_other, in_text = (value or "" for value in marked)
        if kind == _PASSAGE:
            field, text = ("section", in_other) if _BEGIN in in_other and _BEGIN not in in_text else ("text", in_text)
        elif _BEGIN in in_label:
            field, text = "label", in_label
        elif _BEGIN in in_other:
            field, text = "label", next(part for part in in_other.split("\n") if _BEGIN in part)
        else:
            field, text = "definition", in_text
        plain, spans = unmarked(text)
        return Hit(iri, iri.removeprefix(self._base), unmarked(in_text)[0] if kind == _PASSAGE else label, kind, round(-score, 4), field, plain, spans,
                   document, other if kind == _PASSAGE else "")


def unmarked(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The text without marks, and where they were.

    >>> unmarked("a \\x02word\\x03 here")
    ('a word here', ((2, 6),))
    """
    out, spans, begin = [], [], 0
    length = 0
    for part in re.split(f"([{_BEGIN}{_END}])", text):
        if part == _BEGIN:
            begin = length
        elif part == _END:
            spans.append((begin, length))
        else:
            out.append(part)
            length += len(part)
    return "".join(out), tuple(spans)


def in_memory(catalog: Catalog) -> Index:
    """An index that lives as long as the process."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    _fill(connection, catalog)
    return Index(_ready(connection), catalog.graph.base)


def of_revision(folder: Path, base: str, alone: Callable[[], Catalog]) -> Index:
    """The index kept beside a revision's quads, made on first use of what the revision alone holds; in memory where the folder cannot
    be written."""
    path = folder / FILE
    if not path.exists():
        catalog = alone()
        try:
            handle, name = tempfile.mkstemp(prefix=".search-", dir=folder)
        except OSError:
            return in_memory(catalog)
        os.close(handle)
        try:
            with contextlib.closing(sqlite3.connect(name)) as connection:
                _fill(connection, catalog)
            os.replace(name, path)  # two who make it at once make the same
        except (OSError, sqlite3.Error):
            return in_memory(catalog)
        finally:
            Path(name).unlink(missing_ok=True)
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        return Index(_ready(connection), base)
    except sqlite3.Error as error:
        raise StoreError(f"the search index cannot be opened: {error}", place=str(path), hint="remove it; it is made again") from error


def _ready(connection: sqlite3.Connection) -> sqlite3.Connection:
    # what documents speak of comes before what only the vocabulary holds
    connection.create_function("weight", 1, lambda documents: 1.0 + log(1 + (documents or 0)), deterministic=True)
    return connection


def _fill(connection: sqlite3.Connection, catalog: Catalog) -> None:
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute(_SCHEMA)
    connection.executemany("INSERT INTO found VALUES (?, ?, ?, ?, ?, ?, ?)", _rows(catalog))
    connection.execute("INSERT INTO found(found) VALUES ('optimize')")
    connection.commit()


def _rows(catalog: Catalog) -> Iterable[tuple[str, str, str, int, str, str, str]]:
    definitions = {thing.value: text.value for thing, text in catalog.graph.rows(_DEFINITIONS)}  # type: ignore[union-attr]
    for iri, (kind, labels) in catalog.names.labels.items():
        others = "\n".join(label for label, _, shown in labels[1:] if shown)
        yield iri, kind, "", catalog.counts(iri)[0], labels[0][0], others, definitions.get(iri, "")
    for passage, quote, path, document in catalog.graph.rows(_PASSAGES):
        yield passage.value, _PASSAGE, document.value, 1, "", path.value if path else "", quote.value  # type: ignore[union-attr]
