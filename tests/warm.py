"""Reads the vocabulary: imported before a process is forked many times."""

from kg import pipeline

pipeline.shared(())
