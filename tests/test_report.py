"""What a build tells while it works and when it is done."""

from __future__ import annotations

import re

import pytest

from kg import progress as telling
from kg import report, settings
from kg.summary import Summary


def test_progress_is_lines_with_rate_and_time_left_where_nobody_watches(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.setattr(telling, "EVERY", 0.0)
    with telling.progress_bar() as progress:
        for done in range(1, 5):
            progress("extract", done, 40)
        progress("insert", 1, 3)  # too short to tell of
        progress("insert", 2, 3)
        progress("other", 2000, 0)
        progress("other", 3000, 0)
    first, *_, last = capsys.readouterr().err.splitlines()
    assert re.fullmatch(r"extract: 2 of 40, [\d,.]+/s, \d+:\d\d:\d\d left", first)
    assert re.fullmatch(r"other: 3,000, [\d,.]+/s", last)


def test_a_stage_that_counts_nothing_is_heard_of_while_it_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    lines = telling._Lines()
    lines("load", 0, 0)
    lines.still()
    assert not capsys.readouterr().err  # not at once: most builds are short
    monkeypatch.setattr(telling, "EVERY", 0.0)
    lines.still()
    assert re.fullmatch(r"load: for \d+:\d\d:\d\d", capsys.readouterr().err.strip())


def test_what_is_done_again_has_a_rate_of_its_own(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.setattr(telling, "EVERY", 0.0)
    lines, clock = telling._Lines(), iter(range(0, 10_000, 100))
    monkeypatch.setattr(telling.time, "monotonic", lambda: float(next(clock)))
    for done in (1, 41, 1, 201):
        lines("consolidate", done, 401)
    assert capsys.readouterr().err.splitlines() == ["consolidate: 41 of 401, 0.4/s, 0:15:00 left", "consolidate: 201 of 401, 2.0/s, 0:01:40 left"]


def test_who_watches_sees_what_is_left_and_the_stage_that_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("COLUMNS", "120")
    with telling.progress_bar() as progress:
        progress("read and extract", 0, 0)
        for done in range(1, 41):
            progress("extract", done, 40)
        progress("validate", 0, 0)
    told = capsys.readouterr().err
    assert "validate" in told and re.search(r"extract.*40 of 40, [\d,.]+/s, 0:00:00 left", told)


def test_documents_left_out_are_told_with_reasons_quarantined_ones_first_up_to_a_screenful(capsys: pytest.CaptureFixture):
    summary = Summary()
    for n in range(report.MOST_TOLD + 7):
        summary.skip(f"d{n}.txt", f"d{n}.txt: is empty")
    summary.skip("z.txt", "is left out: its process ended", quarantined=True)
    with summary.stage("read and extract"):
        summary.counts.update({"documents": 1_200, "words": 34_567, "quads": 89_012})
    report.print_summary(summary, settings.load())
    told = capsys.readouterr()
    lines = told.err.splitlines()
    assert lines[0] == "quarantined: z.txt: is left out: its process ended" and lines[1] == "skipped: d0.txt: is empty"
    assert lines[report.MOST_TOLD] == "and 8 more are left out; --log FILE lists them all"
    assert any(line.split() == ["documents", "left", "out", str(report.MOST_TOLD + 8)] for line in told.out.splitlines())
    row = next(line for line in told.out.splitlines() if line.startswith("read and extract"))
    assert row.split()[3:6] == ["1,200", "34,567", "89,012"]
