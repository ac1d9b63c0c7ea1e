"""Data: SHACL shapes, one Turtle file for each concern."""
