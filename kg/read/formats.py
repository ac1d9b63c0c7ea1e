"""PDF and Word files to text, with headings, lists and tables marked as in Markdown."""

from __future__ import annotations

import io
import logging
import time
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lxml import etree

from kg.errors import DocumentError

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.table import Table
    from docx.text.paragraph import Paragraph

# what a broken file makes the libraries raise, beside their own errors
_BROKEN = (LookupError, ValueError, TypeError, AttributeError, ArithmeticError, AssertionError, EOFError, OSError, RuntimeError)
_LONGEST = 200  # code points of another library's error
_EXPANDED = 30  # a Word file may expand to this many times the size bound


def pdf(data: bytes, place: str, seconds: float) -> tuple[str, str]:
    """(text, title) of a PDF; DocumentError if it is encrypted, broken, holds no text, or takes longer than `seconds`."""
    # imported where it is needed: most builds read no PDF, and the library takes long to start
    import pypdf
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it warns of is either no matter or an error here
    until = time.monotonic() + seconds
    pages = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError("is an encrypted PDF", place=place, hint="save it without a password")
        for page in reader.pages:
            pages.append(page.extract_text())
            if time.monotonic() > until:
                raise DocumentError(f"takes longer than {seconds:g} s", place=place, hint="raise max_seconds, or split the document")
        title = (reader.metadata.title or "") if reader.metadata else ""
    except (PyPdfError, *_BROKEN) as error:
        raise DocumentError(f"is a broken PDF: {_line(error)}", place=place, hint="save it again") from error
    if not any(page.strip() for page in pages):
        raise DocumentError("is a PDF without text, a scan perhaps", place=place, hint="run text recognition (OCR) on it first")
    return "\n\n".join(pages), str(title)


def word(data: bytes, place: str, most: int) -> tuple[str, str]:
    """(Markdown, title) of a Word file; DocumentError if it is broken or expands beyond `most` bytes many times over."""
    # imported where it is needed, as above
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if sum(part.file_size for part in package.infolist()) > _EXPANDED * most:
                raise DocumentError("expands to more than the bound", place=place, hint="raise max_bytes, or split it")
        document = docx.Document(io.BytesIO(data))
        text = "\n".join(_word_lines(document))
        title = document.core_properties.title or ""
    except (zipfile.BadZipFile, PackageNotFoundError, etree.XMLSyntaxError, *_BROKEN) as error:
        raise DocumentError(f"is a broken Word file: {_line(error)}", place=place, hint="open it in a word processor and save it again") from error
    return text.strip("\n") + "\n", title


def _line(error: Exception) -> str:
    """An error's words on one line, cut where they go on for long."""
    words = " ".join(str(error).split())
    return words if len(words) < _LONGEST else words[:_LONGEST] + "…"


def _word_lines(document: WordDocument) -> Iterator[str]:
    from docx.table import Table

    listed = False
    for item in document.iter_inner_content():
        if isinstance(item, Table):
            yield ""
            yield from _table_lines(item)
            yield ""
            continue
        line, is_item = _paragraph(item)
        if line:
            if not (listed and is_item):
                yield ""
            yield line
        listed = is_item


def _paragraph(paragraph: Paragraph) -> tuple[str, bool]:
    """The paragraph's line, and whether it is a list item."""
    words = " ".join(paragraph.text.split())
    style = (paragraph.style.name or "") if paragraph.style is not None else ""
    if not words:
        return "", False
    if style == "Title":
        return f"# {words}", False
    if style.startswith("Heading "):
        level = style.removeprefix("Heading ")
        return f"{'#' * min(int(level) + 1, 6) if level.isdigit() else '##'} {words}", False
    properties = paragraph._p.pPr
    numbering = properties.numPr if properties is not None else None
    if numbering is not None or style.startswith("List"):
        depth = numbering.ilvl.val if numbering is not None and numbering.ilvl is not None else 0
        return f"{'  ' * depth}- {words}", True
    bold = paragraph.runs and all(run.bold or not run.text.strip() for run in paragraph.runs)
    return (f"**{words}**" if bold and len(words) < 100 else words), False


def _table_lines(table: Table) -> Iterator[str]:
    for n, row in enumerate(table.rows):
        # a cell that spans columns is given once for each of them
        cells = [cell for i, cell in enumerate(row.cells) if i == 0 or cell._tc is not row.cells[i - 1]._tc]
        yield "| " + " | ".join(" ".join(cell.text.split()).replace("|", "/") for cell in cells) + " |"
        if n == 0 and len(cells) > 1:
            yield "|" + "---|" * len(cells)
