"""HTML to Markdown: the main content of a page by trafilatura; all of it where that would lose most, and of fragments.

Pages that keep their content in hidden tabs look like boilerplate to extractors of main content. So the page is also rendered
without what its own tags call navigation, header, footer, form or script; if the extractor kept only a small part of that, the
rendering is taken.
"""

from __future__ import annotations

import re

import lxml.html
from lxml import etree

from kg.errors import DocumentError

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*)[^<>]*?(/?)>")
# elements whose end tag may be left out or that have none
_VOID = frozenset((
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
    "p", "li", "dt", "dd", "tr", "td", "th", "option", "thead", "tbody", "tfoot"))
_FRAGMENT = re.compile(r"<(?:p|br|li|ul|ol|div|h[1-6]|strong|b)\b[^<>]*>", re.IGNORECASE)
_DROPPED = frozenset((
    "script", "style", "noscript", "template", "nav", "header", "footer", "aside", "form", "button", "select", "iframe", "svg",
    "dialog", "object", "title"))
_ROLES = re.compile("navigation|banner|contentinfo|search|dialog|alertdialog")
_PARAGRAPHS = frozenset((
    "p", "div", "section", "article", "main", "ul", "ol", "dl", "table", "blockquote", "pre", "figure", "address", "hr", "fieldset"))
_BLOCKS = _PARAGRAPHS | frozenset(("dt", "dd", "tr", "td", "th", "figcaption", "body", "html"))
_HEADINGS = {f"h{n}": "#" * n + " " for n in range(1, 7)}
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!|<>~-])")
_BLANKS = re.compile(r"\n{3,}")
_MOST_NESTED, _SMALL_PART, _LINK_DENSE = 200, 0.4, 0.7
# the extractor takes time that grows with the square of the tags
_MOST_TAGS = 20_000


