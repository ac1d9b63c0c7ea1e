"""Documents in, parts or changes of parts out: what changed is read by worker processes, the rest is in the revision before.

What comes back from workers goes to files by part, so that memory does not grow with the number of documents.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import IO

from kg import ledger
from kg.errors import DocumentError
from kg.extract import DOCUMENTS_PER_PROCESS, Extract
from kg.ledger import Entry
from kg.left_out import LeftOut
from kg.model import Document
from kg.namespaces import Minter
from kg.revisions import layout
from kg.revisions.draft import Draft
from kg.revisions.manifest import Revision
from kg.sources.held import Files, Held
from kg.summary import Summary

# what is looked at to choose the number of processes
PEEK = 64 * DOCUMENTS_PER_PROCESS
Extracting = Callable[[Iterable[Document], int], Iterator[Extract]]
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Gathering:
    """Gathers the documents' graphs in a folder; `context` is a mark of vocabulary and code, `base` the revision before. `as_before`:
    the shapes and all else are those of `base`; `share` is the largest share of documents that may be left out for breaking one."""

    folder: Path
    base: Revision | None
    context: str
    minter: Minter
    summary: Summary
    progress: Progress
    as_before: bool = False
    share: float = 0.0
    known: dict[str, Entry] = field(default_factory=dict)
    kept: dict[str, Entry] = field(default_factory=dict)
    made: dict[str, Entry] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)
    files: Files = field(init=False)
    out: LeftOut = field(init=False)
    _spill: _Spill = field(init=False)
    _read: int = 0
    _written: bool = False

    def __post_init__(self) -> None:
        entries = ledger.entries(self.base)
        self.known = {name: entry for name, entry in entries.items() if not entry.left_out}
        before = {name: entry for name, entry in entries.items() if entry.left_out}
        self.out = LeftOut(self.folder / "left-out", self.share, before if self.as_before else {})
        self.files = Files(self.context, ledger.files(self.base, self.known))
        self._spill = _Spill(self.folder)

    def run(self, documents: Iterable[Document | DocumentError | Held], extracting: Extracting, ahead: Callable[[], None] | None = None) -> None:
        """Read what changed; `ahead` is called when something has. DocumentError where no document could be read."""
        spill = self._spill
        fresh = self._fresh(documents)
        first = list(islice(fresh, 1))
        if first and ahead is not None:
            ahead()
        first += islice(fresh, PEEK - 1)
        with spill:
            for number, item in enumerate(extracting(chain(first, fresh), len(first)) if first else (), 1):
                self._take(item, spill)
                self.progress("extract", number, len(first) if len(first) < PEEK else self.files.extent.documents(self._read))
        if not self.kept and not self.made:
            why = "\n".join(why for _, why in self.summary.skipped)
            raise DocumentError("no document could be read", place="the sources", hint=why)
        self.summary.counts["documents"] = len(self.kept) + len(self.made)
        self.summary.counts["documents unchanged"] = len(self.kept)
        for entry in self.kept.values():
            self.summary.counts.update(entry.counts)
            self.summary.counts["quads"] += entry.quads
        self.summary.skipped.sort()

    @property
    def unchanged(self) -> bool:
        """Whether the documents are those of the revision before, every one as it was."""
        return not self.made and self.kept.keys() == self.known.keys()

    @property
    def changed(self) -> set[str]:
        """Identifiers of documents that came, went or are no longer what they were; of those that are not read yet too."""
        return self.made.keys() | self.marks.keys() | (self.known.keys() - self.kept.keys())

    @property
    def gone(self) -> set[str]:
        """Identifiers of documents of the revision before that are no more, whether their files have gone or cannot be read."""
        return self.known.keys() - self.kept.keys() - self.made.keys()

    def graphs_before(self) -> list[str]:
        """The graphs in the revision before of documents that changed or went."""
        return sorted(self._graph(name) for name in self.changed & self.known.keys())

    def ledgers(self) -> dict[str, bytes]:
        """Files for the revision's folder: what the next build may take over."""
        return {ledger.FILE: ledger.written([*self.kept.values(), *self.made.values(), *self.out.now.values()]),
                ledger.FILES: ledger.files_written(self.files.noted)}

    def _fresh(self, documents: Iterable[Document | DocumentError | Held]) -> Iterator[Document]:
        for item in documents:
            if isinstance(item, Held):
                self.kept.update((name, self.known[name]) for name in item.documents)
                continue
            if isinstance(item, DocumentError):
                self.summary.skip(item.place, str(item))
                continue
            mark, entry = ledger.mark(item, self.context), self.known.get(item.identifier)
            if entry is not None and entry.mark == mark:
                self.kept[item.identifier] = entry
            elif not self.out.waits(item, mark):
                yield self._changed(item, mark)
        if not self._read and self.kept.keys() == self.known.keys() and self.out.stay(len(self.kept)):
            for entry in self.out.now.values():
                self.summary.skip(entry.location, entry.left_out, quarantined=True)
            return
        yield from (self._changed(item, ledger.mark(item, self.context)) for item in self.out.waiting())

    def _changed(self, item: Document, mark: str) -> Document:
        self._read += 1
        self.marks[item.identifier] = mark
        return item

    def _take(self, item: Extract, spill: _Spill) -> None:
        mark = self.marks.pop(item.identifier)
        if item.error:
            self.summary.skip(item.location, item.error, item.quarantined)
            return
        self.summary.counts.update(item.counts)
        spill.add(layout.part_of(self._graph(item.identifier)), item.quads)
        quads = item.quads.count(b"\n")
        self.summary.counts["quads"] += quads
        self.made[item.identifier] = Entry(item.identifier, mark, item.location, quads, item.counts)

    def leave_out(self, accused: Mapping[str, str]) -> bool:
        """Leave out the documents with these graphs, for the reasons given; False where there are none, too many, or no others."""
        graphs = {self._graph(name): name for name in (*self.kept, *self.made)}
        found = sorted((graphs[graph], why) for graph, why in accused.items() if graph in graphs)
        number, documents = len(found) + len(self.out.now), len(graphs) + len(self.out.now)
        if not found or len(found) == len(graphs):
            return False
        if not self.out.allows(number, documents):
            self.summary.notes.append(f"{number:,} of {documents:,} documents break a shape: more than violating_share {self.share:g} lets be left out")
            return False
        for name, why in found:
            entry = self.kept.pop(name, None) or self.made.pop(name)
            self.out.now[name] = replace(entry, left_out=why)
            self.summary.skip(entry.location, why, quarantined=True)
            self.summary.counts.subtract({"documents": 1, "quads": entry.quads, **entry.counts})
        self.summary.counts = Counter({what: number for what, number in self.summary.counts.items() if number})
        self.summary.counts["documents unchanged"] = len(self.kept)
        self.summary.skipped.sort()
        return True

    def _graph(self, identifier: str) -> str:
        return self.minter.graph("document/" + self.minter.document(identifier).rsplit("/", 1)[-1])

    def parts(self, draft: Draft) -> list[str]:
        """Write each part, and later leave out what must not stay in it; returns their names."""
        if not self._written:
            self._write(draft)
            self._written = True
        for name, graphs in self._graphs(self.out.now).items():
            if name in draft.parts:
                with draft.part(name).open("rb") as lines:
                    gone = [line for line in lines if line.rsplit(b" ", 2)[1] in graphs]
                if gone:
                    draft.change(name, gone, ())
        return sorted(filter(layout.of_documents, draft.parts))

    def _write(self, draft: Draft) -> None:
        """Write each part: shared where nothing changed, else what is kept of it and what was made."""
        kept, spill = self._graphs(self.kept), self._spill
        before, fresh = self._graphs(self.known), []
        for name in sorted(kept.keys() | spill.names):
            graphs = kept.get(name, set())
            if name not in spill.names and graphs == before[name]:
                draft.share(self.base, name)
                continue
            if graphs:
                spill.extend(name, self._before(name, graphs))
            fresh.append((name, spill.path(name)))
        draft.put_unsorted(*fresh)

    def changes(self) -> Iterator[tuple[str, set[bytes], set[bytes]]]:
        """By part, the lines that go and the lines that come."""
        gone, out = self._graphs(self.changed & self.known.keys()), self._graphs(self.out.now)
        for name in sorted(gone.keys() | self._spill.names):
            old = set(self._before(name, gone[name])) if name in gone else set()
            new = self._spill.lines(name) if name in self._spill.names else set()
            if left := out.get(name):
                new = {line for line in new if line.rsplit(b" ", 2)[1] not in left}
            yield name, old - new, new - old

    def _graphs(self, identifiers: Iterable[str]) -> dict[str, set[bytes]]:
        """The documents' graphs, as they stand in lines, by part."""
        found: dict[str, set[bytes]] = {}
        for identifier in identifiers:
            graph = self._graph(identifier)
            found.setdefault(layout.part_of(graph), set()).add(f"<{graph}>".encode())
        return found

    def _before(self, name: str, graphs: set[bytes]) -> Iterator[bytes]:
        """The lines of some graphs in a part of the revision before."""
        with self.base.part(name).open("rb") as lines:
            yield from (line for line in lines if line.rsplit(b" ", 2)[1] in graphs)


class _Spill:
    """Files of lines by part, written in any order."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._files, self._stack = folder, {}, ExitStack()
        self.names: set[str] = set()
        folder.mkdir()

    def __enter__(self) -> _Spill:
        return self

    def __exit__(self, *exc: object) -> None:
        self._stack.close()
        self._files.clear()

    def path(self, name: str) -> Path:
        """File of a part."""
        return self._folder / name

    def add(self, name: str, data: bytes) -> None:
        """Add lines to a part."""
        if name not in self._files:
            self._files[name]: IO[bytes] = self._stack.enter_context(self.path(name).open("ab"))
            self.names.add(name)
        self._files[name].write(data)

    def lines(self, name: str) -> set[bytes]:
        """The lines of a part whose file is closed."""
        with self.path(name).open("rb") as stream:
            return set(stream)

    def extend(self, name: str, lines: Iterable[bytes]) -> None:
        """Add lines to a part whose file is closed."""
        with self.path(name).open("ab") as out:
            out.writelines(lines)
