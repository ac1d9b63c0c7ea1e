"""A document whose markup is lost in the ways that copying and scraping lose it: passages and offsets are recovered."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import pipeline
from kg.model import Document, Reading

DUTIES = ["Design and maintain data pipelines for the sales team", "Review pull requests and data models", "Write tests for nightly loads",
          "Document sources and their owners", "Monitor data quality across regions", "Plan migrations with other teams"]
ASKED = ["Proficiency in Python and SQL", "Experience with Apache Spark or Kafka", "Knowledge of dimensional modeling", "Strong communication skills",
         "Familiarity with cloud platforms", "Understanding of data privacy rules"]
SECTIONS = {"Key Responsibilities": DUTIES, "Requirements": ASKED}


@dataclass(frozen=True, slots=True)
class Loss:
    """One way to write a heading and its items."""

    heading: str
    item: str
    title: str = "# Data Engineer\n\n"
    after: str = "\n"
    between: str = "\n"

    def write(self, sections: list[tuple[str, list[str]]]) -> str:
        text = self.title
        for name, items in sections:
            text += self.heading.format(name=name) + "".join(self.item.format(item=item, n=n) for n, item in enumerate(items, 1)) + self.between
        return text


LOSSES = {
    "markdown": Loss("## {name}\n\n", "- {item}\n"),
    "stars": Loss("## {name}\n", "* {item}\n"),
    "bold headings": Loss("**{name}**\n\n", "- {item}\n"),
    "no heading marks": Loss("{name}\n\n", "- {item}\n", title="Data Engineer\n\n"),
    "headings with colons": Loss("{name}:\n", "- {item}\n", title="Data Engineer\n\n"),
    "typeset bullets": Loss("{name}\n\n", "  • {item}\n", title="Data Engineer\n\n"),
    "numbered": Loss("## {name}\n\n", "{n}. {item}\n"),
    "blank lines between": Loss("## {name}\n\n", "- {item}\n\n"),
    "windows line ends": Loss("## {name}\r\n\r\n", "- {item}\r\n", title="# Data Engineer\r\n\r\n", between="\r\n"),
    "one line": Loss("### {name} ", "- {item} ", title="# Data Engineer ", between=""),
    "no bullets": Loss("## {name}\n\n", "{item}\n"),
    "no marks at all": Loss("{name}\n\n", "{item}\n", title="Data Engineer\n\n"),
    "page furniture": Loss("## {name}\n\nShare this page\n\n", "- {item}\n", between="\nRead more\n\n"),
}


def read(text: str) -> Reading:
    return pipeline.read(pipeline.shared(()), Document("d", text, "d"))


def chosen() -> st.SearchStrategy:
    """Sections in some order, each with three or more of its items."""
    def items(order: list[str]) -> st.SearchStrategy:
        lists = [st.lists(st.sampled_from(SECTIONS[name]), min_size=3, max_size=5, unique=True) for name in order]
        return st.tuples(*lists).map(lambda found: list(zip(order, found, strict=True)))
    return st.permutations(sorted(SECTIONS)).flatmap(items)


# where nothing at all marks headings and items, a short item may be taken for a heading
@pytest.mark.parametrize("loss", [name for name in LOSSES if name != "no marks at all"])
@settings(deadline=None, max_examples=25)
@given(sections=chosen())
def test_items_and_their_headings_are_recovered(loss: str, sections: list[tuple[str, list[str]]]):
    reading = read(LOSSES[loss].write(sections))
    found = {reading.quote(p): p.path for p in reading.passages}
    for name, items in sections:
        for item in items:
            assert item in found, (item, list(found))
            assert found[item][-1:] == (name,), (item, found[item])


@settings(deadline=None, max_examples=60)
@given(sections=chosen(), loss=st.sampled_from(sorted(LOSSES)), cut=st.integers(0, 400), noise=st.sampled_from(["", "\u00a0", "\t", "  ", "\u200b", "…", "é"]))
def test_offsets_are_right_whatever_is_lost(sections: list[tuple[str, list[str]]], loss: str, cut: int, noise: str):
    text = LOSSES[loss].write(sections)
    text = text[:cut] + noise + text[cut:]
    reading = read(text)
    assert reading.text == text
    spans = [(p.begin, p.end) for p in reading.passages]
    assert all(0 <= begin < end <= len(text) and text[begin:end].strip() == text[begin:end] for begin, end in spans)
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    for mention in reading.mentions:
        inside = reading.passages[mention.passage] if mention.passage is not None else None
        assert inside is None or inside.begin <= mention.begin < mention.end <= inside.end


@settings(deadline=None, max_examples=30)
@given(sections=chosen())
def test_closing_sentences_glued_to_the_last_item_are_cut_off(sections: list[tuple[str, list[str]]]):
    closing = "In summary, this role combines engineering with a sense for data."
    name, items = sections[0]
    text = LOSSES["no heading marks"].write([(name, [*items[:-1], f"{items[-1]} {closing}"]), *sections[1:]])
    quotes = list(map(read(text).quote, read(text).passages))
    assert items[-1] in quotes and closing in quotes
