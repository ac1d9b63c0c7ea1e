"""RDF terms as SHACL looks at them: well-formed literals, their order, and how a term is written in a query.

A query cannot name a blank node and Oxigraph rewrites literals ("01" becomes 1), so what SPARQL cannot decide is asked of
Python through functions under `FUNCTION` (see `data.py`).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import pyoxigraph as ox

from kg.namespaces import RDF, RDFS, SH, XSD

Term = ox.NamedNode | ox.BlankNode | ox.Literal
FUNCTION = "urn:x-rolegraph:shacl:"

RDF_TYPE = ox.NamedNode(RDF + "type")
SUBCLASS_OF = ox.NamedNode(RDFS + "subClassOf")
LANG_STRING = RDF + "langString"
STRING = XSD + "string"

_DATE = r"-?(?:[1-9]\d{3,}|0\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"(?:(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?|24:00:00(?:\.0+)?)"
_ZONE = r"(?:Z|[+-](?:(?:0\d|1[0-3]):[0-5]\d|14:00))"
_FLOAT = r"(?:[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[Ee][+-]?\d+)?|[+-]?INF|NaN)"
_YEAR = r"-?(?:[1-9]\d{3,}|0\d{3})"
_TIMES = r"T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?"
_NAME = r"[^\W\d][\w.\-·]*"

# the lexical spaces of XML Schema 1.1 part 2, as anchored regular expressions; integers derived from xsd:integer below
LEXICAL = {
    XSD + name: pattern for name, pattern in {
        "boolean": r"true|false|1|0", "integer": r"[+-]?\d+", "decimal": r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)",
        "double": _FLOAT, "float": _FLOAT, "date": f"{_DATE}{_ZONE}?", "time": f"{_TIME}{_ZONE}?",
        "dateTime": f"{_DATE}T{_TIME}{_ZONE}?", "dateTimeStamp": f"{_DATE}T{_TIME}{_ZONE}", "gYear": f"{_YEAR}{_ZONE}?",
        "gYearMonth": f"{_YEAR}-(?:0[1-9]|1[0-2]){_ZONE}?", "gMonth": f"--(?:0[1-9]|1[0-2]){_ZONE}?",
        "gDay": f"---(?:0[1-9]|[12]\\d|3[01]){_ZONE}?", "gMonthDay": f"--(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01]){_ZONE}?",
        "duration": rf"-?P(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:{_TIMES})?", "yearMonthDuration": r"-?P(?=\d)(?:\d+Y)?(?:\d+M)?",
        "dayTimeDuration": rf"-?P(?=[\dT])(?:\d+D)?(?:{_TIMES})?", "hexBinary": r"(?:[0-9a-fA-F]{2})*",
        "base64Binary": r"(?:(?:[A-Za-z0-9+/] ?){4})*(?:(?:[A-Za-z0-9+/] ?){3}=|(?:[A-Za-z0-9+/] ?){2}= ?=)?",
        "normalizedString": r"[^\t\r\n]*", "token": r"(?:[^\s]+(?: [^\s]+)*)?", "language": r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*",
        "NMTOKEN": r"[\w.\-:·]+", "Name": rf":?{_NAME}(?::{_NAME})*", "NCName": _NAME,
    }.items()
}
_LEXICAL = {iri: re.compile(pattern, re.ASCII if iri.removeprefix(XSD) not in ("NMTOKEN", "Name", "NCName") else 0)
            for iri, pattern in LEXICAL.items()}
INTEGERS: dict[str, tuple[int | None, int | None]] = {
    XSD + name: bounds for name, bounds in {
        "integer": (None, None), "nonNegativeInteger": (0, None), "positiveInteger": (1, None), "nonPositiveInteger": (None, 0),
        "negativeInteger": (None, -1), "long": (-2**63, 2**63 - 1), "int": (-2**31, 2**31 - 1), "short": (-2**15, 2**15 - 1),
        "byte": (-128, 127), "unsignedLong": (0, 2**64 - 1), "unsignedInt": (0, 2**32 - 1), "unsignedShort": (0, 2**16 - 1),
        "unsignedByte": (0, 255),
    }.items()
}
NUMERIC = {*INTEGERS, XSD + "decimal", XSD + "double", XSD + "float"}


def sh(name: str) -> ox.NamedNode:
    """A term of the SHACL vocabulary."""
    return ox.NamedNode(SH + name)


def well_formed(value: str, datatype: str) -> bool:
    """Whether the lexical form belongs to the datatype; datatypes that SPARQL does not know accept every form."""
    if datatype in INTEGERS:
        if not _LEXICAL[XSD + "integer"].fullmatch(value):
            return False
        low, high = INTEGERS[datatype]
        digits = value.lstrip("+-").lstrip("0") or "0"
        number = int(digits) if len(digits) < 25 else 10**25  # beyond every bound; int() of a very long form is quadratic
        number = -number if value.startswith("-") else number
        return (low is None or low <= number) and (high is None or number <= high)
    pattern = _LEXICAL.get(datatype)
    if pattern is None:
        return True
    if not pattern.fullmatch(value):
        return False
    return _calendar(value) if datatype in (XSD + "date", XSD + "dateTime", XSD + "dateTimeStamp") else True


def _calendar(value: str) -> bool:
    year, month, day = value.lstrip("-").split("T")[0].split("-")[:3]
    leap = int(year[-4:]) % 4 == 0 and (int(year[-4:]) % 100 != 0 or int(year) % 400 == 0)
    longest = 29 if leap and month == "02" else (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[int(month) - 1]
    return int(day[:2]) <= longest


def has_datatype(term: Term, datatype: str) -> bool:
    """SHACL 4.1.2: a literal of exactly this datatype that is not ill-typed."""
    return isinstance(term, ox.Literal) and term.datatype.value == datatype and well_formed(term.value, datatype)


def compare(left: Term, right: Term) -> int | None:
    """-1, 0 or 1 as SPARQL's operators order two literals, None where they do not."""
    if not (isinstance(left, ox.Literal) and isinstance(right, ox.Literal)):
        return None
    a, b = _value(left), _value(right)
    if a is None or b is None or a[0] != b[0]:
        return None
    x, y = a[1], b[1]
    if x is None or y is None:
        return None
    if a[0] == "datetime":
        return _compare_times(x, y)
    if isinstance(x, float) != isinstance(y, float):
        x, y = float(x), float(y)
    if x != x or y != y:
        return None
    return (x > y) - (x < y)


