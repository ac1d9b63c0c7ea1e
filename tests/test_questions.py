"""What people ask of the graph of the five guides: each query beside the rows that the text holds."""

import csv
import io
from pathlib import Path

import pytest

from kg import query

FOLDER = Path(__file__).parent / "questions"


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.rq")), ids=lambda p: p.stem)
def test_the_graph_answers(guides, path: Path):
    answer = query.serialize(query.run(guides, path.read_text(encoding="utf-8")), "csv").body.decode()
    assert rows(answer) == rows(path.with_suffix(".csv").read_text(encoding="utf-8"))


def test_each_question_has_rows_to_expect():
    assert {p.stem for p in FOLDER.glob("*.rq")} == {p.stem for p in FOLDER.glob("*.csv")}
    assert all(len(rows(p.read_text(encoding="utf-8"))) > 1 for p in FOLDER.glob("*.csv"))