def page(html: str, place: str) -> tuple[str, str]:
    """(Markdown, title) of a page's content; DocumentError if there is none."""
    depth = nesting(html)
    if depth > _MOST_NESTED:
        raise DocumentError(f"nests its elements {depth} deep, more than {_MOST_NESTED}", place=place, hint="save the page's text instead")
    try:
        tree = lxml.html.document_fromstring(html.encode("utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError) as error:
        raise DocumentError("is HTML without content", place=place, hint="remove it, or save the page again") from error
    tops = tree.xpath("//h1")
    title = " ".join((tops[0].text_content() if len(tops) == 1 else tree.findtext(".//title") or "").split())
    content = ""
    if html.count("<") < _MOST_TAGS:
        # imported where it is needed: most builds read no web page, and the library takes long to start
        import trafilatura

        content = trafilatura.extract(html, output_format="markdown", include_tables=True, include_comments=False, include_formatting=True,
                                      include_links=False, favor_recall=True) or ""
    content = _ESCAPED.sub(r"\1", content)
    whole = rendered(tree)
    if len(content) < _SMALL_PART * len(whole):
        content = whole
    if not content.strip():
        raise DocumentError("is HTML without content", place=place, hint="a page that scripts fill must be saved from the browser")
    return content, title


def fragment(text: str) -> str:
    """Markdown of a field's HTML; a text without tags as it is."""
    if not _FRAGMENT.search(text) or nesting(text) > _MOST_NESTED:
        return text
    try:
        return rendered(lxml.html.document_fromstring(text.encode("utf-8"), parser=lxml.html.HTMLParser(encoding="utf-8")))
    except UnicodeEncodeError:  # half a surrogate pair: no text, as whoever checks it says
        return text
    except etree.ParserError:  # nothing but comments
        return ""


def nesting(html: str) -> int:
    """How deep elements nest, those left out that need no end tag."""
    depth = deepest = 0
    for tag in _TAG.finditer(html):
        if tag[2].lower() in _VOID or tag[3]:
            continue
        depth = max(depth - 1, 0) if tag[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def rendered(tree: etree._Element) -> str:
    """All content of a tree in Markdown, but for what its tags and roles call something else."""
    main = tree.xpath("//main | //*[@role='main']")
    return _Renderer().render(max(main, key=lambda e: len(e.text_content())) if main else tree)


class _Renderer:
    """Writes an element's content line by line, without recursion."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._parts: list[str] = []
        self._prefix = ""
        self._bold = self._plain = 0
        self._in_bold = self._lists = 0
        self._row: list[str] | None = None

    def render(self, root: etree._Element) -> str:
        """The Markdown of an element."""
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        skipped: list[etree._Element] = []
        for event, element in walk:
            tag = element.tag if isinstance(element.tag, str) else ""
            if event == "start":
                if element is not root and _is_dropped(element, tag):
                    walk.skip_subtree()
                    skipped.append(element)
                    continue
                self._start(element, tag)
                self._write(element.text)
                continue
            if skipped and skipped[-1] is element:
                skipped.pop()
            elif event == "end":
                self._end(element, tag)
            if element is not root:
                self._write(element.tail)
        self._flush()
        return _BLANKS.sub("\n\n", "\n".join(self._lines)).strip("\n") + "\n"

    def _start(self, element: etree._Element, tag: str) -> None:
        if tag in _HEADINGS or tag in _BLOCKS or tag in ("li", "br"):
            self._flush()
        if tag in _HEADINGS:
            self._break()
            self._prefix = _HEADINGS[tag]
        elif tag in ("ul", "ol"):
            self._break()
            self._lists += 1
        elif tag == "li":
            self._prefix = "  " * max(self._lists - 1, 0) + "- "
        elif tag == "tr" and _is_data(element):
            self._row = []
        elif tag in _PARAGRAPHS and not self._prefix:
            self._break()
        self._in_bold += tag in ("b", "strong")

    def _end(self, element: etree._Element, tag: str) -> None:
        self._in_bold -= tag in ("b", "strong")
        if tag in ("td", "th") and self._row is not None:
            self._row.append(self._taken())
        elif tag == "tr" and self._row is not None:
            if any(self._row):
                self._lines.append("| " + " | ".join(self._row) + " |")
                if len(self._row) > 1 and all(cell.tag == "th" for cell in element):
                    self._lines.append("|" + "---|" * len(self._row))
            self._row = None
        elif tag in _HEADINGS or tag in _BLOCKS or tag == "li":
            self._flush()
        self._lists -= tag in ("ul", "ol")
        if tag in _HEADINGS or tag in _PARAGRAPHS:
            self._break()
        if tag == "li":
            self._prefix = ""

    def _write(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            length = len(text.strip())
            self._bold += length if self._in_bold else 0
            self._plain += 0 if self._in_bold else length

    def _break(self) -> None:
        if self._row is None and not self._lists and self._lines and self._lines[-1]:
            self._lines.append("")

    def _taken(self) -> str:
        words = " ".join("".join(self._parts).split())
        self._parts.clear()
        return words

    def _flush(self) -> None:
        """End the line that is being written; within a table's row nothing ends."""
        if self._row is not None:
            self._parts.append(" ")
            return
        words = self._taken()
        if words:
            heading = self._bold and not self._plain and not self._prefix
            self._lines.append(f"**{words}**" if heading else self._prefix + words)
            self._prefix = ""
        self._bold = self._plain = 0


def _is_dropped(element: etree._Element, tag: str) -> bool:
    """Whether an element is no content by its tag, its role, or because it is a list of links."""
    if tag in _DROPPED or _ROLES.fullmatch(element.get("role") or ""):
        return True
    if tag == "a":  # a heading's link to itself
        heading = next((e for e in element.iterancestors() if e.tag in _HEADINGS), None)
        return heading is not None and _letters(heading) > _letters(element)
    return tag in ("ul", "ol") and len(element) > 2 and sum(map(_letters, element.iter("a"))) > _LINK_DENSE * _letters(element)


def _letters(element: etree._Element) -> int:
    """How many characters an element holds, white space aside."""
    return sum(len(word) for text in element.itertext() for word in text.split())


def _is_data(row: etree._Element) -> bool:
    """Whether a row belongs to a table of data, not to one that lays out the page."""
    return not any(True for _ in row.iter("table", "ul", "ol", "h1", "h2", "h3", "h4", "p"))