def _value(term: ox.Literal) -> tuple[str, object] | None:
    datatype, text = term.datatype.value, term.value
    if datatype == STRING:
        return "string", text
    if not well_formed(text, datatype):
        return None
    if datatype in NUMERIC:
        inexact = datatype in (XSD + "double", XSD + "float")
        return "number", float(text.replace("INF", "inf")) if inexact else Decimal(text)
    if datatype == XSD + "boolean":
        return "boolean", text in ("true", "1")
    if datatype in (XSD + "dateTime", XSD + "dateTimeStamp"):
        return "datetime", _datetime(text)
    if datatype == XSD + "date":
        return "date", date.fromisoformat(text[:10]) if len(text) == 10 else None
    if datatype == XSD + "time":
        return "time", time.fromisoformat(text) if "+" not in text and "Z" not in text and "-" not in text else None
    return None


def _datetime(text: str) -> datetime | None:
    text, later = (text.replace("T24:", "T00:"), timedelta(days=1)) if "T24:" in text else (text, timedelta())
    text = re.sub(r"\.(\d+)", lambda m: "." + m[1][:6].ljust(6, "0"), text)
    try:
        return datetime.fromisoformat(text) + later
    except (ValueError, OverflowError):  # years outside 1 to 9999
        return None


def _compare_times(a: datetime, b: datetime) -> int | None:
    """XML Schema's partial order: a time without zone may be up to 14 hours off."""
    if (a.tzinfo is None) == (b.tzinfo is None):
        return (a > b) - (a < b)
    if a.tzinfo is None:
        found = _compare_times(b, a)
        return None if found is None else -found
    a = a.astimezone(UTC).replace(tzinfo=None)
    if a < b - timedelta(hours=14):
        return -1
    return 1 if a > b + timedelta(hours=14) else None


def regex_flags(flags: str) -> int:
    """Python's flags for SPARQL's i, s, m, x; ValueError for others."""
    if unknown := set(flags) - set("ismx"):
        raise ValueError(f"unknown flags {''.join(sorted(unknown))}")
    return sum(getattr(re, flag.upper()) for flag in sorted(set(flags)))


def text(term: Term) -> str:
    """The term as written in a query, as an expression; blank nodes through a function."""
    return f'<{FUNCTION}blank>("{term.value}")' if isinstance(term, ox.BlankNode) else str(term)


def binding(variable: str, terms: list[Term]) -> str:
    """A pattern that binds the variable to each of the terms, blank nodes included."""
    named = [str(t) for t in terms if not isinstance(t, ox.BlankNode)]
    blank = [f'"{t.value}"' for t in terms if isinstance(t, ox.BlankNode)]
    if not blank:
        return f"VALUES {variable} {{ {' '.join(named)} }}"
    key = variable + "_key"
    parts = [f"{{ VALUES {key} {{ {' '.join(blank)} }} BIND(<{FUNCTION}blank>({key}) AS {variable}) }}"]
    if named:
        parts.append(f"{{ VALUES {variable} {{ {' '.join(named)} }} }}")
    return " UNION ".join(parts)
